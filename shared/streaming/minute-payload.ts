import { sha256 } from '../base/hash.ts'
import type { Part } from './minute-parts.ts'
import type { Closed, Workout } from './minute-person.ts'
import type { Told } from './minute-track.ts'
import type { SampleKind } from './sample-kinds.ts'
import { timeText } from './sample-time.ts'

/** What a person's cell accepts: minutes of the day, and workouts with theirs. */
export interface MinutePayload {
  payload_id: string
  user_id: string
  resource: 'minutes' | 'workouts'
  body: string
}

/** Readings of one payload, which is a row of a store until its cell has it: a phone may bring those of a whole day at once. */
const MOST_READINGS = 5_000

/** Key: user, workout or day, span and how far the stream was counted. */
export function payloadsOf(uid: string, { day, workouts }: Closed, toSeq: number): MinutePayload[] {
  const all: MinutePayload[] = []
  const add = (resource: MinutePayload['resource'], of: string, readings: Told[], body: object) =>
    all.push({
      payload_id: `pay_${sha256(`stream/${uid}/${of}/${readings[0]!.at}/${readings.at(-1)!.at}/${toSeq}`).slice(0, 32)}`,
      user_id: uid,
      resource,
      body: JSON.stringify(body),
    })
  for (let at = 0; at < day.length; at += MOST_READINGS) {
    const some = day.slice(at, at + MOST_READINGS)
    add('minutes', 'day', some, { minutes: some.map(reading) })
  }
  for (const { workout, readings } of workouts)
    add('workouts', workout.id, readings, { workouts: [workoutItem(workout, readings)] })
  return all
}

const reading = ({ kind, at, end, value, offset }: Told) => ({
  kind,
  start: timeText(at, offset),
  ...(end !== undefined && { end: timeText(end, offset) }),
  value,
})

function workoutItem({ id, exercise, startAt, endAt, offset, figures, track }: Workout, readings: Told[]) {
  const byKind = Map.groupBy(readings, ({ kind }) => kind)
  const { DISTANCE: distance, STEPS: steps, CALORIES: calories, FLOORS: floors } = track.totals
  return {
    id,
    exercise,
    start: timeText(startAt, offset),
    end: timeText(endAt, offset),
    figures: figuresOf(figures),
    totals: { distance, steps, calories, floors },
    readings: Object.fromEntries([...byKind].map(([kind, some]) => [kind, some.map(ofWorkout)])),
  }
}
const ofWorkout = ({ at, end, value, total, offset }: Told) => ({
  time: timeText(end ?? at, offset),
  // What is counted is told as the schema tells it: up to there.
  value: total ?? value,
})
function figuresOf(figures: { [kind in SampleKind]?: Part }) {
  const found: Record<string, { average: number; least: number; most: number }> = {}
  for (const [kind, part] of Object.entries(figures))
    if ('n' in part)
      found[kind] = { average: Number((part.sum / part.n).toPrecision(7)), least: part.least[1], most: part.most[1] }
  return found
}
