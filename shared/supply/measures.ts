import { DAY_MS, HOUR_MS } from '../base/time.ts'
import { quantileSeconds } from './ages.ts'
import type { Slas } from './document.ts'
import type { Measure, Objective } from './sla.ts'
import { addCounters, type Counters, noCounters, recordsOf } from './tally.ts'

/** What came under all versions of one major of a contract. */
export interface Observed {
  /** Hours since 1970 in which something came, in order. */
  hours: { hour: number; counters: Counters }[]
  /** Of the first record ever. */
  firstHour: number
  /** Days that are due: of the subject-days there should be, how many are there. */
  days: SubjectDays[]
}
export interface SubjectDays {
  day: number
  present: number
  expected: number
}

/** A day ends 12 hours later somewhere on earth, and its data may take another day. */
const DAY_DUE_MS = 36 * HOUR_MS
/** The last day that is due. */
export const lastDue = (now: number): number => Math.floor((now - DAY_DUE_MS) / DAY_MS) - 1

/** Fewer records than this say nothing about a share. */
const LEAST_RECORDS = 20
const RECENT_HOURS = 6
const FRESH_SHARE = 0.95

/** How each promise of the contract stands in its window. */
export function measures(slas: Slas, observed: Observed, now: number): Measure[] {
  const whole = windowOf(observed, slas.window_days * 24, now)
  const recent = windowOf(observed, RECENT_HOURS, now)
  const found: Measure[] = []
  const share = (objective: Objective, target: number, allowed: number, of: (counters: Counters) => Parts) => {
    const { total, bad, measured } = of(whole)
    const late = of(recent)
    found.push({ objective, target, measured, total, bad, allowed, recent: late, least: LEAST_RECORDS })
  }
  if (slas.validity_share !== undefined) share('validity', slas.validity_share, 1 - slas.validity_share, validity)
  if (slas.freshness_p95_seconds !== undefined)
    share('freshness', slas.freshness_p95_seconds, 1 - FRESH_SHARE, freshness)
  if (slas.completeness) found.push(completeness(slas.completeness.share, slas.window_days, observed, now))
  if (slas.duplicate_share !== undefined) share('duplicates', slas.duplicate_share, slas.duplicate_share, duplicates)
  if (slas.volume) found.push(volume(slas.volume, slas.window_days, observed, now))
  return found
}

/** Everything of the last hours together; the one that `now` is in is the last of them. `names`: of rules, fields and paths too. */
export function windowOf({ hours }: Pick<Observed, 'hours'>, length: number, now: number, names = false): Counters {
  const sum = noCounters()
  const last = Math.floor(now / HOUR_MS)
  for (const { hour, counters } of hours) if (hour > last - length && hour <= last) addCounters(sum, counters, names)
  return sum
}

interface Parts {
  total: number
  bad: number
  measured: number | null
}
export function validity(counters: Counters): Parts {
  const total = recordsOf(counters) + (counters.refused ?? 0)
  const bad = counters.outcomes.r ?? 0
  return { total, bad, measured: total === 0 ? null : 1 - bad / total }
}
function freshness({ ages, late }: Counters): Parts {
  const total = ages.reduce((sum, times) => sum + times, 0)
  return { total, bad: late, measured: quantileSeconds(ages, FRESH_SHARE) }
}
/** Of what was good to take: what was rejected or is held back may be new. */
export function duplicates({ outcomes: { a = 0, u = 0, d = 0 } }: Counters): Parts {
  const total = a + u + d
  return { total, bad: d, measured: total === 0 ? null : d / total }
}
export function implausible(counters: Counters): Parts {
  const total = recordsOf(counters) - (counters.outcomes.r ?? 0)
  return { total, bad: counters.odd, measured: total === 0 ? null : counters.odd / total }
}

function completeness(target: number, windowDays: number, { days }: Observed, now: number): Measure {
  const until = lastDue(now)
  const sum = (length: number) => {
    const within = days.filter(({ day }) => day <= until && day > until - length)
    const total = within.reduce((sum, { expected }) => sum + expected, 0)
    return { total, bad: total - within.reduce((sum, { present }) => sum + present, 0) }
  }
  const { total, bad } = sum(windowDays)
  const measured = total === 0 ? null : 1 - bad / total
  return { objective: 'completeness', target, measured, total, bad, allowed: 1 - target, recent: sum(1), least: 1 }
}

/** The last day that is over decides, or today where it has too much already. */
function volume(bounds: NonNullable<Slas['volume']>, windowDays: number, observed: Observed, now: number): Measure {
  const { least = 0, most = Number.POSITIVE_INFINITY } = bounds
  const today = Math.floor(now / DAY_MS)
  const first = Math.floor(observed.firstHour / 24)
  const counts = recordsByDay(observed)
  // The first day began when it began: less than a day's worth is no fault.
  const isOut = (day: number) => {
    const records = counts.get(day) ?? 0
    return records > most || (day > first && day < today && records < least)
  }
  const days = Array.from({ length: windowDays }, (_, i) => today - 1 - i).filter((day) => day > first)
  const bad = days.filter(isOut).length
  const judged = isOut(today) ? today : today - 1
  const records = counts.get(judged) ?? 0
  const known = judged === today || judged > first
  return {
    ...{ objective: 'volume', target: records > most ? most : (bounds.least ?? most), allowed: 0, least: 1 },
    measured: known ? records : null,
    total: Math.max(days.length, known ? 1 : 0),
    ...{ bad, recent: { total: 0, bad: 0 }, broken: known && isOut(judged) },
  }
}
function recordsByDay({ hours }: Pick<Observed, 'hours'>): Map<number, number> {
  const days = new Map<number, number>()
  for (const { hour, counters } of hours) {
    const day = Math.floor(hour / 24)
    days.set(day, (days.get(day) ?? 0) + recordsOf(counters))
  }
  return days
}

/** An objective day by day, for a picture: null on days that say nothing. */
export function seriesOf(objective: Objective, slas: Slas, observed: Observed, now: number) {
  const last = objective === 'completeness' ? lastDue(now) : Math.floor(now / DAY_MS)
  const days = Array.from({ length: slas.window_days }, (_, i) => last - slas.window_days + 1 + i)
  const counts = recordsByDay(observed)
  const subjectDays = new Map(observed.days.map((one) => [one.day, one]))
  const parts = { validity, freshness, duplicates }
  return days.map((day) => ({ day, value: ofDay(day) }))

  function ofDay(day: number): number | null {
    if (objective === 'volume') return day * 24 + 23 < observed.firstHour ? null : (counts.get(day) ?? 0)
    if (objective !== 'completeness')
      return parts[objective](windowOf(observed, 24, Math.min(now, (day + 1) * DAY_MS - 1))).measured
    const found = subjectDays.get(day)
    return found && found.expected > 0 ? found.present / found.expected : null
  }
}
