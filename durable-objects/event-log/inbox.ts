import { concat, text, utf8 } from '../../shared/base/bytes.ts'
import { MAX_ROW_BYTES, PAYLOAD_DEDUPE_MS } from '../../shared/base/limits.ts'
import type { IncomingPayload } from '../../shared/source/record.ts'
import type { Tables } from '../tables.ts'

/** Seconds that the caller of `accept` has for itself before the queue's consumer may take a payload over. */
const EXPRESS_GRACE_MS = 5_000
/** After being handed out, a payload is left to its worker for this long. */
const HANDED_MS = 30_000

export interface PayloadAbout extends Omit<IncomingPayload, 'body' | 'user_id'> {
  number: number
  connection: number
  /** A supplier's, that it is of: what becomes of its lines is kept under it, whoever appends them. */
  work?: string
}
/** `sealed` with the connection's key. `express`: its door goes on with it at once. */
export interface SealedPayload {
  about: PayloadAbout
  sealed: Uint8Array
  express: boolean
}
interface Piece {
  slot: number
  at: number
  size: number
}
interface Entry {
  about: PayloadAbout
  pieces: Piece[]
  handedUntil: number
}
export interface Row {
  slot: number
  first: number
  last: number
  bytes: number
  /** When the source's first request of it came in. */
  receivedAt: number
}

/**
 * Accepted payloads, raw and sealed, until their records are appended and a segment in object storage holds them.
 * A commit's payloads share one row; slots of archived rows are overwritten.
 */
export class Inbox {
  /** By payload number; only what is not yet appended. */
  readonly waiting = new Map<number, Entry>()
  /** payload_id → number, for PAYLOAD_DEDUPE_MS. */
  private readonly known = new Map<string, { number: number; receivedAt: number }>()
  private rows: Row[] = []
  private free: number[] = []
  private slots = 0
  private next = 1
  bytes = 0
  private readonly tables: Tables

  constructor(tables: Tables, done: Set<number>) {
    this.tables = tables
    const archived = Number(tables.meta('archived_to') ?? 0)
    this.next = archived + 1
    const stored = tables.read<{ slot: number; first: number; last: number; packed: ArrayBuffer }>(
      `SELECT * FROM inbox ORDER BY first`,
    )
    for (const { slot, first, last, packed } of stored) {
      this.slots = Math.max(this.slots, slot + 1)
      if (last <= archived) {
        this.free.push(slot)
        continue
      }
      const contents = unpack(new Uint8Array(packed))
      this.rows.push({ slot, first, last, bytes: packed.byteLength, receivedAt: contents[0]!.about.receivedAt })
      this.bytes += packed.byteLength
      this.next = Math.max(this.next, last + 1)
      for (const { about, at, size } of contents) {
        this.known.set(about.payload_id, { number: about.number, receivedAt: about.receivedAt })
        if (!done.has(about.number)) this.entry(about, 0).pieces.push({ slot, at, size })
      }
    }
  }

  private entry(about: PayloadAbout, handedUntil: number): Entry {
    const found = this.waiting.get(about.number)
    if (found) return found
    const entry = { about, pieces: [], handedUntil }
    this.waiting.set(about.number, entry)
    return entry
  }

  takeNumber(): number {
    return this.next++
  }
  numberOf(payloadId: string, now: number): number | undefined {
    const found = this.known.get(payloadId)
    if (!found) return undefined
    // What still waits is no news, however late it came to be worked off.
    const isOver = now - found.receivedAt > PAYLOAD_DEDUPE_MS && !this.waiting.has(found.number)
    return isOver ? undefined : found.number
  }
  /** Writes a commit's payloads; → what memory learns once it stands. Large ones are cut over several rows. */
  write(payloads: SealedPayload[], now: number): () => void {
    const written: { row: Row; contents: Packed[] }[] = []
    let group: SealedPayload[] = []
    let size = 0
    const close = () => {
      if (group.length > 0) written.push(this.writeRow(group))
      group = []
      size = 0
    }
    for (const payload of payloads)
      for (const piece of cut(payload)) {
        if (size + piece.sealed.length > MAX_ROW_BYTES) close()
        group.push(piece)
        size += piece.sealed.length + 400
      }
    close()
    return () => {
      for (const { row, contents } of written) {
        this.rows.push(row)
        this.bytes += row.bytes
        for (const { about, at, size, express } of contents) {
          this.known.set(about.payload_id, { number: about.number, receivedAt: about.receivedAt })
          this.entry(about, express ? now + EXPRESS_GRACE_MS : 0).pieces.push({ slot: row.slot, at, size })
        }
      }
    }
  }

  private writeRow(group: SealedPayload[]) {
    const slot = this.free.shift() ?? this.slots++
    const { bytes, contents } = pack(group)
    const numbers = group.map((payload) => payload.about.number)
    const first = Math.min(...numbers)
    const last = Math.max(...numbers)
    this.tables.write(
      'inbox',
      `INSERT INTO inbox VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET first = excluded.first, last = excluded.last, packed = excluded.packed`,
      slot,
      first,
      last,
      bytes,
    )
    return { row: { slot, first, last, bytes: bytes.length, receivedAt: group[0]!.about.receivedAt }, contents }
  }

