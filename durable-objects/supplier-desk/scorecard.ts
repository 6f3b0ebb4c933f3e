import { DAY_MS, dateOf, iso } from '../../shared/base/time.ts'
import type { DataType } from '../../shared/schema/data-types.ts'
import { quantileSeconds } from '../../shared/supply/ages.ts'
import { implausible, measures, type Observed, seriesOf, windowOf } from '../../shared/supply/measures.ts'
import type { ContractQuality, ObjectiveView, QualityView } from '../../shared/supply/quality-view.ts'
import { noCounts, OUTCOMES, type OutcomeCode, type OutcomeCounts } from '../../shared/supply/report.ts'
import { scoreOf, scoreTogether } from '../../shared/supply/score.ts'
import { budgetOf, nextState } from '../../shared/supply/sla.ts'
import { type Counters, recordsOf } from '../../shared/supply/tally.ts'
import type { Alerts } from './alerts.ts'
import type { Major, Quality } from './quality.ts'
import type { QualityStore, Standing } from './quality-store.ts'
import type { Rules } from './rules.ts'

const MOST_NAMED = 20
const MOST_ALERTS = 50

/** How the desk's data are, for both sides. */
export function scorecard(
  parts: { quality: Quality; store: QualityStore; alerts: Alerts; rules: Rules },
  now: number,
): QualityView {
  const standings = parts.store.standings()
  const contracts = parts.quality.majors(now).map((major) => contractQuality(major, parts, standings, now))
  return {
    as_of: iso(now),
    score: scoreTogether(contracts),
    contracts,
    alerts: parts.alerts.list({ state: 'raised', limit: MOST_ALERTS }),
  }
}

function contractQuality(
  { name, versions, observed }: Major,
  { store, rules }: { store: QualityStore; rules: Rules },
  standings: Map<string, Standing>,
  now: number,
): ContractQuality {
  const { slas } = versions.at(-1)!
  const length = slas.window_days * 24
  const sum = windowOf(observed, length, now, true)
  const measured = measures(slas, observed, now)
  const { score, parts, records } = scoreOf(slas, measured, observed, now)
  const hold = rules.hold(name)
  const fresh = (share: number) => quantileSeconds(sum.ages, share)
  return {
    contract: name,
    versions: versions.map(({ contract_id, contract }) => {
      const of = windowOf({ hours: store.hours(contract_id, now) }, length, now)
      return { contract_id, contract, records: recordsOf(of), counts: countsOf(of.outcomes) }
    }),
    held: hold ? { since: iso(hold.since), why: hold.why } : null,
    ...{ score, parts, records, window_days: slas.window_days },
    objectives: measured.map((measure): ObjectiveView => {
      const { objective, target, measured, total, bad } = measure
      const standing = standings.get(`${name}/${objective}`)
      return {
        ...{ objective, target, measured, total, bad, window_days: slas.window_days },
        state: standing?.state ?? nextState('no_data', measure),
        since: iso(standing?.since ?? now),
        error_budget: budgetOf(measure),
        series: seriesOf(objective, slas, observed, now).map(({ day, value }) => ({ date: dateOf(day), value })),
      }
    }),
    counts: countsOf(sum.outcomes),
    types: Object.fromEntries(
      Object.entries(sum.types).map(([type, outcomes]) => [type, countsOf(outcomes)]),
    ) as Partial<Record<DataType, OutcomeCounts>>,
    days: daysOf(observed, slas.window_days, now),
    rejections: most(sum.rules).map(({ name, records }) => {
      const [rule, ...pointer] = name.split(' ')
      return { rule: rule!, pointer: pointer.join(' '), records }
    }),
    quarantined: most(sum.reasons),
    drift: most(sum.unread),
    outliers: most(sum.outliers),
    freshness_seconds: { p50: fresh(0.5), p95: fresh(0.95), p99: fresh(0.99) },
    unread_share: share(sum.drifted, recordsOf(sum) - (sum.outcomes.r ?? 0)),
    implausible_share: implausible(sum).measured,
  }
}

function daysOf(observed: Observed, length: number, now: number): ContractQuality['days'] {
  const today = Math.floor(now / DAY_MS)
  return Array.from({ length }, (_, i) => {
    const day = today - length + 1 + i
    const { outcomes } = windowOf(observed, 24, Math.min(now, (day + 1) * DAY_MS - 1))
    return { date: dateOf(day), counts: countsOf(outcomes) }
  })
}
function countsOf(outcomes: Counters['outcomes']): OutcomeCounts {
  const counts = noCounts()
  for (const [code, times] of Object.entries(outcomes)) counts[OUTCOMES[code as OutcomeCode]] += times
  return counts
}
const most = (names: Partial<Record<string, number>>) =>
  Object.entries(names)
    .map(([name, records = 0]) => ({ name, records }))
    .sort((a, b) => b.records - a.records)
    .slice(0, MOST_NAMED)
const share = (part: number, of: number) => (of <= 0 ? null : part / of)
