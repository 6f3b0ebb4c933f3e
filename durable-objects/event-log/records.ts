import type { Origin } from '../../shared/source/record.ts'
import type { Tables } from './tables.ts'

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
  /** JSON: number of the newest payload by part, for the source order. */
  parts: string
  /** Of the content. */
  hash: string
  /** Bytes of the content, plain. */
  size: number
  /** Object storage name of a body that is too large for a row. */
  large: string | null
  /** Sealed; null: the source deleted it, or it is `large`. */
  body: ArrayBuffer | Uint8Array | null
}

const META = `connection, type, summary_id, seq, revision, origin, start_at, end_at, appended_at, received_at, trace, parts, hash, size, large`

/** One table, keyed (connection, type, summary_id): a write is one row. */
export class Records {
  private readonly tables: Tables
  constructor(tables: Tables) {
    this.tables = tables
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
    this.tables.write(
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
  largeOf(connection: number): string[] {
    return this.tables
      .read<{ large: string }>(`SELECT large FROM records WHERE connection = ? AND large IS NOT NULL`, connection)
      .map(({ large }) => large)
  }
  /** Everything that does not outlive the connection. */
  erase(connection: number, outliving: number[]): void {
    this.tables.write(
      'erase',
      `DELETE FROM records WHERE connection = ? AND type NOT IN (${outliving.join(',')})`,
      connection,
    )
  }
}
