import { z } from '../base/zod.ts'

/** Codes of the contract by names that read well; the numbers are the wire contract's. */
export const codes = <const T extends Record<string, number>>(name: string, values: T) =>
  // The document would show the first of several literals only.
  z.literal(Object.values(values) as T[keyof T][]).openapi(name, {
    type: 'number',
    enum: Object.values(values),
    description: Object.entries(values)
      .map(([meaning, code]) => `${code} ${meaning.replaceAll('_', ' ')}`)
      .join(' · '),
  })

export const AFIB_FLAG = {
  negative: 0,
  positive: 1,
  inconclusive: 2,
} as const
export const AFibFlag = codes('AFibFlag', AFIB_FLAG)
export type AFibFlag = z.infer<typeof AFibFlag>

export const ACTIVITY_LEVEL = {
  unknown: 0,
  rest: 1,
  inactive: 2,
  low_intensity: 3,
  medium_intensity: 4,
  high_intensity: 5,
} as const
export const ActivityLevel = codes('ActivityLevel', ACTIVITY_LEVEL)
export type ActivityLevel = z.infer<typeof ActivityLevel>

export const ACTIVITY_TYPE = {
  in_vehicle: 0,
  biking: 1,
  still: 3,
  unknown: 4,
  tilting: 5,
  walking: 7,
  running: 8,
  aerobics: 9,
  badminton: 10,
  baseball: 11,
  basketball: 12,
  biathlon: 13,
  hand_biking: 14,
  mountain_biking: 15,
  road_biking: 16,
  spinning: 17,
  stationary_biking: 18,
  utility_biking: 19,
  boxing: 20,
  calisthenics: 21,
  circuit_training: 22,
  cricket: 23,
  dancing: 24,
  elliptical: 25,
  fencing: 26,
  american_football: 27,
  australian_football: 28,
  english_football: 29,
  frisbee: 30,
  gardening: 31,
  golf: 32,
  gymnastics: 33,
  handball: 34,
  hiking: 35,
  hockey: 36,
  horseback_riding: 37,
  housework: 38,
  jumping_rope: 39,
  kayaking: 40,
  kettlebell_training: 41,
  kickboxing: 42,
  kitesurfing: 43,
  martial_arts: 44,
  meditation: 45,
  mixed_martial_arts: 46,
  p90x_exercises: 47,
  paragliding: 48,
  pilates: 49,
  polo: 50,
  racquetball: 51,
  rock_climbing: 52,
  rowing: 53,
  rowing_machine: 54,
  rugby: 55,
  jogging: 56,
  running_on_sand: 57,
  treadmill_running: 58,
  sailing: 59,
  scuba_diving: 60,
  skateboarding: 61,
  skating: 62,
  cross_skating: 63,
  indoor_rollerblading: 64,
  skiing: 65,
  back_country_skiing: 66,
  cross_country_skiing: 67,
  downhill_skiing: 68,
  kite_skiing: 69,
  roller_skiing: 70,
  sledding: 71,
  snowboarding: 73,
  snowmobile: 74,
  snowshoeing: 75,
  squash: 76,
  stair_climbing: 77,
  stair_climbing_machine: 78,
  stand_up_paddleboarding: 79,
  strength_training: 80,
  surfing: 81,
  swimming: 82,
  swimming_in_pool: 83,
  open_water_swimming: 84,
  table_tennis: 85,
  team_sports: 86,
  tennis: 87,
  treadmill: 88,
  volleyball: 89,
  beach_volleyball: 90,
  indoor_volleyball: 91,
  wakeboarding: 92,
  walking_for_fitness: 93,
  nordic_walking: 94,
  treadmill_walking: 95,
  water_polo: 96,
  weightlifting: 97,
  wheelchair: 98,
  windsurfing: 99,
  yoga: 100,
  zumba: 101,
  diving: 102,
  ergometer: 103,
  ice_skating: 104,
  indoor_skating: 105,
  curling: 106,
  other: 108,
  crossfit: 113,
  hiit: 114,
  interval_training: 115,
  walking_with_stroller: 116,
  elevator: 117,
  escalator: 118,
  archery: 119,
  softball: 120,
  guided_breathing: 122,
  cardio_training: 123,
  lacrosse: 124,
  stretching: 125,
  triathlon: 126,
  inline_skating: 127,
  sky_diving: 128,
  paddling: 129,
  mountaineering: 130,
  fishing: 131,
  water_skiing: 132,
  indoor_running: 133,
  padel_tennis: 134,
  driving: 135,
  off_road_driving: 136,
  motorbiking: 137,
  motor_racing: 138,
  enduro: 139,
  canoeing: 140,
  orienteering: 141,
  hang_gliding: 142,
  flying: 143,
  hot_air_ballooning: 144,
  jet_skiing: 145,
  power_boating: 146,
  gaelic_football: 147,
  hurling: 148,
  trail_running: 149,
  gravel_cycling: 150,
  multisport: 151,
  e_biking: 152,
  e_mountain_biking: 153,
  physical_therapy: 154,
} as const
export const ActivityType = codes('ActivityType', ACTIVITY_TYPE)
export type ActivityType = z.infer<typeof ActivityType>

