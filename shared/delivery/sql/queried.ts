import { type DataType, SCHEMAS } from '../../schema/data-types.ts'
import { fieldAt, isKind } from './schema-field.ts'
import type { Column, ColumnType } from './table.ts'

/**
 * The fields that people query, each a column of its own beside the whole record: name of the column, and where its value
 * is in a record. Types are read off the schema; a path that is not in it stops the start. Only ever added to: what is
 * added here makes the next `LAYOUT`.
 */
const QUERIED: Record<DataType, Record<string, string>> = {
  activity: {
    name: 'metadata.name',
    activity_type: 'metadata.type',
    upload_type: 'metadata.upload_type',
    city: 'metadata.city',
    country: 'metadata.country',
    active_seconds: 'active_durations_data.activity_seconds',
    distance_meters: 'distance_data.summary.distance_meters',
    steps: 'distance_data.summary.steps',
    floors_climbed: 'distance_data.summary.floors_climbed',
    elevation_gain_meters: 'distance_data.summary.elevation.gain_actual_meters',
    total_calories: 'calories_data.total_burned_calories',
    active_calories: 'calories_data.net_activity_calories',
    avg_hr_bpm: 'heart_rate_data.summary.avg_hr_bpm',
    max_hr_bpm: 'heart_rate_data.summary.max_hr_bpm',
    min_hr_bpm: 'heart_rate_data.summary.min_hr_bpm',
    avg_speed_meters_per_second: 'movement_data.avg_speed_meters_per_second',
    max_speed_meters_per_second: 'movement_data.max_speed_meters_per_second',
    avg_pace_minutes_per_kilometer: 'movement_data.avg_pace_minutes_per_kilometer',
    avg_cadence_rpm: 'movement_data.avg_cadence_rpm',
    avg_watts: 'power_data.avg_watts',
    max_watts: 'power_data.max_watts',
    energy_kilojoules: 'energy_data.energy_kilojoules',
    vo2max_ml_per_min_per_kg: 'oxygen_data.vo2max_ml_per_min_per_kg',
    strain_level: 'strain_data.strain_level',
    efficiency_score: 'data_enrichment.efficiency_score',
    strain_score: 'data_enrichment.strain_score',
    rcrs_score: 'data_enrichment.rcrs_score',
    trimp_score: 'data_enrichment.trimp_score',
    device_name: 'device_data.name',
    device_manufacturer: 'device_data.manufacturer',
  },
  athlete: {
    first_name: 'first_name',
    last_name: 'last_name',
    email: 'email',
    date_of_birth: 'date_of_birth',
    age: 'age',
    sex: 'sex',
    gender: 'gender',
    city: 'city',
    state: 'state',
    country: 'country',
    provider_user_id: 'provider_user_id',
    account_creation_date: 'account_creation_date',
  },
  body: {
    weight_kg: 'measurements_data.day_avg_weight_kg',
    height_cm: 'measurements_data.day_avg_height_cm',
    bmi: 'measurements_data.day_avg_bmi',
    bmr_calories: 'measurements_data.day_avg_bmr',
    bodyfat_percentage: 'measurements_data.day_avg_bodyfat_percentage',
    muscle_mass_g: 'measurements_data.day_avg_muscle_mass_g',
    lean_mass_g: 'measurements_data.day_avg_lean_mass_g',
    bone_mass_g: 'measurements_data.day_avg_bone_mass_g',
    water_percentage: 'measurements_data.day_avg_water_percentage',
    visceral_fat_level: 'measurements_data.day_avg_visceral_fat_level',
    systolic_bp: 'blood_pressure_data.day_avg_systolic_bp',
    diastolic_bp: 'blood_pressure_data.day_avg_diastolic_bp',
    blood_glucose_mg_per_dl: 'glucose_data.day_avg_blood_glucose_mg_per_dL',
    glucose_time_in_range: 'glucose_data.time_in_range',
    ketone_mg_per_dl: 'ketone_data.day_avg_ketone_mg_per_dL',
    water_consumption_ml: 'hydration_data.day_total_water_consumption_ml',
    body_temperature_celsius: 'temperature_data.day_avg_body_temperature_celsius',
    skin_temperature_celsius: 'temperature_data.day_avg_skin_temperature_celsius',
    avg_hr_bpm: 'heart_data.heart_rate_data.summary.avg_hr_bpm',
    resting_hr_bpm: 'heart_data.heart_rate_data.summary.resting_hr_bpm',
    avg_hrv_rmssd: 'heart_data.heart_rate_data.summary.avg_hrv_rmssd',
    avg_saturation_percentage: 'oxygen_data.avg_saturation_percentage',
    vo2max_ml_per_min_per_kg: 'oxygen_data.vo2max_ml_per_min_per_kg',
    device_name: 'device_data.name',
  },
  daily: {
    upload_type: 'metadata.upload_type',
    steps: 'distance_data.steps',
    distance_meters: 'distance_data.distance_meters',
    floors_climbed: 'distance_data.floors_climbed',
    active_seconds: 'active_durations_data.activity_seconds',
    inactive_seconds: 'active_durations_data.inactivity_seconds',
    low_intensity_seconds: 'active_durations_data.low_intensity_seconds',
    moderate_intensity_seconds: 'active_durations_data.moderate_intensity_seconds',
    vigorous_intensity_seconds: 'active_durations_data.vigorous_intensity_seconds',
    total_calories: 'calories_data.total_burned_calories',
    active_calories: 'calories_data.net_activity_calories',
    bmr_calories: 'calories_data.BMR_calories',
    avg_hr_bpm: 'heart_rate_data.summary.avg_hr_bpm',
    max_hr_bpm: 'heart_rate_data.summary.max_hr_bpm',
    min_hr_bpm: 'heart_rate_data.summary.min_hr_bpm',
    resting_hr_bpm: 'heart_rate_data.summary.resting_hr_bpm',
    avg_hrv_rmssd: 'heart_rate_data.summary.avg_hrv_rmssd',
    avg_hrv_sdnn: 'heart_rate_data.summary.avg_hrv_sdnn',
    avg_stress_level: 'stress_data.avg_stress_level',
    max_stress_level: 'stress_data.max_stress_level',
    avg_saturation_percentage: 'oxygen_data.avg_saturation_percentage',
    vo2max_ml_per_min_per_kg: 'oxygen_data.vo2max_ml_per_min_per_kg',
    strain_level: 'strain_data.strain_level',
    activity_score: 'scores.activity',
    recovery_score: 'scores.recovery',
    sleep_score: 'scores.sleep',
    total_stress_score_v2: 'data_enrichment.total_stress_score_v2',
    respiratory_score: 'data_enrichment.respiratory_score',
    immune_index: 'data_enrichment.immune_index',
    resilience_score: 'data_enrichment.resilience_score',
    strain_index: 'data_enrichment.strain_index',
    device_name: 'device_data.name',
  },
  menstruation: {
    current_phase: 'menstruation_data.current_phase',
    day_in_cycle: 'menstruation_data.day_in_cycle',
    cycle_length_days: 'menstruation_data.cycle_length_days',
    predicted_cycle_length_days: 'menstruation_data.predicted_cycle_length_days',
    is_predicted_cycle: 'menstruation_data.is_predicted_cycle',
    period_length_days: 'menstruation_data.period_length_days',
    period_start_date: 'menstruation_data.period_start_date',
    length_of_current_phase_days: 'menstruation_data.length_of_current_phase_days',
    days_until_next_phase: 'menstruation_data.days_until_next_phase',
    fertility_window_start: 'menstruation_data.fertility_window_start',
    fertility_window_end: 'menstruation_data.fertility_window_end',
    ovulation_day: 'menstruation_data.ovulation_day',
  },
  nutrition: {
    calories: 'summary.macros.calories',
    protein_g: 'summary.macros.protein_g',
    carbohydrates_g: 'summary.macros.carbohydrates_g',
    net_carbohydrates_g: 'summary.macros.net_carbohydrates_g',
    sugar_g: 'summary.macros.sugar_g',
    fiber_g: 'summary.macros.fiber_g',
    fat_g: 'summary.macros.fat_g',
    saturated_fat_g: 'summary.macros.saturated_fat_g',
    cholesterol_mg: 'summary.macros.cholesterol_mg',
    sodium_mg: 'summary.macros.sodium_mg',
    alcohol_g: 'summary.macros.alcohol_g',
    caffeine_mg: 'summary.micros.caffeine_mg',
    water_ml: 'summary.water_ml',
    drink_ml: 'summary.drink_ml',
  },
  sleep: {
    is_nap: 'metadata.is_nap',
    upload_type: 'metadata.upload_type',
    asleep_seconds: 'sleep_durations_data.asleep.duration_asleep_state_seconds',
    deep_sleep_seconds: 'sleep_durations_data.asleep.duration_deep_sleep_state_seconds',
    light_sleep_seconds: 'sleep_durations_data.asleep.duration_light_sleep_state_seconds',
    rem_sleep_seconds: 'sleep_durations_data.asleep.duration_REM_sleep_state_seconds',
    awake_seconds: 'sleep_durations_data.awake.duration_awake_state_seconds',
    in_bed_seconds: 'sleep_durations_data.other.duration_in_bed_seconds',
    sleep_latency_seconds: 'sleep_durations_data.awake.sleep_latency_seconds',
    wakeup_events: 'sleep_durations_data.awake.num_wakeup_events',
    sleep_efficiency: 'sleep_durations_data.sleep_efficiency',
    avg_hr_bpm: 'heart_rate_data.summary.avg_hr_bpm',
    min_hr_bpm: 'heart_rate_data.summary.min_hr_bpm',
    max_hr_bpm: 'heart_rate_data.summary.max_hr_bpm',
    resting_hr_bpm: 'heart_rate_data.summary.resting_hr_bpm',
    avg_hrv_rmssd: 'heart_rate_data.summary.avg_hrv_rmssd',
    avg_hrv_sdnn: 'heart_rate_data.summary.avg_hrv_sdnn',
    avg_breaths_per_min: 'respiration_data.breaths_data.avg_breaths_per_min',
    avg_saturation_percentage: 'respiration_data.oxygen_saturation_data.avg_saturation_percentage',
    temperature_delta: 'temperature_data.delta',
    provider_score: 'scores.sleep',
    readiness: 'readiness_data.readiness',
    recovery_level: 'readiness_data.recovery_level',
    sleep_score_v2: 'data_enrichment.sleep_score_v2',
    readiness_score: 'data_enrichment.readiness_score',
    respiratory_score_v2: 'data_enrichment.respiratory_score_v2',
    device_name: 'device_data.name',
  },
}

