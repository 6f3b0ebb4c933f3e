import type { HeartRateMeasurement } from './heart-rate-measurement.ts'

/** A healthy adult: at rest, and flat out. */
const REST_BPM = 58
const MOST_BPM = 186
/** A heart follows effort within half a minute, and calms down more slowly. */
const RISE_S = 22
const FALL_S = 40
/** Breathing sways it, the less the harder it works. */
const BREATH_S = 4.2
const SWAY_BPM = 3.2
const DRIFT_BPM = 1.6

/** A heart for those who have no strap at hand: asked each second, it answers as a strap would. */
export class Simulator {
  /** 0: at rest; 1: flat out. */
  effort: number
  private calm: number
  private time = 0
  private drift = 0
  /** Since the last beat. */
  private sinceBeatMs = 0
  private readonly random: () => number

  constructor(effort: number, random: () => number) {
    this.effort = effort
    this.random = random
    this.calm = goal(effort)
  }

  /** What a strap says after so many ms more. */
  next(ms: number): HeartRateMeasurement {
    const rrMs: number[] = []
    // In small steps, so that beats fall where the rate of the moment puts them.
    for (let left = ms; left > 0; left -= 20) {
      const step = Math.min(20, left)
      this.move(step / 1_000)
      this.sinceBeatMs += step
      const beatMs = 60_000 / this.rate()
      if (this.sinceBeatMs < beatMs) continue
      rrMs.push(Math.round((beatMs * 1_024) / 1_000) * (1_000 / 1_024))
      this.sinceBeatMs -= beatMs
    }
    return { bpm: Math.round(this.rate()), contact: true, energyKj: undefined, rrMs }
  }

  private move(seconds: number): void {
    this.time += seconds
    const wanted = goal(this.effort)
    this.calm += ((wanted - this.calm) * seconds) / (wanted > this.calm ? RISE_S : FALL_S)
    // Wanders, and comes home.
    this.drift += (this.random() - 0.5) * 2.4 * Math.sqrt(seconds) - this.drift * 0.15 * seconds
    this.drift = Math.max(-2, Math.min(2, this.drift))
  }
  private rate(): number {
    const ease = 1 - (this.calm - REST_BPM) / (MOST_BPM - REST_BPM)
    const breath = Math.sin((2 * Math.PI * this.time) / BREATH_S)
    return this.calm + SWAY_BPM * ease * breath + DRIFT_BPM * this.drift
  }
}

const goal = (effort: number): number => REST_BPM + (MOST_BPM - REST_BPM) * Math.max(0, Math.min(1, effort))
