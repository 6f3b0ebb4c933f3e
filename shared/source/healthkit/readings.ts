import type { BloodPressureSample, MeasurementDataSample } from '../../schema/body.ts'
import { clock, inZone, told } from '../clocks.ts'
import { counted as countedOf } from '../counted.ts'
import { type Kinds, kindsRead } from '../kinds.ts'
import { into } from '../map.ts'
import { type Numeric, numeric } from '../numbers.ts'
import { anyOffset, offset } from '../offsets.ts'
import { day } from '../places.ts'
import { goTo, type Item, reading } from '../reader.ts'
import { constant, odd, orElse, rounded, table, text } from '../readers.ts'
import { list } from '../samples.ts'
import { countOf, leastOver, meanOver, mostOver, total } from '../sums.ts'
import { together } from '../together.ts'
import { quantity, type Unit, unitAt } from '../units.ts'
import { dayText, localDay } from '../wall-clock.ts'

/** Readings of the store, as the phone sends them and as the export has them. */

/** The offset in the text is that of the phone that sent or exported it; where it was measured is told beside it, if at all. */
export const ZONE = anyOffset(offset('metadata.HKTimeZone'), offset('zoneOffset'))
const START = inZone(clock('startDate'), ZONE)
const END = inZone(clock('endDate|startDate'), ZONE)
const AT = told(START)
const DAY = day({
  moment: inZone(clock('first.startDate'), anyOffset(offset('first.metadata.HKTimeZone'), offset('first.zoneOffset'))),
  slice: 'batch',
})
/** Units are the person's own. A `%` is a fraction of one: 0.97. */
const UNIT = unitAt('unit', { '%': 'ratio' })
const value = (unit: Unit, bounds = {}) => quantity('value', UNIT, unit, bounds)
/** Of kinds that have one unit only: counts, mL/min·kg, kcal/hr·kg, IU. */
const COUNT = numeric('value', { least: 0 })
const counted = (kinds: string, read: Numeric) =>
  countedOf(
    kinds.split(' ').map((kind) => `kinds.${kind}`),
    { start: START, end: END, value: read },
  )

const steps = counted('StepCount', COUNT)
const distance = counted('DistanceWalkingRunning DistanceWheelchair', value('m', { least: 0 }))
const floors = counted('FlightsClimbed', COUNT)
const active = counted('ActiveEnergyBurned', value('kcal', { least: 0 }))
const basal = counted('BasalEnergyBurned', value('kcal', { least: 0 }))
const sumOf = (kind: string, unit: Unit) => counted(kind, value(unit, { least: 0 })).total

const HEART = list('kinds.HeartRate', {
  timestamp: AT,
  bpm: value('bpm', { least: 1 }),
  context: table('metadata.HKMetadataKeyHeartRateMotionContext', { 0: 0, 1: 2, 2: 1 } as const),
})
const bpm = value('bpm', { least: 1 })
export const isManual = (item: Item): boolean =>
  ['1', 1, true].includes(item.metadata?.HKWasUserEntered) ||
  String(item.source?.recordingMethod).toLowerCase() === 'manual'
/** Manual where any reading of the day was entered by hand. */
const upload = odd<1 | 2>(['kinds.*.*.metadata.HKWasUserEntered', 'kinds.*.*.source.recordingMethod'], (item) =>
  Object.values(item.kinds as Record<string, Item[]>).some((readings) => readings.some(isManual)) ? 2 : 1,
)
const STOOD = ['HKCategoryValueAppleStandHourStood', 0, '0']
const SOURCE = 'first.source'
export const deviceOf = (at: string) => ({
  name: text(`${at}.name|${at}.deviceName`),
  manufacturer: text(`${at}.deviceManufacturer`),
  hardware_version: text(`${at}.deviceHardwareVersion|${at}.productType|${at}.deviceModel`),
  software_version: text(`${at}.deviceSoftwareVersion`),
})

