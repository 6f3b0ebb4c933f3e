import { DATA_TYPES, type DataType, SCHEMAS } from '../../schema/data-types.ts'
import { SAMPLE_PATHS } from '../../schema/sample-paths.ts'
import { instantOf } from './moment.ts'
import { isKind, itemAt, shapeOf } from './schema-field.ts'

/** One reading: time, value, and what else it says. Its place in the list is its position. */
export type Sample = [time: string | null, value: number | null, data: Record<string, unknown> | null]
/** Lists of readings by their path in the record; those that are empty are left out. */
export type SampleLists = Record<string, Sample[]>

interface SampleList {
  path: string
  names: string[]
  time: string
  /** The field that is the reading, where it is one number. */
  value: string | undefined
}
const TIMES = ['timestamp', 'start_timestamp', 'measurement_time', 'start_time']
/** A number beside the reading, not one. */
const NO_READING = ['timer_duration_seconds']

export const SAMPLE_LISTS: Record<DataType, SampleList[]> = Object.fromEntries(
  DATA_TYPES.map((type) => [type, SAMPLE_PATHS[type].map((path) => listOf(type, path))]),
) as Record<DataType, SampleList[]>

function listOf(type: DataType, path: string): SampleList {
  const names = path.split('.')
  const shape = shapeOf(itemAt(SCHEMAS[type], names)!)
  const fields = Object.keys(shape).filter((name) => !NO_READING.includes(name))
  const numbers = fields.filter((name) => isKind(shape[name]!, 'number'))
  // Where nothing is measured, the code is the reading: a level of activity, a stage of sleep.
  const codes = fields.filter((name) => isKind(shape[name]!, 'literal'))
  const value = numbers.length === 1 ? numbers[0] : numbers.length === 0 ? codes[0] : undefined
  return { path, names, time: TIMES.find((name) => name in shape)!, value }
}

/** All readings of a record. */
export function samplesOf(type: DataType, record: object): SampleLists {
  const lists: SampleLists = {}
  for (const { path, names, time, value } of SAMPLE_LISTS[type]) {
    const items = names.reduce<unknown>(
      (at, name) => (at as Record<string, unknown> | null | undefined)?.[name],
      record,
    )
    if (Array.isArray(items) && items.length > 0) lists[path] = items.map((item) => sampleOf(item, time, value))
  }
  return lists
}

function sampleOf(item: unknown, timeName: string, valueName: string | undefined): Sample {
  if (typeof item !== 'object' || item === null) return [null, null, { item }]
  let time: string | null = null
  let value: number | null = null
  let data: Record<string, unknown> | null = null
  for (const [name, field] of Object.entries(item)) {
    if (field === null || field === undefined) continue
    if (name === timeName) {
      time = instantOf(field)
      if (time !== null) continue
    } else if (name === valueName && typeof field === 'number') {
      value = field
      continue
    }
    data ??= {}
    data[name] = field
  }
  return [time, value, data]
}
