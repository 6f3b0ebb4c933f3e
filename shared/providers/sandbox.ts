import { clock, told } from '../source/clocks.ts'
import { defineProvider, type Pull } from '../source/define.ts'
import { stressRating } from '../source/derive.ts'
import { hypnogram } from '../source/hypnogram.ts'
import { into } from '../source/map.ts'
import { offset } from '../source/offsets.ts'
import { answer } from '../source/people/service.ts'
import { day, profile, session } from '../source/places.ts'
import { constant, integer, number, percent, table, text, zoneDurations } from '../source/readers.ts'
import { evenly, parallel, positions } from '../source/sample-arrays.ts'
import { list, one } from '../source/samples.ts'
import { sleepLevel, spansInOrder } from '../source/stages.ts'

const CLOUD = 'https://sandbox.fascia.invalid'
const AUTOMATIC = { upload_type: constant(1) }
const DEVICE = { device_data: { name: constant('Sandbox band'), manufacturer: constant('Fascia (synthetic)') } }
const DAY = day({ date: 'date', zone: offset('utc_offset_seconds', 's') })
const SPAN = session({ id: 'id', start: clock('start'), end: clock('end') })
const MEASURED = day({ moment: clock('time'), slice: 'id' })
const AT = told(clock('time'))
const EVERY = { every: 'heart_rate.every_seconds' }
const STAGES = hypnogram(spansInOrder('stages', { level: sleepLevel('stage'), length: number('seconds') }))
const SPORTS = { run: 8, ride: 1, swim: 83, strength: 80, walk: 7, yoga: 100 } as const
const PHASES = { menstrual: 1, follicular: 2, ovulation: 4, luteal: 5 } as const
const STRESS = number('stress.average')
const SAMPLES = { timeAt: 'samples.seconds' }

const data = (resource: string): Pull => ({
  request: { method: 'GET', url: `${CLOUD}/data/${resource}`, as: 'user' },
  ...(resource === 'profile'
    ? {}
    : {
        window: { start: 'from', end: 'to', style: 'unix', maxDays: 30 },
        paging: { kind: 'cursor', from: 'next', to: 'cursor' },
      }),
})
const DAILY = ['sleeps', 'vitals', 'scales', 'cuff', 'workouts', 'days', 'glucose', 'food', 'cycle']

