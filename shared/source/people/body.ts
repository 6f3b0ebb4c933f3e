import { MINUTE_MS } from '../../base/time.ts'
import { clamp, noise, round } from './dice.ts'
import { mealsOf } from './food.ts'
import { dateOf, type Life } from './life.ts'
import { bmrOf, cycleOf, outline, SLOT_MS, weightOf } from './outline.ts'
import { AGES_IN } from './person.ts'
import { vitals } from './vitals.ts'

/** What the night said of the body. */
export function vitalsItem(life: Life, day: number): object {
  const { restingHr, hrvMs, skinCelsius, bodyCelsius, oxygen } = vitals(life, day)
  return {
    date: dateOf(day),
    utc_offset_seconds: life.offset(day),
    time: life.iso(day, outline(life, day).wakeAt),
    resting_hr: restingHr,
    hrv_rmssd: hrvMs,
    skin_celsius: skinCelsius,
    body_celsius: bodyCelsius,
    oxygen_percent: oxygen,
    vo2max: life.person.vo2max,
  }
}

/** In the morning, on some days. `shoes`: heavier by so much than the truth. */
export function scaleItem(life: Life, day: number, { shoes = 0 } = {}): object | undefined {
  const { person } = life
  if (person.scales === 0 || day % person.scales !== 0 || life.isTravelling(day)) return undefined
  const kg = round(weightOf(life, day) + 0.25 * noise(life.noiseSeed + 5, day) + shoes, 2)
  const fat = round(person.bodyFat + (weightOf(life, day) - person.weightKg) * 0.8, 1)
  const lean = kg * (1 - fat / 100)
  return {
    id: `scales-${dateOf(day)}`,
    time: life.iso(day, outline(life, day).wakeAt + 12 * MINUTE_MS),
    kilograms: kg,
    centimeters: person.heightCm,
    bmi: round(kg / (person.heightCm / 100) ** 2, 1),
    fat_percent: fat,
    lean_grams: round(lean * 1000),
    muscle_grams: round(lean * 945),
    bone_grams: round(lean * 52),
    water_percent: round((lean * 0.732 * 100) / kg, 1),
    bmr_kcal: bmrOf(person),
  }
}

export function cuffItem(life: Life, day: number): object | undefined {
  const { person } = life
  if (!person.cuff || day % 2 !== 0) return undefined
  const dice = life.dice('cuff', day)
  const age = AGES_IN - person.birthYear
  const systolic = round(clamp(108 + age * 0.35 - person.fitness * 8 + dice.around(0, 4), 90, 165))
  return {
    id: `cuff-${dateOf(day)}`,
    time: life.iso(day, outline(life, day).wakeAt + 40 * MINUTE_MS),
    systolic,
    diastolic: round(systolic * 0.64 + dice.around(0, 2)),
    pulse: round(vitals(life, day).restingHr + dice.between(4, 10)),
  }
}

/** What a sensor under the skin reads: it rises after meals and falls with work. */
export function glucoseItem(life: Life, day: number): object | undefined {
  const { person } = life
  if (!person.sensor) return undefined
  const meals = mealsOf(life, day)
  const { sessions, ill } = outline(life, day)
  const [usual, swing] = person.diabetic ? [128, 1.1] : [92, 0.38]
  const values: number[] = []
  for (let at = life.midnight(day); at < life.ends(day); at += SLOT_MS) {
    const hour = (at - life.midnight(day)) / 3_600_000
    const dawn = person.diabetic ? 14 * Math.exp(-(((hour - 6) / 2) ** 2)) : 3
    const eaten = meals.reduce((sum, meal) => sum + meal.carbs * swing * rise((at - meal.at) / MINUTE_MS), 0)
    const worked = sessions.reduce((sum, { startAt, seconds, effort }) => {
      const minutes = (at - startAt) / MINUTE_MS
      return sum + (minutes > 0 && minutes < seconds / 60 + 60 ? 26 * effort * (person.diabetic ? 1 : 0.4) : 0)
    }, 0)
    const value = usual + dawn + eaten - worked + 14 * ill + 3 * noise(life.noiseSeed + 7, at / SLOT_MS)
    values.push(round(clamp(value, 54, 380)))
  }
  return {
    date: dateOf(day),
    start: life.iso(day, life.midnight(day)),
    every_seconds: SLOT_MS / 1000,
    unit: 'mg/dL',
    values,
  }
}
/** Up in three quarters of an hour, down in three hours. */
const rise = (minutes: number): number => (minutes <= 0 ? 0 : (minutes / 45) * Math.exp(1 - minutes / 45))

const PHASES = ['menstrual', 'follicular', 'ovulation', 'luteal'] as const
export function cycleItem(life: Life, day: number): object | undefined {
  const cycle = cycleOf(life, day)
  if (!cycle) return undefined
  const { dayInCycle, periodDays, ovulation, days, begins } = cycle
  const starts = [1, periodDays + 1, ovulation - 1, ovulation + 2, days + 1]
  const phase = starts.findLastIndex((start) => dayInCycle >= start)
  const flow = dayInCycle > periodDays ? undefined : dayInCycle === 1 ? 'light' : dayInCycle === 2 ? 'heavy' : 'medium'
  return {
    date: dateOf(day),
    utc_offset_seconds: life.offset(day),
    day_in_cycle: dayInCycle,
    phase: PHASES[phase],
    phase_days: starts[phase + 1]! - starts[phase]!,
    days_until_next_phase: starts[phase + 1]! - dayInCycle,
    period_start: dateOf(begins),
    period_days: periodDays,
    cycle_days: days,
    ovulation_day: dateOf(begins + ovulation - 1),
    ...(flow && { flow, noted_at: life.iso(day, outline(life, day).wakeAt + 20 * MINUTE_MS) }),
  }
}

export const profileItem = ({ person }: Life): object => ({
  first_name: person.firstName,
  last_name: person.lastName,
  sex: person.sex,
  born: `${person.birthYear}-06-15`,
  age: AGES_IN - person.birthYear,
  city: person.home.city,
  country: person.home.country,
  about: 'Synthetic: nobody is behind these data',
})
