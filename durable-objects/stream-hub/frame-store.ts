import { STREAM } from '../../shared/base/limits.ts'
import type { Line } from '../../shared/streaming/line.ts'
import { openSlices, packSlices, usersOf } from '../../shared/streaming/slices.ts'
import type { FrameKeys } from './frame-keys.ts'

/** What went before its time, because there was no room. */
export interface Dropped {
  frames: number
  lastAt: number
}
interface Bounds {
  ms: number
  bytes: number
}
/** How far the store was looked through, and what was known then: so that nobody has to count all rows again. */
interface Checkpoint {
  seq: number
  bytes: number
  /** The last number that is not here any more. */
  floor: number
  dropped: Dropped | null
}
type Row = { seq: number; first: number; at: number; frames: number; body: ArrayBuffer }

/** Where there is no room more goes than must: else each row that comes would remove one. */
const SPARE = 1 / 32

/** A developer's frames of the last day: rows of all that came together, by the number of the last of them. */
export class FrameStore {
  private readonly sql: SqlStorage
  private readonly keys: FrameKeys
  private readonly context: string
  private readonly bounds: Bounds
  private checkpoint: Checkpoint
  private bytes: number
  lastSeq: number

  constructor(sql: SqlStorage, keys: FrameKeys, context: string, bounds: Bounds) {
    this.sql = sql
    this.keys = keys
    this.context = context
    this.bounds = bounds
    sql.exec(`CREATE TABLE IF NOT EXISTS frames (
      seq INTEGER PRIMARY KEY, first INTEGER NOT NULL, at INTEGER NOT NULL, frames INTEGER NOT NULL, body BLOB NOT NULL)`)
    sql.exec(`CREATE TABLE IF NOT EXISTS checkpoint (id INTEGER PRIMARY KEY, about TEXT NOT NULL)`)
    const [kept] = sql.exec<{ about: string }>(`SELECT about FROM checkpoint`).toArray()
    this.checkpoint = kept ? (JSON.parse(kept.about) as Checkpoint) : { seq: 0, bytes: 0, floor: 0, dropped: null }
    const since = sql
      .exec<{ bytes: number | null; last: number | null }>(
        `SELECT sum(length(body)) AS bytes, max(seq) AS last FROM frames WHERE seq > ?`,
        this.checkpoint.seq,
      )
      .one()
    this.bytes = this.checkpoint.bytes + (since.bytes ?? 0)
    this.lastSeq = Math.max(since.last ?? 0, this.checkpoint.seq, this.checkpoint.floor)
  }

  /** Inside a transaction, as its last step. Every line's key is loaded. */
  append(lines: Line[], at: number): void {
    let bytes = 0
    for (const some of rowsOf(lines)) {
      const [first, last] = [some[0]!.seq, some.at(-1)!.seq]
      const body = packSlices(some, (uid) => this.keys.of(uid)!, `${this.context}/${last}`)
      this.sql.exec(`INSERT INTO frames VALUES (?, ?, ?, ?, ?)`, last, first, at, some.length, body)
      bytes += body.length
    }
    this.bytes += bytes
    this.lastSeq = lines.at(-1)?.seq ?? this.lastSeq
  }

  /** Frames between two numbers, both excluded: about a push of them, and how far they reach. */
  async read(after: number, before: number): Promise<{ lines: Line[]; to: number; done: boolean }> {
    const rows: Row[] = []
    let bytes = 0
    let done = true
    for (const row of this.sql.exec<Row>(`SELECT * FROM frames WHERE seq > ? ORDER BY seq`, after)) {
      if (row.first >= before) break
      if (bytes > STREAM.pushBytes) {
        done = false
        break
      }
      rows.push(row)
      bytes += row.body.byteLength
    }
    const bodies = rows.map((row) => new Uint8Array(row.body))
    await this.keys.load(bodies.flatMap(usersOf))
    const lines = bodies.flatMap((body, i) =>
      openSlices(body, (uid) => this.keys.of(uid), `${this.context}/${rows[i]!.seq}`).filter(
        ({ seq }) => seq > after && seq < before,
      ),
    )
    return { lines, to: rows.at(-1)?.seq ?? after, done }
  }

  /** Removes what is too old, or too much: the oldest first. → whether there is more to remove */
  prune(now: number): boolean {
    const old = now - this.bounds.ms
    const room = this.full ? this.bounds.bytes * (1 - SPARE) : this.bounds.bytes
    const gone: Omit<Row, 'body'>[] = []
    let bytes = this.bytes
    let dropped = 0
    const oldest = this.sql.exec<Omit<Row, 'body'> & { size: number }>(
      `SELECT seq, first, at, frames, length(body) AS size FROM frames ORDER BY seq LIMIT ${STREAM.pruneRows}`,
    )
    for (const row of oldest) {
      const aged = row.at < old
      if (!aged && bytes <= room) break
      gone.push(row)
      bytes -= row.size
      if (!aged) dropped += row.frames
    }
    const last = gone.at(-1)
    if (last) this.sql.exec(`DELETE FROM frames WHERE seq <= ?`, last.seq)
    this.bytes = bytes
    this.checkpoint = {
      seq: this.lastSeq,
      bytes,
      floor: last?.seq ?? this.checkpoint.floor,
      dropped:
        dropped > 0
          ? { frames: (this.checkpoint.dropped?.frames ?? 0) + dropped, lastAt: now }
          : this.checkpoint.dropped,
    }
    this.sql.exec(
      `INSERT INTO checkpoint VALUES (1, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      JSON.stringify(this.checkpoint),
    )
    return gone.length === STREAM.pruneRows
  }
  get full(): boolean {
    return this.bytes > this.bounds.bytes
  }
  /** The last number that is not here any more. */
  get floor(): number {
    return this.checkpoint.floor
  }
  /** When the oldest row is too old; undefined: there is none. */
  endsAt(): number | undefined {
    const [oldest] = this.sql.exec<{ at: number }>(`SELECT at FROM frames ORDER BY seq LIMIT 1`).toArray()
    return oldest && oldest.at + this.bounds.ms
  }

  retained(): {
    from: number | undefined
    at: number | undefined
    to: number
    bytes: number
    floor: number
    dropped: Dropped | null
  } {
    const [oldest] = this.sql
      .exec<{ first: number; at: number }>(`SELECT first, at FROM frames ORDER BY seq LIMIT 1`)
      .toArray()
    const { floor, dropped } = this.checkpoint
    return { from: oldest?.first, at: oldest?.at, to: this.lastSeq, bytes: this.bytes, floor, dropped }
  }
}

function rowsOf(lines: Line[]): Line[][] {
  const rows: Line[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const line of lines) {
    bytes += line.text.length
    if (bytes > STREAM.rowBytes) {
      rows.push([])
      bytes = line.text.length
    }
    rows.at(-1)!.push(line)
  }
  return rows
}