/** Synthetic people, for tests: who they are and what they send is made by `source/people`; nothing leaves for it. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'sandbox', resource: 'SANDBOX', name: 'Sandbox', category: 'wearable', origins: [CLOUD],
  synthetic: { answer },
  auth: {
    kind: 'credentials',
    fields: [
      { name: 'person', label: 'Person', secret: false, type: 'text', help: 'Synthetic: nobody is behind the data. marathon-runner, office-worker, shift-worker, new-parent, frequent-traveller, diabetic-cyclist, retired-walker, falls-ill, or any word: a person is made of it' },
      { name: 'anomalies', label: 'Anomalies', secret: false, type: 'text', help: 'none, or of these, with commas: duplicates, updates, late, gaps, illness, clock_change' },
    ],
    login: { request: { method: 'POST', url: `${CLOUD}/login`, json: { person: '{person}', anomalies: '{anomalies}' }, as: 'app' }, token: 'token' },
    carry: { kind: 'bearer' },
    identity: { path: 'account', request: { method: 'GET', url: `${CLOUD}/me`, as: 'user' } },
  },
  // Their past begins with the connection's own backfill, which is as long as it was asked for.
  connected: { historyDays: 0 },
  pulls: Object.fromEntries(['profile', ...DAILY].map((resource) => [resource, data(resource)])),
  notices: { connected: [{ pull: 'profile' }, ...DAILY.map((pull) => ({ pull, span: { from: 'from', to: 'to' } }))] },
  maps: {
    profile: into('athlete', profile, {
      first_name: text('first_name'), last_name: text('last_name'), sex: text('sex'), date_of_birth: text('born'), age: integer('age'),
      city: text('city'), country: text('country'), bio: text('about'),
    }),
    days: into('daily', DAY, {
      ...DEVICE, metadata: AUTOMATIC,
      active_durations_data: {
        activity_seconds: number('active_seconds'), low_intensity_seconds: number('low_seconds'),
        moderate_intensity_seconds: number('moderate_seconds'), vigorous_intensity_seconds: number('vigorous_seconds'),
        rest_seconds: number('resting_seconds'),
      },
      calories_data: {
        net_activity_calories: number('active_kcal'), BMR_calories: number('basal_kcal'), total_burned_calories: number('total_kcal'),
      },
      distance_data: {
        steps: integer('steps'), distance_meters: number('meters'), floors_climbed: integer('floors'),
        detailed: { step_samples: evenly('step_counts.values', 'steps', { every: 'step_counts.every_seconds', running: true }) },
      },
      heart_rate_data: {
        summary: {
          avg_hr_bpm: number('heart_rate.average'), min_hr_bpm: number('heart_rate.least'), max_hr_bpm: number('heart_rate.most'),
          resting_hr_bpm: number('heart_rate.resting'),
        },
        detailed: { hr_samples: evenly('heart_rate.values', 'bpm', EVERY) },
      },
      stress_data: {
        avg_stress_level: STRESS, max_stress_level: number('stress.most'), stress_rating: stressRating(STRESS),
        samples: evenly('stress.values', 'level', { every: 'stress.every_seconds' }),
      },
      strain_data: { strain_level: number('strain') }, scores: { recovery: number('recovery') },
    }),
    sleeps: into('sleep', SPAN, {
      ...DEVICE, metadata: { is_nap: { from: ['nap'], read: (item) => item.nap === true }, upload_type: constant(2) },
      sleep_durations_data: {
        asleep: {
          duration_asleep_state_seconds: number('asleep_seconds'), duration_deep_sleep_state_seconds: STAGES.deep,
          duration_light_sleep_state_seconds: STAGES.light, duration_REM_sleep_state_seconds: STAGES.rem, num_REM_events: STAGES.episodes(6),
        },
        awake: {
          duration_awake_state_seconds: STAGES.awake, sleep_latency_seconds: number('latency_seconds'), num_wakeup_events: integer('wakings'),
        },
        other: { duration_in_bed_seconds: number('in_bed_seconds') },
        hypnogram_samples: STAGES.samples, sleep_efficiency: percent('efficiency_percent'),
      },
      heart_rate_data: {
        summary: {
          avg_hr_bpm: number('heart_rate.average'), min_hr_bpm: number('heart_rate.least'), max_hr_bpm: number('heart_rate.most'),
          avg_hrv_rmssd: number('hrv.average'),
        },
        detailed: {
          hr_samples: evenly('heart_rate.values', 'bpm', EVERY),
          hrv_samples_rmssd: evenly('hrv.values', 'hrv_rmssd', { every: 'hrv.every_seconds' }),
        },
      },
      respiration_data: {
        breaths_data: { avg_breaths_per_min: number('breaths_per_minute') },
        oxygen_saturation_data: { avg_saturation_percentage: number('oxygen_percent') },
        snoring_data: { total_snoring_duration_seconds: number('snoring_seconds') },
      },
      temperature_data: { delta: number('skin_temperature_delta') }, scores: { sleep: number('score') },
    }),
    vitals: into('body', DAY, {
      heart_data: { heart_rate_data: { summary: { resting_hr_bpm: number('resting_hr'), avg_hrv_rmssd: number('hrv_rmssd') } } },
      temperature_data: {
        skin_temperature_samples: one({ timestamp: AT, temperature_celsius: number('skin_celsius') }),
        body_temperature_samples: one({ timestamp: AT, temperature_celsius: number('body_celsius') }),
      },
      oxygen_data: {
        avg_saturation_percentage: number('oxygen_percent'), vo2max_ml_per_min_per_kg: number('vo2max'),
        saturation_samples: one({ timestamp: AT, percentage: number('oxygen_percent'), type: constant(0) }),
      },
    }),
    scales: into('body', MEASURED, {
      measurements_data: {
        measurements: one({
          measurement_time: AT, weight_kg: number('kilograms'), height_cm: number('centimeters'), BMI: number('bmi'),
          bodyfat_percentage: number('fat_percent'), lean_mass_g: number('lean_grams'), muscle_mass_g: number('muscle_grams'),
          bone_mass_g: number('bone_grams'), water_percentage: number('water_percent'), BMR: number('bmr_kcal'),
        }),
      },
    }),
    cuff: into('body', MEASURED, {
      blood_pressure_data: {
        blood_pressure_samples: one({ timestamp: AT, systolic_bp: number('systolic'), diastolic_bp: number('diastolic') }),
      },
      heart_data: { heart_rate_data: { detailed: { hr_samples: one({ timestamp: AT, bpm: number('pulse') }) } } },
    }),
    glucose: into('body', day({ date: 'date', moment: clock('start') }), {
      glucose_data: { blood_glucose_samples: evenly('values', 'blood_glucose_mg_per_dL', { every: 'every_seconds' }) },
    }),
    workouts: into('activity', SPAN, {
      ...DEVICE, metadata: { type: table('sport', SPORTS, 0), ...AUTOMATIC },
      active_durations_data: { activity_seconds: number('seconds') },
      calories_data: { net_activity_calories: number('active_kcal') },
      distance_data: {
        summary: {
          distance_meters: number('meters'), steps: integer('steps'), elevation: { gain_actual_meters: number('climb_meters') },
          swimming: { num_laps: integer('lengths'), num_strokes: integer('strokes'), pool_length_meters: integer('pool_meters') },
        },
        detailed: {
          distance_samples: parallel('samples.meters', 'distance_meters', SAMPLES),
          elevation_samples: parallel('samples.elevation', 'elev_meters', SAMPLES),
        },
      },
      heart_rate_data: {
        summary: {
          avg_hr_bpm: number('heart_rate.average'), min_hr_bpm: number('heart_rate.least'), max_hr_bpm: number('heart_rate.most'),
          hr_zone_data: zoneDurations({ 'very light': number('zones.0'), light: number('zones.1'), moderate: number('zones.2'), hard: number('zones.3'), maximum: number('zones.4') }),
        },
        detailed: { hr_samples: parallel('samples.heart_rate', 'bpm', SAMPLES) },
      },
      movement_data: {
        avg_speed_meters_per_second: number('speed.average'), max_speed_meters_per_second: number('speed.most'), avg_cadence_rpm: number('cadence'),
        speed_samples: parallel('samples.speed', 'speed_meters_per_second', SAMPLES),
        cadence_samples: parallel('samples.cadence', 'cadence_rpm', SAMPLES),
      },
      power_data: { avg_watts: number('power.average'), max_watts: number('power.most'), power_samples: parallel('samples.power', 'watts', SAMPLES) },
      position_data: { position_samples: positions('samples.position', SAMPLES) },
      lap_data: {
        laps: list('laps', {
          start_time: told(clock('start')), end_time: told(clock('end')), active_duration_seconds: integer('seconds'),
          distance_meters: number('meters'), avg_speed_meters_per_second: number('speed'), avg_hr_bpm: number('heart_rate'),
        }),
      },
      strain_data: { strain_level: number('load') },
    }),
    food: into('nutrition', DAY, {
      summary: {
        macros: {
          calories: number('kcal'), carbohydrates_g: number('carbs_grams'), protein_g: number('protein_grams'), fat_g: number('fat_grams'),
          fiber_g: number('fiber_grams'), sodium_mg: number('sodium_mg'),
        },
        water_ml: number('water_ml'),
      },
      meals: list('meals', {
        id: text('id'), timestamp: AT, name: text('name'), type: table('kind', { breakfast: 1, lunch: 3, dinner: 5, snack: 6 }, 0),
        quantity: { unit: constant(1), amount: number('grams') },
        macros: {
          calories: number('kcal'), carbohydrates_g: number('carbs_grams'), protein_g: number('protein_grams'), fat_g: number('fat_grams'),
          fiber_g: number('fiber_grams'), sodium_mg: number('sodium_mg'),
        },
        micros: { sodium_mg: number('sodium_mg') },
      }),
    }),
    cycle: into('menstruation', DAY, {
      menstruation_data: {
        day_in_cycle: integer('day_in_cycle'), current_phase: table('phase', PHASES, 0), length_of_current_phase_days: integer('phase_days'),
        days_until_next_phase: integer('days_until_next_phase'), period_start_date: text('period_start'), period_length_days: integer('period_days'),
        cycle_length_days: integer('cycle_days'), ovulation_day: text('ovulation_day'),
        menstruation_flow: one({ timestamp: told(clock('noted_at')), flow: table('flow', { light: 2, medium: 3, heavy: 4 }, 0) }, ['flow']),
      },
    }),
  },
})
