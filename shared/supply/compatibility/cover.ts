import { type Chosen, type Covered, freshly, lost, NOTHING, together } from './covered.ts'
import { disjoint, disjointKinds } from './disjoint.ts'
import { coverElements } from './elements.ts'
import { coverFields } from './fields.ts'
import { type Choice, type Condition, type Flat, flatten, type Kind, ownField } from './flat.ts'
import { coverNumbers, coverStrings } from './scalars.ts'
import type { Schema, Side } from './side.ts'

/** Compared parts; beyond that a schema is too intertwined to be told about. */
const STEPS = 20_000
const CASES = 64

/** Finds what of the values of `from` the schema `to` refuses. */
export class Cover {
  readonly from: Side
  readonly to: Side
  /** Of fields that `to` refuses only because it does not know them: are they a loss? A reader passes over them. */
  readonly refusesUnknown: boolean
  private readonly under = new Set<string>()
  private steps = 0

  constructor(from: Side, to: Side, refusesUnknown: boolean) {
    this.from = from
    this.to = to
    this.refusesUnknown = refusesUnknown
  }

  cover(from: Chosen, to: Chosen, path: string): Covered {
    const key = JSON.stringify([idsOf(from, this.from), idsOf(to, this.to)])
    // A schema within itself: what is asked here is what is being asked.
    if (this.under.has(key)) return NOTHING
    const told = new Set(from.all.map((one) => this.from.textOf(one)))
    if (to.all.every((one) => told.has(this.to.textOf(one)))) return NOTHING
    if (++this.steps > STEPS) return lost({ path, rule: 'size', unsure: true })
    this.under.add(key)
    const cases = this.cases(from)
    const covered =
      cases === undefined
        ? lost({ path, rule: 'size', unsure: true })
        : together(cases.map((one) => this.coverCase(one, to, path)))
    this.under.delete(key)
    return covered
  }

  /** The values as a union of sets that have no choice left. */
  private cases(from: Chosen): Case[] | undefined {
    const found: Case[] = []
    const open = [from]
    for (let next = open.pop(); next; next = open.pop()) {
      const { all, taken } = next
      const flat = flatten(all, this.from)
      if (this.impossible(flat)) continue
      const choice = [...flat.choices, ...flat.conditions.flatMap(branchesOf)].find(({ text }) => !taken.has(text))
      if (choice) open.push(...choice.branches.map((_, i) => take({ all, taken }, choice, i)))
      else found.push({ from: next, flat })
      if (open.length + found.length > CASES) return undefined
    }
    return found
  }
  private impossible(flat: Flat, depth = 0): boolean {
    if (flat.kinds.size === 0) return true
    if (flat.values) return !flat.values.some((value) => this.from.accepts(value, flat.all))
    if (depth > 2 || flat.kinds.size > 1 || !flat.kinds.has('object')) return false
    return [...flat.required].some((name) => {
      const field = ownField(flat, name)
      return field.length > 0 && this.impossible(flatten(field, this.from), depth + 1)
    })
  }

  private coverCase(one: Case, to: Chosen, path: string): Covered {
    const { from, flat } = one
    const asked = flatten(to.all, this.to)
    if (flat.values) return this.coverValues(flat, asked, path)
    const choices = [...asked.choices, ...asked.conditions.flatMap(branchesOf)].filter(
      ({ text }) => !to.taken.has(text),
    )
    // The very same choice: what took a branch there takes it here.
    const same = choices.find(({ text }) => from.taken.has(text))
    if (same) return this.coverCase(one, take(to, same, from.taken.get(same.text)!), path)
    const choice = choices.find(({ text }) => asked.choices.some((each) => each.text === text))
    if (choice) return this.coverChoice(one, to, choice, path)
    return this.coverRules(one, asked, to, path)
  }
  private coverRules({ from, flat }: Case, asked: Flat, to: Chosen, path: string): Covered {
    const strange = [...flat.kinds].filter((kind) => !asked.kinds.has(kind))
    const shared = [...flat.kinds].filter((kind) => asked.kinds.has(kind))
    const parts: Covered[] = []
    if (strange.length > 0)
      parts.push(lost({ path, rule: 'type', had: typesOf(flat.kinds), asks: typesOf(asked.kinds) }))
    if (asked.values) return together([...parts, coverListed(shared, asked.values, path)])
    if (shared.includes('integer') || shared.includes('fraction')) parts.push(coverNumbers(flat, asked, path))
    if (shared.includes('string')) parts.push(coverStrings(flat, asked, path))
    if (shared.includes('array')) parts.push(coverElements(this, flat, asked, path))
    if (shared.includes('object')) parts.push(coverFields(this, from, flat, asked, path))
    const given = new Set([...flat.conditions.map(({ text }) => text), ...to.taken.keys()])
    for (const condition of asked.conditions)
      if (!given.has(condition.text) && concerns(condition, shared))
        parts.push(this.coverCondition(from, flat, condition, path))
    return together(parts)
  }

