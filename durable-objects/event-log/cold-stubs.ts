import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { text, utf8 } from '../../shared/base/bytes.ts'
import type { RecordRow } from './records.ts'

/** A record whose content is in cold history: all of its row but the body, and where that is. */
export interface ColdRow extends RecordRow {
  body: null
  cold: ColdPlace
}
/** Its sealed body in an object. A length of 0: none is there (the source deleted it, or it is `large`). */
export interface ColdPlace {
  object: string
  at: number
  length: number
}
type Packed = [
  type: number,
  summaryId: string,
  seq: number,
  revision: number,
  origin: string,
  startAt: number,
  length: number,
  appendedAfter: number,
  receivedBefore: number,
  trace: string,
  parts: string,
  hash: string,
  size: number,
  large: string | 0,
  at: number,
  sealed: number,
]

/** Times as distances and all in one compressed text: a stub is about a third of the row that it was. */
export function packStubs(rows: ColdRow[]): Uint8Array<ArrayBuffer> {
  const packed = rows.map(
    (row): Packed => [
      row.type,
      row.summary_id,
      row.seq,
      row.revision,
      row.origin,
      row.start_at,
      row.end_at - row.start_at,
      row.appended_at - row.start_at,
      row.appended_at - row.received_at,
      row.trace,
      row.parts,
      row.hash,
      row.size,
      row.large ?? 0,
      row.cold.at,
      row.cold.length,
    ],
  )
  return new Uint8Array(deflateRawSync(utf8(JSON.stringify(packed))))
}

export function unpackStubs(connection: number, object: string, bytes: ArrayBuffer): ColdRow[] {
  const packed = JSON.parse(text(new Uint8Array(inflateRawSync(new Uint8Array(bytes))))) as Packed[]
  return packed.map(
    ([
      type,
      summary_id,
      seq,
      revision,
      origin,
      start,
      length,
      appended,
      received,
      trace,
      parts,
      hash,
      size,
      ...rest
    ]) => {
      const [large, at, sealed] = rest
      const appended_at = start + appended
      return {
        ...{ connection, type, summary_id, seq, revision, origin: origin as RecordRow['origin'] },
        ...{ start_at: start, end_at: start + length, appended_at, received_at: appended_at - received },
        ...{ trace, parts, hash, size, large: large === 0 ? null : large, body: null },
        cold: { object, at, length: sealed },
      }
    },
  )
}

/** 32 bits of each key, sorted: tells what is surely not here without opening the stubs. */
export function packKeys(rows: { type: number; summary_id: string }[]): Uint8Array<ArrayBuffer> {
  const keys = Uint32Array.from(rows, ({ type, summary_id }) => keyHash(type, summary_id)).sort()
  return new Uint8Array(keys.buffer)
}
export function mayHold(packed: ArrayBuffer, hash: number): boolean {
  const keys = new Uint32Array(packed)
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]! < hash) low = middle + 1
    else high = middle
  }
  return keys[low] === hash
}
/** FNV-1a. */
export function keyHash(type: number, summaryId: string): number {
  let hash = 0x811c9dc5
  for (const byte of utf8(`${type}/${summaryId}`)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
