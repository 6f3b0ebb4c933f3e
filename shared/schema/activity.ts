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
import { ActivityType, TimestampLocalization, UploadType } from './enums.ts'
import { int, maybe, num, text, timer } from './kinds.ts'

export const DataEnrichment = z
  .object({
    efficiency_score: num,
    efficiency_contributors: maybe(z.record(z.string(), z.number())),
    strain_score: num,
    strain_contributors: maybe(z.record(z.string(), z.number())),
    rcrs_score: num,
    rcrs_contributors: maybe(z.record(z.string(), z.number())),
    trimp_score: num,
    trimp_contributors: maybe(z.record(z.string(), z.number())),
  })
  .openapi('DataEnrichment')
export type DataEnrichment = z.infer<typeof DataEnrichment>

export const DistanceDataSummary = z
  .object({
    distance_meters: num,
    elevation: maybe(ElevationData),
    floors_climbed: int,
    steps: int,
    swimming: maybe(SwimmingData),
  })
  .openapi('DistanceDataSummary')
export type DistanceDataSummary = z.infer<typeof DistanceDataSummary>

export const DistanceData = z
  .object({
    detailed: maybe(DistanceDataDetailed),
    summary: maybe(DistanceDataSummary),
  })
  .openapi('DistanceData')
export type DistanceData = z.infer<typeof DistanceData>

export const EnergyData = z
  .object({
    energy_kilojoules: num,
    energy_planned_kilojoules: num,
  })
  .openapi('EnergyData')
export type EnergyData = z.infer<typeof EnergyData>

export const LapSample = z
  .object({
    calories: num.describe('kcal'),
    avg_hr_bpm: num,
    start_time: text,
    avg_speed_meters_per_second: num,
    distance_meters: num,
    total_strokes: int,
    end_time: text,
    stroke_type: text.describe('A StrokeType'),
    avg_watts: num,
    active_duration_seconds: int,
    trigger_method: text.describe('Such as MANUAL, TIME, DISTANCE, POSITION_LAP, SESSION_END'),
  })
  .openapi('LapSample')
export type LapSample = z.infer<typeof LapSample>

export const LapData = z
  .object({
    laps: maybe(z.array(LapSample)),
  })
  .openapi('LapData')
export type LapData = z.infer<typeof LapData>

export const ActivityMetadata = z
  .object({
    city: text,
    country: text,
    end_time: z.string(),
    name: text,
    start_time: z.string(),
    state: text,
    summary_id: z.string().describe('Unique among all activities'),
    timestamp_localization: maybe(TimestampLocalization),
    type: ActivityType,
    upload_type: UploadType,
  })
  .openapi('ActivityMetadata')
export type ActivityMetadata = z.infer<typeof ActivityMetadata>

export const CadenceSample = z
  .object({
    timestamp: text,
    cadence_rpm: num,
    timer_duration_seconds: timer,
  })
  .openapi('CadenceSample')
export type CadenceSample = z.infer<typeof CadenceSample>

export const SpeedSample = z
  .object({
    timestamp: text,
    speed_meters_per_second: num,
    timer_duration_seconds: timer,
  })
  .openapi('SpeedSample')
export type SpeedSample = z.infer<typeof SpeedSample>

export const TorqueSample = z
  .object({
    timestamp: text,
    timer_duration_seconds: timer,
    torque_newton_meters: num,
  })
  .openapi('TorqueSample')
export type TorqueSample = z.infer<typeof TorqueSample>

export const MovementData = z
  .object({
    adjusted_max_speed_meters_per_second: num,
    avg_cadence_rpm: num,
    avg_pace_minutes_per_kilometer: num,
    avg_speed_meters_per_second: num,
    avg_torque_newton_meters: num,
    avg_velocity_meters_per_second: num,
    cadence_samples: maybe(z.array(CadenceSample)),
    max_cadence_rpm: num,
    max_pace_minutes_per_kilometer: num,
    max_speed_meters_per_second: num,
    max_torque_newton_meters: num,
    max_velocity_meters_per_second: num,
    normalized_speed_meters_per_second: num,
    speed_samples: maybe(z.array(SpeedSample)),
    torque_samples: maybe(z.array(TorqueSample)),
  })
  .openapi('MovementData')
export type MovementData = z.infer<typeof MovementData>

export const PolylineMapData = z
  .object({
    summary_polyline: text.describe('Encoded polyline'),
  })
  .openapi('PolylineMapData')
export type PolylineMapData = z.infer<typeof PolylineMapData>

export const PositionSample = z
  .object({
    timestamp: text,
    coords_lat_lng_deg: maybe(z.array(z.number().nullable())).describe('Latitude, longitude'),
    timer_duration_seconds: timer,
  })
  .openapi('PositionSample')
export type PositionSample = z.infer<typeof PositionSample>

export const PositionData = z
  .object({
    center_pos_lat_lng_deg: maybe(z.array(z.number())).describe('Latitude, longitude'),
    end_pos_lat_lng_deg: maybe(z.array(z.number())).describe('Latitude, longitude'),
    position_samples: maybe(z.array(PositionSample)),
    start_pos_lat_lng_deg: maybe(z.array(z.number())).describe('Latitude, longitude'),
  })
  .openapi('PositionData')
export type PositionData = z.infer<typeof PositionData>

export const PowerSample = z
  .object({
    timestamp: text,
    watts: num,
    timer_duration_seconds: timer,
  })
  .openapi('PowerSample')
export type PowerSample = z.infer<typeof PowerSample>

export const PowerData = z
  .object({
    avg_watts: num,
    max_watts: num,
    power_samples: maybe(z.array(PowerSample)),
  })
  .openapi('PowerData')
export type PowerData = z.infer<typeof PowerData>

export const TSSSample = z
  .object({
    planned: num,
    actual: num,
    method: text,
    intensity_factor_planned: num,
    intensity_factor_actual: num,
    normalized_power_watts: num,
  })
  .openapi('TSSSample')
export type TSSSample = z.infer<typeof TSSSample>

export const TSSData = z
  .object({
    TSS_samples: maybe(z.array(TSSSample)),
  })
  .openapi('TSSData')
export type TSSData = z.infer<typeof TSSData>

export const WorkData = z
  .object({
    work_kilojoules: num,
  })
  .openapi('WorkData')
export type WorkData = z.infer<typeof WorkData>

/** One completed workout. Key: metadata.summary_id. */
export const Activity = z
  .object({
    active_durations_data: maybe(ActiveDurationsData),
    calories_data: maybe(CaloriesData),
    cheat_detection: num,
    data_enrichment: maybe(DataEnrichment),
    device_data: maybe(DeviceData),
    distance_data: maybe(DistanceData),
    energy_data: maybe(EnergyData),
    heart_rate_data: maybe(HeartRateData),
    lap_data: maybe(LapData),
    MET_data: maybe(METData),
    metadata: ActivityMetadata,
    movement_data: maybe(MovementData),
    oxygen_data: maybe(OxygenData),
    polyline_map_data: maybe(PolylineMapData),
    position_data: maybe(PositionData),
    power_data: maybe(PowerData),
    strain_data: maybe(StrainData),
    TSS_data: maybe(TSSData),
    work_data: maybe(WorkData),
  })
  .openapi('Activity')
export type Activity = z.infer<typeof Activity>
