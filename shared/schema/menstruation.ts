import { z } from '../base/zod.ts'
import { MenstruationFlow, MenstruationInterval, TimestampLocalization } from './enums.ts'
import { flag, int, maybe, text } from './kinds.ts'

export const MenstruationMetadata = z
  .object({
    end_time: z.string(),
    start_time: z.string().describe('Local midnight'),
    timestamp_localization: maybe(TimestampLocalization),
  })
  .openapi('MenstruationMetadata')
export type MenstruationMetadata = z.infer<typeof MenstruationMetadata>

export const MenstruationFlowSample = z
  .object({
    timestamp: text,
    flow: maybe(MenstruationFlow),
  })
  .openapi('MenstruationFlowSample')
export type MenstruationFlowSample = z.infer<typeof MenstruationFlowSample>

export const MenstruationIntervalSample = z
  .object({
    start_timestamp: text,
    end_timestamp: text,
    phase: maybe(MenstruationInterval),
  })
  .openapi('MenstruationIntervalSample')
export type MenstruationIntervalSample = z.infer<typeof MenstruationIntervalSample>

export const MenstruationData = z
  .object({
    period_length_days: int,
    current_phase: maybe(MenstruationInterval),
    length_of_current_phase_days: int,
    days_until_next_phase: int,
    period_start_date: text,
    predicted_cycle_length_days: int,
    day_in_cycle: int,
    last_updated_time: text,
    cycle_length_days: int,
    is_predicted_cycle: flag,
    menstruation_flow: maybe(z.array(MenstruationFlowSample)),
    intervals: maybe(z.array(MenstruationIntervalSample)),
    fertility_window_start: text,
    fertility_window_end: text,
    ovulation_day: text,
  })
  .openapi('MenstruationData')
export type MenstruationData = z.infer<typeof MenstruationData>

/** One local day of the cycle. Key: the date of metadata.start_time. */
export const Menstruation = z
  .object({
    metadata: MenstruationMetadata,
    menstruation_data: maybe(MenstruationData),
  })
  .openapi('Menstruation')
export type Menstruation = z.infer<typeof Menstruation>
