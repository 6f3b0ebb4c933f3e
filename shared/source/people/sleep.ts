import { MINUTE_MS } from '../../base/time.ts'
import { type Dice, round } from './dice.ts'
import { asleepHr } from './heart.ts'
import { dateOf, type Life } from './life.ts'
import { outline, SLOT_MS } from './outline.ts'
import { vitals } from './vitals.ts'

export type Stage = 'awake' | 'light' | 'deep' | 'rem'
/** In order, without a gap: together they are the time in bed. */
export interface StageSpan {
  stage: Stage
  seconds: number
}
const CYCLE_MINUTES = 92

/** Minutes of a night by stage: deep sleep early, REM late, short wakes between. */
function stagesOf(life: Life, day: number, minutes: number): StageSpan[] {
  const dice = life.dice('stages', day)
  const { wokenByChild } = life.person
  const spans: StageSpan[] = []
  let left = minutes
  const add = (stage: Stage, asked: number) => {
    const taken = Math.min(left, Math.max(0, Math.round(asked)))
    if (taken === 0) return
    const last = spans.at(-1)
    if (last?.stage === stage) last.seconds += taken * 60
    else spans.push({ stage, seconds: taken * 60 })
    left -= taken
  }
  add('awake', dice.whole(4, 18))
  while (left > 0) {
    const through = 1 - left / minutes
    const rem = 6 + 30 * through + dice.between(-3, 3)
    const deep = Math.max(0, 34 * (1 - 1.5 * through) + dice.between(-5, 5))
    add('light', (CYCLE_MINUTES - rem - deep) * 0.6)
    add('deep', deep)
    wake(add, dice, wokenByChild)
    add('light', (CYCLE_MINUTES - rem - deep) * 0.4)
    add('rem', rem)
  }
  return spans
}
function wake(add: (stage: Stage, minutes: number) => void, dice: Dice, wokenByChild: boolean): void {
  if (wokenByChild && dice.chance(0.75)) add('awake', dice.between(12, 34))
  else if (dice.chance(0.5)) add('awake', dice.between(1, 6))
}

/** An hour in the afternoon, of one whose nights are broken. */
export function napOf(life: Life, day: number): { bedAt: number; wakeAt: number } | undefined {
  if (!life.person.wokenByChild || life.isTravelling(day)) return undefined
  const dice = life.dice('nap', day)
  if (!dice.chance(0.5)) return undefined
  const bedAt = life.at(day, 13 * 60 + 5 * dice.whole(0, 18))
  const nap = { bedAt, wakeAt: bedAt + SLOT_MS * dice.whole(5, 14) }
  const busy = outline(life, day).sessions.some(
    ({ startAt, seconds }) => startAt < nap.wakeAt && startAt + seconds * 1000 > nap.bedAt,
  )
  return busy ? undefined : nap
}

/** `shorter`: as a device that missed the end told it first. */
export function nightItem(life: Life, day: number, { shorter = 0 } = {}): object {
  const { bedAt, wakeAt } = outline(life, day)
  const endAt = wakeAt - shorter * MINUTE_MS
  const minutes = (endAt - bedAt) / MINUTE_MS
  const stages = cut(stagesOf(life, day, (wakeAt - bedAt) / MINUTE_MS), minutes * 60)
  const { breaths, oxygen, skinDelta, hrvMs } = vitals(life, day)
  const dice = life.dice('sleep', day)
  const steps = Array.from({ length: (endAt - bedAt) / SLOT_MS }, (_, i) => bedAt + i * SLOT_MS)
  const beats = steps.map((at) => round(asleepHr(life, day, at)))
  const apart = beats.map(() => Math.max(5, round(dice.around(hrvMs, hrvMs * 0.12))))
  return {
    id: `sleep-${dateOf(day)}`,
    date: dateOf(day),
    nap: false,
    start: life.iso(day, bedAt),
    end: life.iso(day, endAt),
    ...told(stages),
    heart_rate: { every_seconds: SLOT_MS / 1000, values: beats, ...spread(beats) },
    hrv: { every_seconds: SLOT_MS / 1000, values: apart, average: spread(apart).average },
    breaths_per_minute: breaths,
    oxygen_percent: oxygen,
    skin_temperature_delta: skinDelta,
    snoring_seconds: round(life.person.fitness < 0.4 ? dice.between(120, 2400) : 0),
    score: round(Math.min(98, 38 + ((asleepOf(stages) / 60) * 50) / 480 + dice.between(0, 6))),
  }
}

export function napItem(life: Life, day: number): object | undefined {
  const nap = napOf(life, day)
  if (!nap) return undefined
  const seconds = (nap.wakeAt - nap.bedAt) / 1000
  const beats = Array.from({ length: (seconds * 1000) / SLOT_MS }, (_, i) =>
    round(asleepHr(life, day, nap.bedAt + i * SLOT_MS) + 4),
  )
  return {
    id: `nap-${dateOf(day)}`,
    date: dateOf(day),
    nap: true,
    start: life.iso(day, nap.bedAt),
    end: life.iso(day, nap.wakeAt),
    ...told([
      { stage: 'awake', seconds: 300 },
      { stage: 'light', seconds: seconds - 300 },
    ]),
    heart_rate: { every_seconds: SLOT_MS / 1000, values: beats, ...spread(beats) },
  }
}

function told(stages: StageSpan[]) {
  const inBed = stages.reduce((sum, { seconds }) => sum + seconds, 0)
  const asleep = asleepOf(stages)
  return {
    stages,
    in_bed_seconds: inBed,
    asleep_seconds: asleep,
    latency_seconds: stages[0]?.stage === 'awake' ? stages[0].seconds : 0,
    wakings: stages.slice(1).filter(({ stage }) => stage === 'awake').length,
    efficiency_percent: round((asleep / inBed) * 100, 1),
  }
}
const asleepOf = (stages: StageSpan[]): number =>
  stages.reduce((sum, { stage, seconds }) => sum + (stage === 'awake' ? 0 : seconds), 0)

function cut(stages: StageSpan[], seconds: number): StageSpan[] {
  const kept: StageSpan[] = []
  let left = seconds
  for (const span of stages) {
    if (left <= 0) break
    kept.push({ stage: span.stage, seconds: Math.min(span.seconds, left) })
    left -= span.seconds
  }
  return kept
}

export const spread = (values: number[]): { average: number; least: number; most: number } => ({
  average: round(values.reduce((sum, value) => sum + value, 0) / values.length, 1),
  least: Math.min(...values),
  most: Math.max(...values),
})
