import { MINUTE_MS } from '../../base/time.ts'
import { clamp, round } from './dice.ts'
import { type Life, weekdayOf } from './life.ts'
import { AGES_IN, type Person, type Sport } from './person.ts'

/** What a day is like, before its minutes are told. */
export interface Outline {
  day: number
  /** The night that ends on this day; epoch ms, on five minutes. */
  bedAt: number
  wakeAt: number
  ill: number
  sessions: Session[]
  /** Without those of sessions. */
  steps: number
  bmrKcal: number
  /** Above the basal rate: of steps and of sessions. */
  activeKcal: number
  intakeKcal: number
}
export interface Session {
  id: string
  sport: Sport
  startAt: number
  seconds: number
  effort: number
  kcal: number
  steps: number
  meters: number
}

export const SLOT_MS = 5 * MINUTE_MS
const onSlot = (at: number) => Math.round(at / SLOT_MS) * SLOT_MS
/** Nobody goes to bed again sooner after a night. */
const AWAKE_MS = 6 * 60 * MINUTE_MS

/** MET at effort 0 and 1; steps and meters of a minute, at effort 0 and 1. */
const SPORTS: Record<Sport, { met: [number, number]; steps: number; meters: [number, number] }> = {
  run: { met: [7, 14], steps: 166, meters: [125, 265] },
  ride: { met: [5, 12], steps: 0, meters: [300, 620] },
  swim: { met: [5, 10], steps: 0, meters: [28, 70] },
  strength: { met: [3, 6.5], steps: 12, meters: [0, 0] },
  walk: { met: [2.8, 5], steps: 108, meters: [62, 105] },
  yoga: { met: [2, 3.2], steps: 2, meters: [0, 0] },
}
export const STRIDE_OF_HEIGHT = 0.00414
/** kcal of a step, for each kilogram. */
const STEP_KCAL = 0.00055

export function outline(life: Life, day: number): Outline {
  return life.once('outline', day, () => make(life, day))
}

function make(life: Life, day: number): Outline {
  const { person } = life
  const ill = life.illness(day)
  const { bedAt, wakeAt } = night(life, day)
  const dice = life.dice('day', day)
  const free = weekdayOf(day) % 6 === 0
  const mood = dice.around(1, 0.14) * (free ? 0.92 : 1.03)
  const steps = Math.max(350, round(person.stepsADay * mood * (1 - 0.7 * ill)))
  const sessions = sessionsOf(life, day, wakeAt, ill)
  const bmrKcal = bmrOf(person)
  const activeKcal = round(steps * STEP_KCAL * person.weightKg) + sessions.reduce((sum, { kcal }) => sum + kcal, 0)
  // Appetite comes and goes over weeks, so that weight does.
  const tide = Math.sin((day / (60 + (life.noiseSeed % 90))) * 2 * Math.PI) * 0.05
  const intakeKcal = round((bmrKcal + activeKcal) * (1 + tide + dice.around(0, 0.05)) * (1 - 0.3 * ill))
  return { day, bedAt, wakeAt, ill, sessions, steps, bmrKcal, activeKcal, intakeKcal }
}

/** Mifflin–St Jeor, a day. */
export const bmrOf = (person: Person): number =>
  round(
    10 * person.weightKg +
      6.25 * person.heightCm -
      5 * (AGES_IN - person.birthYear) +
      (person.sex === 'female' ? -161 : 5),
  )

/** The night that ends on a day. */
export function night(life: Life, day: number): { bedAt: number; wakeAt: number } {
  return life.once('night', day, () => makeNight(life, day))
}
function makeNight(life: Life, day: number) {
  const { person } = life
  const dice = life.dice('night', day)
  const free = weekdayOf(day) % 6 === 0
  const afterShift = person.nightShifts && day % 7 < 4
  const wake = afterShift ? 15 * 60 + 30 : person.wakesAt + (free ? person.lieIn : 0)
  const wakeAt = onSlot(life.at(day, wake) + dice.around(0, 12) * MINUTE_MS)
  const rest = person.sleepMinutes + dice.around(0, 22) + 50 * life.illness(day) - (afterShift ? 70 : 0)
  const earliest = wakeBefore(life, day) + AWAKE_MS
  return {
    bedAt: onSlot(clamp(wakeAt - clamp(rest, 270, 640) * MINUTE_MS, earliest, wakeAt - 120 * MINUTE_MS)),
    wakeAt,
  }
}
/** When the day before began, without asking for its whole night: that would ask for the one before it, and so on. */
function wakeBefore(life: Life, day: number): number {
  const { person } = life
  const before = day - 1
  const free = weekdayOf(before) % 6 === 0
  const wake = person.nightShifts && before % 7 < 4 ? 15 * 60 + 30 : person.wakesAt + (free ? person.lieIn : 0)
  return onSlot(life.at(before, wake) + 36 * MINUTE_MS)
}

