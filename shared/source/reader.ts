import type { Offset } from './wall-clock.ts'

export { goTo, pointer } from './paths.ts'

/** What a reader may know beside the item itself. */
export interface Context {
  /** The payload that the item stands in. */
  page: unknown
  /** What was known when the payload was fetched (see `carry` in define.ts). */
  carried: Record<string, unknown> | undefined
  /** The item around this one, where a list within an item is read. */
  parent: Item | undefined
  frame: Frame
  /** Takes note of a broken element of a list; the rest of the item goes on. */
  report: (path: string, reason: string) => void
}
// biome-ignore lint/suspicious/noExplicitAny: a payload is what came; each reader checks its leaf.
export type Item = any

/** When and under which key a record is. */
export interface Frame {
  /** Epoch ms, half-open. */
  startAt: number
  endAt: number
  offset: Offset
  utc: boolean
  /** Sample offsets count from here. */
  baseAt: number
  /** Local date or the provider's id. */
  key: string
  /** Distinguishes slices of one record that come one by one. */
  slice?: string
}

type Element<T> = T extends readonly (infer E)[] ? E : T
type Names<T> = Element<T> extends object ? keyof Element<T> : never

/** A table of words at a path. */
export interface Knows {
  path: string
  has: (word: string) => boolean
}

/** Reads one value out of an item; undefined where the source did not give it. */
export interface Reader<T, N extends PropertyKey = Names<T>> {
  read: (item: Item, context: Context) => T | undefined
  /** Paths it reads: for drift. */
  from: readonly string[]
  /** Fields it fills below its own: for coverage. */
  gives?: readonly string[]
  /** Words that it has a meaning for: for drift. */
  knows?: readonly Knows[]
  /** Never set: lets the compiler refuse a sample with a field that the schema does not have. */
  names?: N
}

/** A condition, or any function of a unit's own, with the paths that it reads: `reading(['type'], (item) => item.type === 'x')`. */
// biome-ignore lint/suspicious/noExplicitAny: conditions, gatherers, handlers of notices: what they take is theirs.
export const reading = <F extends (...args: any[]) => unknown>(
  from: readonly string[],
  fn: F,
): F & { from: readonly string[] } => Object.assign(fn, { from })
/** What a function says that it reads; nothing where it does not say. */
export const fromOf = (fn: object | undefined): readonly string[] =>
  fn && 'from' in fn ? (fn.from as readonly string[]) : []

/** The paths of readers within each element of a list; what starts elsewhere stays where it is. */
export const eachOf = (list: string, from: readonly string[]): string[] =>
  from
    // Of `a|b` both stand within.
    .flatMap((inner) => (/^[@^/]/.test(inner) ? [inner] : inner.split('|')))
    .map((inner) => (/^[@^/]/.test(inner) ? inner : inner === '' ? `${list}.*` : `${list}.*.${inner}`))

/** An item (or a list's element) that cannot be read. The path is within the item; the reason never holds the value. */
export class Unreadable extends Error {
  readonly path: string
  constructor(path: string, reason: string) {
    super(reason)
    this.path = path
  }
}

export const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'string'
        ? 'text'
        : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`

export const expected = (path: string, what: string, value: unknown): Unreadable =>
  new Unreadable(path, `${path} should be ${what}, found ${kindOf(value)}`)
