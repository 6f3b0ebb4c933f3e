import { ALL, type Part, patternTree, type Signs } from './pattern-tree.ts'

/** Longer ones nobody can read. */
const LONGEST = 500
/** Repetitions are written out when a pattern is made ready. */
const MOST_TIMES = 1_000

/**
 * What keeps a pattern from being used. Patterns are a supplier's, and so are the texts: one for which a search can take time
 * that grows faster than the square of the text is refused (`(a+)+$`, `^.*a.*b.*c$`). The test is careful: some that are
 * harmless are refused too, and can be written otherwise.
 */
export function patternProblem(source: string): string | undefined {
  if (source.length > LONGEST) return `is a pattern of more than ${LONGEST} characters`
  try {
    new RegExp(source, 'u')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return 'is not a regular expression (of ECMAScript, with the flag u)'
  }
  const branches = patternTree(source)
  const slow: Slow = { reason: undefined }
  let most = 0
  for (const branch of branches) {
    const [first] = branch
    const anchored = first?.kind === 'edge' && first.start
    // A search that may begin anywhere tries every place.
    most = Math.max(most, walk(branch, { open: anchored ? [] : [{ signs: ALL, weight: 1 }], most: 0 }, slow).most)
  }
  if (slow.reason) return slow.reason
  return most > 2
    ? 'is a pattern for which a search may take very long: begin it with "^", and let what repeats end at a sign that it cannot hold itself'
    : undefined
}

interface Slow {
  reason: string | undefined
}
/** What repeats may give signs to another that repeats after it, as long as both can hold them: each is a factor of the time. */
interface Repeats {
  signs: Signs
  weight: number
}
interface State {
  open: Repeats[]
  /** The largest number of repeats that could share one sign. */
  most: number
}

function walk(parts: Part[], start: State, slow: Slow): State {
  let state = start
  for (const part of parts) {
    if (part.least > MOST_TIMES || (part.most !== Infinity && part.most > MOST_TIMES))
      slow.reason ??= `repeats something more than ${MOST_TIMES} times`
    if (part.kind === 'reference') slow.reason ??= 'refers back to a group, which makes a search slow: leave it out'
    else if (part.kind === 'edge')
      for (const branch of part.branches)
        state = { ...state, most: Math.max(state.most, walk(branch, NOTHING, slow).most) }
    else if (part.kind === 'signs') state = afterSigns(part, state)
    else state = afterGroup(part, state, slow)
  }
  return state
}
const NOTHING: State = { open: [], most: 0 }

function afterSigns({ signs, least, most }: Part & { kind: 'signs' }, state: State): State {
  // What has to be there ends the repeats before it that cannot hold it.
  const open = least > 0 ? state.open.filter((one) => (one.signs & signs) !== 0n) : state.open
  return least === most ? { ...state, open } : opened({ ...state, open }, signs, most - least)
}
/** Few repetitions are few tries. */
function opened(state: State, signs: Signs, times: number): State {
  const open = [...state.open, { signs, weight: times <= 4 ? 0.2 : times <= 64 ? 0.5 : 1 }]
  return { open, most: Math.max(state.most, shared(open)) }
}
function shared(open: Repeats[]): number {
  let most = 0
  for (let bit = 1n; bit <= ALL; bit <<= 1n) {
    const sum = open.reduce((sum, { signs, weight }) => sum + ((signs & bit) === 0n ? 0 : weight), 0)
    if (sum > most) most = sum
  }
  return most
}

function afterGroup({ branches, least, most }: Part & { kind: 'group' }, state: State, slow: Slow): State {
  const once = either(branches, state, slow)
  if (most <= 1)
    return least === 1
      ? once
      : { open: [...state.open, ...once.open.filter((one) => !state.open.includes(one))], most: once.most }
  if (isAmbiguous(branches)) slow.reason ??= AMBIGUOUS
  else {
    // Two rounds, one after the other: what repeats within may not give signs to itself in the next round.
    const first = either(branches, NOTHING, slow)
    const second = either(branches, first, slow)
    if (second.open.length > 0 && second.most > Math.max(first.most, heaviest(branches))) slow.reason ??= NESTED
  }
  return least === most ? once : opened(once, signsWithin(branches), most - least)
}
const AMBIGUOUS = 'repeats alternatives of which two can begin alike, or one can be empty: a search may never end'
const NESTED = 'repeats something that repeats itself, like (a+)+: a search may never end'

function either(branches: Part[][], state: State, slow: Slow): State {
  const after = branches.map((branch) => walk(branch, state, slow))
  return { open: [...new Set(after.flatMap(({ open }) => open))], most: Math.max(...after.map(({ most }) => most)) }
}
const heaviest = (branches: Part[][]): number =>
  Math.max(...branches.map((branch) => walk(branch, NOTHING, { reason: undefined }).most))
function isAmbiguous(branches: Part[][]): boolean {
  const firsts = branches.map(firstSigns)
  return firsts.some(
    ({ signs, empty }, i) => empty || firsts.slice(i + 1).some((other) => (other.signs & signs) !== 0n),
  )
}
/** With which signs it can begin, and whether it can be nothing at all. */
function firstSigns(parts: Part[]): { signs: Signs; empty: boolean } {
  let signs = 0n
  for (const part of parts) {
    if (part.kind === 'edge') continue
    if (part.kind === 'reference') return { signs: ALL, empty: true }
    const inner = part.kind === 'signs' ? [{ signs: part.signs, empty: false }] : part.branches.map(firstSigns)
    for (const one of inner) signs |= one.signs
    if (part.least > 0 && !inner.some(({ empty }) => empty)) return { signs, empty: false }
  }
  return { signs, empty: true }
}
const signsWithin = (branches: Part[][]): Signs =>
  branches.flat().reduce((all, part) => {
    if (part.kind === 'signs') return all | part.signs
    return part.kind === 'reference' ? ALL : all | signsWithin(part.branches)
  }, 0n)
