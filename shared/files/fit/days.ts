import { exact } from '../../source/numbers.ts'
import type { Messages, Named } from './named.ts'

/** Monitoring counts on since local midnight, for each kind of activity apart: here it is by day, and added up. */

const DAY_S = 86_400
/** Kinds of activity whose cycles are steps. */
const [RUNNING, WALKING] = [1, 6]
const LISTS = ['monitoring', 'stress_level', 'spo2_data', 'monitoring_hr_data'] as const

export interface MonitoredDay {
  /** Days since 1970, by the local clock. */
  day: number
  [list: string]: unknown
}

export function daysOf(messages: Messages, offset: number): MonitoredDay[] {
  const days = new Map<number, MonitoredDay>()
  for (const list of LISTS)
    for (const one of messages[list] ?? []) {
      const at = one.timestamp ?? one.stress_level_time
      if (typeof at !== 'number') continue
      // What is told at midnight is the end of the day before.
      const day = Math.floor((at + offset - 1) / DAY_S)
      const found: MonitoredDay = days.get(day) ?? { day }
      days.set(day, found)
      const own = (found[list] ?? []) as Named[]
      own.push(one)
      found[list] = own
    }
  const info = messages.monitoring_info?.[0]
  for (const found of days.values()) addUp(found, info)
  return [...days.values()].sort((a, b) => a.day - b.day)
}

/** Adds `totals` (all kinds together, so far) to each message that counts, and the day's own. */
function addUp(day: MonitoredDay, info: Named | undefined): void {
  const perKind = new Map<unknown, Counts>()
  for (const one of (day.monitoring ?? []) as Named[]) {
    const packed = one.current_activity_type_intensity
    if (typeof packed === 'number') [one.activity_type, one.intensity_level] = [packed & 31, packed >> 5]
    const own = countsOf(one, info)
    if (Object.keys(own).length === 0) continue
    const before = perKind.get(one.activity_type) ?? {}
    perKind.set(one.activity_type, { ...before, ...own })
    one.totals = summed(perKind)
  }
  if (perKind.size > 0) day.totals = summed(perKind)
}
type Counts = Partial<
  Record<'steps' | 'distance_meters' | 'active_calories' | 'active_seconds' | 'ascent' | 'descent', number>
>

function countsOf(one: Named, info: Named | undefined): Counts {
  const kind = one.activity_type
  const cycles = numberOf(one.cycles) ?? numberOf(one.cycles_16)
  const counts: Counts = {}
  // For these two the profile tells the same number as steps, without the scale of a half.
  if (cycles !== undefined && (kind === WALKING || kind === RUNNING)) counts.steps = Math.round(cycles * 2)
  // The file tells how far a cycle of each kind carries, and what it burns, for devices that only count.
  const distance =
    numberOf(one.distance) ?? numberOf(one.distance_16) ?? scaled(cycles, factor(info, 'cycles_to_distance', kind))
  if (distance !== undefined) counts.distance_meters = distance
  const calories = numberOf(one.active_calories) ?? scaled(cycles, factor(info, 'cycles_to_calories', kind))
  if (calories !== undefined) counts.active_calories = calories
  const active = numberOf(one.active_time) ?? numberOf(one.active_time_16)
  if (active !== undefined) counts.active_seconds = active
  for (const name of ['ascent', 'descent'] as const)
    if (numberOf(one[name]) !== undefined) counts[name] = numberOf(one[name])
  return counts
}
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const scaled = (value: number | undefined, times: number | undefined): number | undefined =>
  value === undefined || times === undefined ? undefined : exact(value * times)
function factor(info: Named | undefined, name: string, kind: unknown): number | undefined {
  const [kinds, factors] = [info?.activity_type, info?.[name]]
  if (!Array.isArray(kinds) || !Array.isArray(factors)) return undefined
  return numberOf(factors[kinds.indexOf(kind)])
}
function summed(perKind: Map<unknown, Counts>): Counts {
  const sum: Counts = {}
  for (const counts of perKind.values())
    for (const [name, value] of Object.entries(counts) as [keyof Counts, number][])
      sum[name] = exact((sum[name] ?? 0) + value)
  return sum
}