/** Sections of a record whose values never become null again: a later delivery may come without them. */
export const SCORES = ['data_enrichment', 'scores'] as const

export const queriedColumns = (type: DataType): Column[] =>
  Object.entries(QUERIED[type]).map(([name, path]) => queriedColumn(type, name, path))

export const queriedColumn = (type: DataType, name: string, path: string): Column => ({
  name,
  type: columnType(type, path),
  path: path.split('.'),
  score: SCORES.some((section) => path.startsWith(`${section}.`)),
})

function columnType(type: DataType, path: string): ColumnType {
  const field = fieldAt(SCHEMAS[type], path.split('.'))
  if (!field) throw new Error(`${type} has no ${path}`)
  if (isKind(field, 'number')) return (field.def as { format?: string }).format === 'safeint' ? 'bigint' : 'double'
  if (isKind(field, 'boolean')) return 'boolean'
  // Codes are numbers; lists of words are not among the queried fields.
  if (isKind(field, 'literal')) return 'int'
  if (isKind(field, 'string')) return 'text'
  throw new Error(`${type}: ${path} is no single value`)
}

/** Sections that the schema of a type has of those that hold scores. */
export const scoreSections = (type: DataType): string[] =>
  SCORES.filter((section) => fieldAt(SCHEMAS[type], [section]) !== undefined)