export const GLUCOSE_FLAG = {
  normal: 0,
  high: 1,
  low: 2,
} as const
export const GlucoseFlag = codes('GlucoseFlag', GLUCOSE_FLAG)
export type GlucoseFlag = z.infer<typeof GlucoseFlag>

export const HEALTH_OBSERVATION_CATEGORY = {
  unspecified: 0,
  symptom: 1,
  reproductive_health: 2,
  self_care: 3,
  medication: 4,
  lab_health_metrics: 5,
  state_of_mind: 6,
  device_event: 7,
  clinical: 8,
} as const
export const HealthObservationCategory = codes('HealthObservationCategory', HEALTH_OBSERVATION_CATEGORY)
export type HealthObservationCategory = z.infer<typeof HealthObservationCategory>

export const HEART_RATE_CONTEXT = {
  not_set: 0,
  active: 1,
  not_active: 2,
} as const
export const HeartRateContext = codes('HeartRateContext', HEART_RATE_CONTEXT)
export type HeartRateContext = z.infer<typeof HeartRateContext>

export const HEART_RATE_ZONE = {
  zone_0: 0,
  zone_1: 1,
  zone_2: 2,
  zone_3: 3,
  zone_4: 4,
  zone_5: 5,
  other: 6,
} as const
export const HeartRateZone = codes('HeartRateZone', HEART_RATE_ZONE)
export type HeartRateZone = z.infer<typeof HeartRateZone>

export const KETONE_SAMPLE_TYPE = {
  unknown: 0,
  blood: 1,
  urine: 2,
  breath: 3,
} as const
export const KetoneSampleType = codes('KetoneSampleType', KETONE_SAMPLE_TYPE)
export type KetoneSampleType = z.infer<typeof KetoneSampleType>

export const MEAL_TYPE = {
  unknown: 0,
  breakfast: 1,
  morning_snack: 2,
  lunch: 3,
  afternoon_snack: 4,
  dinner: 5,
  snack: 6,
} as const
export const MealType = codes('MealType', MEAL_TYPE)
export type MealType = z.infer<typeof MealType>

export const MENSTRUATION_FLOW = {
  unknown: 0,
  none: 1,
  light: 2,
  medium: 3,
  heavy: 4,
  had: 5,
} as const
export const MenstruationFlow = codes('MenstruationFlow', MENSTRUATION_FLOW)
export type MenstruationFlow = z.infer<typeof MenstruationFlow>

export const MENSTRUATION_INTERVAL = {
  unknown: 0,
  period: 1,
  follicular: 2,
  fertile_window: 3,
  ovulation: 4,
  luteal: 5,
  pms: 6,
  first_trimester: 7,
  second_trimester: 8,
  third_trimester: 9,
} as const
export const MenstruationInterval = codes('MenstruationInterval', MENSTRUATION_INTERVAL)
export type MenstruationInterval = z.infer<typeof MenstruationInterval>

