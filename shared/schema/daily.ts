import { z } from '../base/zod.ts'
import {
  ActiveDurationsData,
  CaloriesData,
  DeviceData,
  DistanceDataDetailed,
  ElevationData,
  HeartRateData,
  METData,
  OxygenData,
  StrainData,
  SwimmingData,
} from './common.ts'
import { StressLevel, TimestampLocalization, UploadType } from './enums.ts'
import { int, maybe, num, text } from './kinds.ts'

export const BodyBatterySample = z
  .object({
    timestamp: text,
    level: num,
  })
  .openapi('BodyBatterySample')
export type BodyBatterySample = z.infer<typeof BodyBatterySample>

export const DailyDataEnrichment = z
  .object({
    total_stress_score: num.describe('Higher is more stress'),
    stress_contributors: maybe(z.record(z.string(), z.number())),
    respiratory_score: num,
    respiratory_contributors: maybe(z.record(z.string(), z.number())),
    immune_index: int.describe('0–5, higher is worse'),
    immune_contributors: maybe(z.record(z.string(), z.number())),
    resilience_score: int,
    resilience_contributors: maybe(z.record(z.string(), z.number())),
    strain_index: num,
    strain_traffic_light: text.describe('GREEN, AMBER or RED'),
    strain_contributors: maybe(z.record(z.string(), z.number())),
    total_stress_score_v2: num.describe('Higher is more stress'),
    total_stress_score_v2_contributors: maybe(z.record(z.string(), z.number())),
  })
  .openapi('DailyDataEnrichment')
export type DailyDataEnrichment = z.infer<typeof DailyDataEnrichment>

export const DailyDistanceData = z
  .object({
    detailed: maybe(DistanceDataDetailed),
    distance_meters: num,
    elevation: maybe(ElevationData),
    floors_climbed: int,
    steps: int,
    swimming: maybe(SwimmingData),
  })
  .openapi('DailyDistanceData')
export type DailyDistanceData = z.infer<typeof DailyDistanceData>

export const DailyMetadata = z
  .object({
    end_time: z.string(),
    start_time: z.string().describe('Local midnight'),
    timestamp_localization: maybe(TimestampLocalization),
    upload_type: UploadType.openapi({ description: 'Manual where any point of the day was' }),
  })
  .openapi('DailyMetadata')
export type DailyMetadata = z.infer<typeof DailyMetadata>

export const ScoresData = z
  .object({
    activity: num,
    recovery: num,
    sleep: num.describe('Of the night before'),
  })
  .openapi('ScoresData')
export type ScoresData = z.infer<typeof ScoresData>

export const StressSample = z
  .object({
    timestamp: text,
    level: num,
  })
  .openapi('StressSample')
export type StressSample = z.infer<typeof StressSample>

export const StressData = z
  .object({
    avg_stress_level: num,
    activity_stress_duration_seconds: num,
    low_stress_duration_seconds: num,
    max_stress_level: num,
    medium_stress_duration_seconds: num,
    samples: maybe(z.array(StressSample)),
    rest_stress_duration_seconds: num,
    high_stress_duration_seconds: num,
    stress_duration_seconds: num,
    stress_rating: maybe(StressLevel),
    body_battery_samples: maybe(z.array(BodyBatterySample)),
  })
  .openapi('StressData')
export type StressData = z.infer<typeof StressData>

export const TagEntry = z
  .object({
    timestamp: z.string(),
    tag_name: z.string(),
    notes: z.string(),
  })
  .openapi('TagEntry')
export type TagEntry = z.infer<typeof TagEntry>

export const TagData = z
  .object({
    tags: maybe(z.array(TagEntry)),
  })
  .openapi('TagData')
export type TagData = z.infer<typeof TagData>

/** One local day, cumulative. Key: the date of metadata.start_time. */
export const Daily = z
  .object({
    active_durations_data: maybe(ActiveDurationsData),
    calories_data: maybe(CaloriesData),
    data_enrichment: maybe(DailyDataEnrichment),
    device_data: maybe(DeviceData),
    distance_data: maybe(DailyDistanceData),
    heart_rate_data: maybe(HeartRateData),
    MET_data: maybe(METData),
    metadata: DailyMetadata,
    oxygen_data: maybe(OxygenData),
    scores: maybe(ScoresData),
    strain_data: maybe(StrainData),
    stress_data: maybe(StressData),
    tag_data: maybe(TagData),
  })
  .openapi('Daily')
export type Daily = z.infer<typeof Daily>
