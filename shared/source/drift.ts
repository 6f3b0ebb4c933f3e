import { DRIFT } from '../base/limits.ts'
import type { KnownPaths } from './known-paths.ts'
import { type Kind, MOST_WORDS, type Structure } from './structure.ts'

/**
 * How the payloads of one endpoint change in structure. The first of them are learned; what is not like them, and not
 * known to the definition either, is drift, until somebody accepts it.
 */

/** A structure as it is sent and kept: path, kinds, words (1: text that is no word of a list). */
export type Sketch = [path: string, kinds: Kind[], words?: string[] | 1][]
export const sketchOf = (structure: Structure): Sketch =>
  [...structure].slice(0, DRIFT.paths).map(([path, { kinds, words, free }]) => {
    const said = free ? (1 as const) : words && [...words]
    return said === undefined ? [path, [...kinds]] : [path, [...kinds], said]
  })

/** What is known of an endpoint. Kept as JSON. */
export interface Endpoint {
  /** How many were looked at. */
  payloads: number
  paths: Record<string, PathState>
}
interface PathState {
  kinds: Kind[]
  words?: string[]
  /** Text that is no word of a list. */
  free?: true
  /** Of the payloads that have what is around it: how many have it, and how many of the last ones in a row do not. */
  of: number
  seen: number
  missing: number
}
export const newEndpoint = (): Endpoint => ({ payloads: 0, paths: {} })

/** `new`: a path that was not there · `vanished` · `changed`: another kind of value · `word`: one that is new in a list of words. */
export type Change = 'new' | 'vanished' | 'changed' | 'word'
export interface Found {
  change: Change
  path: string
  /** The kind that it is now, or the word. */
  detail: string
  /** `breaking`: a map reads it, so that data are wrong or missing until it is mended. */
  severity: 'breaking' | 'notice'
  /** Of a path that vanished: how many of the payloads before had it, 0–1. */
  share?: number
}

/** Takes a payload in. `back`: paths that had vanished, and are there. */
export function learn(endpoint: Endpoint, sketch: Sketch, known: KnownPaths): { found: Found[]; back: string[] } {
  const { paths } = endpoint
  endpoint.payloads++
  const learning = endpoint.payloads <= DRIFT.learnedPayloads
  const here = new Map(sketch.map(([path, kinds]) => [path, kinds]))
  const [found, back]: [Found[], string[]] = [[], []]
  for (const [path, kinds, words] of sketch) {
    const state = paths[path]
    if (!state) {
      if (!learning && isLeaf(kinds) && !known.isRead(path) && !known.isOmitted(path))
        found.push({ change: 'new', path, detail: valueKinds(kinds).join(), severity: 'notice' })
      else if (Object.keys(paths).length < DRIFT.paths) paths[path] = firstSeen(kinds, words)
      continue
    }
    if (state.missing >= DRIFT.vanishedAfter) back.push(path)
    state.of++
    state.seen++
    state.missing = 0
    found.push(...changed(state, path, kinds, learning, known), ...newWords(state, path, words, learning, known))
  }
  for (const [path, state] of Object.entries(paths)) {
    if (here.has(path) || !hasAround(here, path)) continue
    state.of++
    state.missing++
    const before = state.of - state.missing
    const share = before === 0 ? 0 : state.seen / before
    if (learning || state.missing < DRIFT.vanishedAfter || before < DRIFT.vanishedAfter || share < DRIFT.vanishedShare)
      continue
    const severity = known.isRead(path) ? 'breaking' : 'notice'
    found.push({ change: 'vanished', path, detail: '', severity, share })
  }
  return { found, back }
}
const firstSeen = (kinds: Kind[], words: string[] | 1 | undefined): PathState => ({
  kinds,
  ...(words === 1 ? { free: true } : words && { words }),
  of: 1,
  seen: 1,
  missing: 0,
})
/** null says that there is no value, not of which kind one would be. */
const valueKinds = (kinds: readonly Kind[]): Kind[] => kinds.filter((kind) => kind !== 'null')
const isLeaf = (kinds: Kind[]): boolean => valueKinds(kinds).some((kind) => kind !== 'object' && kind !== 'list')
/** What it would stand in is there. Elements do not vanish: a list may be empty. */
function hasAround(here: Map<string, Kind[]>, path: string): boolean {
  const at = path.lastIndexOf('.')
  return (
    path !== '' && path.slice(at + 1) !== '*' && here.get(path.slice(0, Math.max(at, 0)))?.includes('object') === true
  )
}

function changed(state: PathState, path: string, kinds: Kind[], learning: boolean, known: KnownPaths): Found[] {
  const news = kinds.filter((kind) => !state.kinds.includes(kind))
  const strange = learning || valueKinds(state.kinds).length === 0 ? [] : valueKinds(news)
  state.kinds = [...state.kinds, ...news.filter((kind) => !strange.includes(kind))]
  const severity = known.isRead(path) ? 'breaking' : 'notice'
  return strange.map((kind) => ({ change: 'changed', path, detail: kind, severity }))
}
function newWords(
  state: PathState,
  path: string,
  words: string[] | 1 | undefined,
  learning: boolean,
  known: KnownPaths,
): Found[] {
  if (words === undefined || state.free) return []
  if (words === 1) {
    delete state.words
    state.free = true
    return []
  }
  const found: Found[] = []
  for (const word of words) {
    if (state.words?.includes(word)) continue
    const has = known.hasWord(path, word)
    // A path of which little was seen had no time to show its words.
    if (!learning && has !== true && state.seen > DRIFT.learnedWords)
      found.push({ change: 'word', path, detail: word, severity: has === false ? 'breaking' : 'notice' })
    else state.words = [...(state.words ?? []), word]
  }
  if ((state.words?.length ?? 0) + found.length <= MOST_WORDS) return found
  // So many words are no list.
  delete state.words
  state.free = true
  return []
}

/** Somebody looked at it: that is how it is from now on. */
export function accept({ paths }: Endpoint, { change, path, detail }: Pick<Found, 'change' | 'path' | 'detail'>): void {
  if (change === 'vanished') delete paths[path]
  else if (change === 'new') paths[path] = firstSeen(detail.split(',') as Kind[], 1)
  else {
    const state = paths[path]
    if (!state) return
    if (change === 'changed') state.kinds = [...new Set([...state.kinds, detail as Kind])]
    else if (!state.free) state.words = [...new Set([...(state.words ?? []), detail])]
  }
}
