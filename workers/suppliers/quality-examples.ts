import type { AlertView, LimitsView, QualityView } from '../../shared/supply/quality-view.ts'

/** What the reference shows of quality, alerts and limits. */

export const EXAMPLE_ALERT: AlertView = {
  alert_id: 'alr_5c2e1d0f9a8b7c6d5e4f3021324354a6',
  contract: 'nights@1',
  objective: 'validity',
  state: 'raised',
  raised_at: '2026-07-05T09:12:00.000Z',
  cleared_at: null,
  target: 0.99,
  measured: 0.962,
  error_budget: { allowed: 0.01, spent: 0.038, left: -0.028 },
  action: 'alert',
  message: 'validity of nights@1 is 96.2 % where 99 % are promised',
}
const counts = { accepted: 9_300, updated: 200, duplicate: 120, rejected: 380, quarantined: 0 }

export const EXAMPLE_QUALITY: QualityView = {
  as_of: '2026-07-05T09:30:00.000Z',
  score: 76,
  contracts: [
    {
      contract: 'nights@1',
      versions: [
        { contract_id: 'ctr_1a2b3c4d5e6f708192a3b4c5d6e7f809', contract: 'nights@1.2', records: 10_000, counts },
      ],
      held: null,
      score: 76,
      parts: [
        { part: 'validity', points: 1.2, weight: 30, why: '96.2 % of records were valid; 99 % are promised' },
        { part: 'duplicates', points: 10, weight: 10, why: '1.25 % of records were repetitions; up to 20 % are usual' },
      ],
      objectives: [
        {
          objective: 'validity',
          state: 'breached',
          since: '2026-07-05T09:12:00.000Z',
          target: 0.99,
          measured: 0.962,
          window_days: 7,
          total: 10_000,
          bad: 380,
          error_budget: { allowed: 0.01, spent: 0.038, left: -0.028 },
          series: [
            { date: '2026-07-04', value: 0.998 },
            { date: '2026-07-05', value: 0.926 },
          ],
        },
      ],
      window_days: 7,
      records: 10_000,
      counts,
      types: { sleep: { ...counts, rejected: 0 } },
      days: [{ date: '2026-07-05', counts }],
      rejections: [{ rule: 'maximum', pointer: '/heart/avg', records: 380 }],
      quarantined: [],
      drift: [{ name: 'heart.zones', records: 40 }],
      outliers: [{ name: 'sleep heart_rate_data.summary.avg_hr_bpm', records: 3 }],
      freshness_seconds: { p50: 2_400, p95: 9_000, p99: 20_000 },
      unread_share: 0.004,
      implausible_share: 0.0003,
    },
  ],
  alerts: [EXAMPLE_ALERT],
}

export const EXAMPLE_LIMITS: LimitsView = {
  limits: [
    {
      name: 'records',
      limit: 500_000,
      used: 12_000,
      unit: 'records; 2000 come back a second',
      resets_in_seconds: 6,
    },
    {
      name: 'bytes',
      limit: 21_474_836_480,
      used: 104_857_600,
      unit: 'bytes in a day (UTC)',
      resets_in_seconds: 52_200,
    },
    { name: 'batches', limit: 16, used: 1, unit: 'batches under way', resets_in_seconds: null },
  ],
  waiting: { records: 12_000 },
  days: [{ date: '2026-07-05', bytes: 104_857_600, records: 412_000, batches: 3 }],
}
