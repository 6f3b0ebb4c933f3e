/** How long bulk work rests between turns: at least, at most, and how late a rest may end before the thread counts as busy. */
const SHORTEST_MS = 10
const LONGEST_MS = 500
const BUSY_MS = 6

/** Makes bulk work yield: its rests grow while the thread is busy with others and shrink while it is free. */
export class Pace {
  private restMs = 4 * SHORTEST_MS

  async rest(): Promise<void> {
    const began = Date.now()
    await new Promise((resolve) => setTimeout(resolve, this.restMs))
    const late = Date.now() - began - this.restMs
    this.restMs = late > BUSY_MS ? Math.min(2 * this.restMs, LONGEST_MS) : Math.max(0.8 * this.restMs, SHORTEST_MS)
  }
}

/** Waits, and ends early when nobody waits any more. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
