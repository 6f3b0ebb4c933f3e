import type { CadenceSample, PowerSample, SpeedSample } from '../schema/activity.ts'
import type { BloodPressureSample, MeasurementDataSample } from '../schema/body.ts'
import { activityType, activityTypes } from '../source/activity-types.ts'
import { clock, latestOf, told } from '../source/clocks.ts'
import { counted as countedOf } from '../source/counted.ts'
import { onDevice } from '../source/define.ts'
import { latLng } from '../source/derive.ts'
import { gatherSessions } from '../source/gather.ts'
import { hypnogram, totalsOf } from '../source/hypnogram.ts'
import { type Kinds, kindsResource } from '../source/kinds.ts'
import { into, resource } from '../source/map.ts'
import { type Numeric, number, numeric } from '../source/numbers.ts'
import { day, session } from '../source/places.ts'
import { device, sleepUploadType, uploadType } from '../source/provenance.ts'
import { goTo, type Item, reading } from '../source/reader.ts'
import { constant, first, odd, rounded, text } from '../source/readers.ts'
import { list } from '../source/samples.ts'
import { sleepLevel, spanList } from '../source/stages.ts'
import { leastOver, meanOver, mostOver } from '../source/sums.ts'
import { together } from '../source/together.ts'
import { quantity, type Unit, unitAt } from '../source/units.ts'

/** Times are UTC, the zone stands beside. */
const START = clock('startDate', 'iso', 'zoneOffset')
const END = clock('endDate|startDate', 'iso', 'zoneOffset')
const AT = told(START)
const DAY = day({ moment: clock('first.startDate', 'iso', 'first.zoneOffset'), slice: 'batch' })
const UNIT = unitAt('unit')
const value = (unit: Unit, bounds = {}) => quantity('value', UNIT, unit, bounds)
const COUNT = numeric('value', { least: 0 })
const counted = (kind: string, read: Numeric) => countedOf([`kinds.${kind}`], { start: START, end: END, value: read })
const steps = counted('STEP_COUNT', COUNT)
const distance = counted('DISTANCE', value('m', { least: 0 }))
const floors = counted('FLOORS_CLIMBED', COUNT)
const active = counted('ACTIVE_CALORIES_BURNED', value('kcal', { least: 0 }))
const bpm = value('bpm', { least: 1 })
const METHODS = { active: 1, automatic: 1, manual: 2 } as const
const upload = odd<0 | 1 | 2>(['kinds.*.*.source.recordingMethod'], ({ kinds }) => {
  const methods = (Object.values(kinds) as Item[][])
    .flat()
    .map(({ source }) => String(source?.recordingMethod).toLowerCase())
  return methods.includes('manual') ? 2 : methods.some((method) => method in METHODS) ? 1 : 0
})
const deviceOf = (at: string) =>
  device({
    name: `${at}.deviceName`,
    manufacturer: `${at}.deviceManufacturer`,
    hardware_version: `${at}.deviceModel`,
    serial_number: `${at}.deviceId`,
  })

