import type {
  AlertView,
  ContractQuality,
  LimitsView,
  ObjectiveView,
  QualityView,
} from '../../shared/supply/quality-view.ts'
import { counts, dateOf, daysAgo, id } from './supplier-views.ts'

/** How good the lab's data are: late and wrong of late, and not always whole. */
const series = (values: (number | null)[]) => values.map((value, i) => ({ date: dateOf(values.length - 1 - i), value }))
const objective = (
  name: ObjectiveView['objective'],
  state: ObjectiveView['state'],
  [target, measured, allowed, spent]: number[],
  values: (number | null)[],
): ObjectiveView => ({
  objective: name,
  state,
  since: daysAgo(2),
  target: target!,
  measured: measured!,
  window_days: 7,
  total: 10_000,
  bad: Math.round(spent! * 10_000),
  error_budget: { allowed: allowed!, spent: spent!, left: allowed! - spent! },
  series: series(values),
})
const nights: ContractQuality = {
  contract: 'nights@1',
  versions: [
    { contract_id: id('ctr', '1'), contract: 'nights@1.2', records: 10_000, counts: counts(9_300, 200, 120, 300, 80) },
  ],
  held: null,
  score: 76,
  parts: [
    { part: 'validity', points: 2, weight: 30, why: '97 % of records were valid; 99 % are promised' },
    { part: 'freshness', points: 22, weight: 25, why: '95 % arrived within 1.4 h' },
    { part: 'completeness', points: 19, weight: 25, why: '96.1 % of subject-days are whole' },
    { part: 'plausibility', points: null, weight: 10, why: 'there is too little to judge by' },
  ],
  objectives: [
    objective('validity', 'breached', [0.99, 0.97, 0.01, 0.03], [0.998, 0.997, 0.998, null, 0.995, 0.962, 0.926]),
    objective('freshness', 'met', [7_200, 5_100, 0.05, 0.014], [4_300, 4_800, 5_600, null, 6_800, 7_900, 5_100]),
    objective('completeness', 'at_risk', [0.95, 0.961, 0.05, 0.039], [0.99, 0.985, 0.97, null, 0.955, 0.951, 0.948]),
    objective('duplicates', 'met', [0.05, 0.012, 0.05, 0.012], [0.01, 0.012, 0.009, null, 0.015, 0.011, 0.012]),
    objective('volume', 'no_data', [400, 0, 0.2, 0], []),
  ],
  window_days: 7,
  records: 10_000,
  counts: counts(9_300, 200, 120, 300, 80),
  types: { sleep: counts(9_300, 200, 120, 0, 0) },
  days: [1_300, 1_450, 1_390, 0, 1_600, 1_800, 2_460].map((all, i) => ({
    date: dateOf(6 - i),
    counts: counts(all - 60 - i * 10, 20, 20, i * 10, 20),
  })),
  rejections: [
    { rule: 'maximum', pointer: '/heart/avg', records: 240 },
    { rule: 'required', pointer: '/start', records: 60 },
  ],
  quarantined: [
    { name: 'unknown_subject', records: 70 },
    { name: 'no_consent', records: 10 },
  ],
  drift: [{ name: 'heart.zones', records: 40 }],
  outliers: [{ name: 'sleep heart_rate_data.summary.avg_hr_bpm', records: 3 }],
  freshness_seconds: { p50: 2_400, p95: 5_100, p99: 9_000 },
  unread_share: 0.004,
  implausible_share: 0.0003,
}
export const ALERTS: AlertView[] = [
  {
    alert_id: id('alr', '1'),
    contract: 'nights@1',
    objective: 'validity',
    state: 'raised',
    raised_at: daysAgo(0.4),
    cleared_at: null,
    target: 0.99,
    measured: 0.97,
    error_budget: { allowed: 0.01, spent: 0.03, left: -0.02 },
    action: 'alert',
    message: 'validity of nights@1 is 97 % where 99 % are promised',
  },
  {
    alert_id: id('alr', '2'),
    contract: 'nights@1',
    objective: 'freshness',
    state: 'cleared',
    raised_at: daysAgo(4),
    cleared_at: daysAgo(3),
    target: 7_200,
    measured: 9_800,
    error_budget: { allowed: 0.05, spent: 0.06, left: -0.01 },
    action: 'quarantine',
    message: 'freshness of nights@1 is 2.7 h where 2 h are promised',
  },
  {
    alert_id: id('alr', '3'),
    contract: 'nights@1',
    objective: 'processing',
    state: 'raised',
    raised_at: daysAgo(0.01),
    cleared_at: null,
    target: 120,
    measured: 220,
    error_budget: { allowed: 0, spent: 1, left: -1 },
    action: 'alert',
    message: `${id('bat', '6')} of nights@1.2 waits, and what comes behind it: something of ours failed (TypeError). It is tried again by itself for 24 h, and then ends as failed`,
  },
  {
    alert_id: id('alr', '4'),
    contract: 'nights@1',
    objective: 'fetching',
    state: 'raised',
    raised_at: daysAgo(1),
    cleared_at: null,
    target: 120,
    measured: 150,
    error_budget: { allowed: 0, spent: 1, left: -1 },
    action: 'alert',
    message: `${id('pul', '2')} cannot fetch what comes under nights@1.2: AccessDenied: Access Denied. It is tried again by itself`,
  },
]
export const QUALITY: QualityView = { as_of: daysAgo(0), score: 76, contracts: [nights], alerts: ALERTS.slice(0, 1) }
export const LIMITS: LimitsView = {
  limits: [
    { name: 'records', limit: 100_000, used: 12_000, unit: 'records; 500 come back a second', resets_in_seconds: 24 },
    { name: 'bytes', limit: 1_073_741_824, used: 904_857_600, unit: 'bytes in a day (UTC)', resets_in_seconds: 52_200 },
    { name: 'batches', limit: 8, used: 8, unit: 'batches under way', resets_in_seconds: null },
  ],
  waiting: { records: 12_000 },
  days: [0, 1, 2].map((i) => ({ date: dateOf(i), bytes: 104_857_600, records: 412_000, batches: 3 + i })),
}
