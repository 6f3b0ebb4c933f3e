import { isObject, type Json } from '../../base/json.ts'
import { targetOf } from '../json-schema/refs.ts'
import { fitsWithin } from '../schema-check.ts'

export type Schema = Json | boolean

/** Keywords that say nothing of which records are good. */
const ANNOTATIONS = new Set(
  '$schema $id $anchor $comment $defs definitions title description default examples deprecated readOnly writeOnly'.split(
    ' ',
  ),
)

/** One of the two schemas that are compared, with its references followed. */
export interface Side {
  root: Schema
  /** What a `$ref` of it means; undefined where it leads nowhere. */
  target(schema: Json): Schema | undefined
  accepts(value: unknown, all: readonly Schema[]): boolean
  /** The same for the same part of a schema, however often it is reached. */
  idOf(schema: Schema): number
  /** Equal for parts that say the same; annotations and the order of members do not count. */
  textOf(schema: Schema): string
}

export function sideOf(root: Schema): Side {
  const document = isObject(root) ? root : {}
  const fits = fitsWithin(document)
  const ids = new Map<Schema, number>()
  const texts = new Map<Schema, string>()
  const target = ({ $ref }: Json): Schema | undefined =>
    typeof $ref === 'string' ? (targetOf($ref, document) as Schema | undefined) : undefined
  return {
    root,
    target,
    accepts: (value, all) => all.every((schema) => fits(value, schema)),
    idOf(schema) {
      const meant = followed(schema, target)
      const id = ids.get(meant) ?? ids.size
      ids.set(meant, id)
      return id
    },
    textOf(schema) {
      const known = texts.get(schema) ?? text(schema, target, [])
      texts.set(schema, known)
      return known
    },
  }
}

/** A schema that only refers is what it refers to. */
function followed(schema: Schema, target: Side['target'], steps = 0): Schema {
  if (typeof schema === 'boolean' || typeof schema.$ref !== 'string' || steps > 10) return schema
  const bare = Object.keys(schema).every((name) => name === '$ref' || ANNOTATIONS.has(name))
  return bare ? followed(target(schema) ?? false, target, steps + 1) : schema
}

/** Keywords whose members are names of the record's, and those whose values are the record's. */
const MAPS = new Set(['properties', 'patternProperties', 'dependentSchemas'])
const VALUES = new Set(['enum', 'const', 'required', 'dependentRequired'])

/** Members by name, references replaced by what they mean; one within itself is told by how far out it began. */
function text(schema: unknown, target: Side['target'], within: unknown[]): string {
  if (Array.isArray(schema)) return `[${schema.map((one) => text(one, target, within)).join()}]`
  if (!isObject(schema)) return plain(schema)
  if (within.includes(schema)) return `"↺${within.length - within.indexOf(schema)}"`
  const inner = [...within, schema]
  const map = (value: unknown) =>
    `{${sorted(value).map(([name, one]) => `${JSON.stringify(name)}:${text(one, target, inner)}`)}}`
  const members = sorted(schema)
    .filter(([name]) => !ANNOTATIONS.has(name) && name !== '$ref')
    .map(([name, value]) => {
      const told = VALUES.has(name) ? plain(value) : MAPS.has(name) ? map(value) : text(value, target, inner)
      return `${JSON.stringify(name)}:${told}`
    })
  const meant = typeof schema.$ref === 'string' ? target(schema) : undefined
  if (meant !== undefined) members.push(`"$ref":${text(meant, target, inner)}`)
  return `{${members.join()}}`
}

/** A value as text, the same for the same value. */
export function plain(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plain).join()}]`
  if (!isObject(value)) return JSON.stringify(value)
  return `{${sorted(value).map(([name, one]) => `${JSON.stringify(name)}:${plain(one)}`)}}`
}
const sorted = (value: unknown): [string, unknown][] =>
  isObject(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : []
