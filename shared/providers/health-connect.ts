import type { BloodPressureSample, MeasurementDataSample, TemperatureSample } from '../schema/body.ts'
import type { HeartRateDataSample } from '../schema/common.ts'
import { activityType, activityTypes } from '../source/activity-types.ts'
import { clock, told } from '../source/clocks.ts'
import { counted as countedOf } from '../source/counted.ts'
import { onDevice } from '../source/define.ts'
import { latLng } from '../source/derive.ts'
import { hypnogram, totalsOf } from '../source/hypnogram.ts'
import { type Kinds, kindsResource } from '../source/kinds.ts'
import { into, resource } from '../source/map.ts'
import { type Numeric, number } from '../source/numbers.ts'
import { anyOffset, offset } from '../source/offsets.ts'
import type { Omits } from '../source/omits.ts'
import { day, session } from '../source/places.ts'
import { device, sleepUploadType, uploadType } from '../source/provenance.ts'
import { type Item, reading } from '../source/reader.ts'
import { constant, first, odd, rounded, table, text } from '../source/readers.ts'
import { list } from '../source/samples.ts'
import { sleepLevel, spanList } from '../source/stages.ts'
import { meanOver } from '../source/sums.ts'
import { ofSeries, pieces, together } from '../source/together.ts'
import { unitObject } from '../source/units.ts'
import { dayText, localDay } from '../source/wall-clock.ts'

/** Times are UTC; the zone stands beside, where the app that wrote the record knew it. */
const zone = (at = '') =>
  anyOffset(offset(`${at}startZoneOffset`), offset(`${at}zoneOffset`), offset(`${at}endZoneOffset`))
const START = clock('startTime|time', 'iso', zone())
const END = clock('endTime|time', 'iso', zone())
const AT = told(START)
const DAY = day({ moment: clock('first.startTime|first.time', 'iso', zone('first.')), slice: 'batch' })
const inZoneOf = (path: string) => told(clock(path, 'iso'))

const energy = (path: string) =>
  unitObject(path, { inKilocalories: 'kcal', inKilojoules: 'kJ', inCalories: 'cal', inJoules: 'J' }, 'kcal', {
    least: 0,
  })
const length = (path: string, to: 'm' | 'cm') =>
  unitObject(path, { inMeters: 'm', inKilometers: 'km', inMiles: 'mi', inFeet: 'ft', inInches: 'in' }, to, { least: 0 })
const mass = (path: string, to: 'kg' | 'g' | 'mg') =>
  unitObject(
    path,
    { inKilograms: 'kg', inGrams: 'g', inMilligrams: 'mg', inMicrograms: 'ug', inPounds: 'lb', inOunces: 'oz' },
    to,
    { least: 0 },
  )
const degrees = unitObject('temperature', { inCelsius: 'degC', inFahrenheit: 'degF' }, 'degC')
const volume = unitObject('volume', { inMilliliters: 'mL', inLiters: 'L', inFluidOuncesUs: 'fl_oz_us' }, 'mL', {
  least: 0,
})
const pressure = (path: string) => number(`${path}.inMillimetersOfMercury`, { least: 1 })
const WATT_A_DAY = 86_400 / 4184
const perDay = first(
  number('basalMetabolicRate.inKilocaloriesPerDay'),
  number('basalMetabolicRate.inWatts', { times: WATT_A_DAY }),
)
const counted = (kind: string, value: Numeric) => countedOf([`kinds.${kind}`], { start: START, end: END, value })
const steps = counted('Steps', number('count', { least: 0 }))
const distance = counted('Distance', length('distance', 'm'))
const floors = counted('FloorsClimbed', number('floors', { least: 0 }))
const active = counted('ActiveCaloriesBurned', energy('energy'))
const total = (kind: string, value: Numeric) => counted(kind, value).total
const HEART = pieces(
  'kinds.HeartRate',
  list<HeartRateDataSample>('samples', { timestamp: inZoneOf('time'), bpm: number('beatsPerMinute', { least: 1 }) }),
)
const RMSSD = number('heartRateVariabilityMillis', { least: 0 })
const MANUAL = 3
const upload = odd<0 | 1 | 2>(['kinds.*.*.metadata.recordingMethod'], ({ kinds }) => {
  const methods = (Object.values(kinds) as Item[][]).flat().map(({ metadata }) => metadata?.recordingMethod ?? 0)
  return methods.includes(MANUAL) ? 2 : methods.some((method) => method > 0) ? 1 : 0
})
const deviceOf = (at: string) => device({ name: `${at}.device.model`, manufacturer: `${at}.device.manufacturer` })

