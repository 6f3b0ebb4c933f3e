import type { Cover } from './cover.ts'
import { type Chosen, type Covered, freshly, given, join, lost, NOTHING, type Note, together } from './covered.ts'
import type { Fields, Flat } from './flat.ts'
import { coverRange } from './scalars.ts'
import type { Schema } from './side.ts'

/** What is asked of a field by this name, and whether anything names it. */
interface Field {
  all: Schema[]
  named: boolean
}

/**
 * Objects. A field that a schema neither names nor speaks of (`additionalProperties` left out) is not promised to
 * anybody: that the other version gives it a meaning breaks no promise. What it says of its others is one.
 */
export function coverFields(cover: Cover, values: Chosen, from: Flat, to: Flat, path: string): Covered {
  const names = new Set([...namesOf(from), ...namesOf(to), ...from.required, ...to.required])
  return together([
    ...[...names].map((name) => coverField(cover, from, to, path, name)),
    coverPatterns(cover, from, to, path),
    coverOthers(cover, from, to, path),
    coverCounts(from, to, path),
    ...to.needs
      .filter(([name, needed]) => !isNeeded(from, name, needed))
      .map(([name, needed]) => lost({ path: join(path, needed), rule: 'dependentRequired', asks: name })),
    ...to.conditions.flatMap(({ keyword, schema, text }) =>
      keyword === 'dependentSchemas' && !from.conditions.some((one) => one.text === text)
        ? coverDependent(cover, values, from, schema, path)
        : [],
    ),
  ])
}

function coverField(cover: Cover, from: Flat, to: Flat, path: string, name: string): Covered {
  const [had, asked] = [fieldOf(from, name), fieldOf(to, name)]
  const at = join(path, name)
  const absent = had.all.includes(false)
  const missing = to.required.has(name) && (!from.required.has(name) || absent)
  const parts: Covered[] = missing ? [lost({ path: at, rule: 'required' })] : []
  const never = asked.all.includes(false)
  const noted = (about: Note['about']): Covered => ({ losses: [], notes: [{ path: at, about }] })
  if (absent || !(had.named || from.required.has(name))) {
    if (asked.named && !never) parts.push(noted('added'))
    return together(parts)
  }
  if (never) {
    // A reader that does not know the field passes over it.
    const known = to.fields.some(({ properties }) => Object.hasOwn(properties, name))
    parts.push(cover.refusesUnknown || known ? lost({ path: at, rule: 'refused' }) : noted('dropped'))
  } else if (!asked.named) parts.push(had.named && !to.required.has(name) ? noted('dropped') : NOTHING)
  else parts.push(cover.cover(freshly(had.all), freshly(asked.all), at))
  return together(parts)
}

/** Fields by patterns of their names. */
function coverPatterns(cover: Cover, from: Flat, to: Flat, path: string): Covered {
  const [had, asked] = [patternsOf(from), patternsOf(to)]
  const parts: Covered[] = []
  for (const [pattern, schemas] of had) {
    const at = join(path, `/${pattern}/`)
    const others = to.fields.flatMap((one) => given(one.others))
    const same = asked.get(pattern)
    if (same) parts.push(cover.cover(freshly(schemas), freshly(same), at))
    else if (asked.size > 0) parts.push(lost({ path, rule: 'patternProperties', unsure: true }))
    else if (others.includes(false) && !schemas.includes(false)) {
      if (cover.refusesUnknown) parts.push(lost({ path: at, rule: 'refused' }))
    } else if (others.length > 0) parts.push(cover.cover(freshly(schemas), freshly(others), at))
  }
  for (const [pattern, schemas] of asked) {
    if (had.has(pattern) || schemas.every((schema) => schema === true)) continue
    // Names of which both hold.
    if (had.size > 0) parts.push(lost({ path, rule: 'patternProperties', unsure: true }))
    const others = from.fields.flatMap((one) => given(one.others))
    if (others.length === 0 || others.includes(false)) continue
    parts.push(cover.cover(freshly(others), freshly(schemas), join(path, `/${pattern}/`)))
  }
  return together(parts)
}
function patternsOf({ fields }: Flat): Map<string, Schema[]> {
  const found = new Map<string, Schema[]>()
  for (const { pattern, schema } of fields.flatMap(({ patterns }) => patterns))
    found.set(pattern, [...(found.get(pattern) ?? []), schema])
  return found
}

function coverOthers(cover: Cover, from: Flat, to: Flat, path: string): Covered {
  const of = (flat: Flat) => flat.fields.flatMap(({ others }) => given(others))
  const [had, asked] = [of(from), of(to)]
  if (had.includes(false)) return asked.includes(false) ? NOTHING : { losses: [], notes: [{ path, about: 'opened' }] }
  if (asked.includes(false)) {
    if (!cover.refusesUnknown) return NOTHING
    return had.length > 0 ? lost({ path, rule: 'closed' }) : { losses: [], notes: [{ path, about: 'closed' }] }
  }
  if (had.length === 0 || asked.length === 0) return NOTHING
  return cover.cover(freshly(had), freshly(asked), join(path, '*'))
}

function coverCounts(from: Flat, to: Flat, path: string): Covered {
  const closed = from.fields.find(({ others, patterns }) => others === false && patterns.length === 0)
  const had = {
    least: Math.max(from.members.least, from.required.size),
    most: Math.min(from.members.most, closed ? Object.keys(closed.properties).length : Infinity),
  }
  return lost(...coverRange(had, to.members, path, 'minProperties', 'maxProperties'))
}

const isNeeded = (from: Flat, name: string, needed: string): boolean =>
  from.required.has(needed) ||
  from.needs.some(([one, other]) => one === name && other === needed) ||
  fieldOf(from, name).all.includes(false)

/** Where the field is there, the rest must hold; a record without it is not asked. */
function coverDependent(cover: Cover, values: Chosen, from: Flat, schema: Schema, path: string): Covered {
  const [[name, then]] = Object.entries((schema as { dependentSchemas: Record<string, Schema> }).dependentSchemas) as [
    [string, Schema],
  ]
  if (fieldOf(from, name).all.includes(false)) return NOTHING
  const { losses } = cover.cover(values, freshly([then]), path)
  return losses.length === 0 ? NOTHING : lost({ path, rule: 'dependentSchemas', unsure: true })
}

/** Everything that is asked of a field by this name. */
function fieldOf(flat: Flat, name: string): Field {
  const asked = flat.fields.map((fields) => inOne(fields, name))
  return { all: asked.flatMap((one) => one ?? ([] as Schema[])), named: asked.some((one) => one !== undefined) }
}
function inOne({ properties, patterns, others }: Fields, name: string): Schema[] | undefined {
  const own = Object.hasOwn(properties, name) ? [properties[name]!] : []
  const matched = patterns.filter(({ pattern }) => new RegExp(pattern, 'u').test(name)).map(({ schema }) => schema)
  if (own.length + matched.length > 0) return [...own, ...matched]
  return others === undefined ? undefined : [others]
}
const namesOf = (flat: Flat): string[] => flat.fields.flatMap(({ properties }) => Object.keys(properties))
