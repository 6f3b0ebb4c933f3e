import { dayAverages } from '../schema/day-averages.ts'
import type { RecordMap } from './map.ts'
import type { Context, Frame, Item } from './reader.ts'
import { hasId } from './record-id.ts'
import { isoText } from './wall-clock.ts'

/** The frame of what has none yet. */
export const NOWHERE: Frame = { startAt: 0, endAt: 0, offset: undefined, utc: false, baseAt: 0, key: '' }

/** What one map reads out of an item; undefined where the item is none of its, or had no value for it. */
export function readMapped(
  { type, place, compiled, options }: RecordMap,
  item: Item,
  context: Context,
): { frame: Frame; read: Record<string, unknown> } | undefined {
  context.frame = NOWHERE
  if (options.when && !options.when(item, context)) return undefined
  const frame = place.read(item, context)
  context.frame = frame
  const read = compiled.read(item, context) as Record<string, unknown> | undefined
  // Of a day, metadata alone says nothing; of a session, that it was.
  return read && (hasId(type) || hasMore(read)) ? { frame, read } : undefined
}

/** Fills in what the place of a record tells. Changes what was read. */
export function placeRecord(
  type: RecordMap['type'],
  { startAt, endAt, offset, utc }: Frame,
  read: Record<string, unknown>,
  summaryId: string,
): void {
  if (type !== 'athlete') {
    read.metadata = {
      start_time: isoText(startAt, offset),
      end_time: isoText(endAt, offset),
      timestamp_localization: utc ? 0 : 1,
      ...(hasId(type) && { summary_id: summaryId }),
      ...(read.metadata as object | undefined),
    }
  }
  if (type === 'body') dayAverages(read)
}
function hasMore(read: object): boolean {
  for (const name in read) if (name !== 'metadata') return true
  return false
}
