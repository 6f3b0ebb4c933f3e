import { sha256 } from '../base/hash.ts'

/**
 * A body that rests, walks and runs: how hard it works changes slowly, its heart follows with a lag, and steps, speed and energy
 * follow from the same effort. All is made of a seed and the time since it began, so that it can be asked anew for any moment.
 */
export interface Moment {
  /** bpm, m/s, steps a second, kcal a minute, METs. */
  heartRate: number
  speed: number
  cadence: number
  burning: number
  met: number
  /** Since it began. */
  beats: number
  steps: number
  meters: number
  kcal: number
}
/** Between two knots everything changes evenly. */
const KNOT_S = 5
/** Effort is drawn anew so often. */
const BOUT_S = 60
/** Of the way to the heart rate that an effort wants, so much is gone between two knots. */
const LAG = 0.14
const WALKING = 0.3

type Rates = Pick<Moment, 'heartRate' | 'speed' | 'cadence' | 'burning'>
type Knot = Rates & { sums: { beats: number; steps: number; meters: number; kcal: number } }

export class SyntheticBody {
  private readonly seed: string
  private readonly resting: number
  private readonly range: number
  private readonly knots: Knot[] = []

  constructor(seed: string) {
    this.seed = seed
    this.resting = 50 + 16 * this.draw('resting')
    this.range = 100 + 35 * this.draw('range')
  }

  /** From 0 to 1, always the same of a name. */
  private draw(name: string): number {
    return Number.parseInt(sha256(`${this.seed}/${name}`).slice(0, 8), 16) / 2 ** 32
  }
  private effort(seconds: number): number {
    const bout = Math.floor(seconds / BOUT_S)
    const part = seconds / BOUT_S - bout
    const [from, to] = [this.draw(`effort/${bout}`), this.draw(`effort/${bout + 1}`)]
    return from + (to - from) * (3 * part ** 2 - 2 * part ** 3)
  }

  private knot(index: number): Knot {
    for (let i = this.knots.length; i <= index; i++) {
      const effort = this.effort(i * KNOT_S)
      const before = this.knots[i - 1]
      const wanted = this.resting + this.range * effort ** 1.3
      const heartRate = before ? before.heartRate + (wanted - before.heartRate) * LAG : this.resting + 6
      // Standing below it; above it a walk that becomes a run.
      const speed = effort < WALKING ? 0 : 1 + ((effort - WALKING) / (1 - WALKING)) * 2.8
      const cadence = speed === 0 ? 0 : 1.65 + 0.35 * (speed - 1)
      const rates = { heartRate, speed, cadence, burning: 1.2 + 11 * effort ** 1.4 }
      this.knots.push({ ...rates, sums: before ? sumsAt(before, rates, KNOT_S) : ZERO })
    }
    return this.knots[index]!
  }

  at(seconds: number): Moment {
    const index = Math.floor(seconds / KNOT_S)
    const [from, to] = [this.knot(index), this.knot(index + 1)]
    const rest = seconds - index * KNOT_S
    const rates = between(from, to, rest / KNOT_S)
    return { ...rates, ...sumsAt(from, rates, rest), met: rates.burning / 1.2 }
  }

  /** How long a beat is (ms): as the heart goes, longer and shorter with the breath, the more at rest. */
  interval(beat: number, heartRate: number): number {
    const calm = Math.max(0.1, 1 - (heartRate - this.resting) / this.range)
    const breath = Math.sin(beat * 1.4) * 28 + (this.draw(`beat/${beat}`) - 0.5) * 30
    return Math.round(60_000 / heartRate + breath * calm)
  }
}

const ZERO = { beats: 0, steps: 0, meters: 0, kcal: 0 }
const between = (from: Rates, to: Rates, part: number): Rates => {
  const mixed = (name: keyof Rates) => from[name] + (to[name] - from[name]) * part
  return {
    heartRate: mixed('heartRate'),
    speed: mixed('speed'),
    cadence: mixed('cadence'),
    burning: mixed('burning'),
  }
}
/** What adds up while rates go evenly from those of a knot to others. */
function sumsAt({ sums, ...from }: Knot, to: Rates, seconds: number): Knot['sums'] {
  const mean = (name: keyof Rates) => ((from[name] + to[name]) / 2) * seconds
  return {
    beats: sums.beats + mean('heartRate') / 60,
    steps: sums.steps + mean('cadence'),
    meters: sums.meters + mean('speed'),
    kcal: sums.kcal + mean('burning') / 60,
  }
}
