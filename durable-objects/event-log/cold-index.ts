import type { Tables } from '../tables.ts'
import { type ColdRow, keyHash, mayHold, packKeys, packStubs, unpackStubs } from './cold-stubs.ts'

/** The records of one connection and month that one object holds. A month with much has several pieces. */
export interface ColdPiece {
  connection: number
  month: number
  piece: number
  object: string
  /** Of the object, what no stub names any more included. */
  bytes: number
}
/** Opened pieces kept in memory. */
const KEPT_PIECES = 48

type Newest = [type: number, endAt: number, appendedAt: number]
const PIECE = 'connection, month, piece, object, bytes'
const keyOf = ({ connection, month, piece }: ColdPiece) => `${connection}/${month}/${piece}`

/**
 * Which records are cold, and where. A record is a row of `records` or a stub here, never both: whoever writes one takes
 * the other away in the same transaction.
 */
export class ColdIndex {
  /** Grows whenever records become cold: what was looked up before may be elsewhere. */
  moves = 0
  private readonly opened = new Map<string, ColdRow[]>()
  /** Written by a transaction that may not stand: read from disk until it is known to. */
  private readonly unsure = new Set<string>()
  /** Connections that have anything cold, as far as anybody asked. */
  private readonly known = new Map<number, boolean>()
  private readonly tables: Tables
  constructor(tables: Tables) {
    this.tables = tables
  }

  has(connection: number): boolean {
    const known = this.known.get(connection)
    if (known !== undefined) return known
    const found = this.tables.read(`SELECT 1 FROM cold WHERE connection = ? LIMIT 1`, connection).length > 0
    this.known.set(connection, found)
    return found
  }
  get(connection: number, type: number, summaryId: string): ColdRow | undefined {
    return this.find(connection, type, summaryId)?.row
  }
  ofConnection(connection: number): ColdRow[] {
    return this.has(connection) ? this.pieces(connection).flatMap((piece) => this.open(piece)) : []
  }
  /** Whose interval meets [startAt, endAt); deleted ones left out. */
  meeting(connection: number, type: number, startAt: number, endAt: number): ColdRow[] {
    if (!this.has(connection)) return []
    const pieces = this.tables.read<ColdPiece>(
      `SELECT ${PIECE} FROM cold WHERE connection = ? AND start_at < ? AND (end_at > ? OR start_at >= ?)`,
      connection,
      endAt,
      startAt,
      startAt,
    )
    return pieces.flatMap((piece) =>
      this.open(piece).filter(
        (row) =>
          row.type === type &&
          row.size > 0 &&
          row.start_at < endAt &&
          (row.end_at > startAt || row.start_at >= startAt),
      ),
    )
  }
  newest(connection: number): { type: number; end_at: number; appended_at: number }[] {
    if (!this.has(connection)) return []
    return this.tables
      .read<{ newest: string }>(`SELECT newest FROM cold WHERE connection = ?`, connection)
      .flatMap(({ newest }) => JSON.parse(newest) as Newest[])
      .map(([type, end_at, appended_at]) => ({ type, end_at, appended_at }))
  }

  /** The last piece of a month, which takes more. */
  lastPiece(connection: number, month: number): ColdPiece | undefined {
    return this.tables.read<ColdPiece>(
      `SELECT ${PIECE} FROM cold WHERE connection = ? AND month = ? ORDER BY piece DESC LIMIT 1`,
      connection,
      month,
    )[0]
  }
  open(piece: ColdPiece): ColdRow[] {
    const key = keyOf(piece)
    const kept = this.opened.get(key)
    if (kept) return kept
    const [found] = this.tables.read<{ object: string; stubs: ArrayBuffer }>(
      `SELECT object, stubs FROM cold WHERE connection = ? AND month = ? AND piece = ?`,
      piece.connection,
      piece.month,
      piece.piece,
    )
    const rows = found ? unpackStubs(piece.connection, found.object, found.stubs) : []
    if (this.unsure.has(key)) return rows
    this.opened.set(key, rows)
    for (const oldest of this.opened.keys()) {
      if (this.opened.size <= KEPT_PIECES) break
      this.opened.delete(oldest)
    }
    return rows
  }

