import type { Clock } from './clock.ts'
import type { Keep, Saved } from './keep.ts'

/** Writes changes down: together, one write at a time, and again where one failed. */
export class Keeper {
  private timer: (() => void) | undefined
  private writing: Promise<void> | undefined
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
  async flush(): Promise<void> {
    await this.writing
    if (!this.changed) return
    this.changed = false
    this.writing = this.write()
    await this.writing
  }

  private async write(): Promise<void> {
    try {
      await this.keep.save(this.snapshot())
    } catch (error) {
      this.failed(error)
      this.touch()
    } finally {
      this.writing = undefined
    }
  }

  stop(): void {
    this.timer?.()
    this.timer = undefined
  }
}