// biome-ignore format: a table reads better in rows.
const daily = into('daily', DAY, {
  metadata: { upload_type: upload },
  calories_data: {
    net_activity_calories: active.total, total_burned_calories: total('TotalCaloriesBurned', energy('energy')), calorie_samples: active.each('calories'),
  },
  device_data: deviceOf('first.metadata'),
  distance_data: {
    steps: rounded(steps.total), distance_meters: distance.total, floors_climbed: rounded(floors.total),
    elevation: { gain_actual_meters: total('ElevationGained', length('elevation', 'm')) },
    detailed: {
      step_samples: steps.running('steps'), distance_samples: distance.running('distance_meters'),
      floors_climbed_samples: floors.running('floors_climbed'),
    },
  },
  heart_rate_data: {
    detailed: { hr_samples: HEART, hrv_samples_rmssd: list('kinds.HeartRateVariabilityRmssd', { timestamp: AT, hrv_rmssd: RMSSD }) },
    summary: {
      avg_hr_bpm: ofSeries('mean', HEART, 'bpm'), max_hr_bpm: ofSeries('most', HEART, 'bpm'), min_hr_bpm: ofSeries('least', HEART, 'bpm'),
      resting_hr_bpm: meanOver('kinds.RestingHeartRate', number('beatsPerMinute', { least: 1 })),
      avg_hrv_rmssd: meanOver('kinds.HeartRateVariabilityRmssd', RMSSD),
    },
  },
})

const measurements = list<MeasurementDataSample>
const MEASURED = { measurement_time: AT }
/** Deviations from the baseline of the same record, which is a temperature; without that they are none. */
const SKIN = pieces<TemperatureSample>('kinds.SkinTemperature', {
  from: ['baseline.inCelsius', 'deltas.*.time', 'deltas.*.delta.inCelsius'],
  gives: ['timestamp', 'temperature_celsius'],
  read: (item, context) => {
    const base = item.baseline?.inCelsius
    if (typeof base !== 'number') return undefined
    return list<{ timestamp: string; temperature_celsius: number }>('deltas', {
      timestamp: inZoneOf('time'),
      temperature_celsius: odd(['delta.inCelsius'], ({ delta }) =>
        typeof delta?.inCelsius === 'number' ? Number((base + delta.inCelsius).toPrecision(12)) : undefined,
      ),
    }).read(item, context)
  },
})
// biome-ignore format: a table reads better in rows.
const body = into('body', DAY, {
  blood_pressure_data: {
    blood_pressure_samples: list<BloodPressureSample>('kinds.BloodPressure', { timestamp: AT, systolic_bp: pressure('systolic'), diastolic_bp: pressure('diastolic') }),
  },
  device_data: deviceOf('first.metadata'),
  glucose_data: {
    blood_glucose_samples: list('kinds.BloodGlucose', {
      timestamp: AT, blood_glucose_mg_per_dL: unitObject('level', { inMilligramsPerDeciliter: 'mg/dL', inMillimolesPerLiter: 'mmol/L' }, 'mg/dL'),
    }),
  },
  hydration_data: {
    day_total_water_consumption_ml: total('Hydration', volume),
    hydration_amount_samples: list('kinds.BodyWaterMass', { timestamp: AT, hydration_kg: mass('mass', 'kg') }),
  },
  measurements_data: {
    measurements: together(
      measurements('kinds.Weight', { ...MEASURED, weight_kg: mass('weight', 'kg') }), measurements('kinds.Height', { ...MEASURED, height_cm: length('height', 'cm') }),
      measurements('kinds.BodyFat', { ...MEASURED, bodyfat_percentage: number('percentage') }), measurements('kinds.BoneMass', { ...MEASURED, bone_mass_g: mass('mass', 'g') }),
      measurements('kinds.LeanBodyMass', { ...MEASURED, lean_mass_g: mass('mass', 'g') }), measurements('kinds.BasalMetabolicRate', { ...MEASURED, BMR: perDay }),
    ),
  },
  oxygen_data: {
    saturation_samples: list('kinds.OxygenSaturation', { timestamp: AT, percentage: number('percentage'), type: constant(0) }),
    vo2_samples: list('kinds.Vo2Max', { timestamp: AT, vo2max_ml_per_min_per_kg: number('vo2MillilitersPerMinuteKilogram') }),
  },
  temperature_data: {
    body_temperature_samples: together(
      list('kinds.BasalBodyTemperature', { timestamp: AT, temperature_celsius: degrees }), list('kinds.BodyTemperature', { timestamp: AT, temperature_celsius: degrees }),
    ),
    skin_temperature_samples: SKIN,
  },
})