// biome-ignore format: a table reads better in rows.
const daily = into('daily', DAY, {
  metadata: { upload_type: upload },
  active_durations_data: {
    activity_seconds: sumOf('AppleExerciseTime', 's'), standing_seconds: sumOf('AppleStandTime', 's'),
    standing_hours_count: countOf('kinds.AppleStandHour', (item) => STOOD.includes(item.value)),
  },
  calories_data: {
    BMR_calories: basal.total, net_activity_calories: active.total, total_burned_calories: total(active.total, basal.total),
    calorie_samples: active.each('calories'),
  },
  device_data: deviceOf(SOURCE),
  distance_data: {
    steps: rounded(steps.total), distance_meters: distance.total, floors_climbed: rounded(floors.total),
    swimming: { num_strokes: rounded(counted('SwimmingStrokeCount', COUNT).total) },
    detailed: {
      step_samples: steps.running('steps'), distance_samples: distance.running('distance_meters'),
      floors_climbed_samples: floors.running('floors_climbed'),
    },
  },
  heart_rate_data: {
    detailed: {
      hr_samples: HEART,
      // The store's variability is SDNN; it has no RMSSD.
      hrv_samples_sdnn: list('kinds.HeartRateVariabilitySDNN', { timestamp: AT, hrv_sdnn: value('ms') }),
    },
    summary: {
      avg_hr_bpm: meanOver('kinds.HeartRate', bpm), max_hr_bpm: mostOver('kinds.HeartRate', bpm),
      min_hr_bpm: leastOver('kinds.HeartRate', bpm), resting_hr_bpm: meanOver('kinds.RestingHeartRate', bpm),
      avg_hrv_sdnn: meanOver('kinds.HeartRateVariabilitySDNN', value('ms')),
    },
  },
  // kcal by kilogram and hour are METs.
  MET_data: { MET_samples: list('kinds.PhysicalEffort', { timestamp: AT, level: COUNT }) },
})

const measurements = list<MeasurementDataSample>
const MEASURED = { measurement_time: AT }
const INSULIN = { 1: 'basal', 2: 'bolus' } as const
// biome-ignore format: a table reads better in rows.
const body = into('body', DAY, {
  blood_pressure_data: {
    // Two readings of one moment are one measurement.
    blood_pressure_samples: together<BloodPressureSample>(
      list('kinds.BloodPressureSystolic', { timestamp: AT, systolic_bp: value('mmHg') }),
      list('kinds.BloodPressureDiastolic', { timestamp: AT, diastolic_bp: value('mmHg') }),
    ),
  },
  device_data: deviceOf(SOURCE),
  glucose_data: { blood_glucose_samples: list('kinds.BloodGlucose', { timestamp: AT, blood_glucose_mg_per_dL: value('mg/dL') }) },
  hydration_data: { day_total_water_consumption_ml: sumOf('DietaryWater', 'mL') },
  measurements_data: {
    measurements: together(
      measurements('kinds.BodyMass', { ...MEASURED, weight_kg: value('kg') }),
      measurements('kinds.BodyMassIndex', { ...MEASURED, BMI: COUNT }),
      measurements('kinds.BodyFatPercentage', { ...MEASURED, bodyfat_percentage: value('percent') }),
      measurements('kinds.LeanBodyMass', { ...MEASURED, lean_mass_g: value('g') }),
      measurements('kinds.Height', { ...MEASURED, height_cm: value('cm') }),
      measurements('kinds.InsulinDelivery', {
        ...MEASURED, insulin_units: COUNT, insulin_type: table<string>('metadata.HKInsulinDeliveryReason', INSULIN),
      }),
    ),
  },
  oxygen_data: {
    saturation_samples: list('kinds.OxygenSaturation', { timestamp: AT, percentage: value('percent'), type: constant(0) }),
    vo2_samples: list('kinds.VO2Max', { timestamp: AT, vo2max_ml_per_min_per_kg: COUNT }),
  },
  temperature_data: {
    body_temperature_samples: together(
      list('kinds.BasalBodyTemperature', { timestamp: AT, temperature_celsius: value('degC') }),
      list('kinds.BodyTemperature', { timestamp: AT, temperature_celsius: value('degC') }),
    ),
    skin_temperature_samples: list('kinds.AppleSleepingWristTemperature', { timestamp: AT, temperature_celsius: value('degC') }),
  },
})

