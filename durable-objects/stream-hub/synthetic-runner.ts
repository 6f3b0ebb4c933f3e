import { STREAM } from '../../shared/base/limits.ts'
import {
  isOver,
  type SyntheticCursor,
  type SyntheticPlan,
  SyntheticStream,
  tickAt,
} from '../../shared/streaming/synthetic.ts'
import type { Submission } from '../../shared/streaming/types.ts'

interface Running {
  uid: string
  stream: SyntheticStream
  cursor: SyntheticCursor
}
type Row = { uid: string; plan: string; tick: number; frames: number }

/** Faster ones come several at a time. */
const LEAST_WAIT_MS = 200

/**
 * Streams of test users, made in the hub. They are numbered like those of a producer: what was stored before the hub was cut off
 * is made again and passed over, so that after a restart it goes on with the next frame.
 */
export class SyntheticRunner {
  private readonly sql: SqlStorage
  private readonly submit: (list: Submission[]) => Promise<void>
  private readonly running = new Map<string, Running>()

  constructor(sql: SqlStorage, submit: (list: Submission[]) => Promise<void>) {
    this.sql = sql
    this.submit = submit
    sql.exec(`CREATE TABLE IF NOT EXISTS synthetic (
      uid TEXT PRIMARY KEY, plan TEXT NOT NULL, tick INTEGER NOT NULL, frames INTEGER NOT NULL) WITHOUT ROWID`)
    for (const { uid, plan, tick, frames } of sql.exec<Row>(`SELECT * FROM synthetic`).toArray()) {
      const stream = new SyntheticStream(JSON.parse(plan) as SyntheticPlan)
      this.running.set(uid, { uid, stream, cursor: { tick, frames } })
    }
  }

  /** In place of one that is running. → false: too many are. */
  start(uid: string, plan: SyntheticPlan): boolean {
    const before = this.running.get(uid)
    if (!before && this.running.size >= STREAM.syntheticStreams) return false
    // Its frames are told from those of the one before by when it began.
    const startAt = Math.max(plan.startAt, (before?.stream.plan.startAt ?? 0) + 1)
    const stream = new SyntheticStream({ ...plan, startAt })
    this.sql.exec(`INSERT OR REPLACE INTO synthetic VALUES (?, ?, 0, 0)`, uid, JSON.stringify(stream.plan))
    this.running.set(uid, { uid, stream, cursor: { tick: 0, frames: 0 } })
    return true
  }
  stop(uid: string): void {
    this.running.delete(uid)
    this.sql.exec(`DELETE FROM synthetic WHERE uid = ?`, uid)
  }

  /** Since when it runs, epoch ms; undefined: it does not. */
  since(uid: string): number | undefined {
    return this.running.get(uid)?.stream.plan.startAt
  }
  /** When the next frame is due. */
  dueAt(now: number): number | undefined {
    if (this.running.size === 0) return undefined
    const ticks = [...this.running.values()].map(({ stream, cursor }) => tickAt(stream.plan, cursor.tick))
    return Math.max(Math.min(...ticks), now + LEAST_WAIT_MS)
  }
  get any(): boolean {
    return this.running.size > 0
  }

  /** Makes what is due. */
  async run(now: number): Promise<void> {
    await Promise.all([...this.running.values()].map((one) => this.advance(one, now)))
  }
  private async advance(one: Running, now: number): Promise<void> {
    const { uid, stream } = one
    for (;;) {
      const from = one.cursor
      const { samples, next } = stream.due(from, now, STREAM.batchFrames)
      // Before they are stored: what is due next is looked for meanwhile.
      one.cursor = next
      if (samples.length > 0) {
        const numbered = { producer: `synthetic-${stream.plan.startAt}`, n: from.frames + 1 }
        try {
          await this.submit([{ uid, synthetic: true, numbered, samples, at: now }])
        } catch (error) {
          one.cursor = from
          throw error
        }
      }
      // Stopped, or begun anew, meanwhile.
      if (this.running.get(uid) !== one) return
      if (isOver(stream.plan, next)) return this.stop(uid)
      if (next.tick === from.tick) return
      this.sql.exec(`UPDATE synthetic SET tick = ?, frames = ? WHERE uid = ?`, next.tick, next.frames, uid)
    }
  }
}
