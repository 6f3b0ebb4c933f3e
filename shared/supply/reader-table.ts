import { z } from '../base/zod.ts'
import type { DataType } from '../schema/data-types.ts'
import { SCHEMAS } from '../schema/data-types.ts'
import { TIMES } from '../schema/sample-paths.ts'
import type { Unit } from '../source/units.ts'

/** What a mapping can fill: the fields of each of our types, each with the kind of value it takes and its unit. */
export type TargetKind = 'number' | 'integer' | 'text' | 'flag' | 'codes' | 'words' | 'numbers' | 'list'
export interface Target {
  type: DataType
  /** Dotted, within the record: `heart_rate_data.detailed.hr_samples.bpm`. */
  path: string
  kind: TargetKind
  /** It may not be left out. */
  required: boolean
  /** Of `codes` and `words`: what it can be. */
  values?: ReadonlySet<unknown>
  unit?: Unit
  /** Of a list: the fields of its elements. */
  fields?: Targets
  /** Of a list: the fields that tell an element's time; one of them has to be there. */
  times?: string[]
}
/** By the dotted path, from the record or from the element of the list. */
export type Targets = ReadonlyMap<string, Target>

/** Filled in by the place of a record. */
export const PLACED: ReadonlySet<string> = new Set([
  'metadata.start_time',
  'metadata.end_time',
  'metadata.timestamp_localization',
  'metadata.summary_id',
])

const made = new Map<DataType, Targets>()
export function targetsOf(type: DataType): Targets {
  let targets = made.get(type)
  if (!targets) {
    targets = new Map(found(type, SCHEMAS[type], '', ''))
    made.set(type, targets)
  }
  return targets
}

function found(type: DataType, schema: z.ZodType, path: string, whole: string): [string, Target][] {
  if (!(schema instanceof z.ZodObject)) return []
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, field]): [string, Target][] => {
    const { kind: inner, required } = opened(field)
    const at = path === '' ? name : `${path}.${name}`
    const here = whole === '' ? name : `${whole}.${name}`
    if (PLACED.has(here)) return []
    if (inner instanceof z.ZodObject) return found(type, inner, at, here)
    const target = targetOf(type, inner, here, required)
    return target ? [[at, target]] : []
  })
}
function targetOf(type: DataType, schema: z.ZodType, path: string, required: boolean): Target | undefined {
  const unit = unitOf(path)
  const base = { type, path, required, ...(unit && { unit }) }
  if (schema instanceof z.ZodArray) {
    const element = opened(schema.element as z.ZodType).kind
    if (element instanceof z.ZodNumber) return { ...base, kind: 'numbers' }
    if (!(element instanceof z.ZodObject)) return undefined
    const fields = new Map(found(type, element, '', path))
    const times = TIMES.filter((name) => fields.get(name)?.kind === 'text')
    return { ...base, kind: 'list', fields, ...(times.length > 0 && { times }) }
  }
  if (schema instanceof z.ZodNumber) return { ...base, kind: isWhole(schema) ? 'integer' : 'number' }
  if (schema instanceof z.ZodString) return { ...base, kind: 'text' }
  if (schema instanceof z.ZodBoolean) return { ...base, kind: 'flag' }
  if (schema instanceof z.ZodLiteral) return { ...base, kind: 'codes', values: schema.values as ReadonlySet<unknown> }
  if (schema instanceof z.ZodEnum) return { ...base, kind: 'words', values: new Set(schema.options) }
  return undefined // Maps by free names (contributors of scores) have no fields to fill.
}
const isWhole = ({ def }: z.ZodNumber): boolean => 'format' in def && def.format === 'safeint'
function opened(schema: z.ZodType): { kind: z.ZodType; required: boolean } {
  let [kind, required] = [schema, true]
  while (kind instanceof z.ZodNullable || kind instanceof z.ZodOptional) {
    kind = kind.unwrap() as z.ZodType
    required = false
  }
  return { kind, required }
}

/** Our unit of a field, by what its path ends in; the first that fits counts. Scores, counts and indices have none. */
const UNITS: [ends: RegExp, unit: Unit][] = [
  [/temperature_data\.delta$/, 'delta degC'],
  [/_celsius$/, 'degC'],
  [/blood_glucose_mg_per_d[lL]$/, 'mg/dL'],
  [/_meters_per_second$/, 'm/s'],
  [/_minutes_per_kilometer$/, 'min/km'],
  [/(^|[._])bpm$/, 'bpm'],
  [/_percentage$|\.percentage$|_efficiency$/, 'percent'],
  [/_bp$/, 'mmHg'],
  [/(?<!_per)_kg$/, 'kg'],
  [/_g$/, 'g'],
  [/_mg$/, 'mg'],
  [/_cm$/, 'cm'],
  [/_mm$/, 'mm'],
  [/(_|\.)(actual_|planned_)?meters$|_meters$/, 'm'],
  [/_seconds$/, 's'],
  [/_minutes$/, 'min'],
  [/_ms$|hrv_rmssd$|hrv_sdnn$/, 'ms'],
  [/(^|[._])calories$|\.BMR$|\.RMR$|_bmr$|_rmr$/, 'kcal'],
  [/_kilojoules$/, 'kJ'],
  [/_ml$/, 'mL'],
  [/_deg$/, 'deg'],
]
function unitOf(path: string): Unit | undefined {
  // A torque is no length, and has no unit that anything is turned from.
  if (path.endsWith('newton_meters')) return undefined
  return UNITS.find(([ends]) => ends.test(path))?.[1]
}
