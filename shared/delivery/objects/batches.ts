import { sha256 } from '../../base/hash.ts'
import { parseCellName } from '../cell.ts'
import type { Shipment } from '../shipment.ts'
import { type Line, linesOf, localDay, ndjson, receiveDay } from './lines.ts'
import { parquet } from './parquet.ts'
import type { StoredObject } from './store.ts'

export interface BatchLayout {
  prefix: string
  format: 'ndjson' | 'parquet'
  partition: 'date' | 'received'
}

/**
 * Objects of many events, each of one type and day. A key says which events can be in it and nothing else: the bounds of
 * the window are written down before it is sent, so that a repetition finds the key taken. What a repetition lacks was
 * replaced by something newer, which comes in a later window; so the first object under a key may stay.
 */
export async function batchesOf(shipment: Shipment, layout: BatchLayout): Promise<StoredObject[]> {
  const { destination_id, cell, window, groups } = shipment
  const { region, cell: number } = parseCellName(cell)
  const source = `${destination_id}-${region}-${number}`
  const objects: StoredObject[] = []
  const inWindow = groups.filter(({ lane }) => !lane)
  if (window && inWindow.length > 0)
    objects.push(...(await partitioned(linesOf({ groups: inWindow }), layout, () => `${source}-${bounds(window)}`)))
  // What is sent again has no bounds: its events name it.
  for (const lane of groups.filter((group) => group.lane))
    objects.push(...(await partitioned(linesOf({ groups: [lane] }), layout, (lines) => `${source}-${idOf(lines)}`)))
  return objects
}

/** Of the same length, so that names sort as windows do. */
const bounds = ({ from, to }: { from: number; to: number }) =>
  [from, to].map((seq) => `${seq}`.padStart(12, '0')).join('-')
const idOf = (lines: Line[]) => sha256(lines.map(({ event_id }) => event_id).join()).slice(0, 32)

async function partitioned(
  lines: Line[],
  { prefix, format, partition }: BatchLayout,
  nameOf: (lines: Line[]) => string,
): Promise<StoredObject[]> {
  const dayOf = partition === 'date' ? localDay : receiveDay
  const parts = Map.groupBy(lines, (line) => `type=${line.type}/date=${dayOf(line)}`)
  return Promise.all(
    [...parts].map(async ([folder, part]): Promise<StoredObject> => {
      // Groups are in no order among themselves.
      part.sort((a, b) => a.seq - b.seq)
      const key = `${prefix}${folder}/${nameOf(part)}`
      return format === 'parquet'
        ? { key: `${key}.parquet`, body: parquet(part), contentType: 'application/vnd.apache.parquet' }
        : { key: `${key}.ndjson.gz`, body: await gzipped(ndjson(part)), contentType: 'application/gzip' }
    }),
  )
}

async function gzipped(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