const g = (kind: string) => sumOf(`Dietary${kind}`, 'g')
const mg = (kind: string) => sumOf(`Dietary${kind}`, 'mg')
// biome-ignore format: a table reads better in rows.
const nutrition = into('nutrition', DAY, {
  summary: {
    macros: {
      calories: sumOf('DietaryEnergyConsumed', 'kcal'), carbohydrates_g: g('Carbohydrates'), cholesterol_mg: mg('Cholesterol'),
      fat_g: g('FatTotal'), fiber_g: g('Fiber'), protein_g: g('Protein'), saturated_fat_g: g('FatSaturated'), sodium_mg: mg('Sodium'),
      sugar_g: g('Sugar'),
    },
    micros: {
      biotin_mg: mg('Biotin'), caffeine_mg: mg('Caffeine'), calcium_mg: mg('Calcium'), chloride_mg: mg('Chloride'),
      chromium_mg: mg('Chromium'), copper_mg: mg('Copper'), folate_mg: mg('Folate'), iodine_mg: mg('Iodine'), iron_mg: mg('Iron'),
      magnesium_mg: mg('Magnesium'), manganese_mg: mg('Manganese'), molybdenum_mg: mg('Molybdenum'), niacin_mg: mg('Niacin'),
      pantothenic_acid_mg: mg('PantothenicAcid'), phosphorus_mg: mg('Phosphorus'), potassium_mg: mg('Potassium'),
      riboflavin_mg: mg('Riboflavin'), selenium_mg: mg('Selenium'), thiamin_mg: mg('Thiamin'), vitamin_A_mg: mg('VitaminA'),
      vitamin_B12_mg: mg('VitaminB12'), vitamin_B6_mg: mg('VitaminB6'), vitamin_C_mg: mg('VitaminC'), vitamin_D_mg: mg('VitaminD'),
      vitamin_E_mg: mg('VitaminE'), vitamin_K_mg: mg('VitaminK'), zinc_mg: mg('Zinc'),
      monounsaturated_fat_g: g('FatMonounsaturated'), polyunsaturated_fat_g: g('FatPolyunsaturated'),
    },
    water_ml: sumOf('DietaryWater', 'mL'),
  },
})

/** Words of the export (since iOS 18 those of bleeding), and the store's codes. */
// biome-ignore format: a table reads better in rows.
const FLOW = {
  1: 5, 2: 2, 3: 3, 4: 4, 5: 1,
  HKCategoryValueMenstrualFlowUnspecified: 5, HKCategoryValueMenstrualFlowLight: 2, HKCategoryValueMenstrualFlowMedium: 3,
  HKCategoryValueMenstrualFlowHeavy: 4, HKCategoryValueMenstrualFlowNone: 1,
  HKCategoryValueVaginalBleedingUnspecified: 5, HKCategoryValueVaginalBleedingLight: 2, HKCategoryValueVaginalBleedingMedium: 3,
  HKCategoryValueVaginalBleedingHeavy: 4, HKCategoryValueVaginalBleedingNone: 1,
} as const
const FLOWS = goTo('kinds.MenstrualFlow')
/** The first day of a cycle says so of itself. */
const cycleStart = odd<string>(['kinds.MenstrualFlow.*.metadata.HKMenstrualCycleStart'], (item, context) => {
  const flows = (FLOWS(item) ?? []) as Item[]
  const first = flows.find(({ metadata }) => ['1', 1, true].includes(metadata?.HKMenstrualCycleStart))
  const start = first && START.read(first, context)
  return start && dayText(localDay(start.at, start.offset))
})
const menstruation = into('menstruation', DAY, {
  menstruation_data: {
    period_start_date: cycleStart,
    menstruation_flow: list('kinds.MenstrualFlow', { timestamp: AT, flow: orElse(table('value', FLOW), 0) }),
  },
})
export const READINGS = [daily, body, nutrition, menstruation]

/** Which device or app a reading is of. An app's readings are its own even where the phone that it runs on is named. */
export const sourceOf = reading(
  ['source.productType', 'source.deviceModel', 'source.deviceType', 'source.name', 'source.bundleIdentifier'],
  ({ source }: Item): string => {
    const made = `${source?.productType ?? ''} ${source?.deviceModel ?? ''} ${source?.deviceType ?? ''} ${source?.name ?? ''}`
    const ofAnApp = source?.bundleIdentifier !== undefined && !/^com\.apple\.health/i.test(source.bundleIdentifier)
    const place = ofAnApp ? 'app' : /watch/i.test(made) ? 'watch' : /phone/i.test(made) ? 'phone' : 'app'
    return `${place}/${source?.bundleIdentifier ?? ''}/${source?.name ?? ''}/${source?.productType ?? ''}`
  },
)
const COUNTED =
  'StepCount DistanceWalkingRunning DistanceWheelchair FlightsClimbed ActiveEnergyBurned BasalEnergyBurned AppleExerciseTime AppleStandTime SwimmingStrokeCount'