// biome-ignore format: a table reads better in rows.
const daily = into('daily', DAY, {
  metadata: { upload_type: upload },
  calories_data: {
    net_activity_calories: active.total, total_burned_calories: counted('TOTAL_CALORIES_BURNED', value('kcal', { least: 0 })).total,
    calorie_samples: active.each('calories'),
  },
  device_data: deviceOf('first.source'),
  distance_data: {
    steps: rounded(steps.total), distance_meters: distance.total, floors_climbed: rounded(floors.total),
    detailed: {
      step_samples: steps.running('steps'), distance_samples: distance.running('distance_meters'),
      floors_climbed_samples: floors.running('floors_climbed'),
    },
  },
  heart_rate_data: {
    detailed: {
      hr_samples: list('kinds.HEART_RATE', { timestamp: AT, bpm }),
      hrv_samples_rmssd: list('kinds.HEART_RATE_VARIABILITY', { timestamp: AT, hrv_rmssd: value('ms') }),
    },
    summary: {
      avg_hr_bpm: meanOver('kinds.HEART_RATE', bpm), max_hr_bpm: mostOver('kinds.HEART_RATE', bpm), min_hr_bpm: leastOver('kinds.HEART_RATE', bpm),
      resting_hr_bpm: meanOver('kinds.RESTING_HEART_RATE', bpm), avg_hrv_rmssd: meanOver('kinds.HEART_RATE_VARIABILITY', value('ms')),
    },
  },
})
const measurements = list<MeasurementDataSample>
const MEASURED = { measurement_time: AT }
// biome-ignore format: a table reads better in rows.
const body = into('body', DAY, {
  blood_pressure_data: {
    // One measurement comes as two records of one parent and moment.
    blood_pressure_samples: together<BloodPressureSample>(
      list<BloodPressureSample>('kinds.BLOOD_PRESSURE_SYSTOLIC', { timestamp: AT, systolic_bp: value('mmHg') }),
      list<BloodPressureSample>('kinds.BLOOD_PRESSURE_DIASTOLIC', { timestamp: AT, diastolic_bp: value('mmHg') }),
    ),
  },
  device_data: deviceOf('first.source'),
  glucose_data: { blood_glucose_samples: list('kinds.BLOOD_GLUCOSE', { timestamp: AT, blood_glucose_mg_per_dL: value('mg/dL') }) },
  hydration_data: { day_total_water_consumption_ml: counted('HYDRATION', value('mL')).total },
  measurements_data: {
    measurements: together(
      measurements('kinds.WEIGHT', { ...MEASURED, weight_kg: value('kg') }), measurements('kinds.HEIGHT', { ...MEASURED, height_cm: value('cm') }),
      measurements('kinds.BMI', { ...MEASURED, BMI: COUNT }), measurements('kinds.BODY_FAT', { ...MEASURED, bodyfat_percentage: value('percent') }),
      measurements('kinds.LEAN_BODY_MASS', { ...MEASURED, lean_mass_g: value('g') }),
      measurements('kinds.SKELETAL_MUSCLE_MASS', { ...MEASURED, muscle_mass_g: value('g') }),
      measurements('kinds.BASAL_METABOLIC_RATE', { ...MEASURED, BMR: COUNT }),
    ),
  },
  oxygen_data: {
    saturation_samples: list('kinds.OXYGEN_SATURATION', { timestamp: AT, percentage: value('percent'), type: constant(0) }),
    vo2_samples: list('kinds.VO2_MAX', { timestamp: AT, vo2max_ml_per_min_per_kg: COUNT }),
  },
  temperature_data: { body_temperature_samples: list('kinds.BODY_TEMPERATURE', { timestamp: AT, temperature_celsius: value('degC') }) },
})
const sum = (kind: string, unit: Unit) => counted(`${kind}_TOTAL`, value(unit)).total
// biome-ignore format: a table reads better in rows.
const nutrition = into('nutrition', DAY, {
  summary: {
    macros: {
      calories: sum('ENERGY', 'kcal'), carbohydrates_g: sum('TOTAL_CARBOHYDRATE', 'g'), cholesterol_mg: sum('CHOLESTEROL', 'mg'), fat_g: sum('TOTAL_FAT', 'g'),
      fiber_g: sum('DIETARY_FIBER', 'g'), protein_g: sum('PROTEIN', 'g'), saturated_fat_g: sum('SATURATED_FAT', 'g'), sodium_mg: sum('SODIUM', 'mg'), sugar_g: sum('SUGAR', 'g'),
    },
    micros: {
      biotin_mg: sum('BIOTIN', 'mg'), caffeine_mg: sum('CAFFEINE', 'mg'), calcium_mg: sum('CALCIUM', 'mg'), chloride_mg: sum('CHLORIDE', 'mg'),
      chromium_mg: sum('CHROMIUM', 'mg'), copper_mg: sum('COPPER', 'mg'), folate_mg: sum('FOLATE', 'mg'), iodine_mg: sum('IODINE', 'mg'), iron_mg: sum('IRON', 'mg'),
      magnesium_mg: sum('MAGNESIUM', 'mg'), manganese_mg: sum('MANGANESE', 'mg'), molybdenum_mg: sum('MOLYBDENUM', 'mg'), niacin_mg: sum('NIACIN', 'mg'),
      pantothenic_acid_mg: sum('PANTOTHENIC_ACID', 'mg'), phosphorus_mg: sum('PHOSPHORUS', 'mg'), potassium_mg: sum('POTASSIUM', 'mg'),
      riboflavin_mg: sum('RIBOFLAVIN', 'mg'), selenium_mg: sum('SELENIUM', 'mg'), thiamin_mg: sum('THIAMIN', 'mg'), vitamin_A_mg: sum('VITAMIN_A', 'mg'),
      vitamin_B12_mg: sum('VITAMIN_B12', 'mg'), vitamin_B6_mg: sum('VITAMIN_B6', 'mg'), vitamin_C_mg: sum('VITAMIN_C', 'mg'), vitamin_D_mg: sum('VITAMIN_D', 'mg'),
      vitamin_E_mg: sum('VITAMIN_E', 'mg'), vitamin_K_mg: sum('VITAMIN_K', 'mg'), zinc_mg: sum('ZINC', 'mg'),
      monounsaturated_fat_g: sum('MONOUNSATURATED_FAT', 'g'), polyunsaturated_fat_g: sum('POLYUNSATURATED_FAT', 'g'),
    },
    water_ml: counted('HYDRATION', value('mL')).total,
  },
})

