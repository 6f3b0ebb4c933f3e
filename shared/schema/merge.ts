import { dayAverages } from './day-averages.ts'

type Json = Record<string, unknown>

/** `2022-11-23T09:00:00.000000` */
const WALL_CLOCK_LENGTH = 26

/** Times by which the items of a list are one: fields of a sample of the same moment replace those that were there. */
const TIMES = ['timestamp', 'start_timestamp', 'measurement_time', 'start_time', 'time_from_midnight'] as const

/**
 * The contract's superset rule: a record that is sent again holds everything that was sent for it before. Newer fields win,
 * absent ones stay, timed lists are united, other lists are replaced.
 */
export function mergeRecord(older: object, newer: object): object {
  // A source that is still guessing does not replace what it has settled: the final sleep stays, with what is new beside it.
  const merged =
    isTentativeSleep(newer) && !isTentativeSleep(older) ? mergeFields(newer, older) : mergeFields(older, newer)
  dayAverages(merged)
  return merged
}
const isTentativeSleep = (record: object): boolean =>
  'sleep_durations_data' in record && (record as { metadata?: { upload_type?: unknown } }).metadata?.upload_type === 3

function mergeFields(older: object, newer: object): object {
  const merged: Json = { ...(older as Json) }
  for (const [name, value] of Object.entries(newer)) {
    if (value === undefined) continue
    merged[name] = mergeValue(merged[name], value)
  }
  return merged
}

function mergeValue(older: unknown, newer: unknown): unknown {
  if (Array.isArray(older) && Array.isArray(newer)) return mergeLists(older, newer)
  if (isObject(older) && isObject(newer)) return mergeFields(older, newer)
  // The same wall clock, and only one part of the record knew its offset.
  if (
    typeof older === 'string' &&
    typeof newer === 'string' &&
    newer.length === WALL_CLOCK_LENGTH &&
    older.startsWith(newer)
  )
    return older
  return newer
}

function mergeLists(older: unknown[], newer: unknown[]): unknown[] {
  const time = TIMES.find((name) => [...older, ...newer].every((item) => isObject(item) && item[name] !== undefined))
  if (!time) return newer
  const byTime = new Map<unknown, Json>()
  // Several samples of one moment (a sensor each) are told apart by their type.
  const key = (item: Json) => (item.type === undefined ? item[time] : `${item[time]} ${item.type}`)
  for (const item of [...older, ...newer] as Json[]) byTime.set(key(item), { ...byTime.get(key(item)), ...item })
  return [...byTime.values()].sort((a, b) => compare(a[time], b[time]))
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Instants by their moment, whatever their offset. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Date.parse(String(a)) - Date.parse(String(b))
}
