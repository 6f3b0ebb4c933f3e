import type { DataType, NATURAL_KEY } from '../../schema/data-types.ts'
import type { ContractPlace, ContractTime } from '../document.ts'
import { DATE, DATE_TIME, type Leaf, WITH_OFFSET, wordsOf } from './leaves.ts'

interface Placed {
  place: ContractPlace
  used: string[]
  notes: string[]
  /** Times tell no offset. */
  local: boolean
}
const START = ['start', 'begin', 'began', 'from', 'onset', 'bed', 'asleep', 'started']
const END = ['end', 'ended', 'stop', 'stopped', 'finish', 'finished', 'until', 'up', 'wake', 'awake', 'woke']

/** When records of the samples are, and what names them. */
export function placeGuessed(type: DataType, key: (typeof NATURAL_KEY)[DataType], leaves: Leaf[]): Placed {
  if (key === 'connection') return { place: { profile: true }, used: [], notes: [], local: false }
  const times = leaves.flatMap((leaf) => timeOf(leaf) ?? [])
  const local = times.some(({ time }) => time.style === 'local-iso')
  return { ...(key === 'day' ? dayOf(type, leaves, times) : sessionOf(leaves, times)), local }
}
type Timed = { leaf: Leaf; time: ContractTime }

function dayOf(type: DataType, leaves: Leaf[], times: Timed[]): Omit<Placed, 'local'> {
  const dates = leaves.filter(({ values }) => values.every((value) => typeof value === 'string' && DATE.test(value)))
  const date = dates.find(({ path }) => wordsOf(last(path)).some((word) => ['date', 'day'].includes(word))) ?? dates[0]
  if (date)
    return { place: { day: { date: date.path } }, used: [date.path], notes: [`${date.path} is taken for the day`] }
  const moment = times[0]
  if (moment)
    return {
      place: { day: { moment: moment.time } },
      used: [moment.leaf.path],
      notes: [`the day is taken from ${moment.leaf.path}`],
    }
  return {
    place: { day: { date: 'date' } },
    used: [],
    notes: [`no field looks like the day of a record of ${type}; say in "place" which it is`],
  }
}

function sessionOf(leaves: Leaf[], times: Timed[]): Omit<Placed, 'local'> {
  const named = (words: string[], not?: Timed) =>
    times.find((one) => one !== not && wordsOf(last(one.leaf.path)).some((word) => words.includes(word)))
  const end = named(END)
  const start = named(START, end) ?? times.find((one) => one !== end)
  const unique = (leaf: Leaf) => leaf.always && new Set(leaf.values).size === leaf.values.length
  const id = leaves.find(
    (leaf) =>
      /^(id|uuid|guid)$|(session|sleep|record|night|activity|workout|event)_?(id|uuid)$/.test(
        wordsOf(last(leaf.path)).join('_'),
      ) && unique(leaf),
  )
  const notes = [
    start ? `${start.leaf.path} is taken for the start` : 'no field looks like the start; say in "place" which it is',
    ...(end ? [`${end.leaf.path} is taken for the end`] : []),
    ...(id ? [`${id.path} is taken for your id of a record`] : []),
  ]
  return {
    place: {
      session: {
        ...(id && { id: id.path }),
        start: start?.time ?? { path: 'start_time', style: 'iso' },
        ...(end && { end: end.time }),
      },
    },
    used: [id?.path, start?.leaf.path, end?.leaf.path].filter((path) => path !== undefined),
    notes,
  }
}
const last = (path: string): string => path.split('.').at(-1)!

/** Moments of this century, as seconds or milliseconds. */
const SECONDS = [9e8, 4.2e9] as const
function timeOf(leaf: Leaf): Timed | undefined {
  const { path, values } = leaf
  if (values.every((value) => typeof value === 'string' && DATE_TIME.test(value))) {
    const told = values.every((value) => WITH_OFFSET.test(value as string))
    return { leaf, time: { path, style: told ? 'iso' : 'local-iso' } }
  }
  const within = (by: number) =>
    values.every((value) => typeof value === 'number' && value >= SECONDS[0] * by && value <= SECONDS[1] * by)
  const saysTime = wordsOf(last(path)).some((word) => /time|stamp|^at$|start|begin|end|stop/.test(word))
  if (saysTime && within(1)) return { leaf, time: { path, style: 's' } }
  if (saysTime && within(1_000)) return { leaf, time: { path, style: 'ms' } }
  return undefined
}
