import type { Origin } from '../../shared/source/record.ts'
import type { Tables } from '../tables.ts'
import type { ColdPlace } from './cold-stubs.ts'

/** A record as it is stored; times in epoch ms. */
export interface RecordRow {
  connection: number
  type: number
  summary_id: string
  seq: number
  revision: number
  origin: Origin
  start_at: number
  end_at: number
  appended_at: number
  received_at: number
  trace: string
  /** JSON: `Parts`, for the source order. */
  parts: string
  /** Of the content. */
  hash: string
  /** Bytes of the content, plain. */
  size: number
  /** Object storage name of a body that is too large for a row. */
  large: string | null
  /** Sealed; null: the source deleted it, or it is `large`. */
  body: ArrayBuffer | Uint8Array | null
  /** Where the sealed body is, of a record that is cold: such a one is no row of the table. */
  cold?: ColdPlace
}
export type RecordVersion = Pick<RecordRow, 'seq' | 'parts'>

/** Fewer are read one by one: that is cheaper. */
const MANY = 8
/** Rows by a list of keys, in one statement: where there are many, each of its own costs more than what it reads. */
const EACH = `FROM json_each(?) AS k CROSS JOIN records AS r
  ON r.connection = k.value ->> 0 AND r.type = k.value ->> 1 AND r.summary_id = k.value ->> 2`
type Key = Pick<RecordRow, 'connection' | 'type' | 'summary_id'>
const keysOf = (keys: Key[]): string =>
  JSON.stringify(keys.map(({ connection, type, summary_id }) => [connection, type, summary_id]))

const META = `connection, type, summary_id, seq, revision, origin, start_at, end_at, appended_at, received_at, trace, parts, hash, size, large`

/** Of rows that are kept in two ways, each once: oldest first. */
export const byTime = (a: RecordRow, b: RecordRow): number =>
  a.start_at - b.start_at || (a.summary_id < b.summary_id ? -1 : a.summary_id > b.summary_id ? 1 : 0)

/** One table, keyed (connection, type, summary_id): a write is one row. */
export class Records {
  /** Grows with each write: what was read before may be another by now. */
  writes = 0
  private readonly tables: Tables
  constructor(tables: Tables) {
    this.tables = tables
  }

  /** Those that are there. Their bodies are in memory together. */
  all(keys: Key[]): RecordRow[] {
    if (keys.length < MANY)
      return keys.flatMap(({ connection, type, summary_id }) => this.get(connection, type, summary_id) ?? [])
    return this.tables.read(`SELECT r.* ${EACH}`, keysOf(keys))
  }
  /** Places in the list of those that are there; undefined: there are few, ask for each. */
  placesOf(keys: Key[]): Set<number> | undefined {
    if (keys.length < MANY) return undefined
    return new Set(this.tables.read<{ at: number }>(`SELECT k.key AS at ${EACH}`, keysOf(keys)).map(({ at }) => at))
  }
  get(connection: number, type: number, summaryId: string): RecordRow | undefined {
    return this.tables.read<RecordRow>(
      `SELECT * FROM records WHERE connection = ? AND type = ? AND summary_id = ?`,
      connection,
      type,
      summaryId,
    )[0]
  }
  seqOf(connection: number, type: number, summaryId: string): number | undefined {
    return this.tables.read<{ seq: number }>(
      `SELECT seq FROM records WHERE connection = ? AND type = ? AND summary_id = ?`,
      connection,
      type,
      summaryId,
    )[0]?.seq
  }
  /** What a row was made from: a commit may move the numbers of its parts and leave its seq. */
  versionOf(connection: number, type: number, summaryId: string): RecordVersion | undefined {
    return this.tables.read<RecordVersion>(
      `SELECT seq, parts FROM records WHERE connection = ? AND type = ? AND summary_id = ?`,
      connection,
      type,
      summaryId,
    )[0]
  }
  /** Without reading the body. */
  appendedAt({ connection, type, summary_id }: Pick<RecordRow, 'connection' | 'type' | 'summary_id'>) {
    return this.tables.read<{ appended_at: number }>(
      `SELECT appended_at FROM records WHERE connection = ? AND type = ? AND summary_id = ?`,
      connection,
      type,
      summary_id,
    )[0]?.appended_at
  }
  put(row: RecordRow): void {
    this.write(
      'records',
      `INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET seq = excluded.seq, revision = excluded.revision, origin = excluded.origin,
         start_at = excluded.start_at, end_at = excluded.end_at, appended_at = excluded.appended_at,
         received_at = excluded.received_at, trace = excluded.trace, parts = excluded.parts, hash = excluded.hash,
         size = excluded.size, large = excluded.large, body = excluded.body`,
      row.connection,
      row.type,
      row.summary_id,
      row.seq,
      row.revision,
      row.origin,
      row.start_at,
      row.end_at,
      row.appended_at,
      row.received_at,
      row.trace,
      row.parts,
      row.hash,
      row.size,
      row.large,
      row.body,
    )
  }

  /** Without bodies, in seq order. */
  ofConnection(connection: number, afterSeq: number, limit: number): Omit<RecordRow, 'body'>[] {
    return this.tables.read(
      `SELECT ${META} FROM records WHERE connection = ? AND seq > ? ORDER BY seq LIMIT ?`,
      connection,
      afterSeq,
      limit,
    )
  }
  /** Whose interval meets [startAt, endAt), oldest first; deleted ones left out. */
  meeting(connection: number, type: number, startAt: number, endAt: number): RecordRow[] {
    return this.tables.read(
      `SELECT * FROM records WHERE connection = ? AND type = ? AND start_at < ? AND (end_at > ? OR start_at >= ?)
         AND (body IS NOT NULL OR large IS NOT NULL) ORDER BY start_at, summary_id`,
      connection,
      type,
      endAt,
      startAt,
      startAt,
    )
  }
  newest(connection: number): { type: number; end_at: number; appended_at: number }[] {
    return this.tables.read(
      `SELECT type, max(end_at) AS end_at, max(appended_at) AS appended_at FROM records WHERE connection = ? GROUP BY type`,
      connection,
    )
  }
  /** Its content is elsewhere now. Inside a transaction. */
  remove(connection: number, type: number, summaryId: string): void {
    this.write(
      'cold',
      `DELETE FROM records WHERE connection = ? AND type = ? AND summary_id = ?`,
      connection,
      type,
      summaryId,
    )
  }
  /** Rows whose sealed bodies are larger than this and that were appended before; without the bodies. */
  heavy(connection: number, bytes: number, before: number, limit: number): Omit<RecordRow, 'body'>[] {
    return this.tables.read(
      `SELECT ${META} FROM records WHERE connection = ? AND length(body) > ? AND appended_at < ? AND type < 100
         ORDER BY appended_at LIMIT ?`,
      connection,
      bytes,
      before,
      limit,
    )
  }
  /** The body is a claim check from now on. Inside a transaction. */
  lighten({ connection, type, summary_id, seq }: Omit<RecordRow, 'body'>, large: string): void {
    this.write(
      'cold',
      `UPDATE records SET body = NULL, large = ? WHERE connection = ? AND type = ? AND summary_id = ? AND seq = ?`,
      large,
      connection,
      type,
      summary_id,
      seq,
    )
  }
  /** Everything that does not outlive the connection. */
  erase(connection: number, outliving: number[]): void {
    this.write('erase', `DELETE FROM records WHERE connection = ? AND type NOT IN (${outliving.join(',')})`, connection)
  }
  private write(...statement: Parameters<Tables['write']>): void {
    this.writes++
    this.tables.write(...statement)
  }
}
