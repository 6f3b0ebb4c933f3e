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

/** Key: user, span and how far the stream was counted. */
export function payloadsOf(uid: string, { day, workouts }: Closed, toSeq: number): MinutePayload[] {
  const all: MinutePayload[] = []
  const add = (resource: MinutePayload['resource'], from: number, to: number, body: object) =>
    all.push({
      payload_id: `pay_${sha256(`stream/${uid}/${resource}/${from}/${to}/${toSeq}`).slice(0, 32)}`,
      user_id: uid,
      resource,
      body: JSON.stringify(body),
    })
  if (day.length > 0) add('minutes', day[0]!.at, day.at(-1)!.at, { minutes: day.map(reading) })
  if (workouts.length > 0) {
    const times = workouts.flatMap(({ readings }) => readings.map(({ at }) => at))
    const items = workouts.map(({ workout, readings }) => workoutItem(workout, readings))
    add('workouts', Math.min(...times), Math.max(...times), { workouts: items })
  }
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
