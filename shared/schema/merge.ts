import { isObject, type Json } from '../base/json.ts'
import { dayAverages } from './day-averages.ts'
import { uniteFigures } from './from-samples.ts'
import { TIMES as TIMES_OF_ITEMS } from './sample-paths.ts'

/** `2022-11-23T09:00:00.000000` */
const WALL_CLOCK_LENGTH = 26

/** Times by which the items of a list are one: fields of a sample of the same moment replace those that were there. */
const TIMES = [...TIMES_OF_ITEMS, 'time_from_midnight'] as const

/** What tells items of one moment apart: a sensor each, a dish each, a tag each. */
const APART = ['type', 'sample_type', 'id', 'tag_name', 'drink_name'] as const

/**
 * The contract's superset rule: a record that is sent again holds everything that was sent for it before. Newer fields win,
 * absent ones stay, timed lists are united, other lists are replaced.
 */
export function mergeRecord(older: object, newer: object): object {
  // A source that is still guessing does not replace what it has settled: the final sleep stays, with what is new beside it.
  const merged =
    isTentativeSleep(newer) && !isTentativeSleep(older) ? mergeFields(newer, older) : mergeFields(older, newer)
  dayAverages(merged)
  if (isOfADay(merged)) uniteFigures(older, newer, merged)
  return merged
}
const isTentativeSleep = (record: object): boolean =>
  'sleep_durations_data' in record && (record as { metadata?: { upload_type?: unknown } }).metadata?.upload_type === 3

/** Sessions have an id of their own, and come whole. */
const isOfADay = (record: object): boolean =>
  (record as { metadata?: { summary_id?: unknown } }).metadata?.summary_id === undefined

/** A null is no value and takes nothing away, but for scores: they are taken back when their grounds are gone. */
function mergeFields(older: object, newer: object, nullWins = false): object {
  const merged: Json = { ...(older as Json) }
  for (const [name, value] of Object.entries(newer)) {
    if (value === undefined || (value === null && !nullWins && merged[name] !== undefined)) continue
    merged[name] = mergeValue(merged[name], value, nullWins || name === 'data_enrichment')
  }
  return merged
}

function mergeValue(older: unknown, newer: unknown, nullWins: boolean): unknown {
  if (Array.isArray(older) && Array.isArray(newer)) return mergeLists(older, newer)
  if (isObject(older) && isObject(newer)) return mergeFields(older, newer, nullWins)
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
  const found = new Map<string, { at: number; item: object }>()
  for (const item of [...older, ...newer] as Json[]) {
    const at = moment(item[time])
    const key = [Number.isNaN(at) ? item[time] : at, ...APART.map((name) => item[name])].join('|')
    const known = found.get(key)?.item
    found.set(key, { at, item: known ? mergeFields(known, item) : item })
  }
  return [...found.values()].sort((a, b) => a.at - b.at || 0).map(({ item }) => item)
}

/** An instant by its moment, whatever its offset. */
const moment = (time: unknown): number => (typeof time === 'number' ? time : Date.parse(String(time)))
