import type { DataType } from '../schema/data-types.ts'
import { withoutSamples } from '../schema/sample-paths.ts'
import { toVersion } from '../schema/version.ts'
import type { DeliverySettings } from './types.ts'

export type Shape = Pick<DeliverySettings, 'with_samples' | 'fields' | 'api_version'>
type Tree = { [name: string]: Tree | true }

/** A record as a destination wants it: its version, with or without samples, the fields it asked for. Untouched where it takes all. */
export function shaped(type: DataType, text: string, shape: Shape): string {
  const projection = projectionOf(shape, type)
  if (shape.with_samples && !projection) return text
  let record = toVersion(JSON.parse(text) as object, shape.api_version)
  if (!shape.with_samples) record = withoutSamples(type, record)
  return JSON.stringify(projection ? projected(record, projection) : record)
}

/** What identifies a record stays whatever is asked for. */
const ALWAYS = ['metadata']

function projectionOf({ fields }: Shape, type: DataType): { only?: Tree; without?: Tree } | undefined {
  if (!fields) return undefined
  const only = fields.only?.[type] ?? fields.only?.['*']
  const without = [...(fields.without?.[type] ?? []), ...(fields.without?.['*'] ?? [])].filter(
    (path) => !ALWAYS.includes(path.split('.')[0]!),
  )
  if (!only && without.length === 0) return undefined
  return {
    ...(only && { only: tree([...ALWAYS, ...only]) }),
    ...(without.length > 0 && { without: tree(without) }),
  }
}

function projected(record: object, { only, without }: { only?: Tree; without?: Tree }): object {
  const kept = only ? keep(record, only) : record
  return without ? drop(kept, without) : kept
}

const tree = (paths: string[]): Tree => {
  const root: Tree = {}
  for (const path of paths) {
    let at = root
    const names = path.split('.')
    for (const [i, name] of names.entries()) {
      if (at[name] === true) break
      if (i === names.length - 1) at[name] = true
      else {
        at[name] ??= {}
        at = at[name] as Tree
      }
    }
  }
  return root
}

function keep(value: object, wanted: Tree): object {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      const inner = wanted[name]
      if (inner === undefined) return []
      return [[name, inner === true ? field : within(field, (one) => keep(one, inner))]]
    }),
  )
}
function drop(value: object, unwanted: Tree): object {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      const inner = unwanted[name]
      if (inner === true) return []
      return [[name, inner ? within(field, (one) => drop(one, inner)) : field]]
    }),
  )
}
/** Lists are gone through item by item. */
const within = (field: unknown, work: (object: object) => object): unknown =>
  Array.isArray(field)
    ? field.map((item) => within(item, work))
    : typeof field === 'object' && field !== null
      ? work(field)
      : field
