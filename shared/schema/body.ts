import { z } from '../base/zod.ts'
import { DeviceData, HeartRateData, OxygenData } from './common.ts'
import { AFibFlag, GlucoseFlag, KetoneSampleType, TimestampLocalization, TrendArrow } from './enums.ts'
import { int, maybe, num, text } from './kinds.ts'

export const AFibClassificationSample = z
  .object({
    timestamp: text,
    afib_classification: maybe(AFibFlag),
  })
  .openapi('AFibClassificationSample')
export type AFibClassificationSample = z.infer<typeof AFibClassificationSample>

export const BloodPressureSample = z
  .object({
    timestamp: text,
    diastolic_bp: num.describe('mmHg'),
    systolic_bp: num.describe('mmHg'),
  })
  .openapi('BloodPressureSample')
export type BloodPressureSample = z.infer<typeof BloodPressureSample>

export const BloodPressureData = z
  .object({
    blood_pressure_samples: maybe(z.array(BloodPressureSample)),
    day_avg_systolic_bp: num.describe('mmHg'),
    day_avg_diastolic_bp: num.describe('mmHg'),
  })
  .openapi('BloodPressureData')
export type BloodPressureData = z.infer<typeof BloodPressureData>

export const RawECGSample = z
  .object({
    potential_uV: num,
    timestamp: text,
  })
  .openapi('RawECGSample')
export type RawECGSample = z.infer<typeof RawECGSample>

export const ECGReading = z
  .object({
    start_timestamp: text,
    avg_hr_bpm: num,
    afib_classification: maybe(AFibFlag),
    raw_signal: maybe(z.array(RawECGSample)),
  })
  .openapi('ECGReading')
export type ECGReading = z.infer<typeof ECGReading>

export const PulseVelocitySample = z
  .object({
    timestamp: text,
    pulse_wave_velocity_meters_per_second: num,
  })
  .openapi('PulseVelocitySample')
export type PulseVelocitySample = z.infer<typeof PulseVelocitySample>

export const RRIntervalSample = z
  .object({
    rr_interval_ms: num,
    timestamp: text,
    hr_bpm: num,
  })
  .openapi('RRIntervalSample')
export type RRIntervalSample = z.infer<typeof RRIntervalSample>

export const HeartData = z
  .object({
    afib_classification_samples: maybe(z.array(AFibClassificationSample)),
    ecg_signal: maybe(z.array(ECGReading)),
    heart_rate_data: maybe(HeartRateData),
    pulse_wave_velocity_samples: maybe(z.array(PulseVelocitySample)),
    rr_interval_samples: maybe(z.array(RRIntervalSample)),
  })
  .openapi('HeartData')
export type HeartData = z.infer<typeof HeartData>

export const HydrationMeasurementSample = z
  .object({
    timestamp: text,
    hydration_kg: num,
  })
  .openapi('HydrationMeasurementSample')
export type HydrationMeasurementSample = z.infer<typeof HydrationMeasurementSample>

export const HydrationData = z
  .object({
    day_total_water_consumption_ml: num,
    hydration_amount_samples: maybe(z.array(HydrationMeasurementSample)),
    day_avg_hydration_kg: num,
  })
  .openapi('HydrationData')
export type HydrationData = z.infer<typeof HydrationData>

export const KetoneSample = z
  .object({
    timestamp: text,
    ketone_mg_per_dL: num,
    sample_type: maybe(KetoneSampleType),
  })
  .openapi('KetoneSample')
export type KetoneSample = z.infer<typeof KetoneSample>

export const KetoneData = z
  .object({
    ketone_samples: maybe(z.array(KetoneSample)),
    day_avg_ketone_mg_per_dL: num,
  })
  .openapi('KetoneData')
export type KetoneData = z.infer<typeof KetoneData>

export const MeasurementDataSample = z
  .object({
    measurement_time: text,
    BMI: num.describe('kg/m²'),
    BMR: num.describe('kcal a day'),
    RMR: num.describe('kcal a day'),
    estimated_fitness_age: int.describe('Years'),
    skin_fold_mm: num,
    bodyfat_percentage: num,
    weight_kg: num,
    height_cm: num,
    bone_mass_g: num,
    muscle_mass_g: num,
    lean_mass_g: num,
    water_percentage: num,
    insulin_units: num,
    insulin_type: text,
    urine_color: text,
    user_notes: text,
    visceral_fat_level: num,
    visceral_fat_category: text,
  })
  .openapi('MeasurementDataSample')