/** Stages of one sleep have one parent; its length has no limit but a day's. */
const DAY_S = 86_400
const night = hypnogram(spanList('slices', { start: START, end: END, level: sleepLevel('stage') }), { same: 'joined' })
// biome-ignore format: a table reads better in rows.
const SLEEP = resource(
  'data.sleep',
  [
    into('sleep', session({ id: 'slices.0.parentId', start: clock('slices.0.startDate', 'iso', 'slices.0.zoneOffset'), end: latestOf('slices', END) }), {
      metadata: { upload_type: sleepUploadType('slices.0.source.recordingMethod', { active: 2 }) },
      device_data: deviceOf('slices.0.source'), scores: { sleep: number('slices.0.values[type=sleepScore].value') },
      sleep_durations_data: {
        ...totalsOf(night),
        hypnogram_samples: night.samples,
      },
    }),
  ],
  { gather: gatherSessions({ start: START, end: END, gapSeconds: DAY_S, by: 'parentId' }) },
)

const TYPES = activityTypes(
  '1=BIKING 18=BIKING_STATIONARY 58=RUNNING_TREADMILL,TREADMILL 83=SWIMMING_POOL 84=SWIMMING_OPEN_WATER 21=CALISTHENICS',
)
const stat = (names: string, unit: Unit): Numeric =>
  first(
    ...names
      .split(' ')
      .map((name) => quantity(`values[type=${name}].value`, unitAt(`values[type=${name}].unit`), unit)),
  )