  /** A set of single values is decided by asking the schema itself. */
  private coverValues(flat: Flat, asked: Flat, path: string): Covered {
    const refused = flat
      .values!.filter((value) => this.from.accepts(value, flat.all))
      .filter((value) => !this.to.accepts(value, asked.all))
    if (refused.length === 0) return NOTHING
    if (asked.values) return lost({ path, rule: 'enum', had: refused, asks: asked.values })
    if (asked.kinds.size < 7 && refused.every((value) => !asked.kinds.has(kindOf(value))))
      return lost({ path, rule: 'type', had: typesOf(new Set(refused.map(kindOf))), asks: typesOf(asked.kinds) })
    return lost({ path, rule: 'values', had: refused })
  }

  /** Every kind of value must be taken by a branch, and where only one branch may take it, by no other. */
  private coverChoice({ from, flat }: Case, to: Chosen, choice: Choice, path: string): Covered {
    const kinds = typesOf(flat.kinds)
    const parts = kinds.length > 1 ? kinds.map((kind) => ({ ...from, all: [...from.all, OF_TYPE[kind]!] })) : [from]
    const { branches, exactly } = choice
    return together(
      parts.map((part) => {
        const tried = branches.map((_, i) => this.cover(part, take(to, choice, i), path))
        const best = tried.reduce((least, one) => (weightOf(one, path) < weightOf(least, path) ? one : least))
        // A branch that is for others: which fields it has says nothing of these.
        if (weightOf(best, path) >= ELSEWHERE) return lost(...best.losses)
        if (best.losses.length > 0 || !exactly) return best
        const own = flatten(branches[tried.indexOf(best)]!, this.to)
        const others = branches.filter((_, i) => i !== tried.indexOf(best))
        const alone = others.every((other) => disjoint(own, flatten(other, this.to), this.to))
        return alone ? best : together([best, lost({ path, rule: 'oneOf', unsure: true })])
      }),
    )
  }

  private coverCondition(from: Chosen, flat: Flat, { keyword, schema }: Condition, path: string): Covered {
    const unsure = lost({ path, rule: keyword, unsure: true })
    const holds = (also: Schema[], then: unknown) =>
      then === undefined ||
      this.cover({ ...from, all: [...from.all, ...also] }, freshly([then as Schema]), path).losses.length === 0
    if (typeof schema === 'boolean') return unsure
    if (keyword === 'if') return holds([], schema.then) && holds([], schema.else) ? NOTHING : unsure
    if (keyword === 'not') {
      const refused = flatten([schema.not as Schema], this.to)
      return disjointKinds(flat, refused) ? NOTHING : unsure
    }
    return unsure
  }
}

/** Values that have no choice left, and all that is asked of them. */
interface Case {
  from: Chosen
  flat: Flat
}
const take = ({ all, taken }: Chosen, { branches, text }: Choice, index: number): Chosen => ({
  all: [...all, ...branches[index]!],
  taken: new Map([...taken, [text, index]]),
})
const idsOf = ({ all, taken }: Chosen, side: Side) => [
  [...new Set(all.map((one) => side.idOf(one)))].sort(),
  [...taken],
]

/** Where only listed values are taken, all that there are of a kind must be in the list. */
function coverListed(kinds: Kind[], values: unknown[], path: string): Covered {
  const all = kinds.flatMap((kind): unknown[] =>
    kind === 'null' ? [null] : kind === 'boolean' ? [true, false] : [TEXT],
  )
  const missed = all.filter((value) => !values.includes(value))
  if (missed.length === 0) return NOTHING
  return lost({ path, rule: 'enum', asks: values, ...(missed.every((one) => one !== TEXT) && { had: missed }) })
}
/** Stands for any of infinitely many. */
const TEXT = Symbol()

const ELSEWHERE = 10
/** A branch of another kind is further away than one in which a field differs. */
const weightOf = ({ losses }: Covered, path: string): number =>
  losses.reduce(
    (sum, loss) => sum + (loss.path === path && loss.rule === 'type' ? 100 : loss.rule === 'enum' ? 10 : 1),
    0,
  )

/** Conditions on fields say nothing of a list; those of dependent fields are looked at with the fields. */
const concerns = ({ keyword }: Condition, kinds: Kind[]): boolean =>
  /^contains|Items$/.test(keyword)
    ? kinds.includes('array')
    : keyword === 'dependentSchemas'
      ? false
      : !/^propertyNames|Properties$/.test(keyword) || kinds.includes('object')

/** A condition is a choice between where it holds and where it does not. */
const branchesOf = ({ keyword, schema, text }: Condition): Choice[] =>
  keyword !== 'if' || typeof schema === 'boolean'
    ? []
    : [
        {
          exactly: false,
          text,
          branches: [
            [schema.if as Schema, (schema.then as Schema | undefined) ?? true],
            [(schema.else as Schema | undefined) ?? true],
          ],
        },
      ]

/** Kinds as a schema names them. */
const typesOf = (kinds: ReadonlySet<Kind>): string[] => [
  ...new Set(
    [...kinds]
      .map((kind) => (kind === 'fraction' ? 'number' : kind))
      .filter((kind) => !(kind === 'integer' && kinds.has('fraction'))),
  ),
]
const OF_TYPE: Record<string, Schema> = Object.fromEntries(
  ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'].map((type) => [type, { type }]),
)
function kindOf(value: unknown): Kind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction'
  return typeof value as Kind
}
