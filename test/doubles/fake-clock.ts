import type { Clock } from '../../shared/sdk/producer/clock.ts'

interface Timer {
  at: number
  run: () => void
}

/** Time that goes on when a test says so; whatever is due runs in order, with all promises settled in between. */
export class FakeClock implements Clock {
  private timers: Timer[] = []
  private time: number

  constructor(time = Date.parse('2026-05-01T08:00:00Z')) {
    this.time = time
  }

  now = (): number => this.time
  after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.time + Math.max(0, ms), run }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((one) => one !== timer)
    }
  }

  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await settled()
    for (let next = this.due(end); next; next = this.due(end)) {
      this.time = Math.max(this.time, next.at)
      this.timers = this.timers.filter((one) => one !== next)
      next.run()
      await settled()
    }
    this.time = end
  }

  /** Until it holds; fails where it does not within the time. */
  async until(holds: () => boolean, withinMs = 10 * 60_000): Promise<void> {
    const end = this.time + withinMs
    await settled()
    while (!holds()) {
      const next = this.due(end)
      if (!next) throw new Error(`it did not come within ${withinMs} ms: ${holds}`)
      await this.advance(next.at - this.time)
    }
  }

  /** A process on this clock: when it is killed its timers are no more. */
  life(): Clock & { kill(): void; isAlive(): boolean } {
    let isAlive = true
    return {
      now: this.now,
      after: (ms, run) => this.after(ms, () => isAlive && run()),
      isAlive: () => isAlive,
      kill: () => {
        isAlive = false
      },
    }
  }

  private due(end: number): Timer | undefined {
    const [first] = this.timers.toSorted((a, b) => a.at - b.at)
    return first && first.at <= end ? first : undefined
  }
}

/** All promises that can be settled are. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
