import { DAY_MS } from '../../base/time.ts'
import { clamp, noise, round } from './dice.ts'
import { dateOf, type Life } from './life.ts'
import { outline, SLOT_MS, STRIDE_OF_HEIGHT } from './outline.ts'
import { type Slot, slots } from './slots.ts'
import { vitals } from './vitals.ts'
import { hardest, strainOf } from './workout.ts'

/** Pieces of which the device tells stress: the rest is too lively to tell. */
const STILL_STEPS = 40

/** The summary of a day with its intraday series. `upTo`: as far as it had come then. */
export function dayItem(life: Life, day: number, upTo = Number.POSITIVE_INFINITY): object {
  const whole = slots(life, day)
  const all = whole.filter(({ at }) => at + SLOT_MS <= upTo)
  const complete = all.length === whole.length
  const plan = outline(life, day)
  const sessions = plan.sessions.filter(({ startAt, seconds }) => startAt + seconds * 1000 <= upTo)
  const steps = sumOf(all, ({ steps }) => steps)
  const onFoot = sessions.filter(({ steps }) => steps > 0)
  const stride = life.person.heightCm * STRIDE_OF_HEIGHT
  const trained = sumOf(onFoot, ({ steps }) => steps)
  const meters = round((steps - Math.min(steps, trained)) * stride) + sumOf(onFoot, ({ meters }) => meters)
  const wholeSteps = Math.max(
    1,
    sumOf(whole, ({ steps }) => steps),
  )
  const active = complete ? plan.activeKcal : round((plan.activeKcal * steps) / wholeSteps)
  const basal = complete ? plan.bmrKcal : round((plan.bmrKcal * all.length * SLOT_MS) / DAY_MS)
  const beats = all.flatMap(({ hr }) => hr ?? [])
  const stress = all.map((slot) => stressOf(life, day, slot))
  const felt = stress.flatMap((level) => level ?? [])
  const { restingHr } = vitals(life, day)
  const seconds = (where: (slot: Slot) => boolean) => (all.filter(where).length * SLOT_MS) / 1000
  return {
    date: dateOf(day),
    utc_offset_seconds: life.offset(day),
    complete,
    steps,
    meters,
    floors: Math.floor(steps / 900),
    active_kcal: active,
    basal_kcal: basal,
    total_kcal: active + basal,
    active_seconds: seconds(({ session, steps }) => session !== undefined || steps >= 60),
    low_seconds: seconds(({ session, steps }) => !session && steps >= 60),
    moderate_seconds: seconds(({ session }) => session !== undefined && session.effort < 0.55),
    vigorous_seconds: seconds(({ session }) => session !== undefined && session.effort >= 0.55),
    resting_seconds: seconds(({ asleep }) => asleep),
    heart_rate: {
      every_seconds: SLOT_MS / 1000,
      values: all.map(({ hr }) => hr ?? null),
      ...(beats.length > 0 && {
        average: round(sumOf(beats, (beat) => beat) / beats.length, 1),
        least: Math.min(...beats),
        most: Math.max(...beats, sessions.length > 0 ? hardest(life, day) : 0),
      }),
      resting: restingHr,
    },
    step_counts: { every_seconds: SLOT_MS / 1000, values: all.map((slot) => slot.steps) },
    stress: {
      every_seconds: SLOT_MS / 1000,
      values: stress.map((level) => level ?? null),
      ...(felt.length > 0 && { average: round(sumOf(felt, (level) => level) / felt.length), most: Math.max(...felt) }),
    },
    ...(complete && { strain: strainOf(life, day), recovery: recoveryOf(life, day) }),
  }
}

/** 0–100, told of the quiet pieces of a day. */
function stressOf(life: Life, day: number, { at, asleep, session, steps, hr }: Slot): number | undefined {
  if (session || steps > STILL_STEPS || hr === undefined) return undefined
  const { restingHr } = vitals(life, day)
  const level =
    (asleep ? 6 : 24) + (hr - restingHr) * 0.9 + 35 * life.illness(day) + 7 * noise(life.noiseSeed + 3, at / SLOT_MS)
  return round(clamp(level, 1, 100))
}
function recoveryOf(life: Life, day: number): number {
  const { hrvMs, restingHr } = vitals(life, day)
  const { person } = life
  return round(clamp(62 + 60 * (hrvMs / person.hrvMs - 1) - 2.2 * (restingHr - person.restingHr), 1, 99))
}
const sumOf = <T>(list: T[], of: (one: T) => number): number => list.reduce((sum, one) => sum + of(one), 0)
