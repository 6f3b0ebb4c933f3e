import { z } from '../base/zod.ts'
import { DATA_TYPES } from '../schema/data-types.ts'
import { SupplierErrorBudget } from '../schema/operational-event.ts'
import { ALERTED, OBJECTIVES, SLA_STATES } from './sla.ts'

/** How a supplier's data are, as both sides see it. Names of rules, fields and paths, and counts; never a value. */

const counts = z.object({
  accepted: z.int(),
  updated: z.int(),
  duplicate: z.int(),
  rejected: z.int(),
  quarantined: z.int(),
})
const named = (what: string) => z.array(z.object({ name: z.string().describe(what), records: z.int() }))

export const ObjectiveView = z
  .object({
    objective: z.enum(OBJECTIVES),
    state: z
      .enum(SLA_STATES)
      .describe('`at_risk`: three quarters of the error budget are spent, or it goes away fast; `no_data`: too little'),
    since: z.string().describe('When it came into this state'),
    target: z.number().describe('As the contract has it: a share 0–1, seconds, or records a day'),
    measured: z.number().nullable().describe('In the same unit'),
    window_days: z.int(),
    total: z.int().describe('Things in the window that were judged'),
    bad: z.int().describe('Of these, how many are not as promised'),
    error_budget: SupplierErrorBudget,
    series: z.array(z.object({ date: z.string(), value: z.number().nullable() })).describe('Day by day (UTC)'),
  })
  .openapi('SupplierObjective')
export type ObjectiveView = z.infer<typeof ObjectiveView>

export const ScorePartView = z.object({
  part: z.enum([...OBJECTIVES, 'plausibility']),
  points: z.number().nullable().describe('null: there is too little to judge, and its weight is the others’'),
  weight: z.number(),
  why: z.string().describe('For people'),
})
export const ContractQuality = z
  .object({
    contract: z.string().describe('All versions of one major: `name@1`'),
    versions: z.array(z.object({ contract_id: z.string(), contract: z.string(), records: z.int(), counts })),
    held: z
      .object({ since: z.string(), why: z.string() })
      .nullable()
      .describe('While a rule holds its records back in quarantine'),
    score: z.number().nullable().describe('0–100'),
    parts: z.array(ScorePartView),
    objectives: z.array(ObjectiveView),
    window_days: z.int(),
    records: z.int().describe('In the window'),
    counts,
    types: z.partialRecord(z.enum(DATA_TYPES), counts).describe('Records that they became, by type'),
    days: z.array(z.object({ date: z.string(), counts })).describe('By the day (UTC) on which they came'),
    rejections: z
      .array(z.object({ rule: z.string(), pointer: z.string(), records: z.int() }))
      .describe('What records were rejected for, most first'),
    quarantined: named('The reason'),
    drift: named('A path that the contract’s schema does not name'),
    outliers: named('Type and field with values that no living person has'),
    freshness_seconds: z
      .object({ p50: z.number().nullable(), p95: z.number().nullable(), p99: z.number().nullable() })
      .describe('From the end of new data to their arrival'),
    unread_share: z.number().nullable().describe('Records with a path that the schema does not name'),
    implausible_share: z.number().nullable(),
  })
  .openapi('ContractQuality')
export type ContractQuality = z.infer<typeof ContractQuality>

export const AlertView = z
  .object({
    alert_id: z.string(),
    contract: z.string(),
    objective: z
      .enum(ALERTED)
      .describe(
        'What the contract promises; `processing`: a batch waits longer than `target` seconds for a mend of ours; `fetching`: a pull cannot fetch its objects for longer than that',
      ),
    state: z.enum(['raised', 'cleared']),
    raised_at: z.string(),
    cleared_at: z.string().nullable(),
    target: z.number(),
    measured: z.number().nullable().describe('When it was raised'),
    error_budget: SupplierErrorBudget,
    action: z
      .enum(['alert', 'quarantine', 'suspend'])
      .describe('What was done by rule: nothing more; its records are held back; the supplier is suspended'),
    message: z.string(),
    redrive_id: z
      .string()
      .optional()
      .describe('When it was over: the redrive that reads the records that were held back until then'),
  })
  .openapi('SupplierAlert')
export type AlertView = z.infer<typeof AlertView>

export const QualityView = z
  .object({
    as_of: z.string().describe('By the clock of the environment'),
    score: z.number().nullable().describe('0–100: of all contracts, each with the weight of its records'),
    contracts: z.array(ContractQuality),
    alerts: z.array(AlertView).describe('Those that are raised'),
  })
  .openapi('SupplierQuality')
export type QualityView = z.infer<typeof QualityView>

export const LimitsView = z
  .object({
    limits: z.array(
      z.object({
        name: z.enum(['records', 'bytes', 'batches']).describe('As in the `RateLimit` headers'),
        limit: z.number(),
        used: z.number(),
        unit: z.string(),
        resets_in_seconds: z.int().nullable(),
      }),
    ),
    waiting: z.object({ records: z.int().describe('Received, and not yet worked at') }),
    days: z
      .array(z.object({ date: z.string(), bytes: z.int(), records: z.int(), batches: z.int() }))
      .describe('What came in the last days, the newest first'),
  })
  .openapi('SupplierLimitsView')
export type LimitsView = z.infer<typeof LimitsView>