  /** Inside a transaction; → what memory learns once it stands. */
  write(piece: ColdPiece, rows: ColdRow[]): () => void {
    const { connection, month, object, bytes } = piece
    const forget = this.doubt(piece)
    if (rows.length === 0) {
      this.tables.write(
        'cold',
        `DELETE FROM cold WHERE connection = ? AND month = ? AND piece = ?`,
        connection,
        month,
        piece.piece,
      )
      this.gone(object)
      return forget
    }
    this.tables.write(
      'cold',
      `INSERT INTO cold VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET object = excluded.object,
         bytes = excluded.bytes, start_at = excluded.start_at, end_at = excluded.end_at, newest = excluded.newest,
         keys = excluded.keys, stubs = excluded.stubs`,
      connection,
      month,
      piece.piece,
      object,
      bytes,
      rows.reduce((least, row) => Math.min(least, row.start_at), Number.POSITIVE_INFINITY),
      rows.reduce((most, row) => Math.max(most, row.end_at), Number.NEGATIVE_INFINITY),
      JSON.stringify(newestOf(rows)),
      packKeys(rows),
      packStubs(rows),
    )
    return forget
  }
  /** It is a row again, with newer content. Inside a transaction; → what memory learns once it stands. */
  remove(connection: number, type: number, summaryId: string): () => void {
    const found = this.find(connection, type, summaryId)
    if (!found) return () => undefined
    return this.write(
      found.piece,
      this.open(found.piece).filter((row) => row.type !== type || row.summary_id !== summaryId),
    )
  }
  /** Inside a transaction. Its objects are swept with everything else of the connection. */
  erase(connection: number): void {
    this.tables.write('erase', `DELETE FROM cold WHERE connection = ?`, connection)
    for (const key of this.opened.keys()) if (key.startsWith(`${connection}/`)) this.opened.delete(key)
    this.known.delete(connection)
  }

  /** An object that no piece names, or not yet: whatever becomes of this run, it does not stay behind. */
  gone(object: string): void {
    this.tables.write('cold', `INSERT INTO cold_gone VALUES (?) ON CONFLICT DO NOTHING`, object)
  }
  notGone(object: string): void {
    this.tables.write('cold', `DELETE FROM cold_gone WHERE object = ?`, object)
  }
  allGone(limit: number): string[] {
    return this.tables
      .read<{ object: string }>(`SELECT object FROM cold_gone LIMIT ?`, limit)
      .map(({ object }) => object)
  }

  private pieces(connection: number): ColdPiece[] {
    return this.tables.read<ColdPiece>(`SELECT ${PIECE} FROM cold WHERE connection = ?`, connection)
  }
  private find(connection: number, type: number, summaryId: string): { piece: ColdPiece; row: ColdRow } | undefined {
    if (!this.has(connection)) return undefined
    const hash = keyHash(type, summaryId)
    for (const { keys, ...piece } of this.tables.read<ColdPiece & { keys: ArrayBuffer }>(
      `SELECT ${PIECE}, keys FROM cold WHERE connection = ? ORDER BY month DESC, piece DESC`,
      connection,
    )) {
      if (!mayHold(keys, hash)) continue
      const row = this.open(piece).find((one) => one.type === type && one.summary_id === summaryId)
      if (row) return { piece, row }
    }
    return undefined
  }
  private doubt(piece: ColdPiece): () => void {
    const key = keyOf(piece)
    this.opened.delete(key)
    this.unsure.add(key)
    this.known.delete(piece.connection)
    return () => {
      this.unsure.delete(key)
      this.known.delete(piece.connection)
    }
  }
}

function newestOf(rows: ColdRow[]): Newest[] {
  const newest = new Map<number, Newest>()
  for (const { type, end_at, appended_at } of rows) {
    const [, end, appended] = newest.get(type) ?? [type, end_at, appended_at]
    newest.set(type, [type, Math.max(end, end_at), Math.max(appended, appended_at)])
  }
  return [...newest.values()]
}
