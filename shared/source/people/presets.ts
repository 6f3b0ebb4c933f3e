import { type Person, person, type Training, type Wish } from './person.ts'
import { cityOf } from './places.ts'

const week = (rows: [Training['sport'], number, number, number, number][]): Training[] =>
  rows.map(([sport, weekday, at, minutes, effort]) => ({ sport, weekday, at, minutes, effort }))

/** Always ill when their time comes: see `anomalies.ts`. */
export const FALLS_ILL = 'falls-ill'

/** People that are known by name: what is said here of them holds, the rest follows from the name as from any seed. */
// biome-ignore format: a table reads better in rows.
export const PRESETS: Record<string, { about: string; wish: Wish }> = {
  'marathon-runner': {
    about: 'runs five times a week, long on Sundays; scales, diary',
    wish: {
      sex: 'female', birthYear: 1993, fitness: 0.92, home: cityOf('Berlin'), travels: false, diary: true, scales: 1, wakesAt: 360,
      sleepMinutes: 490, cycle: { days: 28, periodDays: 5, offset: 3 },
      trainings: week([['run', 2, 390, 60, 0.55], ['run', 3, 1080, 50, 0.4], ['run', 4, 390, 70, 0.75], ['strength', 5, 1080, 40, 0.4], ['run', 6, 540, 45, 0.35], ['run', 0, 540, 150, 0.6]]),
    },
  },
  'office-worker': {
    about: 'sits on weekdays, walks on Saturdays, lies in',
    wish: {
      sex: 'male', birthYear: 1981, fitness: 0.3, home: cityOf('London'), travels: false, stepsADay: 5200, lieIn: 80, scales: 2,
      trainings: week([['walk', 6, 660, 60, 0.3], ['strength', 3, 1110, 45, 0.45]]),
    },
  },
  'shift-worker': {
    about: 'four nights at work and asleep by day, three days off',
    wish: { sex: 'male', birthYear: 1988, fitness: 0.4, home: cityOf('New York'), travels: false, nightShifts: true, cuff: true, trainings: week([['ride', 2, 1020, 45, 0.5]]) },
  },
  'new-parent': {
    about: 'woken several times a night, naps, cannot train',
    wish: { sex: 'female', birthYear: 1992, fitness: 0.45, home: cityOf('Sydney'), travels: false, wokenByChild: true, sleepMinutes: 440, trainings: week([['yoga', 6, 600, 30, 0.2]]) },
  },
  'frequent-traveller': {
    about: 'in another time zone for some days of each month',
    wish: { sex: 'male', birthYear: 1979, fitness: 0.5, home: cityOf('London'), travels: true, trainings: week([['run', 1, 420, 40, 0.5], ['run', 4, 420, 40, 0.5]]) },
  },
  'diabetic-cyclist': {
    about: 'type 1 diabetes with a glucose sensor; rides; keeps a diary',
    wish: {
      sex: 'male', birthYear: 1990, fitness: 0.7, home: cityOf('Los Angeles'), travels: false, diabetic: true, sensor: true, diary: true,
      trainings: week([['ride', 2, 1050, 75, 0.6], ['ride', 4, 1050, 60, 0.7], ['ride', 0, 540, 180, 0.5]]),
    },
  },
  'retired-walker': {
    about: 'early to bed, walks every day, measures blood pressure',
    wish: {
      sex: 'female', birthYear: 1954, fitness: 0.35, home: cityOf('Tokyo'), travels: false, cuff: true, scales: 1, lieIn: 0, wakesAt: 330, sleepMinutes: 430,
      trainings: week([0, 1, 2, 3, 4, 5, 6].map((weekday) => ['walk', weekday, 510, 50, 0.3])),
    },
  },
  [FALLS_ILL]: {
    about: 'is ill from their ninth day on, for four days',
    wish: { sex: 'female', birthYear: 1985, fitness: 0.55, home: cityOf('Berlin'), travels: false, trainings: week([['swim', 1, 1080, 45, 0.5], ['run', 4, 1080, 40, 0.5]]) },
  },
}

/** Of a preset's name, or of any other text as a seed. */
export const personOf = (name: string): Person => person(name, PRESETS[name]?.wish)