const g = (field: string) => total('Nutrition', mass(field, 'g'))
const mg = (field: string) => total('Nutrition', mass(field, 'mg'))
// biome-ignore format: a table reads better in rows.
const nutrition = into('nutrition', DAY, {
  summary: {
    macros: {
      calories: total('Nutrition', energy('energy')), carbohydrates_g: g('totalCarbohydrate'), cholesterol_mg: mg('cholesterol'), fat_g: g('totalFat'),
      fiber_g: g('dietaryFiber'), protein_g: g('protein'), saturated_fat_g: g('saturatedFat'), sodium_mg: mg('sodium'), sugar_g: g('sugar'), trans_fat_g: g('transFat'),
    },
    micros: {
      biotin_mg: mg('biotin'), caffeine_mg: mg('caffeine'), calcium_mg: mg('calcium'), chloride_mg: mg('chloride'), chromium_mg: mg('chromium'),
      copper_mg: mg('copper'), folate_mg: mg('folate'), folic_acid_mg: mg('folicAcid'), iodine_mg: mg('iodine'), iron_mg: mg('iron'), magnesium_mg: mg('magnesium'),
      manganese_mg: mg('manganese'), molybdenum_mg: mg('molybdenum'), niacin_mg: mg('niacin'), pantothenic_acid_mg: mg('pantothenicAcid'),
      phosphorus_mg: mg('phosphorus'), potassium_mg: mg('potassium'), riboflavin_mg: mg('riboflavin'), selenium_mg: mg('selenium'), thiamin_mg: mg('thiamin'),
      vitamin_A_mg: mg('vitaminA'), vitamin_B12_mg: mg('vitaminB12'), vitamin_B6_mg: mg('vitaminB6'), vitamin_C_mg: mg('vitaminC'), vitamin_D_mg: mg('vitaminD'),
      vitamin_E_mg: mg('vitaminE'), vitamin_K_mg: mg('vitaminK'), zinc_mg: mg('zinc'), monounsaturated_fat_g: g('monounsaturatedFat'), polyunsaturated_fat_g: g('polyunsaturatedFat'),
    },
    water_ml: total('Hydration', volume),
  },
})
const PERIOD = odd<string>(['kinds.MenstruationPeriod.*.startTime'], ({ kinds }, context) => {
  const start = kinds.MenstruationPeriod?.[0] && START.read(kinds.MenstruationPeriod[0], context)
  return start && dayText(localDay(start.at, start.offset))
})
const menstruation = into('menstruation', DAY, {
  menstruation_data: {
    period_start_date: PERIOD,
    intervals: list('kinds.MenstruationPeriod', { start_timestamp: AT, end_timestamp: told(END), phase: constant(1) }),
    menstruation_flow: list('kinds.MenstruationFlow', {
      timestamp: AT,
      flow: table('flow', { 0: 0, 1: 2, 2: 3, 3: 4 } as const, 0),
    }),
  },
})

const SESSION = session({ id: 'metadata.id', start: START, end: END })
const TYPES = activityTypes(`
  123=0 80=1,43,49,70 10=2 97=3,6,17,18,19,20,21,22,23,24,42,67,81 11=4 12=5 21=7,12,13,15,30,40,77 1=8 18=9 114=10,36 20=11
  23=14 24=16 25=25 9=26 26=27 27=28 28=29 30=31 32=32 122=33 33=34 34=35 35=37 36=38,52 104=39 39=41 44=44 129=46 48=47 49=48
  51=50 52=51 53=53 54=54 55=55 8=56 133=57 59=58 60=59 62=60 65=61 73=62 75=63 29=64 120=65 76=66 77=68 78=69 125=71 81=72
  84=73 83=74 85=75 87=76 89=78 7=79 96=80 98=82 100=83
`)
// biome-ignore format: a table reads better in rows.
const ACTIVITY = {
  metadata: { name: text('title'), type: activityType('exerciseType', TYPES), upload_type: uploadType('metadata.recordingMethod', { 0: 0, 1: 1, 2: 1, 3: 2 }) },
  device_data: deviceOf('metadata'),
  distance_data: { detailed: { elevation_samples: list('exerciseRoute.route', { timestamp: inZoneOf('time'), elev_meters: unitObject('altitude', { inMeters: 'm' }, 'm') }) } },
  lap_data: { laps: list('laps', { start_time: inZoneOf('startTime'), end_time: inZoneOf('endTime'), distance_meters: length('length', 'm') }) },
  position_data: { position_samples: list('exerciseRoute.route', { timestamp: inZoneOf('time'), coords_lat_lng_deg: latLng('latitude', 'longitude') }) },
}
const night = hypnogram(
  spanList('stages', {
    start: clock('startTime'),
    end: clock('endTime'),
    level: sleepLevel('stage', { 0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 1 }),
  }),
  { same: 'joined' },
)
// biome-ignore format: a table reads better in rows.
const SLEEP = {
  metadata: { upload_type: sleepUploadType('metadata.recordingMethod', { 0: 0, 1: 2, 2: 2, 3: 1 }) },
  device_data: deviceOf('metadata'),
  sleep_durations_data: {
    ...totalsOf(night),
    hypnogram_samples: night.samples,
  },
}
const RECORDS = [
  daily,
  body,
  nutrition,
  menstruation,
  into('activity', SESSION, ACTIVITY, { each: 'kinds.ExerciseSession', part: 'sessions' }),
  into('sleep', SESSION, SLEEP, { each: 'kinds.SleepSession', part: 'sessions' }),
]