export const KINDS: Kinds = {
  kind: 'type',
  prefix: /^HK(?:Quantity|Category|Data)TypeIdentifier/,
  start: START,
  end: END,
  id: 'id|uuid',
  counted: { kinds: COUNTED.split(' '), source: sourceOf, order: [/^watch/, /^phone/] },
  // biome-ignore format: a table reads better in rows.
  leftOut: {
    'told by the sessions themselves': 'SleepAnalysis RespiratoryRate',
    'told by the workouts in which it was covered':
      'DistanceCycling DistanceSwimming DistanceDownhillSnowSports DistanceCrossCountrySkiing DistancePaddleSports DistanceRowing DistanceSkatingSports RunningPower RunningSpeed CyclingPower CyclingSpeed CyclingCadence CrossCountrySkiingSpeed PaddleSportsSpeed RowingSpeed PushCount WorkoutEffortScore EstimatedWorkoutEffortScore CyclingFunctionalThresholdPower UnderwaterDepth',
    'a positive test is not yet the day of ovulation': 'OvulationTestResult',
    'the schema has no place for it':
      'HeartRateRecoveryOneMinute WalkingHeartRateAverage AtrialFibrillationBurden HighHeartRateEvent LowHeartRateEvent IrregularHeartRhythmEvent LowCardioFitnessEvent HeartbeatSeries PeripheralPerfusionIndex ForcedVitalCapacity ForcedExpiratoryVolume1 PeakExpiratoryFlowRate InhalerUsage BloodAlcoholContent NumberOfAlcoholicBeverages NumberOfTimesFallen ElectrodermalActivity UVExposure TimeInDaylight WaterTemperature WaistCircumference NikeFuel AppleMoveTime SixMinuteWalkTestDistance StairAscentSpeed StairDescentSpeed WalkingSpeed WalkingStepLength WalkingAsymmetryPercentage WalkingDoubleSupportPercentage AppleWalkingSteadiness AppleWalkingSteadinessEvent RunningStrideLength RunningVerticalOscillation RunningGroundContactTime EnvironmentalAudioExposure HeadphoneAudioExposure EnvironmentalSoundReduction AudioExposureEvent EnvironmentalAudioExposureEvent HeadphoneAudioExposureEvent HandwashingEvent ToothbrushingEvent MindfulSession SleepDurationGoal SleepChanges AppleSleepingBreathingDisturbances SleepApneaEvent CervicalMucusQuality IntermenstrualBleeding SexualActivity Contraceptive Pregnancy Lactation PregnancyTestResult ProgesteroneTestResult PersistentIntermenstrualBleeding ProlongedMenstrualPeriods IrregularMenstrualCycles InfrequentMenstrualCycles BleedingAfterPregnancy BleedingDuringPregnancy HypertensionEvent AbdominalCramps Acne AppetiteChanges BladderIncontinence Bloating BreastPain ChestTightnessOrPain Chills Constipation Coughing Diarrhea Dizziness DrySkin Fainting Fatigue Fever GeneralizedBodyAche HairLoss Headache Heartburn HotFlashes LossOfSmell LossOfTaste LowerBackPain MemoryLapse MoodChanges Nausea NightSweats PelvicPain RapidPoundingOrFlutteringHeartbeat RunnyNose ShortnessOfBreath SinusCongestion SkippedHeartbeat SoreThroat VaginalDryness Vomiting Wheezing',
  },
}

/** For readers of files, which need not keep what nothing reads: whether a kind is read; `undefined`: it is not known. */
export function isRead(type: string): boolean | undefined {
  const kind = type.replace(KINDS.prefix!, '')
  return READ.has(kind) ? true : LEFT_OUT.has(kind) ? false : undefined
}
const READ = new Set(READINGS.flatMap(kindsRead))
const LEFT_OUT = new Set(Object.values(KINDS.leftOut).flatMap((names) => names.split(' ')))
/** Kinds that are right only when all of a day (or of a night) are together: sums, counts, stages. */
export const isCounted = (type: string): boolean => TOGETHER.test(type)
const TOGETHER = new RegExp(
  `^HK\\w+TypeIdentifier(?:${COUNTED.replaceAll(' ', '|')}|AppleStandHour|SleepAnalysis|RespiratoryRate|Dietary\\w+)$`,
)
