import { z } from '../base/zod.ts'
import { ActivityLevel, DeviceDataType, HeartRateContext, OxygenSaturationType } from './enums.ts'
import { int, maybe, num, text, timer } from './kinds.ts'

// Components that several types share.

export const ActivityLevelSample = z
  .object({
    timestamp: text,
    activity_level: maybe(ActivityLevel),
    level: maybe(ActivityLevel.openapi({ description: 'Deprecated: equals activity_level' })),
    timer_duration_seconds: timer,
  })
  .openapi('ActivityLevelSample')
export type ActivityLevelSample = z.infer<typeof ActivityLevelSample>

export const ActiveDurationsData = z
  .object({
    activity_levels_samples: maybe(z.array(ActivityLevelSample)),
    activity_seconds: num,
    inactivity_seconds: num,
    low_intensity_seconds: num,
    moderate_intensity_seconds: num,
    num_continuous_inactive_periods: int,
    rest_seconds: num,
    vigorous_intensity_seconds: num,
    standing_hours_count: num,
    standing_seconds: num,
  })
  .openapi('ActiveDurationsData')
export type ActiveDurationsData = z.infer<typeof ActiveDurationsData>

export const CalorieSample = z
  .object({
    timestamp: text,
    calories: num.describe('kcal'),
    timer_duration_seconds: timer,
  })
  .openapi('CalorieSample')
export type CalorieSample = z.infer<typeof CalorieSample>

export const CaloriesData = z
  .object({
    BMR_calories: num.describe('kcal'),
    calorie_samples: maybe(z.array(CalorieSample)),
    net_activity_calories: num.describe('kcal'),
    net_intake_calories: num.describe('kcal'),
    total_burned_calories: num.describe('kcal'),
  })
  .openapi('CaloriesData')
export type CaloriesData = z.infer<typeof CaloriesData>

export const OtherDeviceData = z
  .object({
    manufacturer: text,
    hardware_version: text,
    serial_number: text,
    name: text,
    software_version: text,
    data_provided: maybe(z.array(DeviceDataType)),
    last_upload_date: text,
  })
  .openapi('OtherDeviceData')
export type OtherDeviceData = z.infer<typeof OtherDeviceData>

export const DeviceData = z
  .object({
    activation_timestamp: text,
    data_provided: maybe(z.array(DeviceDataType)),
    hardware_version: text,
    last_upload_date: text,
    manufacturer: text,
    name: text,
    other_devices: maybe(z.array(OtherDeviceData)),
    serial_number: text,
    software_version: text,
  })
  .openapi('DeviceData')
export type DeviceData = z.infer<typeof DeviceData>

export const DistanceSample = z
  .object({
    timestamp: text,
    distance_meters: num.describe('Cumulative'),
    timer_duration_seconds: timer,
  })
  .openapi('DistanceSample')
export type DistanceSample = z.infer<typeof DistanceSample>

export const ElevationSample = z
  .object({
    timestamp: text,
    elev_meters: num.describe('Above sea level'),
    timer_duration_seconds: timer,
  })
  .openapi('ElevationSample')
export type ElevationSample = z.infer<typeof ElevationSample>

export const FloorsClimbedSample = z
  .object({
    timestamp: text,
    floors_climbed: num.describe('Cumulative'),
    timer_duration_seconds: timer,
  })
  .openapi('FloorsClimbedSample')
export type FloorsClimbedSample = z.infer<typeof FloorsClimbedSample>

export const StepSample = z
  .object({
    timestamp: text,
    steps: num.describe('Cumulative'),
    timer_duration_seconds: timer,
  })
  .openapi('StepSample')
export type StepSample = z.infer<typeof StepSample>

export const DistanceDataDetailed = z
  .object({
    distance_samples: maybe(z.array(DistanceSample)),
    elevation_samples: maybe(z.array(ElevationSample)),
    floors_climbed_samples: maybe(z.array(FloorsClimbedSample)),
    step_samples: maybe(z.array(StepSample)),
  })
  .openapi('DistanceDataDetailed')
export type DistanceDataDetailed = z.infer<typeof DistanceDataDetailed>

export const ElevationData = z
  .object({
    avg_meters: num,
    gain_actual_meters: num.describe('Total ascent, not net'),
    gain_planned_meters: num,
    loss_actual_meters: num,
    max_meters: num,
    min_meters: num,
  })
  .openapi('ElevationData')
export type ElevationData = z.infer<typeof ElevationData>