export const NUTRITION_UNITS = {
  unknown: 0,
  gram: 1,
  teaspoon: 2,
  tablespoon: 3,
  cup: 4,
  medium_egg: 5,
  large_egg: 6,
  small_egg: 7,
  milliliter: 8,
  ounce: 9,
  count: 10,
  scoop: 11,
  fluid_ounce: 12,
} as const
export const NutritionUnits = codes('NutritionUnits', NUTRITION_UNITS)
export type NutritionUnits = z.infer<typeof NutritionUnits>

export const OBSERVATION_SEVERITY = {
  unspecified: 0,
  not_present: 1,
  mild: 2,
  moderate: 3,
  severe: 4,
} as const
export const ObservationSeverity = codes('ObservationSeverity', OBSERVATION_SEVERITY)
export type ObservationSeverity = z.infer<typeof ObservationSeverity>

export const OBSERVATION_STATUS = {
  unspecified: 0,
  final: 1,
  amended: 2,
  entered_in_error: 3,
} as const
export const ObservationStatus = codes('ObservationStatus', OBSERVATION_STATUS)
export type ObservationStatus = z.infer<typeof ObservationStatus>

export const OBSERVATION_VALUE_TYPE = {
  none: 0,
  quantity: 1,
  boolean: 2,
  string: 3,
  code: 4,
} as const
export const ObservationValueType = codes('ObservationValueType', OBSERVATION_VALUE_TYPE)
export type ObservationValueType = z.infer<typeof ObservationValueType>

export const OXYGEN_SATURATION_TYPE = {
  blood: 0,
  muscle: 1,
} as const
export const OxygenSaturationType = codes('OxygenSaturationType', OXYGEN_SATURATION_TYPE)
export type OxygenSaturationType = z.infer<typeof OxygenSaturationType>

export const RECOVERY_LEVEL = {
  unknown: 0,
  very_poor: 1,
  poor: 2,
  compromised: 3,
  ok: 4,
  good: 5,
  very_good: 6,
} as const
export const RecoveryLevel = codes('RecoveryLevel', RECOVERY_LEVEL)
export type RecoveryLevel = z.infer<typeof RecoveryLevel>

export const SLEEP_LEVEL = {
  unknown: 0,
  awake: 1,
  sleeping: 2,
  out_of_bed: 3,
  light_sleep: 4,
  deep_sleep: 5,
  rem_sleep: 6,
} as const
export const SleepLevel = codes('SleepLevel', SLEEP_LEVEL)
export type SleepLevel = z.infer<typeof SleepLevel>

export const SLEEP_UPLOAD_TYPE = {
  unknown: 0,
  manual: 1,
  automatic: 2,
  tentative: 3,
  indeterminate: 4,
} as const
export const SleepUploadType = codes('SleepUploadType', SLEEP_UPLOAD_TYPE)
export type SleepUploadType = z.infer<typeof SleepUploadType>

export const STRESS_LEVEL = {
  unknown: 0,
  rest: 1,
  low: 2,
  medium: 3,
  high: 4,
} as const
export const StressLevel = codes('StressLevel', STRESS_LEVEL)
export type StressLevel = z.infer<typeof StressLevel>

export const TREND_ARROW = {
  unknown: 0,
  falling_quickly: 1,
  falling: 2,
  flat: 3,
  rising: 4,
  rising_quickly: 5,
} as const
export const TrendArrow = codes('TrendArrow', TREND_ARROW)
export type TrendArrow = z.infer<typeof TrendArrow>

export const UPLOAD_TYPE = {
  unknown: 0,
  automatic: 1,
  manual: 2,
  update: 3,
  delete: 4,
  pending: 5,
  third_party_upload: 6,
} as const
export const UploadType = codes('UploadType', UPLOAD_TYPE)
export type UploadType = z.infer<typeof UploadType>

