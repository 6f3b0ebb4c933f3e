import { isObject, type Json } from '../../base/json.ts'
import { escaped } from '../pointer.ts'
import type { DocumentProblem } from '../problem.ts'
import { FOREIGN, KEYWORDS } from './keywords.ts'
import { patternProblem } from './patterns.ts'
import { targetOf } from './refs.ts'

/** A schema is read by people and kept with each version: larger ones are made by machines, and slow. */
const MOST_SCHEMAS = 2_000
const MOST_DEPTH = 40
const MOST_SCHEMA_BYTES = 256 * 1024

/** What keeps a schema from being used, with the way to mend it. Pointers are within the schema. */
export function schemaProblems(root: unknown): DocumentProblem[] {
  if (!isObject(root)) return [{ pointer: '', message: 'should be a schema: an object' }]
  if (JSON.stringify(root).length > MOST_SCHEMA_BYTES)
    return [{ pointer: '', message: `is larger than ${MOST_SCHEMA_BYTES / 1024} KB` }]
  const found: DocumentProblem[] = []
  const draft = root.$schema
  if (typeof draft === 'string' && draft.replace(/#$/, '') !== DRAFT)
    found.push({ pointer: '/$schema', message: `names another draft: contracts are of 2020-12, ${DRAFT}` })
  const walk: Walk = { root, found, count: 0, met: new Set() }
  look(root, '', 0, walk)
  if (walk.count > MOST_SCHEMAS) found.push({ pointer: '', message: `has more than ${MOST_SCHEMAS} schemas in it` })
  return found.length > 0 ? found : endless(root)
}
const DRAFT = 'https://json-schema.org/draft/2020-12/schema'

interface Walk {
  root: Json
  found: DocumentProblem[]
  count: number
  met: Set<unknown>
}
function look(schema: unknown, pointer: string, depth: number, walk: Walk): void {
  const { root, found, met } = walk
  if (!isObject(schema) || met.has(schema)) return
  met.add(schema)
  if (depth > MOST_DEPTH) {
    found.push({ pointer, message: `is more than ${MOST_DEPTH} schemas deep` })
    return
  }
  if (++walk.count > MOST_SCHEMAS) return
  for (const [name, value] of Object.entries(schema)) {
    const at = `${pointer}/${escaped(name)}`
    const keyword = KEYWORDS.get(name)
    if (!keyword) {
      const foreign = Object.hasOwn(FOREIGN, name) ? FOREIGN[name] : undefined
      if (foreign) found.push({ pointer: at, message: foreign })
    } else if (!keyword.is(value)) found.push({ pointer: at, message: `should be ${keyword.words}` })
    else {
      if (keyword.holds) for (const [step, one] of inner(value, keyword.holds)) look(one, at + step, depth + 1, walk)
      special(name, value, at, walk)
    }
  }
  for (const ref of refsOf(schema)) {
    const target = targetOf(ref, root)
    // It may lead to what stands in no keyword.
    if (target !== undefined) look(target, decodeURIComponent(ref.replace(/^[^#]*#?/, '')), depth + 1, walk)
  }
}
const refsOf = ({ $ref, $dynamicRef }: Json): string[] =>
  [$ref, $dynamicRef].filter((ref): ref is string => typeof ref === 'string')

function special(name: string, value: unknown, pointer: string, { root, found }: Walk): void {
  const say = (message: string, at = pointer) => void found.push({ pointer: at, message })
  if (name === '$ref' || name === '$dynamicRef') {
    const ref = value as string
    if (targetOf(ref, root) !== undefined) return
    say(
      ref.startsWith('#')
        ? `leads nowhere: there is no ${ref} in the schema`
        : 'leads out of the schema: nothing is fetched, put what it names into "$defs"',
    )
  } else if (name === '$id' && pointer !== '/$id')
    say('is a second document in the schema: leave it out, and name it by "$anchor"')
  else if (name === 'pattern') {
    const wrong = patternProblem(value as string)
    if (wrong) say(wrong)
  } else if (name === 'patternProperties') {
    for (const source of Object.keys(value as object)) {
      const wrong = patternProblem(source)
      if (wrong) say(wrong, `${pointer}/${escaped(source)}`)
    }
  }
}
function inner(value: unknown, holds: 'schema' | 'list' | 'map'): [step: string, schema: unknown][] {
  if (holds === 'schema') return [['', value]]
  if (holds === 'list') return (value as unknown[]).map((one, i) => [`/${i}`, one])
  return Object.entries(value as object).map(([name, one]) => [`/${escaped(name)}`, one])
}

/** A schema that asks for itself of the same value would ask for ever. */
function endless(root: Json): DocumentProblem[] {
  const done = new Set<unknown>()
  const open = new Set<unknown>()
  const found: DocumentProblem[] = []
  const visit = (schema: unknown, pointer: string): void => {
    if (!isObject(schema) || done.has(schema) || found.length > 0) return
    if (open.has(schema)) {
      found.push({ pointer, message: 'leads back to itself without going into the record: it would never end' })
      return
    }
    open.add(schema)
    for (const [name, value] of Object.entries(schema)) {
      const keyword = KEYWORDS.get(name)
      if (keyword?.here && keyword.holds)
        for (const [step, one] of inner(value, keyword.holds)) visit(one, `${pointer}/${name}${step}`)
    }
    for (const ref of refsOf(schema)) visit(targetOf(ref, root), `${pointer}/$ref`)
    open.delete(schema)
    done.add(schema)
  }
  const everywhere = (schema: unknown, pointer: string, met: Set<unknown>): void => {
    if (!isObject(schema) || met.has(schema)) return
    met.add(schema)
    visit(schema, pointer)
    for (const [name, value] of Object.entries(schema)) {
      const holds = KEYWORDS.get(name)?.holds
      if (holds)
        for (const [step, one] of inner(value, holds)) everywhere(one, `${pointer}/${escaped(name)}${step}`, met)
    }
    for (const ref of refsOf(schema)) everywhere(targetOf(ref, root), pointer, met)
  }
  everywhere(root, '', new Set())
  return found
}