export type MeasurementDataSample = z.infer<typeof MeasurementDataSample>

export const MeasurementsData = z
  .object({
    measurements: maybe(z.array(MeasurementDataSample)),
    day_avg_bmi: num.describe('kg/m²'),
    day_avg_bmr: num.describe('kcal a day'),
    day_avg_rmr: num.describe('kcal a day'),
    day_avg_estimated_fitness_age: num.describe('Years'),
    day_avg_skin_fold_mm: num,
    day_avg_bodyfat_percentage: num,
    day_avg_weight_kg: num,
    day_avg_height_cm: num,
    day_avg_bone_mass_g: num,
    day_avg_muscle_mass_g: num,
    day_avg_lean_mass_g: num,
    day_avg_water_percentage: num,
    day_avg_insulin_units: num,
    day_avg_visceral_fat_level: num,
  })
  .openapi('MeasurementsData')
export type MeasurementsData = z.infer<typeof MeasurementsData>

export const BodyMetadata = z
  .object({
    end_time: z.string(),
    start_time: z.string().describe('Local midnight'),
    timestamp_localization: maybe(TimestampLocalization),
  })
  .openapi('BodyMetadata')
export type BodyMetadata = z.infer<typeof BodyMetadata>

export const TemperatureSample = z
  .object({
    timestamp: text,
    temperature_celsius: num,
  })
  .openapi('TemperatureSample')
export type TemperatureSample = z.infer<typeof TemperatureSample>

export const TemperatureData = z
  .object({
    ambient_temperature_samples: maybe(z.array(TemperatureSample)),
    body_temperature_samples: maybe(z.array(TemperatureSample)),
    skin_temperature_samples: maybe(z.array(TemperatureSample)),
    day_avg_ambient_temperature_celsius: num,
    day_avg_body_temperature_celsius: num,
    day_avg_skin_temperature_celsius: num,
  })
  .openapi('TemperatureData')
export type TemperatureData = z.infer<typeof TemperatureData>

export const GlucoseDataSample = z
  .object({
    timestamp: text,
    blood_glucose_mg_per_dL: num,
    glucose_level_flag: maybe(GlucoseFlag),
    trend_arrow: maybe(TrendArrow),
  })
  .openapi('GlucoseDataSample')
export type GlucoseDataSample = z.infer<typeof GlucoseDataSample>

export const DailyPatternSample = z
  .object({
    time_from_midnight: int.describe('Hour of the day, 0–23'),
    percentile_5: num,
    percentile_25: num,
    percentile_50: num,
    percentile_75: num,
    percentile_95: num,
  })
  .openapi('DailyPatternSample')
export type DailyPatternSample = z.infer<typeof DailyPatternSample>

export const GlucoseData = z
  .object({
    blood_glucose_samples: maybe(z.array(GlucoseDataSample)),
    detailed_blood_glucose_samples: maybe(z.array(GlucoseDataSample)).describe('More often, less exact'),
    day_avg_blood_glucose_mg_per_dL: num,
    day_avg_detailed_blood_glucose_mg_per_dL: num,
    day_avg_blood_glucose_mg_per_dl: num.describe('Deprecated: equals day_avg_blood_glucose_mg_per_dL'),
    gmi: num,
    time_in_range: num,
    sensor_usage: int.describe('Number of readings'),
    daily_patterns: maybe(z.array(DailyPatternSample)),
  })
  .openapi('GlucoseData')
export type GlucoseData = z.infer<typeof GlucoseData>

/** One local day of body metrics. Key: the date of metadata.start_time. */
export const Body = z
  .object({
    blood_pressure_data: maybe(BloodPressureData),
    device_data: maybe(DeviceData),
    heart_data: maybe(HeartData),
    hydration_data: maybe(HydrationData),
    ketone_data: maybe(KetoneData),
    measurements_data: maybe(MeasurementsData),
    metadata: BodyMetadata,
    oxygen_data: maybe(OxygenData),
    temperature_data: maybe(TemperatureData),
    glucose_data: maybe(GlucoseData),
  })
  .openapi('Body')
export type Body = z.infer<typeof Body>
