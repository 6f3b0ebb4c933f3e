import { sha256 } from '../base/hash.ts'
import { DAY_MS, MINUTE_MS } from '../base/time.ts'
import { addReading, type Part } from './minute-parts.ts'
import { addTo, isEmpty, newTrack, type Timed, type Told, type Track, takeClosed } from './minute-track.ts'
import { KINDS, type SampleKind } from './sample-kinds.ts'

/** A workout as a watch streams it, from its first sample until nothing of it comes any more. */
export interface Workout {
  id: string
  exercise: string
  startAt: number
  endAt: number
  seenAt: number
  offset?: number
  /** Of the whole workout. */
  figures: { [kind in SampleKind]?: Part }
  track: Track
}
/** One person's stream between two tellings. Plain data: it is kept as JSON. */
export interface Person {
  seenAt: number
  day: Track
  workouts: Workout[]
}
/** The day has samples of these; the others are of workouts. */
const OF_THE_DAY: ReadonlySet<SampleKind> = new Set<SampleKind>([
  'HEART_RATE',
  'HRV_RMSSD',
  'HRV_SDNN',
  'RR_INTERVAL',
  'STEPS',
  'DISTANCE',
  'FLOORS',
  'CALORIES',
  'MET',
])
/** A workout of which nothing came for so long is over; what comes then is another. */
const PAUSE_MS = 15 * MINUTE_MS
/** Of one person at the same time. A label that is another each time names no workouts, and would have us keep them all. */
const MOST_WORKOUTS = 20

export const newPerson = (): Person => ({ seenAt: 0, day: newTrack(), workouts: [] })

export function addSample(person: Person, uid: string, sample: Timed, exercise: string | undefined): void {
  person.seenAt = Math.max(person.seenAt, sample.arrivedAt)
  if (OF_THE_DAY.has(sample.kind)) addTo(person.day, sample)
  const workout = exercise === undefined ? undefined : workoutOf(person, uid, exercise, sample)
  if (workout) addToWorkout(workout, sample)
}
function workoutOf(person: Person, uid: string, exercise: string, { at, arrivedAt }: Timed): Workout | undefined {
  const known = person.workouts.find(
    (one) => one.exercise === exercise && at >= one.startAt - PAUSE_MS && at <= one.endAt + PAUSE_MS,
  )
  if (known || person.workouts.length >= MOST_WORKOUTS) return known
  const id = sha256(`${uid}/${exercise}/${at}`).slice(0, 32)
  const workout = { id, exercise, startAt: at, endAt: at, seenAt: arrivedAt, figures: {}, track: newTrack() }
  person.workouts.push(workout)
  return workout
}
function addToWorkout(workout: Workout, sample: Timed): void {
  const { kind, at, offset, values, arrivedAt } = sample
  workout.startAt = Math.min(workout.startAt, at)
  workout.endAt = Math.max(workout.endAt, at)
  workout.seenAt = Math.max(workout.seenAt, arrivedAt)
  if (offset !== undefined) workout.offset = offset
  if (!KINDS[kind].counted)
    for (const value of values) workout.figures[kind] = addReading(workout.figures[kind], at, value)
  addTo(workout.track, sample, true)
}

export interface Closed {
  day: Told[]
  /** Workouts of which minutes are over, with those. */
  workouts: { workout: Workout; readings: Told[] }[]
}
/** Takes what is over, and what of the person need not be kept for it any more. */
export function takeOver(person: Person, now: number): Closed {
  const workouts = person.workouts.map((workout) => {
    const ended = workout.seenAt + PAUSE_MS <= now
    return { workout, ended, readings: takeClosed(workout.track, now, ended) }
  })
  person.workouts = workouts.flatMap(({ workout, ended }) => (ended ? [] : [workout]))
  return { day: takeClosed(person.day, now), workouts: workouts.filter(({ readings }) => readings.length > 0) }
}
export const isOpen = ({ day, workouts }: Person): boolean => !isEmpty(day) || workouts.length > 0
/** What is counted goes on from where it was for a day. */
export const isForgotten = (person: Person, now: number): boolean => !isOpen(person) && person.seenAt + DAY_MS <= now
