/**
 * Exponential, and of that a random part: after a cut thousands come back, and each at another time. The first wait may be none at
 * all, which is what makes the whole crowd spread evenly.
 */
export class Backoff {
  private attempts = 0
  private readonly baseMs: number
  private readonly mostMs: number
  private readonly random: () => number

  constructor(baseMs: number, mostMs: number, random: () => number) {
    this.baseMs = baseMs
    this.mostMs = mostMs
    this.random = random
  }

  next(): number {
    const most = Math.min(this.mostMs, this.baseMs * 2 ** Math.min(this.attempts++, 30))
    return Math.round(this.random() * most)
  }
  reset(): void {
    this.attempts = 0
  }
}
