import { isObject, type Json } from '../../base/json.ts'
import type { DataType } from '../data-types.ts'
import { SAMPLE_PATHS } from '../sample-paths.ts'

/** What a record says, by dotted path: values and whole lists. A null and an empty list say nothing. */
export function leavesOf(record: object): Map<string, unknown> {
  const found = new Map<string, unknown>()
  const visit = (section: object, path: string) => {
    for (const [name, value] of Object.entries(section)) {
      const here = path ? `${path}.${name}` : name
      if (isObject(value)) visit(value, here)
      else if (value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0))
        found.set(here, value)
    }
  }
  visit(record, '')
  return found
}

/** The record of these leaves. */
export function fromLeaves(leaves: Iterable<[string, unknown]>): Json {
  const record: Json = {}
  for (const [path, value] of leaves) {
    const names = path.split('.')
    const last = names.pop()!
    let section = record
    for (const name of names) {
      const inner = Object.hasOwn(section, name) ? (section[name] as Json) : {}
      section[name] = inner
      section = inner
    }
    section[last] = value
  }
  return record
}

/** The record with one sample of each series: that it has them decides what is taken from it, and takes no room. */
export function thinned(type: DataType, record: object): object {
  const leaves = leavesOf(record)
  for (const path of SAMPLE_PATHS[type]) {
    const list = leaves.get(path)
    if (Array.isArray(list)) leaves.set(path, list.slice(0, 1))
  }
  return fromLeaves(leaves)
}
