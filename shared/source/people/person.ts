import { Dice, round } from './dice.ts'
import { CITIES, type City } from './places.ts'

export type Sport = 'run' | 'ride' | 'swim' | 'strength' | 'walk' | 'yoga'
/** A session that is held in most weeks. */
export interface Training {
  sport: Sport
  /** 0 Sunday … 6 Saturday. */
  weekday: number
  /** Minutes after local midnight. */
  at: number
  minutes: number
  /** 0 easy … 1 as hard as it goes. */
  effort: number
}
/** Somebody who was never born. Everything about them follows from the seed. */
export interface Person {
  seed: string
  firstName: string
  lastName: string
  sex: 'female' | 'male'
  birthYear: number
  heightCm: number
  /** What the weight comes back to. */
  weightKg: number
  bodyFat: number
  /** 0 unfit … 1 an athlete. */
  fitness: number
  restingHr: number
  maxHr: number
  hrvMs: number
  vo2max: number
  home: City
  /** Minutes after local midnight, on a working day. */
  wakesAt: number
  sleepMinutes: number
  /** How much later on days off. */
  lieIn: number
  stepsADay: number
  trainings: Training[]
  /** Keeps a diary of food; wears a glucose sensor; has a cuff; steps on scales every so many days (0: never). */
  diary: boolean
  sensor: boolean
  cuff: boolean
  scales: number
  cycle?: { days: number; periodDays: number; offset: number }
  /** Four nights at work, three off. */
  nightShifts: boolean
  wokenByChild: boolean
  travels: boolean
  diabetic: boolean
}
/** What a preset says of its person; the rest is thrown. */
export type Wish = Partial<Omit<Person, 'seed' | 'trainings'>> & { trainings?: Training[] }

const NAMES = {
  female: 'Ada Ines Maya Noor Lena Ruth Yuki Zoe Amara Clara'.split(' '),
  male: 'Arun Ben Diego Emil Femi Hugo Ivan Kenji Leo Omar'.split(' '),
}
const LAST = 'Example Sample Muster Modell Probe Essai Prueba Testova Doe Placeholder'.split(' ')
const SPORTS: Sport[] = ['run', 'ride', 'swim', 'strength', 'walk', 'yoga']

/** Age is counted from this year, so that a person of a seed does not grow older from one run to the next. */
export const AGES_IN = 2026

export function person(seed: string, wish: Wish = {}): Person {
  const dice = new Dice(`person/${seed}`)
  const sex = wish.sex ?? (dice.chance(0.5) ? 'female' : 'male')
  const fitness = wish.fitness ?? round(dice.between(0.15, 0.8), 2)
  const age = dice.whole(21, 68)
  const birthYear = wish.birthYear ?? AGES_IN - age
  const years = AGES_IN - birthYear
  const heightCm = round(dice.around(sex === 'female' ? 166 : 179, 7))
  const bmi = dice.between(20.5, 29) - fitness * 3
  const firstName = dice.pick(NAMES[sex])
  const lastName = dice.pick(LAST)
  const home = dice.pick(CITIES)
  const trainings = wish.trainings ?? weekOf(dice, fitness)
  const cycle =
    sex === 'female' && years < 48 && dice.chance(0.7)
      ? { days: dice.whole(25, 33), periodDays: dice.whole(3, 6), offset: dice.whole(0, 27) }
      : undefined
  return {
    seed,
    sex,
    firstName,
    lastName,
    birthYear,
    heightCm,
    weightKg: round(bmi * (heightCm / 100) ** 2, 1),
    bodyFat: round((sex === 'female' ? 31 : 23) - fitness * 11 + dice.between(-2, 2), 1),
    fitness,
    restingHr: round(74 - fitness * 26 + dice.between(-4, 4)),
    maxHr: round(208 - 0.7 * years + dice.between(-5, 5)),
    hrvMs: round(26 + fitness * 45 + (45 - years) * 0.4 + dice.between(-5, 5)),
    vo2max: round(30 + fitness * 30 - (years - 30) * 0.2, 1),
    home,
    wakesAt: 5 * dice.whole(66, 96),
    sleepMinutes: 5 * dice.whole(84, 102),
    lieIn: 5 * dice.whole(0, 18),
    stepsADay: round(dice.between(4500, 9000) + fitness * 2500, -2),
    trainings,
    diary: dice.chance(0.4),
    sensor: dice.chance(0.2),
    cuff: dice.chance(0.2),
    scales: dice.pick([0, 1, 2, 3]),
    ...(cycle && { cycle }),
    nightShifts: false,
    wokenByChild: false,
    travels: dice.chance(0.15),
    diabetic: false,
    ...wish,
  }
}

function weekOf(dice: Dice, fitness: number): Training[] {
  const often = Math.round(fitness * 6)
  const favourite = dice.pick(SPORTS)
  const days = [1, 3, 5, 6, 2, 0].slice(0, often)
  return days.map((weekday) => ({
    sport: dice.chance(0.6) ? favourite : dice.pick(SPORTS),
    weekday,
    at: weekday % 6 === 0 ? 600 : 1080,
    minutes: 5 * dice.whole(6, 16),
    effort: round(dice.between(0.25, 0.8), 2),
  }))
}
