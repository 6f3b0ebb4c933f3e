import { closest } from '../base/closest.ts'
import type { Reader } from '../source/reader.ts'
import { constant } from '../source/readers.ts'
import { list } from '../source/samples.ts'
import type { ContractField } from './document.ts'
import { fieldReader, type Reading, UPLOAD_TYPE } from './field-reader.ts'
import { escaped } from './pointer.ts'
import { PLACED, type Target, type Targets } from './reader-table.ts'

/** Our schema's shape with a reader at each leaf that the contract fills: what the provider kit compiles. */
export interface FieldTree {
  [name: string]: FieldTree | Reader<unknown>
}

/** Of a record, or of the elements of a list: the fields of a contract, put where our schema has them. */
export function treeOf(
  targets: Targets,
  fields: Record<string, ContractField>,
  pointer: string,
  reading: Reading,
): FieldTree {
  const tree: FieldTree = {}
  for (const [name, field] of Object.entries(fields)) {
    const at = `${pointer}/${escaped(name)}`
    const target = targets.get(name)
    if (!target) {
      reading.wrong(at, unknownField(name, targets))
      continue
    }
    const reader =
      'list' in field && target.kind === 'list'
        ? listReader(target, field.list, field.each, at, reading)
        : fieldReader(target, field, at, reading)
    if (reader) put(tree, name.split('.'), reader)
  }
  for (const [name, target] of targets) {
    if (!target.required || name in fields || !isAsked(name, fields)) continue
    if (name === UPLOAD_TYPE) put(tree, name.split('.'), constant(0))
    else reading.wrong(pointer, `has no ${name}, which our schema cannot be without: map it, or give it a constant`)
  }
  return tree
}
/** A required field within a section that is left out is not missed. */
const isAsked = (name: string, fields: Record<string, ContractField>): boolean => {
  const section = name.slice(0, name.lastIndexOf('.') + 1)
  return section === '' || section === 'metadata.' || Object.keys(fields).some((other) => other.startsWith(section))
}

function listReader(
  target: Target,
  path: string,
  each: Record<string, ContractField>,
  pointer: string,
  reading: Reading,
): Reader<unknown> {
  const { times } = target
  if (times && !times.some((name) => name in each))
    reading.wrong(`${pointer}/each`, `has no time for its samples: map ${times.join(' or ')}`)
  const tree = treeOf(target.fields!, each, `${pointer}/each`, reading)
  // `treeOf` has seen to it that the tree has the shape of an element, which only the compiler cannot know.
  return list<object>(path, tree as never, times ? {} : { needs: [] })
}

function unknownField(name: string, targets: Targets): string {
  if (PLACED.has(name)) return 'is filled in by the place of the record: leave it out'
  const known = [...targets.keys()]
  const inner = known.filter((one) => one.startsWith(`${name}.`))
  if (inner.length > 0) return `is a section of our schema: name its fields, like ${inner[0]}`
  const listed = known.find((one) => targets.get(one)!.kind === 'list' && name.startsWith(`${one}.`))
  if (listed) return `is within the list ${listed}: map that with "list" and "each"`
  const meant = closest(name, known)
  return `is no field of our schema${meant ? `: did you mean ${meant}?` : ''}`
}
function put(tree: FieldTree, [name, ...rest]: string[], reader: Reader<unknown>): void {
  if (rest.length === 0) tree[name!] = reader
  else {
    tree[name!] ??= {}
    put(tree[name!] as FieldTree, rest, reader)
  }
}