function sessionsOf(life: Life, day: number, wakeAt: number, ill: number): Session[] {
  const { person } = life
  if (ill > 0 || life.isTravelling(day)) return []
  const bedAgain = night(life, day + 1).bedAt
  const sessions: Session[] = []
  for (const [i, training] of person.trainings.entries()) {
    if (training.weekday !== weekdayOf(day)) continue
    const dice = life.dice(`training/${i}`, day)
    if (dice.chance(0.1)) continue
    const startAt = Math.max(
      Math.round((life.at(day, training.at) + dice.around(0, 8) * MINUTE_MS) / 1000) * 1000,
      wakeAt + 20 * MINUTE_MS,
    )
    const seconds = round(training.minutes * dice.around(1, 0.06)) * 60
    const endAt = startAt + seconds * 1000
    if (
      endAt > Math.min(bedAgain - 40 * MINUTE_MS, life.ends(day)) ||
      sessions.some((one) => startAt < one.startAt + one.seconds * 1000 + 10 * MINUTE_MS)
    )
      continue
    const effort = clamp(training.effort * dice.around(1, 0.08), 0.05, 1)
    const { met, steps, meters } = SPORTS[training.sport]
    const between = ([low, high]: [number, number], share: number) => low + (high - low) * share
    const hours = seconds / 3600
    sessions.push({
      id: `${Math.floor(startAt / 1000)}-${training.sport}`,
      sport: training.sport,
      startAt,
      seconds,
      effort: round(effort, 3),
      kcal: round((between(met, effort * (0.4 + 0.6 * person.fitness)) - 1) * person.weightKg * hours),
      steps: round((steps * seconds) / 60),
      meters: round((between(meters, effort * (0.35 + 0.65 * person.fitness)) * seconds) / 60),
    })
  }
  return sessions
}

/** So much of the day before that it still weighs: nothing older can be told from nothing. */
const MEMORY_DAYS = 90
/** A body that weighs more burns more: what was gained a month ago has half gone. */
const KEPT = 0.976
const KCAL_PER_KG = 7700

/** Weight on the morning of a day, after what was eaten and burned on those before. */
export function weightOf(life: Life, day: number): number {
  return life.once('weight', day, () => {
    let kg = 0
    for (let back = MEMORY_DAYS; back >= 1; back--) kg = (kg + balance(life, day - back) / KCAL_PER_KG) * KEPT
    return life.person.weightKg + kg
  })
}
export const balance = (life: Life, day: number): number => {
  const { intakeKcal, bmrKcal, activeKcal } = outline(life, day)
  return intakeKcal - bmrKcal - activeKcal
}

/** How tired training has made somebody: 0 as usual, 1 after days of much more. */
export function fatigue(life: Life, day: number): number {
  return life.once('fatigue', day, () => {
    const load = (days: number, from: number) => {
      let [sum, weight, all] = [0, 1, 0]
      for (let back = from; back < from + days; back++) {
        sum += weight * outline(life, day - back).sessions.reduce((total, { kcal, effort }) => total + kcal * effort, 0)
        all += weight
        weight *= 0.7
      }
      return sum / all
    }
    const [now, usual] = [load(5, 1), load(28, 1) + 60]
    return clamp((now - usual) / usual, -1, 1.5)
  })
}

/** Where in the cycle a day is. */
export interface CycleDay {
  dayInCycle: number
  begins: number
  days: number
  periodDays: number
  ovulation: number
}
export function cycleOf({ person: { cycle } }: Life, day: number): CycleDay | undefined {
  if (!cycle) return undefined
  const at = (((day - cycle.offset) % cycle.days) + cycle.days) % cycle.days
  return {
    dayInCycle: at + 1,
    begins: day - at,
    days: cycle.days,
    periodDays: cycle.periodDays,
    ovulation: cycle.days - 14,
  }
}
