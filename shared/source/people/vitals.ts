import { clamp, round } from './dice.ts'
import type { Life } from './life.ts'
import { cycleOf, fatigue } from './outline.ts'

/** What a body says in the night that ends on a day: it answers to training, illness and the cycle. */
export interface Vitals {
  restingHr: number
  hrvMs: number
  /** Of the skin, and how far it is from the person's usual. */
  skinCelsius: number
  skinDelta: number
  bodyCelsius: number
  breaths: number
  oxygen: number
}
const SKIN_CELSIUS = 34.4

export function vitals(life: Life, day: number): Vitals {
  return life.once('vitals', day, () => {
    const { person } = life
    const dice = life.dice('vitals', day)
    const [ill, tired, cycle] = [life.illness(day), fatigue(life, day), cycleOf(life, day)]
    const luteal = cycle !== undefined && cycle.dayInCycle > cycle.ovulation + 1 ? 1 : 0
    const delta = round(dice.around(0, 0.1) + 1.3 * ill + 0.3 * luteal, 2)
    return {
      restingHr: round(clamp(person.restingHr + 2 * tired + 11 * ill + 1.5 * luteal + dice.around(0, 1), 34, 110)),
      hrvMs: round(
        clamp(person.hrvMs * (1 - 0.13 * tired) * (1 - 0.45 * ill) * dice.around(1, 0.06) - 2 * luteal, 8, 180),
      ),
      skinCelsius: round(SKIN_CELSIUS + delta, 2),
      skinDelta: delta,
      bodyCelsius: round(36.5 + dice.around(0, 0.1) + 1.6 * ill + 0.2 * luteal, 1),
      breaths: round(14.2 + dice.around(0, 0.4) + 2.4 * ill, 1),
      oxygen: round(clamp(97 + dice.around(0, 0.5) - 2 * ill, 88, 100), 1),
    }
  })
}
