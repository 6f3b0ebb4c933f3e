import { SECOND_MS } from '../base/time.ts'
import type { Sample } from './frames.ts'
import { type Moment, SyntheticBody } from './synthetic-body.ts'

/** Frames of test users, made here. */

export const SYNTHETIC_TYPES = [
  'HEART_RATE',
  'RR_INTERVAL',
  'HRV',
  'STEPS',
  'STEPS_CADENCE',
  'DISTANCE',
  'SPEED',
  'CALORIES',
  'MET',
] as const
export type SyntheticType = (typeof SYNTHETIC_TYPES)[number]

export interface SyntheticPlan {
  seed: string
  startAt: number
  endAt: number
  types: SyntheticType[]
  /** Frames of each type a second. */
  hz: number
}
/** How far it has come: the next tick, and how many frames were made before it. */
export interface SyntheticCursor {
  tick: number
  frames: number
}

/** When a tick is. */
export const tickAt = ({ startAt, hz }: SyntheticPlan, tick: number): number =>
  startAt + Math.round((tick * SECOND_MS) / hz)
/** How many ticks there are. */
const ticksOf = ({ startAt, endAt, hz }: SyntheticPlan): number => Math.ceil(((endAt - startAt) * hz) / SECOND_MS)
export const isOver = (plan: SyntheticPlan, { tick }: SyntheticCursor): boolean => tick >= ticksOf(plan)

/** One plan's frames, in order. The same ticks give the same frames. */
export class SyntheticStream {
  readonly plan: SyntheticPlan
  private readonly body: SyntheticBody

  constructor(plan: SyntheticPlan) {
    this.plan = plan
    this.body = new SyntheticBody(plan.seed)
  }

  /** From a tick on those that are due, and a few more than `most` at the most. */
  due(from: SyntheticCursor, now: number, most: number): { samples: Sample[]; next: SyntheticCursor } {
    const samples: Sample[] = []
    const end = ticksOf(this.plan)
    let { tick } = from
    while (tick < end && tickAt(this.plan, tick) <= now && samples.length < most)
      samples.push(...this.samplesOf(tick++))
    return { samples, next: { tick, frames: from.frames + samples.length } }
  }
  private samplesOf(tick: number): Sample[] {
    const at = tickAt(this.plan, tick)
    const seconds = (at - this.plan.startAt) / SECOND_MS
    const now = this.body.at(seconds)
    const ts = new Date(at).toISOString().replace('Z', '+00:00')
    return this.plan.types.flatMap((t): Sample[] => {
      if (t !== 'RR_INTERVAL') return [{ t, d: JSON.stringify({ ts, val: VALUES[t](now) }) }]
      const intervals = this.beatsUntil(tick, now)
      if (intervals.length === 0) return []
      return [{ t, d: JSON.stringify(intervals.length === 1 ? { ts, val: intervals[0] } : { ts, d: intervals }) }]
    })
  }
  /** Of the beats since the tick before. */
  private beatsUntil(tick: number, now: Moment): number[] {
    const before = tick === 0 ? 0 : (tickAt(this.plan, tick - 1) - this.plan.startAt) / SECOND_MS
    const [first, last] = [Math.floor(this.body.at(before).beats), Math.floor(now.beats)]
    return Array.from({ length: last - first }, (_, i) => this.body.interval(first + 1 + i, now.heartRate))
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
const VALUES: Record<Exclude<SyntheticType, 'RR_INTERVAL'>, (now: Moment) => number> = {
  HEART_RATE: ({ heartRate }) => Math.round(heartRate),
  // The faster a heart goes, the more evenly.
  HRV: ({ heartRate }) => round(Math.max(4, 110 * Math.exp(-(heartRate - 45) / 45)), 1),
  STEPS: ({ steps }) => Math.floor(steps),
  STEPS_CADENCE: ({ cadence }) => round(cadence, 2),
  DISTANCE: ({ meters }) => round(meters, 2),
  SPEED: ({ speed }) => round(speed, 2),
  CALORIES: ({ kcal }) => round(kcal, 2),
  MET: ({ met }) => round(met, 1),
}
