import { activityType } from '../../source/activity-types.ts'
import { told } from '../../source/clocks.ts'
import { gatherByDay } from '../../source/gather.ts'
import { into, resource } from '../../source/map.ts'
import { rounded } from '../../source/numbers.ts'
import { day } from '../../source/places.ts'
import { type Item, type Reader, Unreadable } from '../../source/reader.ts'
import { constant, first, flag, integer, number, odd, table, when } from '../../source/readers.ts'
import { list, one } from '../../source/samples.ts'
import { sumOver } from '../../source/sums.ts'
import { AT, DAY, END, hasFrame, SESSION, START, untold, unitValue as v } from './frame.ts'
import { NOT_TAKEN, SCHEMAS } from './schemas.ts'

/** Data points of these schemas; what none of the maps takes is refused, and told why. */
const isOf =
  (...names: string[]) =>
  (item: Item): boolean => {
    const known = SCHEMAS.has(item.schema) && NOT_TAKEN[item.schema] === undefined
    if (!known)
      throw new Unreadable(
        'header.schema_id',
        NOT_TAKEN[item.schema] ?? 'the schema of the data point is not known: its header should name it',
      )
    if (!hasFrame(item)) untold()
    return names.includes(item.schema)
  }
/** Single values are of a moment; minimum, maximum and average are of a span. */
const plain = (item: Item): boolean => item.body.descriptive_statistic === undefined
const statistic = <T>(word: string, reader: Reader<T>): Reader<T> =>
  when((item) => (item as Item).body.descriptive_statistic === word, {
    ...reader,
    from: [...reader.from, 'body.descriptive_statistic'],
  })
const sample = <T extends object>(tree: Parameters<typeof one<T>>[0]) => when(plain, one<T>(tree))

// biome-ignore format: a table reads better in rows.
const body = into('body', DAY, {
  blood_pressure_data: {
    blood_pressure_samples: sample({ timestamp: AT, systolic_bp: v('body.systolic_blood_pressure', 'mmHg'), diastolic_bp: v('body.diastolic_blood_pressure', 'mmHg') }),
    day_avg_systolic_bp: statistic('average', v('body.systolic_blood_pressure', 'mmHg')),
    day_avg_diastolic_bp: statistic('average', v('body.diastolic_blood_pressure', 'mmHg')),
  },
  glucose_data: {
    blood_glucose_samples: sample({ timestamp: AT, blood_glucose_mg_per_dL: v('body.blood_glucose', 'mg/dL') }),
    day_avg_blood_glucose_mg_per_dL: statistic('average', v('body.blood_glucose', 'mg/dL')),
  },
  heart_data: { rr_interval_samples: sample({ timestamp: AT, rr_interval_ms: v('body.rr_interval', 'ms') }) },
  measurements_data: {
    measurements: sample({
      measurement_time: AT, weight_kg: v('body.body_weight', 'kg'), height_cm: v('body.body_height', 'cm'),
      bodyfat_percentage: v('body.body_fat_percentage', 'percent'), BMI: number('body.body_mass_index.value'),
    }),
    day_avg_weight_kg: statistic('average', v('body.body_weight', 'kg')),
    day_avg_bodyfat_percentage: statistic('average', v('body.body_fat_percentage', 'percent')),
  },
  oxygen_data: {
    saturation_samples: sample({ timestamp: AT, percentage: v('body.oxygen_saturation', 'percent'), type: when(({ body }: Item) => body.oxygen_saturation !== undefined, constant(0)) }),
    avg_saturation_percentage: statistic('average', v('body.oxygen_saturation', 'percent')),
  },
  temperature_data: {
    body_temperature_samples: sample({ timestamp: AT, temperature_celsius: v('body.body_temperature', 'degC') }),
    ambient_temperature_samples: sample({ timestamp: AT, temperature_celsius: v('body.ambient_temperature', 'degC') }),
    day_avg_body_temperature_celsius: statistic('average', v('body.body_temperature', 'degC')),
  },
}, {
  when: isOf('blood-pressure', 'blood-glucose', 'rr-interval', 'body-weight', 'body-height', 'body-fat-percentage', 'body-mass-index', 'oxygen-saturation', 'body-temperature', 'ambient-temperature'),
})

const CONTEXT = { 'at rest': 2, active: 1, 'before exercise': 2, 'after exercise': 2, 'during exercise': 1 } as const
const rate = v('body.heart_rate', 'bpm')
// biome-ignore format: a table reads better in rows.
const heart = into('daily', DAY, {
  metadata: { upload_type: constant(0) },
  heart_rate_data: {
    detailed: { hr_samples: sample({ timestamp: AT, bpm: rate, context: table('body.temporal_relationship_to_physical_activity', CONTEXT) }) },
    summary: { min_hr_bpm: statistic('minimum', rate), max_hr_bpm: statistic('maximum', rate), avg_hr_bpm: statistic('average', rate) },
  },
}, { when: isOf('heart-rate') })

// biome-ignore format: a table reads better in rows.
const activity = into('activity', SESSION, {
  metadata: { type: activityType('body.activity_name', { walking: 7, running: 8, cycling: 1, swimming: 82 }), upload_type: constant(0) },
  distance_data: { summary: { distance_meters: v('body.distance', 'm'), steps: rounded(number('body.base_movement_quantity.value')) } },
  calories_data: { total_burned_calories: v('body.kcal_burned', 'kcal') },
  MET_data: { avg_level: number('body.met_value') },
  movement_data: { avg_speed_meters_per_second: v('body.average_speed', 'm/s') },
}, { when: isOf('physical-activity') })

const main = flag('body.is_main_sleep')
const isNap = odd<boolean>([...main.from], (item, context) => {
  const found = main.read(item, context)
  return found === undefined ? undefined : !found
})
const asleep = (path: string) => v(`body.${path}`, 's')
// biome-ignore format: a table reads better in rows.
const sleep = into('sleep', SESSION, {
  metadata: { upload_type: constant(0), is_nap: isNap },
  sleep_durations_data: {
    asleep: { duration_asleep_state_seconds: first(asleep('total_sleep_time'), asleep('sleep_duration')) },
    awake: {
      duration_awake_state_seconds: asleep('wake_after_sleep_onset'), sleep_latency_seconds: asleep('latency_to_sleep_onset'),
      wake_up_latency_seconds: asleep('latency_to_arising'), num_wakeup_events: integer('body.number_of_awakenings'),
    },
    sleep_efficiency: v('body.sleep_maintenance_efficiency_percentage', 'percent'),
  },
}, { when: isOf('sleep-duration', 'total-sleep-time', 'sleep-episode') })

export const points = resource('points', [body, heart, activity, sleep])

/** Counts of spans, added up over each day that is in the file. */
const steps = number('body.step_count.value', { least: 0 })
const energy = v('body.kcal_burned', 'kcal')
// biome-ignore format: a table reads better in rows.
const counted = into('daily', day({ moment: { ...START, read: (item, context) => START.read(item.slices[0], context) }, slice: 'slices.0.schema' }), {
  metadata: { upload_type: constant(0) },
  active_durations_data: { moderate_intensity_seconds: sumOver('slices', v('body.minutes_moderate_activity', 's')) },
  calories_data: { total_burned_calories: sumOver('slices', energy) },
  distance_data: {
    steps: rounded(sumOver('slices', steps)),
    detailed: { step_samples: list('slices', { timestamp: told(END), steps }, { running: 'steps' }) },
  },
})
export const counts = resource('counts', [counted], { gather: gatherByDay({ start: START, by: 'schema' }) })