export const DeviceDataType = z
  .enum([
    'STEPS',
    'ACTIVE_MINUTES',
    'BMR',
    'CALORIES',
    'DISTANCE',
    'HEART_RATE',
    'OXYGEN_SATURATION',
    'SLEEP_TYPE',
    'SPEED',
    'CADENCE',
  ])
  .openapi('DeviceDataType')
export type DeviceDataType = z.infer<typeof DeviceDataType>

export const StrokeType = z
  .enum(['other', 'freestyle', 'backstroke', 'breaststroke', 'butterfly'])
  .openapi('StrokeType')
export type StrokeType = z.infer<typeof StrokeType>

export const TIMESTAMP_LOCALIZATION = { utc: 0, local: 1 } as const
export const TimestampLocalization = codes('TimestampLocalization', TIMESTAMP_LOCALIZATION)
export type TimestampLocalization = z.infer<typeof TimestampLocalization>

// Of planned workouts. Some targets and conditions are newer than the published lists; clients send and expect them.

export const WorkoutSport = z
  .enum([
    'running',
    'cycling',
    'swimming',
    'strength',
    'rowing',
    'yoga',
    'pilates',
    'cardio',
    'trail_running',
    'mountain_biking',
    'backcountry_skiing',
    'hiking',
    'walking',
    'elliptical',
    'stair_climbing',
  ])
  .openapi('WorkoutSport')
export type WorkoutSport = z.infer<typeof WorkoutSport>

export const EnvironmentType = z.enum(['indoor', 'outdoor', 'pool']).openapi('EnvironmentType')
export type EnvironmentType = z.infer<typeof EnvironmentType>

export const WorkoutStepIntensity = z
  .enum(['rest', 'warmup', 'cooldown', 'recovery', 'active'])
  .openapi('WorkoutStepIntensity')
export type WorkoutStepIntensity = z.infer<typeof WorkoutStepIntensity>

export const CompletionConditionType = z
  .enum([
    'time',
    'distance',
    'hr',
    'calories',
    'open',
    'power',
    'reps',
    'hr_percentage',
    'power_percentage',
    'hr_less_than',
    'hr_greater_than',
    'power_less_than',
    'power_greater_than',
  ])
  .openapi('CompletionConditionType')
export type CompletionConditionType = z.infer<typeof CompletionConditionType>

export const WorkoutStepTargetType = z
  .enum([
    'speed',
    'heart_rate',
    'open',
    'cadence',
    'power',
    'swim_stroke',
    'speed_lap',
    'heart_rate_lap',
    'pace',
    'heart_rate_threshold_percentage',
    'heart_rate_max_percentage',
    'power_percentage',
    'speed_percentage',
    'rpe',
    'heart_rate_zone',
    'power_zone',
  ])
  .openapi('WorkoutStepTargetType')
export type WorkoutStepTargetType = z.infer<typeof WorkoutStepTargetType>

export const StepControlType = z.enum(['grade', 'resistance']).openapi('StepControlType')
export type StepControlType = z.infer<typeof StepControlType>

export const WeightUnit = z.enum(['kg', 'lbs']).openapi('WeightUnit')
export type WeightUnit = z.infer<typeof WeightUnit>

export const SwimStrokeType = z
  .enum(['backstroke', 'breaststroke', 'drill', 'butterfly', 'freestyle', 'mixed', 'im'])
  .openapi('SwimStrokeType')
export type SwimStrokeType = z.infer<typeof SwimStrokeType>

export const DrillType = z.enum(['kick', 'pull', 'drill']).openapi('DrillType')
export type DrillType = z.infer<typeof DrillType>

export const SwimEquipmentType = z
  .enum(['none', 'swim_fins', 'swim_kickboard', 'swim_paddles', 'swim_pull_buoy', 'swim_snorkel'])
  .openapi('SwimEquipmentType')
export type SwimEquipmentType = z.infer<typeof SwimEquipmentType>
