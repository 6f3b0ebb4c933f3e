import { MINUTE_MS } from '../../base/time.ts'
import { clamp, noise } from './dice.ts'
import type { Life } from './life.ts'
import { outline, type Session, SLOT_MS } from './outline.ts'
import { vitals } from './vitals.ts'

/** Beats a minute. One function of the moment, so that a night, a day and a workout tell of the same heart. */

/** Asleep: lowest before waking, never far from the resting rate. */
export function asleepHr(life: Life, wakeDay: number, at: number): number {
  const { bedAt, wakeAt } = outline(life, wakeDay)
  const through = clamp((at - bedAt) / (wakeAt - bedAt), 0, 1)
  const { restingHr } = vitals(life, wakeDay)
  return restingHr + 6 * (1 - through) ** 1.5 + 1.5 + 1.5 * noise(life.noiseSeed, at / SLOT_MS)
}

/** Awake, by how many steps the five minutes had, and how long ago a session ended. */
export function awakeHr(life: Life, day: number, at: number, steps: number): number {
  const { restingHr } = vitals(life, day)
  const after = outline(life, day).sessions.map((one) => at - (one.startAt + one.seconds * 1000))
  const ago = Math.min(...after.filter((ms) => ms >= 0), Number.POSITIVE_INFINITY)
  const afterglow = 28 * Math.exp(-ago / (18 * MINUTE_MS))
  return restingHr + 14 + 0.085 * steps + afterglow + 5 * noise(life.noiseSeed, at / SLOT_MS)
}

/** In a session: it takes some minutes to rise, and drifts up. Never above what the person's heart can do. */
export function sessionHr(life: Life, day: number, session: Session, at: number): number {
  const { restingHr } = vitals(life, day)
  const seconds = (at - session.startAt) / 1000
  const reserve = life.person.maxHr - restingHr
  const share = 0.34 + 0.5 * session.effort + 0.06 * (seconds / session.seconds)
  const rise = 1 - 0.65 * Math.exp(-seconds / 150)
  const beat = restingHr + reserve * share * rise + 3 * noise(life.noiseSeed, at / 1000)
  return clamp(beat, restingHr, life.person.maxHr)
}