/** Steps a minute are of both feet, revolutions of one. */
const HALF = 0.5
const cadence = (at: string): Numeric => {
  const unitOf = goTo(`${at}unit`)
  const amount = numeric(`${at}value`, { least: 0 })
  return odd([`${at}value`, `${at}unit`], (item, context) => {
    const found = amount.read(item, context)
    return found === undefined ? undefined : found * (unitOf(item) === 'spm' ? HALF : 1)
  })
}
const sample = (type: string) => ({ where: reading(['type'], (item: Item) => item?.type === type) })
const SAMPLE = { timestamp: told(clock('timestamp')) }
// biome-ignore format: a table reads better in rows.
const WORKOUTS = resource('data.workouts', [
  into('activity', session({ id: 'id|parentId', start: START, end: END }), {
    metadata: { type: activityType('type', TYPES), name: text('title'), upload_type: uploadType('source.recordingMethod', { active: 1 }) },
    active_durations_data: { activity_seconds: stat('duration', 's') },
    calories_data: { total_burned_calories: stat('calories totalCalories', 'kcal'), net_activity_calories: stat('activeEnergyBurned', 'kcal') },
    device_data: deviceOf('source'),
    distance_data: {
      summary: {
        distance_meters: stat('distance', 'm'), steps: rounded(numeric('values[type=stepCount].value')),
        elevation: {
          gain_actual_meters: stat('altitudeGain', 'm'), loss_actual_meters: stat('altitudeLoss', 'm'),
          max_meters: stat('maxAltitude', 'm'), min_meters: stat('minAltitude', 'm'),
        },
      },
      detailed: { elevation_samples: list('route', { ...SAMPLE, elev_meters: numeric('altitudeM') }) },
    },
    heart_rate_data: {
      summary: { avg_hr_bpm: stat('meanHeartRate', 'bpm'), max_hr_bpm: stat('maxHeartRate', 'bpm'), min_hr_bpm: stat('minHeartRate', 'bpm') },
      detailed: { hr_samples: list('samples', { ...SAMPLE, bpm: number('value', { least: 1 }) }, sample('heartRate')) },
    },
    movement_data: {
      avg_speed_meters_per_second: stat('meanSpeed', 'm/s'), max_speed_meters_per_second: stat('maxSpeed', 'm/s'),
      avg_cadence_rpm: cadence('values[type=meanCadence].'), max_cadence_rpm: cadence('values[type=maxCadence].'),
      cadence_samples: list<CadenceSample>('samples', { ...SAMPLE, cadence_rpm: cadence('') }, sample('cadence')),
      speed_samples: list<SpeedSample>('samples', { ...SAMPLE, speed_meters_per_second: value('m/s') }, sample('speed')),
    },
    oxygen_data: { vo2max_ml_per_min_per_kg: number('values[type=vo2Max].value') },
    position_data: {
      start_pos_lat_lng_deg: latLng('route.0.latitude', 'route.0.longitude'),
      position_samples: list('route', { ...SAMPLE, coords_lat_lng_deg: latLng('latitude', 'longitude') }),
    },
    power_data: { power_samples: list<PowerSample>('samples', { ...SAMPLE, watts: number('value') }, sample('power')) },
  }),
])

const sourceOf = reading(['source.deviceType', 'source.appId', 'source.deviceId'], ({ source }: Item): string => {
  const place = /watch|ring|band/i.test(source?.deviceType ?? '')
    ? 'watch'
    : /phone|mobile/i.test(source?.deviceType ?? '')
      ? 'phone'
      : 'app'
  return `${place}/${source?.appId ?? ''}/${source?.deviceId ?? ''}`
})
const KINDS: Kinds = {
  kind: 'type',
  start: START,
  end: END,
  id: 'id',
  counted: {
    kinds: ['STEP_COUNT', 'DISTANCE', 'FLOORS_CLIMBED', 'ACTIVE_CALORIES_BURNED', 'TOTAL_CALORIES_BURNED'],
    source: sourceOf,
    order: [/^watch/, /^phone/],
  },
  leftOut: {
    'the schema has it within a workout or a sleep only': 'POWER SPEED CYCLING_PEDALING_CADENCE RESPIRATORY_RATE',
    'the schema has no place for it': 'BODY_FAT_MASS',
  },
}

/** Read on the phone through the Samsung Health data store and sent by the app. */
export default onDevice({
  omits: {
    '*': { '/provider /sdkVersion /syncTimestamp': 'of the envelope' },
    records: {
      'parentId metadata metadata.**': 'readings of one measurement are of one moment too',
      unit: 'of counts',
    },
    sleep: {
      'id metadata metadata.**': 'a sleep is made of many stages',
      'source.appId source.deviceType': 'one sleep is of one device',
      'values.*.**': 'the score alone is asked for',
      'values[type=sleepScore].unit': 'a score has none',
    },
    workouts: {
      'source.appId source.deviceType parentId': 'a workout is of one device',
      'notes metadata metadata.** segments segments.** laps laps.**': 'nothing there that has a place',
      'values[type=vo2Max].unit values[type=stepCount].unit': 'it has one unit only',
      'samples.*.unit': 'those of the schema',
      'route.*.horizontalAccuracyM route.*.verticalAccuracyM': 'how exact a point is',
    },
  },
  slug: 'samsung-health',
  resource: 'SAMSUNG',
  name: 'Samsung Health',
  maps: { records: kindsResource('data.records', [daily, body, nutrition], KINDS), sleep: SLEEP, workouts: WORKOUTS },
})
