import { MINUTE_MS } from '../../base/time.ts'
import { HELD_ON, LATE_ON, MISSING_ON, RIGHT_ON, TWICE_ON, WRONG_ON } from './anomalies.ts'
import { cuffItem, cycleItem, glucoseItem, profileItem, scaleItem, vitalsItem } from './body.ts'
import { dayItem } from './day.ts'
import { foodItem } from './food.ts'
import type { Life } from './life.ts'
import { outline } from './outline.ts'
import { napItem, napOf, nightItem } from './sleep.ts'
import { workoutItems } from './workout.ts'

export const RESOURCES = [
  'profile',
  'sleeps',
  'vitals',
  'scales',
  'cuff',
  'workouts',
  'days',
  'glucose',
  'food',
  'cycle',
] as const
export type Resource = (typeof RESOURCES)[number]

/** A payload as it is sent: `{"sleeps": [{…}]}`. */
export interface Sending {
  /** When it can first be known, epoch ms. */
  at: number
  resource: Resource
  items: object[]
  /** The day that it tells of. */
  day: number
  /** What is odd in it. */
  as?: 'duplicate' | 'update' | 'late'
}
export const bodyOf = ({ resource, items }: Sending): string => JSON.stringify({ [resource]: items })

const CUT_MINUTES = 40
const SHOES_KG = 1.3
const SYNC_MS = 10 * MINUTE_MS

/** What is known of a day in the end, without anything going wrong. */
export function truth(life: Life, day: number, resource: Resource): object[] {
  switch (resource) {
    case 'profile':
      return [profileItem(life)]
    case 'sleeps':
      return there([nightItem(life, day), napItem(life, day)])
    case 'vitals':
      return [vitalsItem(life, day)]
    case 'scales':
      return there([scaleItem(life, day)])
    case 'cuff':
      return there([cuffItem(life, day)])
    case 'workouts':
      return workoutItems(life, day)
    case 'days':
      return [dayItem(life, day)]
    case 'glucose':
      return there([glucoseItem(life, day)])
    case 'food':
      return there([foodItem(life, day)])
    case 'cycle':
      return there([cycleItem(life, day)])
  }
}
const there = (items: (object | undefined)[]): object[] => items.filter((item) => item !== undefined)

/** All that is sent on a day, in order. The same whenever it is asked for. */
export function sendings(life: Life, day: number): Sending[] {
  const held = life.on('late', day) === HELD_ON || life.on('gaps', day) === MISSING_ON
  let sent = held ? [] : usual(life, day)
  if (life.on('duplicates', day) === TWICE_ON)
    sent = sent.flatMap((one) => [one, { ...one, at: one.at + MINUTE_MS, as: 'duplicate' as const }])
  if (life.on('updates', day) === RIGHT_ON) sent.push(...corrections(life, day))
  if (life.on('late', day) === LATE_ON) sent.push(...late(life, day))
  return sent.toSorted((a, b) => a.at - b.at)
}

function usual(life: Life, day: number): Sending[] {
  const { wakeAt, sessions } = outline(life, day)
  const ends = life.ends(day)
  const sent: Sending[] = []
  const send = (at: number, resource: Resource, items: (object | undefined)[]) => {
    const found = there(items)
    if (found.length > 0) sent.push({ at: Math.max(at, life.midnight(day)) + SYNC_MS, resource, items: found, day })
  }
  const wrong = life.on('updates', day) === WRONG_ON
  send(wakeAt, 'sleeps', [nightItem(life, day, wrong ? { shorter: CUT_MINUTES } : {})])
  send(wakeAt, 'vitals', [vitalsItem(life, day)])
  send(wakeAt + 12 * MINUTE_MS, 'scales', [scaleItem(life, day, wrong ? { shoes: SHOES_KG } : {})])
  send(wakeAt + 20 * MINUTE_MS, 'cycle', [cycleItem(life, day)])
  send(wakeAt + 40 * MINUTE_MS, 'cuff', [cuffItem(life, day)])
  const nap = napOf(life, day)
  if (nap) send(nap.wakeAt, 'sleeps', [napItem(life, day)])
  const workouts = workoutItems(life, day)
  for (const [i, { startAt, seconds }] of sessions.entries()) send(startAt + seconds * 1000, 'workouts', [workouts[i]])
  // What the day had come to at noon; the rest when it is over.
  const noon = life.at(day, 12 * 60)
  if (noon < ends) send(noon, 'days', [dayItem(life, day, noon)])
  send(ends, 'days', [dayItem(life, day)])
  send(ends, 'food', [foodItem(life, day)])
  send(ends, 'glucose', [glucoseItem(life, day)])
  return sent
}

function corrections(life: Life, day: number): Sending[] {
  const at = life.at(day, 10 * 60)
  const wrong = day - (RIGHT_ON - WRONG_ON)
  const right: [Resource, object | undefined][] = [
    ['sleeps', nightItem(life, wrong)],
    ['scales', scaleItem(life, wrong)],
  ]
  return right.flatMap(([resource, item]) =>
    item ? [{ at, resource, items: [item], day: wrong, as: 'update' as const }] : [],
  )
}
function late(life: Life, day: number): Sending[] {
  const at = life.at(day, 12 * 60 + 30)
  return usual(life, day - (LATE_ON - HELD_ON)).map((one, i) => ({ ...one, at: at + i * 1000, as: 'late' as const }))
}
