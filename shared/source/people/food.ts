import { MINUTE_MS } from '../../base/time.ts'
import { round } from './dice.ts'
import { dateOf, type Life } from './life.ts'
import { night, outline } from './outline.ts'

export interface Meal {
  kind: 'breakfast' | 'lunch' | 'dinner' | 'snack'
  at: number
  name: string
  grams: number
  kcal: number
  carbs: number
  protein: number
  fat: number
  fiber: number
  sodiumMg: number
}
/** Kind, when in the waking day, share of the day's energy, and names. */
const MEALS = [
  ['breakfast', 0.06, 0.24, ['Porridge with berries', 'Bread and eggs', 'Yoghurt with nuts']],
  ['lunch', 0.36, 0.31, ['Lentil soup', 'Rice with vegetables', 'Chicken salad']],
  ['snack', 0.55, 0.1, ['Banana', 'Almonds', 'Rye crackers']],
  ['dinner', 0.76, 0.35, ['Pasta with tomatoes', 'Fish with potatoes', 'Tofu curry']],
] as const

/** What was eaten: the energies add up to the day's intake, and each is 4, 4 and 9 kcal a gram. */
export function mealsOf(life: Life, day: number): Meal[] {
  return life.once('meals', day, () => {
    const { intakeKcal, wakeAt } = outline(life, day)
    const until = Math.min(night(life, day + 1).bedAt, life.ends(day))
    const dice = life.dice('meals', day)
    const meals: Meal[] = []
    let left = intakeKcal
    for (const [i, [kind, when, share, names]] of MEALS.entries()) {
      const kcal = i === MEALS.length - 1 ? left : round(intakeKcal * share * dice.between(0.85, 1.1))
      left -= kcal
      const protein = round((kcal * dice.between(0.14, 0.22)) / 4, 1)
      const fat = round((kcal * dice.between(0.26, 0.36)) / 9, 1)
      const carbs = round((kcal - 4 * protein - 9 * fat) / 4, 1)
      const at = wakeAt + Math.round(((until - wakeAt) * when) / MINUTE_MS) * MINUTE_MS
      const more = { grams: round(kcal / 1.4), fiber: round(carbs * 0.11, 1), sodiumMg: round(kcal * 0.95) }
      meals.push({ kind, at, name: dice.pick(names), kcal, carbs, protein, fat, ...more })
    }
    return meals
  })
}

export function foodItem(life: Life, day: number): object | undefined {
  if (!life.person.diary) return undefined
  const meals = mealsOf(life, day)
  const total = (of: (meal: Meal) => number) =>
    round(
      meals.reduce((sum, meal) => sum + of(meal), 0),
      1,
    )
  return {
    date: dateOf(day),
    utc_offset_seconds: life.offset(day),
    kcal: total((meal) => meal.kcal),
    carbs_grams: total((meal) => meal.carbs),
    protein_grams: total((meal) => meal.protein),
    fat_grams: total((meal) => meal.fat),
    fiber_grams: total((meal) => meal.fiber),
    sodium_mg: total((meal) => meal.sodiumMg),
    water_ml: 50 * life.dice('water', day).whole(24, 56),
    meals: meals.map(({ kind, at, name, grams, kcal, carbs, protein, fat, fiber, sodiumMg }) => ({
      id: `${kind}-${dateOf(day)}`,
      time: life.iso(day, at),
      kind,
      name,
      grams,
      kcal,
      carbs_grams: carbs,
      protein_grams: protein,
      fat_grams: fat,
      fiber_grams: fiber,
      sodium_mg: sodiumMg,
    })),
  }
}
