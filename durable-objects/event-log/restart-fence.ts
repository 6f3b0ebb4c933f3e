import type { Tables } from '../tables.ts'

const NAME = 'fence'

/**
 * After a start that follows on work under way no lease goes out for one lease's length: one from before may still be at work.
 * When that is over is written down until a lease goes out: an object that is put to sleep meanwhile, and woken by the alarm
 * that ends the wait, would else begin to wait anew, and again, for ever.
 */
export class RestartFence {
  /** Until then no lease. */
  readonly untilAt: number
  private readonly tables: Tables
  private kept: boolean

  /** `dirtyUntil`: when the last lease from before is over; undefined: nothing was under way. */
  constructor(tables: Tables, dirtyUntil: number | undefined) {
    this.tables = tables
    const before = tables.meta(NAME)
    this.untilAt = before === undefined ? (dirtyUntil ?? 0) : Number(before)
    this.kept = before !== undefined || dirtyUntil !== undefined
    if (before === undefined && dirtyUntil !== undefined) tables.setMeta(NAME, String(dirtyUntil))
  }
  /** A lease goes out: who starts after this has to wait again. Before it does. */
  leased(): void {
    if (!this.kept) return
    this.tables.dropMeta(NAME)
    this.kept = false
  }
}
