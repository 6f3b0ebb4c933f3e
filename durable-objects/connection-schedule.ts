import { newId } from '../shared/base/ids.ts'
import { DAY_MS } from '../shared/base/time.ts'
import type { Polling } from '../shared/source/define.ts'
import { jittered, nextWindow, paceAfter, slicesOf, usualMs } from '../shared/source/schedule.ts'

/** A backfill of a connection: slices of a span, one after the other. */
export interface BackfillView {
  backfill_id: string
  state: 'running' | 'done' | 'failed' | 'cancelled'
  /** Epoch ms, half-open. */
  from: number
  to: number
  slices: number
  slices_done: number
  records: number
  reason: string | null
  madeAt: number
  endedAt: number | null
}
type Row = {
  id: string
  state: BackfillView['state']
  start_at: number
  end_at: number
  done: number
  records: number
  reason: string | null
  made_at: number
  ended_at: number | null
}
type PollRow = { seen_to: number; asked_to: number; next_at: number; every_ms: number; digest: string }
/** What is asked of the provider now, as a notice to our own cell. `key`: the same ask has the same. */
export interface Due {
  key: string
  kind: 'poll' | 'backfill'
  from: number
  to: number
  told: { poll: number } | { backfill: string; slice: number }
}

/** An ask that nobody answered in this time is made again: while it waits, the cell takes it for the same. */
const AGAIN_MS = 30 * 60_000
/** What a provider refuses for long is given up from its beginning: a look must not grow without end. */
const MOST_BEHIND_MS = 30 * DAY_MS
/** Backfills kept to be looked at. */
const KEPT = 20

/** When a connection asks its provider on its own account: the looks of one that is polled, and backfills. */
export class ConnectionSchedule {
  private readonly sql: SqlStorage
  constructor(sql: SqlStorage) {
    this.sql = sql
  }
  create(): void {
    this.sql.exec(`CREATE TABLE IF NOT EXISTS polling (id INTEGER PRIMARY KEY, seen_to INTEGER NOT NULL,
      asked_to INTEGER NOT NULL, next_at INTEGER NOT NULL, every_ms INTEGER NOT NULL, digest TEXT NOT NULL)`)
    this.sql.exec(`CREATE TABLE IF NOT EXISTS backfills (id TEXT PRIMARY KEY, state TEXT NOT NULL,
      start_at INTEGER NOT NULL, end_at INTEGER NOT NULL, done INTEGER NOT NULL, records INTEGER NOT NULL,
      reason TEXT, made_at INTEGER NOT NULL, ended_at INTEGER) WITHOUT ROWID`)
  }

  /** The first fetch of a connection covers what is before now. */
  begin(polling: Polling, now: number, chance: number): void {
    const every = usualMs(polling)
    this.sql.exec(
      `INSERT INTO polling VALUES (1, ?, ?, ?, ?, '') ON CONFLICT DO NOTHING`,
      now,
      now,
      now + jittered(every, chance),
      every,
    )
  }

  /** What is due; each is asked again, unchanged, until it is done. */
  due(polling: Polling | undefined, now: number): Due[] {
    const all: Due[] = []
    const poll = this.poll()
    if (poll && polling && poll.next_at <= now) {
      // One that is still out is not joined by another.
      const out = poll.asked_to > poll.seen_to
      const window = nextWindow(polling, poll.seen_to, out ? poll.asked_to : now)
      this.sql.exec(`UPDATE polling SET asked_to = ?, next_at = ?`, window.to, now + AGAIN_MS)
      all.push({ key: `poll/${window.to}`, kind: 'poll', ...window, told: { poll: window.to } })
    }
    const job = this.running()
    if (job) {
      const slice = slicesOf(job.start_at, job.end_at)[job.done]!
      all.push({
        key: `${job.id}/${job.done}`,
        kind: 'backfill',
        ...slice,
        told: { backfill: job.id, slice: job.done },
      })
    }
    return all
  }

