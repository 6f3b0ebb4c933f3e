import { into } from '../../source/map.ts'
import { offset } from '../../source/offsets.ts'
import { day } from '../../source/places.ts'
import { goTo } from '../../source/reader.ts'
// biome-ignore format: a table reads better in rows.
import { constant, integer, number, odd, unixTime } from '../../source/readers.ts'
import { list, one } from '../../source/samples.ts'
import { mostOver } from '../../source/sums.ts'
import { at } from './clock.ts'
import { device } from './device.ts'

const AT = { timestamp: unixTime('timestamp') }
const SEDENTARY = 8
/** Midnight of the page's date, at the file's offset. */
const DAY = day({ date: 'date', zone: offset('offset_seconds', 's') })

/** A day of monitoring: counts since midnight, of all kinds of activity together. */
// biome-ignore format: a table reads better in rows.
export const monitoring = into('daily', DAY, {
  metadata: { upload_type: constant(1) },
  device_data: device,
  active_durations_data: {
    activity_seconds: number('totals.active_seconds'),
    moderate_intensity_seconds: mostOver('monitoring', number('moderate_activity_minutes', { times: 60 })),
    vigorous_intensity_seconds: mostOver('monitoring', number('vigorous_activity_minutes', { times: 60 })),
    // Only "sedentary" has a published meaning; the levels of the other kinds have not.
    activity_levels_samples: list('monitoring', {
      ...AT, activity_level: odd(['activity_type'], ({ activity_type }) => (activity_type === SEDENTARY ? 2 : undefined)),
    }),
  },
  calories_data: { BMR_calories: number('monitoring_info.resting_metabolic_rate'), net_activity_calories: number('totals.active_calories') },
  distance_data: {
    steps: integer('totals.steps'), distance_meters: number('totals.distance_meters'),
    elevation: { gain_actual_meters: number('totals.ascent'), loss_actual_meters: number('totals.descent') },
    detailed: {
      step_samples: list('monitoring', { ...AT, steps: number('totals.steps') }),
      distance_samples: list('monitoring', { ...AT, distance_meters: number('totals.distance_meters') }),
    },
  },
  heart_rate_data: {
    detailed: { hr_samples: list('monitoring', { ...AT, bpm: number('heart_rate', { least: 1 }) }) },
    summary: { resting_hr_bpm: mostOver('monitoring_hr_data', number('current_day_resting_heart_rate', { least: 1 })) },
  },
  oxygen_data: { saturation_samples: list('spo2_data', { ...AT, percentage: number('reading_spo2', { least: 1 }), type: constant(0) }) },
  // Below zero are codes: off the wrist, moving, too little to tell.
  stress_data: { samples: list('stress_level', { timestamp: unixTime('stress_level_time'), level: number('stress_level_value', { least: 0 }) }) },
})

/** A weighing; several of a day make one record. */
// biome-ignore format: a table reads better in rows.
export const weight = into('body', day({ moment: at('timestamp'), slices: true }), {
  measurements_data: {
    measurements: one({
      measurement_time: unixTime('timestamp'), weight_kg: number('weight'), bodyfat_percentage: number('percent_fat'),
      water_percentage: number('percent_hydration'), bone_mass_g: number('bone_mass', { times: 1000 }), muscle_mass_g: number('muscle_mass', { times: 1000 }),
      BMI: number('bmi'), BMR: number('basal_met'), estimated_fitness_age: integer('metabolic_age'), visceral_fat_level: number('visceral_fat_rating'),
    }),
  },
}, { each: 'weight_scale' })

// biome-ignore format: a table reads better in rows.
export const bloodPressure = into('body', day({ moment: at('timestamp'), slices: true }), {
  blood_pressure_data: {
    blood_pressure_samples: one({ timestamp: unixTime('timestamp'), systolic_bp: number('systolic_pressure'), diastolic_bp: number('diastolic_pressure') }),
  },
  heart_data: { heart_rate_data: { detailed: { hr_samples: one({ timestamp: unixTime('timestamp'), bpm: number('heart_rate', { least: 1 }) }) } } },
}, { each: 'blood_pressure' })

/** Intervals between the beats of a training: the schema has them in the day's body data. */
export const intervals = into(
  'body',
  day({ moment: at('rr_intervals.0.timestamp'), slices: true }),
  { heart_data: { rr_interval_samples: list('rr_intervals', { ...AT, rr_interval_ms: number('rr_interval_ms') }) } },
  { when: (item, context) => goTo('rr_intervals')(item, context) !== undefined },
)
