import { isObject, type Json } from '../base/json.ts'
import { z } from '../base/zod.ts'
import { DATA_TYPES, type DataType, SCHEMAS } from '../schema/data-types.ts'
import { dayAverages } from '../schema/day-averages.ts'
import { offsetOfText } from '../source/offsets.ts'
import { hasId } from '../source/record-id.ts'
import { dayText, isoText, localDay, type Moment, parseIso } from '../source/wall-clock.ts'
import type { RecordDraft } from './compiled.ts'
import type { TimeRules } from './contract-clock.ts'
import type { ReadItem } from './mapping.ts'
import type { Outliers } from './outliers.ts'
import { kindOf, problem, type RecordProblem } from './problem.ts'
import { type SchemaCheck, schemaCheck } from './schema-check.ts'

/**
 * Records in our own schema as it is: `{"type": "sleep", "data": {…}}`, and `{"type": "sleep", "deleted": true, "data":
 * {"metadata": {"summary_id": "…"}}}` for one that is gone. What our schema does not have is left out.
 */
export function nativeReader(rules: TimeRules, outliers: Outliers): ReadItem {
  return (item) => {
    const { type, data, deleted } = item as Json
    if (!isType(type)) return refused(problem('/type', 'type', `one of ${DATA_TYPES.join(', ')}`, kindOf(type)))
    if (!isObject(data)) return refused(problem('/data', 'type', 'an object of our schema', kindOf(data)))
    const kind = kindOfType(type)
    if (deleted !== true) {
      const problems = kind.check(data)
      if (problems.length > 0) return { drafts: [], problems: problems.map(inData) }
    }
    const metadata = isObject(data.metadata) ? data.metadata : {}
    const start = momentOf(metadata.start_time, rules)
    const end = momentOf(metadata.end_time, rules) ?? start
    const key = keyOf(type, metadata, start)
    if (deleted === true) {
      if (key === undefined)
        return refused(
          problem('/data/metadata', 'mapping', 'what names the record that is gone', kindOf(data.metadata)),
        )
      return { drafts: [{ type, key, data: undefined, startAt: 0, endAt: 0 }], problems: [] }
    }
    if (type !== 'athlete' && (!start || !end)) {
      const name = start ? 'end_time' : 'start_time'
      const words = rules.offsets === 'required' ? 'an ISO 8601 time with an offset' : 'an ISO 8601 time'
      return refused(problem(`/data/metadata/${name}`, 'mapping', words, kindOf(metadata[name])))
    }
    return { drafts: [draftOf(type, key!, kind, data, start, end, outliers)], problems: [] }
  }
}
const isType = (type: unknown): type is DataType => (DATA_TYPES as readonly unknown[]).includes(type)
const refused = (problem: RecordProblem) => ({ drafts: [], problems: [problem] })
const inData = ({ pointer, rule, expected, kind }: RecordProblem): RecordProblem =>
  problem(`/data${pointer}`, rule, expected, kind)

function draftOf(
  type: DataType,
  key: string,
  { shape }: Kind,
  given: Json,
  start: Moment | undefined,
  end: Moment | undefined,
  outliers: Outliers,
): RecordDraft {
  const data = copied(given, shape, '', (path, value) => outliers.look(type, path, value)) as Json
  if (type === 'athlete' || !start || !end) return { type, key, data, startAt: 0, endAt: 0 }
  const [startAt, endAt] = [Math.min(start.at, end.at), Math.max(start.at, end.at)]
  data.metadata = {
    ...(data.metadata as Json),
    start_time: isoText(startAt, start.offset),
    end_time: isoText(endAt, end.offset ?? start.offset),
    timestamp_localization: start.utc ? 0 : 1,
  }
  if (type === 'body') dayAverages(data)
  return { type, key, data, startAt, endAt }
}
function keyOf(type: DataType, { summary_id }: Json, start: Moment | undefined): string | undefined {
  if (type === 'athlete') return 'athlete'
  if (!hasId(type)) return start && dayText(localDay(start.at, start.offset))
  if (typeof summary_id === 'string' && summary_id !== '') return summary_id
  return start && `start:${Math.round(start.at / 1000)}`
}
/** Times that tell no offset are refused, in the contract's zone, or local, as the contract has it. */
function momentOf(value: unknown, { offsets, zone }: TimeRules): Moment | undefined {
  const moment = typeof value === 'string' ? parseIso(value) : undefined
  if (!moment || moment.offset !== undefined || offsets === 'local') return moment
  const offset = offsets === 'assumed' && zone !== undefined ? offsetOfText(zone, moment.at, true) : undefined
  return offset === undefined ? undefined : { at: moment.at - offset * 1000, offset, utc: false }
}

/** What a record may have: `type`, `data` in our schema of any type, and what the contract reads beside them. */
export const nativeSchema = (beside: readonly string[]): Json => ({
  properties: {
    ...Object.fromEntries(beside.map((path) => [path.split('.')[0], {}])),
    type: {},
    deleted: {},
    data: { anyOf: DATA_TYPES.map((type) => kindOfType(type).schema) },
  },
})

interface Kind {
  schema: Json
  check: SchemaCheck
  shape: Shape
}
const kinds = new Map<DataType, Kind>()
function kindOfType(type: DataType): Kind {
  const known = kinds.get(type)
  if (known) return known
  const schema = withoutId(z.toJSONSchema(SCHEMAS[type], { io: 'input' }) as Json)
  const kind = { schema, check: schemaCheck(schema), shape: shapeOf(SCHEMAS[type]) }
  kinds.set(type, kind)
  return kind
}
/** Ids that are made are ours: a summary_id need not be given. */
function withoutId(schema: Json): Json {
  const { metadata } = schema.properties as { metadata?: { required?: string[] } }
  if (metadata?.required) metadata.required = metadata.required.filter((name) => name !== 'summary_id')
  return schema
}

/** Our schema's names, and what is below them; undefined: a value, or a map by free names. */
type Shape = { [name: string]: Shape } | undefined
function shapeOf(schema: z.ZodType): Shape {
  let inner = schema
  while (inner instanceof z.ZodNullable || inner instanceof z.ZodOptional) inner = inner.unwrap() as z.ZodType
  if (inner instanceof z.ZodArray) return shapeOf(inner.element as z.ZodType)
  if (!(inner instanceof z.ZodObject)) return undefined
  return Object.fromEntries(
    Object.entries(inner.shape as Record<string, z.ZodType>).map(([name, field]) => [name, shapeOf(field)]),
  ) as Shape
}
/** Only what our schema has; nulls are left out. */
function copied(value: unknown, shape: Shape, path: string, look: (path: string, value: number) => void): unknown {
  if (typeof value === 'number') look(path, value)
  if (!shape || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one) => copied(one, shape, path, look))
  const made: Json = {}
  for (const name in shape) {
    const one = (value as Json)[name]
    if (one !== undefined && one !== null)
      made[name] = copied(one, shape[name], path === '' ? name : `${path}.${name}`, look)
  }
  return made
}