  /**
   * A look has been had, as far as `to`. `digest`: of what it brought, to tell whether anything was new; undefined: it was
   * refused, and the next one asks for what it was to bring.
   */
  polled(polling: Polling, to: number, digest: string | undefined, now: number, chance: number): void {
    const poll = this.poll()
    if (poll?.asked_to !== to || to <= poll.seen_to) return
    const seenTo = digest === undefined ? Math.max(poll.seen_to, to - MOST_BEHIND_MS) : to
    const every = paceAfter(polling, poll.every_ms, digest !== undefined && digest !== poll.digest)
    this.sql.exec(
      `UPDATE polling SET seen_to = ?, asked_to = ?, next_at = ?, every_ms = ?, digest = ?`,
      seenTo,
      seenTo,
      now + jittered(every, chance),
      every,
      digest ?? poll.digest,
    )
  }

  startBackfill(from: number, to: number, now: number): BackfillView {
    const same = this.running()
    if (same && same.start_at === from && same.end_at === to) return view(same)
    const id = newId('bkf')
    this.sql.exec(`INSERT INTO backfills VALUES (?, 'running', ?, ?, 0, 0, NULL, ?, NULL)`, id, from, to, now)
    this.sql.exec(
      `DELETE FROM backfills WHERE state <> 'running' AND id NOT IN
         (SELECT id FROM backfills ORDER BY made_at DESC LIMIT ${KEPT})`,
    )
    return this.backfill(id)!
  }
  /** What a backfill is with this slice; undefined: it is over, or the slice was counted before. */
  withSlice(id: string, slice: number, records: number, now: number): BackfillView | undefined {
    const row = this.row(id)
    if (row?.state !== 'running' || row.done !== slice) return undefined
    const over = slice + 1 >= slicesOf(row.start_at, row.end_at).length
    const ended = over ? { state: 'done' as const, ended_at: now } : {}
    return view({ ...row, done: row.done + 1, records: row.records + records, ...ended })
  }
  /** Counts it, as `withSlice` said, where it was not meanwhile. */
  sliceDone({ backfill_id, state, slices_done, records, endedAt }: BackfillView): void {
    this.sql.exec(
      `UPDATE backfills SET done = ?, records = ?, state = ?, ended_at = ? WHERE id = ? AND state = 'running' AND done = ?`,
      slices_done,
      records,
      state,
      endedAt,
      backfill_id,
      slices_done - 1,
    )
  }
  endBackfill(id: string, state: 'failed' | 'cancelled', reason: string | null, now: number): BackfillView | undefined {
    this.sql.exec(
      `UPDATE backfills SET state = ?, reason = ?, ended_at = ? WHERE id = ? AND state = 'running'`,
      state,
      reason,
      now,
      id,
    )
    return this.backfill(id)
  }
  backfill(id: string): BackfillView | undefined {
    const row = this.row(id)
    return row && view(row)
  }
  backfills(): BackfillView[] {
    return this.sql.exec<Row>(`SELECT * FROM backfills ORDER BY made_at DESC, id`).toArray().map(view)
  }

  /** When to look here again; undefined: never. */
  nextAt(now: number): number | undefined {
    const poll = this.poll()?.next_at
    const job = this.running() ? now + AGAIN_MS : undefined
    return poll === undefined ? job : job === undefined ? poll : Math.min(poll, job)
  }

  private poll(): PollRow | undefined {
    return this.sql.exec<PollRow>(`SELECT seen_to, asked_to, next_at, every_ms, digest FROM polling`).toArray()[0]
  }
  /** One at a time, the oldest first. */
  private running(): Row | undefined {
    return this.sql
      .exec<Row>(`SELECT * FROM backfills WHERE state = 'running' ORDER BY made_at, id LIMIT 1`)
      .toArray()[0]
  }
  private row(id: string): Row | undefined {
    return this.sql.exec<Row>(`SELECT * FROM backfills WHERE id = ?`, id).toArray()[0]
  }
}

const view = ({ id, state, start_at, end_at, done, records, reason, made_at, ended_at }: Row): BackfillView => ({
  backfill_id: id,
  state,
  from: start_at,
  to: end_at,
  slices: slicesOf(start_at, end_at).length,
  slices_done: done,
  records,
  reason,
  madeAt: made_at,
  endedAt: ended_at,
})
