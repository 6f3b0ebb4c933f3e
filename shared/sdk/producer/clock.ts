/** Time, handed in so that tests need not wait. */
export interface Clock {
  /** Epoch ms. */
  now(): number
  /** Runs later; what comes back stops it. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