  /** The sealed bytes of a payload that waits. */
  sealed(number: number): Uint8Array | undefined {
    const entry = this.waiting.get(number)
    if (!entry) return undefined
    return concat(
      ...entry.pieces.map(({ slot, at, size }) => {
        const [row] = this.tables.read<{ packed: ArrayBuffer }>(`SELECT packed FROM inbox WHERE slot = ?`, slot)
        return new Uint8Array(row!.packed, at, size)
      }),
    )
  }

  /** Takes payloads for a worker, oldest first. */
  hand(bulk: boolean, limit: number, now: number): PayloadAbout[] {
    const taken: PayloadAbout[] = []
    for (const entry of this.waiting.values()) {
      if (taken.length >= limit) break
      if ((entry.about.origin !== 'live') !== bulk || entry.handedUntil > now) continue
      entry.handedUntil = now + HANDED_MS
      taken.push(entry.about)
    }
    return taken
  }
  /** Not worked on after all. */
  giveBack(number: number): void {
    const entry = this.waiting.get(number)
    if (entry) entry.handedUntil = 0
  }
  done(number: number): void {
    this.waiting.delete(number)
  }
  oldestAt(): number | undefined {
    const [first] = this.waiting.values()
    return first?.about.receivedAt
  }
  /** When a worker may take over what waits; undefined: nothing waits. */
  dueAt(): number | undefined {
    let due: number | undefined
    for (const { handedUntil } of this.waiting.values()) {
      due = Math.min(due ?? handedUntil, handedUntil)
      if (due === 0) break
    }
    return due
  }

  /** The longest run of rows from the front whose payloads are all appended, up to `bytes`. */
  finishedRows(bytes: number): { rows: Row[]; bytes: number } {
    const [oldest = Number.POSITIVE_INFINITY] = this.waiting.keys()
    const rows: Row[] = []
    let size = 0
    for (const row of this.rows) {
      // A payload's pieces go together: a segment is named by its payloads, and what is archived is told by the last of them.
      const begun = row.first === rows.at(-1)?.last
      if (row.last >= oldest || (size > 0 && !begun && size + row.bytes > bytes)) break
      rows.push(row)
      size += row.bytes
    }
    return { rows, bytes: size }
  }
  /** Rows that hold anything after a number, in order. */
  rowsAfter(number: number): Row[] {
    return this.rows.filter(({ last }) => last > number)
  }
  /** The highest number given. */
  get last(): number {
    return this.next - 1
  }
  packed(row: Row): Uint8Array {
    const [found] = this.tables.read<{ packed: ArrayBuffer }>(`SELECT packed FROM inbox WHERE slot = ?`, row.slot)
    return new Uint8Array(found!.packed)
  }
  /** A segment holds them now: their slots may be overwritten. One row, whatever their number. */
  archived(rows: Row[]): void {
    this.tables.setMeta('archived_to', String(rows.at(-1)!.last))
    const gone = new Set(rows)
    this.rows = this.rows.filter((row) => !gone.has(row))
    for (const row of rows) {
      this.free.push(row.slot)
      this.bytes -= row.bytes
    }
    for (const [id, { number }] of this.known) if (number <= rows.at(-1)!.last) this.known.delete(id)
  }
  get firstRow(): Row | undefined {
    return this.rows[0]
  }
}

type Packed = { about: PayloadAbout; at: number; size: number; express?: boolean }

/** Sizes of the header and then the header and the sealed payloads, one behind the other. */
function pack(group: SealedPayload[]): { bytes: Uint8Array<ArrayBuffer>; contents: Packed[] } {
  const header = utf8(JSON.stringify(group.map(({ about, sealed }) => ({ ...about, size: sealed.length }))))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, header.length)
  let at = 4 + header.length
  const contents = group.map(({ about, sealed, express }) => {
    const piece = { about, at, size: sealed.length, express }
    at += sealed.length
    return piece
  })
  return { bytes: concat(length, header, ...group.map((payload) => payload.sealed)), contents }
}
export function unpack(packed: Uint8Array): Packed[] {
  const length = new DataView(packed.buffer, packed.byteOffset).getUint32(0)
  let at = 4 + length
  const header = JSON.parse(text(packed.subarray(4, at))) as (PayloadAbout & { size: number })[]
  return header.map(({ size, ...about }) => {
    const piece = { about, at, size }
    at += size
    return piece
  })
}
function cut(payload: SealedPayload): SealedPayload[] {
  if (payload.sealed.length <= MAX_ROW_BYTES) return [payload]
  const pieces: SealedPayload[] = []
  for (let at = 0; at < payload.sealed.length; at += MAX_ROW_BYTES)
    pieces.push({ ...payload, sealed: payload.sealed.subarray(at, at + MAX_ROW_BYTES) })
  return pieces
}
