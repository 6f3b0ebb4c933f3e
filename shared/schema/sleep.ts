import { z } from '../base/zod.ts'
import { DeviceData, HeartRateData, OxygenSaturationSample } from './common.ts'
import { SleepLevel, SleepUploadType, TimestampLocalization } from './enums.ts'
import { flag, int, maybe, num, text } from './kinds.ts'

export const AsleepDurations = z
  .object({
    duration_asleep_state_seconds: num,
    duration_deep_sleep_state_seconds: num,
    duration_light_sleep_state_seconds: num,
    duration_REM_sleep_state_seconds: num,
    num_REM_events: int,
  })
  .openapi('AsleepDurations')
export type AsleepDurations = z.infer<typeof AsleepDurations>

export const AwakeDurations = z
  .object({
    duration_awake_state_seconds: num,
    duration_long_interruption_seconds: num.describe('Of those over 90 s'),
    duration_short_interruption_seconds: num.describe('Of those under 90 s'),
    num_out_of_bed_events: int,
    num_wakeup_events: int,
    sleep_latency_seconds: num,
    wake_up_latency_seconds: num,
  })
  .openapi('AwakeDurations')
export type AwakeDurations = z.infer<typeof AwakeDurations>

export const BreathSample = z
  .object({
    timestamp: text,
    breaths_per_min: num,
  })
  .openapi('BreathSample')
export type BreathSample = z.infer<typeof BreathSample>

export const BreathsData = z
  .object({
    avg_breaths_per_min: num,
    max_breaths_per_min: num,
    min_breaths_per_min: num,
    on_demand_reading: flag,
    samples: maybe(z.array(BreathSample)),
    start_time: text,
    end_time: text,
  })
  .openapi('BreathsData')
export type BreathsData = z.infer<typeof BreathsData>

export const OtherSleepDurations = z
  .object({
    duration_in_bed_seconds: num,
    duration_unmeasurable_sleep_seconds: num,
  })
  .openapi('OtherSleepDurations')
export type OtherSleepDurations = z.infer<typeof OtherSleepDurations>

export const OxygenSaturationData = z
  .object({
    avg_saturation_percentage: num.describe('0–100'),
    end_time: text,
    samples: maybe(z.array(OxygenSaturationSample)),
    start_time: text,
  })
  .openapi('OxygenSaturationData')
export type OxygenSaturationData = z.infer<typeof OxygenSaturationData>

export const ReadinessData = z
  .object({
    readiness: num.describe('On the scale of the provider'),
    recovery_level: num,
  })
  .openapi('ReadinessData')
export type ReadinessData = z.infer<typeof ReadinessData>

export const SnoringSample = z
  .object({
    timestamp: text,
    duration_seconds: num,
  })
  .openapi('SnoringSample')
export type SnoringSample = z.infer<typeof SnoringSample>

export const SnoringData = z
  .object({
    start_time: text,
    end_time: text,
    num_snoring_events: int,
    samples: maybe(z.array(SnoringSample)),
    total_snoring_duration_seconds: num,
  })
  .openapi('SnoringData')
export type SnoringData = z.infer<typeof SnoringData>

export const RespirationData = z
  .object({
    breaths_data: maybe(BreathsData),
    oxygen_saturation_data: maybe(OxygenSaturationData),
    snoring_data: maybe(SnoringData),
  })
  .openapi('RespirationData')
export type RespirationData = z.infer<typeof RespirationData>

export const SleepDataEnrichment = z
  .object({
    sleep_score: num,
    sleep_contributors: maybe(z.record(z.string(), z.number())),
    readiness_score: num,
    readiness_contributors: maybe(z.record(z.string(), z.number())),
    sleep_score_v2: num,
    sleep_score_v2_contributors: maybe(z.record(z.string(), z.number())),
    respiratory_score_v2: num,
    respiratory_score_v2_contributors: maybe(z.record(z.string(), z.number())),
  })
  .openapi('SleepDataEnrichment')
export type SleepDataEnrichment = z.infer<typeof SleepDataEnrichment>

export const SleepMetadata = z
  .object({
    end_time: z.string(),
    is_nap: flag,
    start_time: z.string(),
    summary_id: text,
    timestamp_localization: maybe(TimestampLocalization),
    upload_type: SleepUploadType.openapi({ description: 'Its codes are not those of the other types' }),
  })
  .openapi('SleepMetadata')
export type SleepMetadata = z.infer<typeof SleepMetadata>

export const SleepScores = z
  .object({
    sleep: num,
  })
  .openapi('SleepScores')
export type SleepScores = z.infer<typeof SleepScores>

export const SleepHypnogramSample = z
  .object({
    timestamp: text.describe('The level holds until the next sample'),
    level: maybe(SleepLevel),
  })
  .openapi('SleepHypnogramSample')
export type SleepHypnogramSample = z.infer<typeof SleepHypnogramSample>

export const SleepDurationsData = z
  .object({
    asleep: maybe(AsleepDurations),
    awake: maybe(AwakeDurations),
    hypnogram_samples: maybe(z.array(SleepHypnogramSample)),
    other: maybe(OtherSleepDurations),
    sleep_efficiency: num.describe('Percent, 0–100'),
  })
  .openapi('SleepDurationsData')
export type SleepDurationsData = z.infer<typeof SleepDurationsData>

export const SleepTemperatureData = z
  .object({
    delta: num.describe('Deviation from the baseline'),
  })
  .openapi('SleepTemperatureData')
export type SleepTemperatureData = z.infer<typeof SleepTemperatureData>

/** One session of sleep. Key: metadata.summary_id. */
export const Sleep = z
  .object({
    data_enrichment: maybe(SleepDataEnrichment),
    device_data: maybe(DeviceData),
    heart_rate_data: maybe(HeartRateData),
    metadata: SleepMetadata,
    readiness_data: maybe(ReadinessData),
    respiration_data: maybe(RespirationData),
    scores: maybe(SleepScores),
    sleep_durations_data: maybe(SleepDurationsData),
    temperature_data: maybe(SleepTemperatureData),
  })
  .openapi('Sleep')
export type Sleep = z.infer<typeof Sleep>
