import { isKeyedByData, stepOf } from './structure.ts'

/** Paths as readers write them (see `goTo`), taken apart: to tell which parts of a payload they reach. */

export type Step =
  | { name: string }
  /** Any element, or any member. */
  | { any: true }
  /** The element whose field has this word. */
  | { field: Step[]; word: string }
export interface ReadPath {
  steps: Step[]
  /** Only how many there are, or their keys: not what is in them. */
  shallow?: true
}
const ANY: Step = { any: true }

/** Where a path starts: in the item, in the one around it, in what was carried, at the payload. */
export type Base = 'item' | 'parent' | 'carried' | 'page'
const BASES: Record<string, Base> = { '@': 'carried', '^': 'parent', '/': 'page' }

/** All that a path may mean: `a|b` are two, and a list that may be a single thing is two as well. */
export function readPaths(path: string): (ReadPath & { base: Base })[] {
  return path.split('|').flatMap((one) => {
    const base = BASES[one[0] ?? ''] ?? 'item'
    return parse(base === 'item' ? one : one.slice(1)).map((read) => ({ ...read, base }))
  })
}
const STEP = /[^.[\]{}]+|\[\]|\{\}|\[([^=\]]+)=([^\]]*)\]/g
function parse(path: string): ReadPath[] {
  let all: ReadPath[] = [{ steps: [] }]
  const names = [...path.matchAll(STEP)]
  for (let i = 0; i < names.length; i++) {
    const [step, field, word] = names[i]!
    if (step === '[]') {
      // `list[]` then `*`: the elements of a list, or of a single thing itself.
      if (names[i + 1]?.[0] === '*') i++
      all = all.flatMap(({ steps }) => [{ steps: [...steps, ANY] }, { steps }])
    } else if (step === '{}') {
      if (names[i + 1]?.[0] === '*') i++
      const member = names[++i]?.[0]
      all = all.map(({ steps }) => (member === 'key' ? { steps, shallow: true } : { steps: [...steps, ANY] }))
    } else if (field !== undefined) {
      const [inner] = parse(field)
      all = all.map((read) => extended(read, { field: inner!.steps, word: word! }))
    } else if (step === 'length' && i === names.length - 1) {
      all = all.flatMap((read) => [{ steps: read.steps, shallow: true }, extended(read, { name: step })])
    } else all = all.map((read) => extended(read, step === '*' ? ANY : { name: step }))
  }
  return all
}
const extended = ({ steps, shallow }: ReadPath, step: Step): ReadPath => ({
  steps: [...steps, step],
  ...(shallow && { shallow }),
})

/** A path on its way through a payload: so many of its steps are done. */
interface State {
  path: ReadPath
  done: number
}
/** What is told of each leaf: its path, what it is called if one element of a list must be told from others, and if it is read. */
export interface Leaf {
  path: string
  read: boolean
}
/** Every leaf of a payload, and whether one of the paths reaches it. */
export function leavesOf(page: unknown, paths: ReadPath[], visit: (leaf: Leaf) => void): void {
  walk(
    page,
    '',
    paths.map((path) => ({ path, done: 0 })),
    false,
    visit,
  )
}

function walk(value: unknown, path: string, states: State[], covered: boolean, visit: (leaf: Leaf) => void): void {
  const whole = covered || states.some(({ path: { steps, shallow }, done }) => done === steps.length && !shallow)
  const inner = whole ? [] : states
  const members = membersOf(value)
  if (members.length === 0) {
    // A path that would have gone on, or counted, finds nothing here: that is read too.
    const nothing = value === null || value === '' || typeof value === 'object'
    visit({ path, read: whole || (nothing && states.length > 0) })
    return
  }
  const list = Array.isArray(value)
  const keyed = list || isKeyedByData(members)
  const selects = list ? inner.flatMap((state) => selection(state, value)) : []
  for (const [key, one] of members) {
    const scalar = membersOf(one).length === 0
    const next: State[] = []
    let read = whole
    for (const state of inner) {
      const { steps, shallow } = state.path
      const step = steps[state.done]
      if (step === undefined) read ||= shallow === true && scalar && list
      else if ('any' in step || ('name' in step && step.name === key)) next.push({ ...state, done: state.done + 1 })
    }
    for (const { chosen, state, field } of selects) {
      next.push({ path: { steps: field }, done: 0 })
      if (chosen === Number(key)) next.push({ ...state, done: state.done + 1 })
    }
    const named = list ? nameOf(selects, one) : undefined
    walk(one, stepped(path, named ?? (keyed ? '*' : stepOf(key))), next, read, visit)
  }
}
const stepped = (path: string, step: string): string =>
  path === '' || step[0] === '[' ? `${path}${step}` : `${path}.${step}`
const membersOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : []

interface Selection {
  state: State
  field: Step[]
  chosen: number
}
function selection(state: State, list: unknown[]): Selection[] {
  const step = state.path.steps[state.done]
  if (!step || !('field' in step)) return []
  const wanted = step.word.toLowerCase()
  const chosen = list.findIndex((one) => String(at(one, step.field)).toLowerCase() === wanted)
  return [{ state, field: step.field, chosen }]
}
/** A list of which elements are chosen by a word: each is called by its own. */
const PLAIN = /^[\w .:/-]{1,60}$/
function nameOf(selects: Selection[], one: unknown): string | undefined {
  const by = selects[0]?.field
  if (!by) return undefined
  const word = at(one, by)
  const plain = typeof word === 'number' || (typeof word === 'string' && PLAIN.test(word))
  const field = by.map((step) => ('name' in step ? step.name : '*')).join('.')
  return plain ? `[${field}=${word}]` : '*'
}
const at = (value: unknown, steps: Step[]): unknown =>
  steps.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null && 'name' in step
        ? (inner as Record<string, unknown>)[step.name]
        : undefined,
    value,
  )