export const HeartRateDataSample = z
  .object({
    timestamp: text,
    bpm: num,
    timer_duration_seconds: timer,
    context: maybe(HeartRateContext),
  })
  .openapi('HeartRateDataSample')
export type HeartRateDataSample = z.infer<typeof HeartRateDataSample>

export const HeartRateVariabilityDataSampleRMSSD = z
  .object({
    timestamp: text,
    hrv_rmssd: num.describe('ms'),
  })
  .openapi('HeartRateVariabilityDataSampleRMSSD')
export type HeartRateVariabilityDataSampleRMSSD = z.infer<typeof HeartRateVariabilityDataSampleRMSSD>

export const HeartRateVariabilityDataSampleSDNN = z
  .object({
    timestamp: text,
    hrv_sdnn: num.describe('ms'),
  })
  .openapi('HeartRateVariabilityDataSampleSDNN')
export type HeartRateVariabilityDataSampleSDNN = z.infer<typeof HeartRateVariabilityDataSampleSDNN>

export const HeartRateDataDetailed = z
  .object({
    hr_samples: maybe(z.array(HeartRateDataSample)),
    hrv_samples_rmssd: maybe(z.array(HeartRateVariabilityDataSampleRMSSD)),
    hrv_samples_sdnn: maybe(z.array(HeartRateVariabilityDataSampleSDNN)),
  })
  .openapi('HeartRateDataDetailed')
export type HeartRateDataDetailed = z.infer<typeof HeartRateDataDetailed>

export const HeartRateZoneData = z
  .object({
    zone: int.describe('Counted from 0'),
    start_percentage: num.describe('Of the maximum heart rate'),
    end_percentage: num.describe('Of the maximum heart rate'),
    name: text,
    duration_seconds: num,
  })
  .openapi('HeartRateZoneData')
export type HeartRateZoneData = z.infer<typeof HeartRateZoneData>

export const HeartRateDataSummary = z
  .object({
    avg_hr_bpm: num,
    avg_hrv_rmssd: num.describe('ms'),
    avg_hrv_sdnn: num.describe('ms'),
    hr_zone_data: maybe(z.array(HeartRateZoneData)),
    max_hr_bpm: num,
    min_hr_bpm: num,
    resting_hr_bpm: num,
    user_max_hr_bpm: num,
  })
  .openapi('HeartRateDataSummary')
export type HeartRateDataSummary = z.infer<typeof HeartRateDataSummary>

export const HeartRateData = z
  .object({
    detailed: maybe(HeartRateDataDetailed),
    summary: maybe(HeartRateDataSummary),
  })
  .openapi('HeartRateData')
export type HeartRateData = z.infer<typeof HeartRateData>

export const METSample = z
  .object({
    timestamp: text,
    level: num.describe('MET'),
  })
  .openapi('METSample')
export type METSample = z.infer<typeof METSample>

export const METData = z
  .object({
    MET_samples: maybe(z.array(METSample)),
    avg_level: num.describe('MET'),
    num_high_intensity_minutes: num,
    num_inactive_minutes: num,
    num_low_intensity_minutes: num,
    num_moderate_intensity_minutes: num,
  })
  .openapi('METData')
export type METData = z.infer<typeof METData>

export const OxygenSaturationSample = z
  .object({
    timestamp: text,
    percentage: num.describe('0–100, of blood or muscle by `type`'),
    type: maybe(OxygenSaturationType),
  })
  .openapi('OxygenSaturationSample')
export type OxygenSaturationSample = z.infer<typeof OxygenSaturationSample>

export const Vo2MaxSample = z
  .object({
    timestamp: text,
    vo2max_ml_per_min_per_kg: num,
  })
  .openapi('Vo2MaxSample')
export type Vo2MaxSample = z.infer<typeof Vo2MaxSample>

export const OxygenData = z
  .object({
    avg_saturation_percentage: num.describe('0–100'),
    saturation_samples: maybe(z.array(OxygenSaturationSample)),
    vo2_samples: maybe(z.array(Vo2MaxSample)),
    vo2max_ml_per_min_per_kg: num,
    day_avg_vo2max_ml_per_min_per_kg: num,
  })
  .openapi('OxygenData')
export type OxygenData = z.infer<typeof OxygenData>

export const StrainData = z
  .object({
    strain_level: num.describe('On the scale of the provider'),
  })
  .openapi('StrainData')
export type StrainData = z.infer<typeof StrainData>

export const SwimmingData = z
  .object({
    num_laps: int,
    num_strokes: int,
    pool_length_meters: int,
  })
  .openapi('SwimmingData')
export type SwimmingData = z.infer<typeof SwimmingData>
