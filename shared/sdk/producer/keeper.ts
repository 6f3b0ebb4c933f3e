import type { Clock } from './clock.ts'
import type { Keep, Saved } from './keep.ts'

/** Writes changes down: together, one write at a time, and again where one failed. */
export class Keeper {
  private timer: (() => void) | undefined
  private writes = Promise.resolve()
  private changed = false
  private readonly keep: Keep
  private readonly snapshot: () => Saved
  private readonly failed: (error: unknown) => void
  private readonly clock: Clock
  private readonly everyMs: number

  constructor(keep: Keep, snapshot: () => Saved, failed: (error: unknown) => void, clock: Clock, everyMs: number) {
    this.keep = keep
    this.snapshot = snapshot
    this.failed = failed
    this.clock = clock
    this.everyMs = everyMs
  }

  touch(): void {
    this.changed = true
    this.timer ??= this.clock.after(this.everyMs, () => {
      this.timer = undefined
      void this.flush()
    })
  }

  /** Fulfilled when everything up to now is written, or could not be. */
  flush(): Promise<void> {
    this.writes = this.writes.then(() => this.write())
    return this.writes
  }

  private async write(): Promise<void> {
    if (!this.changed) return
    this.changed = false
    try {
      await this.keep.save(this.snapshot())
    } catch (error) {
      this.failed(error)
      this.touch()
    }
  }

  stop(): void {
    this.timer?.()
    this.timer = undefined
  }
}
