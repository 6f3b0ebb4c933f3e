import { clamp, noise, round } from './dice.ts'
import { asleepHr, awakeHr, sessionHr } from './heart.ts'
import type { Life } from './life.ts'
import { night, outline, type Session, SLOT_MS } from './outline.ts'
import { napOf } from './sleep.ts'

/** A day in pieces of five minutes: all that is summed up of it is the sum of these. */
export interface Slot {
  at: number
  asleep: boolean
  session: Session | undefined
  steps: number
  /** undefined: the device was on its charger. */
  hr: number | undefined
}

export function slots(life: Life, day: number): Slot[] {
  return life.once('slots', day, () => make(life, day))
}

function make(life: Life, day: number): Slot[] {
  const { sessions, steps, wakeAt, bedAt } = outline(life, day)
  const tonight = night(life, day + 1)
  const nap = napOf(life, day)
  const [from, to] = [life.midnight(day), life.ends(day)]
  const found: Slot[] = []
  const weights: number[] = []
  for (let at = from; at < to; at += SLOT_MS) {
    const inLast = at >= bedAt && at < wakeAt
    const inNext = at >= tonight.bedAt && at < tonight.wakeAt
    const inNap = nap !== undefined && at >= nap.bedAt && at < nap.wakeAt
    const asleep = inLast || inNext || inNap
    // Half of a piece or more belongs to the session.
    const session = sessions.find(
      (one) => at + SLOT_MS / 2 >= one.startAt && at + SLOT_MS / 2 < one.startAt + one.seconds * 1000,
    )
    found.push({ at, asleep, session, steps: 0, hr: undefined })
    const idle = asleep || session !== undefined
    weights.push(idle ? 0 : Math.max(0, noise(life.noiseSeed + 1, at / SLOT_MS)) ** 3 + 0.01)
  }
  share(found, weights, steps)
  for (const session of sessions) {
    const own = found.map((slot) => (slot.session === session ? 1 : 0))
    share(found, own, session.steps)
  }
  const charging = life.dice('charger', day)
  const unplugAt = charging.chance(0.35) ? wakeAt + charging.whole(4, 30) * SLOT_MS : undefined
  for (const slot of found) {
    const onCharger = unplugAt !== undefined && !slot.session && slot.at >= unplugAt && slot.at < unplugAt + 6 * SLOT_MS
    if (onCharger && slot.steps < 60) continue
    slot.hr = round(beat(life, day, slot, nap !== undefined && slot.at >= nap.bedAt && slot.at < nap.wakeAt))
  }
  return found
}

function beat(life: Life, day: number, { at, asleep, session, steps }: Slot, napping: boolean): number {
  if (session) return sessionHr(life, day, session, at + SLOT_MS / 2)
  if (napping) return asleepHr(life, day, at) + 4
  if (asleep) return asleepHr(life, at < outline(life, day).wakeAt ? day : day + 1, at)
  return clamp(awakeHr(life, day, at, steps), 35, life.person.maxHr)
}

/** Whole numbers that add up to the total. */
function share(found: Slot[], weights: number[], total: number): void {
  const all = weights.reduce((sum, one) => sum + one, 0)
  if (all === 0) return
  let [weight, given] = [0, 0]
  for (let i = 0; i < found.length; i++) {
    weight += weights[i]!
    const upTo = Math.round((total * weight) / all)
    found[i]!.steps += upTo - given
    given = upTo
  }
}