/** 1 watch, 2 phone, 3 scale, 4 ring, 6 band. */
const WORN = [1, 4, 6]
const sourceOf = reading(
  ['metadata.dataOrigin', 'metadata.device.type', 'metadata.device.model'],
  ({ metadata }: Item): string => {
    const type = metadata?.device?.type
    const place = WORN.includes(type) ? 'watch' : type === 2 ? 'phone' : 'app'
    return `${place}/${metadata?.dataOrigin ?? ''}/${metadata?.device?.model ?? ''}`
  },
)
const KINDS: Kinds = {
  kind: 'recordType',
  start: START,
  end: END,
  id: 'metadata.id',
  version: 'metadata.lastModifiedTime',
  counted: {
    kinds: ['Steps', 'Distance', 'FloorsClimbed', 'ActiveCaloriesBurned', 'TotalCaloriesBurned', 'ElevationGained'],
    source: sourceOf,
    order: [/^watch/, /^phone/],
  },
  leftOut: {
    'the schema has it within a workout or a sleep only':
      'CyclingPedalingCadence Power Speed StepsCadence RespiratoryRate',
    'a positive test is not yet the day of ovulation': 'OvulationTest',
    'the schema has no place for it':
      'ActivityIntensity CervicalMucus IntermenstrualBleeding MindfulnessSession PlannedExerciseSession SexualActivity WheelchairPushes',
  },
}
/** Records as the reading call gives them, which does not say their type again: the payload's name is the type. */
// biome-ignore format: a table reads better in rows.
const TYPES_READ =
  'ActiveCaloriesBurned BasalBodyTemperature BasalMetabolicRate BloodGlucose BloodPressure BodyFat BodyTemperature BodyWaterMass BoneMass CervicalMucus CyclingPedalingCadence Distance ElevationGained ExerciseSession FloorsClimbed HeartRate HeartRateVariabilityRmssd Height Hydration IntermenstrualBleeding LeanBodyMass MenstruationFlow MenstruationPeriod Nutrition OvulationTest OxygenSaturation Power RespiratoryRate RestingHeartRate SexualActivity SkinTemperature SleepSession Speed Steps StepsCadence TotalCaloriesBurned Vo2Max Weight WheelchairPushes'
const GONE = { gone: () => true, part: 'sessions' }

const SYNC = 'for apps that write the same records to several stores'
const OMITS: Omits = {
  '*': {
    'metadata.clientRecordId metadata.clientRecordVersion': SYNC,
    'record.metadata.clientRecordId record.metadata.clientRecordVersion': SYNC,
    'bodyPosition measurementLocation record.bodyPosition record.measurementLocation':
      'the schema does not tell how the cuff was worn',
    'notes record.notes': 'what a person wrote is not asked for',
    'segments segments.** record.segments record.segments.**': 'the schema has laps, not exercises within a session',
    'exerciseRoute.type record.exerciseRoute.type': 'whether there is a route is told by the route',
    'startZoneOffset.id endZoneOffset.id zoneOffset.id record.startZoneOffset.id record.endZoneOffset.id record.zoneOffset.id':
      'the seconds beside it say the same',
    'endZoneOffset.totalSeconds record.endZoneOffset.totalSeconds': 'a record is told in the zone where it began',
    '/nextChangesToken /hasMore /changesTokenExpired /pageToken': 'of the reading call',
  },
}

/** Read on the phone through Health Connect and sent by the app: records of one type, or the changes since a token. */
export default onDevice({
  omits: OMITS,
  slug: 'health-connect',
  resource: 'HEALTH_CONNECT',
  name: 'Health Connect',
  maps: {
    ...Object.fromEntries(
      TYPES_READ.split(' ').map((type) => [
        type,
        kindsResource('records', RECORDS, { ...KINDS, otherwise: type }, { single: true }),
      ]),
    ),
    changes: kindsResource('upsertionChanges', RECORDS, { ...KINDS, within: 'record' }),
    // A deletion tells its id only. Sessions are known by it; of a day's readings it does not say the day: that is sent again.
    deletions: resource('deletionChanges', [
      into('activity', session({ id: 'recordId', start: START }), { metadata: ACTIVITY.metadata }, GONE),
      into('sleep', session({ id: 'recordId', start: START }), { metadata: SLEEP.metadata }, GONE),
    ]),
  },
})
