import { exact } from './numbers.ts'
import { type Context, eachOf, expected, fromOf, goTo, type Item, pointer, type Reader, Unreadable } from './reader.ts'
import { compile, type Tree } from './tree.ts'
import { isoText, parseIso } from './wall-clock.ts'

/** Readers of sample series, one per style in which providers tell them. Nulls are gaps; empty series are absent. */

type Sample<K extends string> = { timestamp: string } & { [key in K]: number }
interface Bounds {
  least?: number
  most?: number
}
const gives = (key: string) => ['timestamp', key]
const objectAt = (at: (item: Item, context: Context) => unknown, path: string, item: Item, context: Context) => {
  const value = at(item, context)
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw expected(path, 'an object', value)
  return value as Record<string, unknown>
}

/** `{"15": 75}`: key → value, the key being seconds after the base, or Unix seconds. In order of time. */
function keyed<K extends string, X extends object>(path: string, key: K, bounds: Bounds, more: X, absolute: boolean) {
  const { least = -Infinity, most = Infinity } = bounds
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const map = objectAt(at, path, item, context)
    if (!map) return undefined
    const { baseAt, offset } = context.frame
    const samples: (Sample<K> & X)[] = []
    // Whole-number keys come in rising order whatever order they were sent in.
    for (const name in map) {
      const value = map[name]
      if (value === null) continue
      if (typeof value !== 'number') throw expected(`${path}.${name}`, 'a number', value)
      if (value < least || value > most) continue
      const seconds = Number(name)
      if (!Number.isFinite(seconds)) throw new Unreadable(path, `${path} has a key that is not a number of seconds`)
      const timestamp = isoText((absolute ? 0 : baseAt) + seconds * 1000, offset)
      samples.push({ timestamp, [key]: value, ...more } as Sample<K> & X)
    }
    return samples.length > 0 ? samples : undefined
  }
  return { read, from: [path], gives: [...gives(key), ...Object.keys(more)] } satisfies Reader<
    (Sample<K> & X)[]
  > as Reader<(Sample<K> & X)[]>
}
const NO_MORE: Record<never, never> = {}
/** Seconds after the record's base → value. `more`: what every sample says beside. */
export const offsetMap = <K extends string, const X extends object = Record<never, never>>(
  path: string,
  key: K,
  bounds: Bounds = {},
  more = NO_MORE as X,
) => keyed(path, key, bounds, more, false)
/** Unix second → value. */
export const secondMap = <K extends string, const X extends object = Record<never, never>>(
  path: string,
  key: K,
  bounds: Bounds = {},
  more = NO_MORE as X,
) => keyed(path, key, bounds, more, true)

/** `{interval, items, timestamp}`: evenly spaced from an ISO time that carries its own offset. */
export function series<K extends string>(
  path: string,
  key: K,
  { least = -Infinity, most = Infinity }: Bounds = {},
): Reader<Sample<K>[]> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const found = objectAt(at, path, item, context)
    if (!found) return undefined
    const { interval, items, timestamp } = found
    if (!Array.isArray(items)) throw expected(`${path}.items`, 'a list', items)
    if (typeof interval !== 'number') throw expected(`${path}.interval`, 'a number', interval)
    const start = typeof timestamp === 'string' ? parseIso(timestamp) : undefined
    if (!start) throw new Unreadable(`${path}.timestamp`, `${path}.timestamp is not an ISO 8601 time`)
    const samples: Sample<K>[] = []
    for (let i = 0; i < items.length; i++) {
      const value = items[i]
      if (value === null) continue
      if (typeof value !== 'number') throw expected(`${path}.items.${i}`, 'a number', value)
      if (value < least || value > most) continue
      samples.push({ timestamp: isoText(start.at + i * interval * 1000, start.offset), [key]: value } as Sample<K>)
    }
    return samples.length > 0 ? samples : undefined
  }
  return { read, from: [`${path}.interval`, `${path}.items`, `${path}.timestamp`], gives: gives(key) }
}

/**
 * A list of objects, each read by a tree; those that give nothing but their time are left out, broken ones reported.
 * `running`: a field of which the source tells parts and the schema the total up to there (steps, distance).
 */
export function list<T extends object>(
  path: string,
  tree: Tree<T>,
  options: { needs?: (keyof T & string)[]; where?: (item: Item) => boolean; running?: keyof T & string } = {},
): Reader<T[]> {
  const at = goTo(path)
  const compiled = compile<T>(tree)
  const read = (item: Item, context: Context) => {
    const found = at(item, context)
    if (found === undefined) return undefined
    if (!Array.isArray(found)) throw expected(path, 'a list', found)
    const all: T[] = []
    for (let i = 0; i < found.length; i++) {
      if (options.where && !options.where(found[i])) continue
      try {
        const value = compiled.read(found[i], context)
        if (!value || !hasAll(value, options.needs)) continue
        if (options.running !== undefined) runningTotal(value, all.at(-1), options.running)
        all.push(value)
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error
        context.report(`${pointer(path)}/${i}/${pointer(error.path)}`, error.message)
      }
    }
    return all.length > 0 ? all : undefined
  }
  return {
    read,
    from: eachOf(path, [...compiled.from, ...fromOf(options.where)]),
    gives: compiled.gives,
    knows: compiled.knows.map(({ path: inner, has }) => ({ path: eachOf(path, [inner])[0]!, has })),
  }
}
function runningTotal<T extends object>(value: T, last: T | undefined, name: keyof T): void {
  const [part, before] = [value[name] as unknown, (last?.[name] ?? 0) as unknown]
  if (typeof part === 'number' && typeof before === 'number') value[name] = exact(part + before) as T[keyof T]
}
/** Fields that only place a sample. */
const PLACING = new Set(['timestamp', 'measurement_time', 'start_timestamp', 'timer_duration_seconds', 'type'])
function hasAll(value: object, needs: string[] | undefined): boolean {
  if (needs) return needs.every((name) => (value as Record<string, unknown>)[name] !== undefined)
  for (const name in value) if (!PLACING.has(name)) return true
  return false
}

/** The item itself is the one sample of a list. */
export function one<T extends object>(tree: Tree<T>, needs?: (keyof T & string)[]): Reader<T[]> {
  const compiled = compile<T>(tree)
  const read = (item: Item, context: Context) => {
    const value = compiled.read(item, context)
    return value && hasAll(value, needs) ? [value] : undefined
  }
  return { read, from: compiled.from, gives: compiled.gives, knows: compiled.knows }
}

/** One character per slot of equal length from the base. `changes`: only where it changes, for levels that hold until the next. */
export function slots<K extends string, const V>(
  path: string,
  key: K,
  of: { seconds: number; entries: Record<string, V>; changes?: boolean },
): Reader<({ timestamp: string } & { [key in K]: V })[]> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const letters = at(item, context)
    if (letters === undefined || letters === '') return undefined
    if (typeof letters !== 'string') throw expected(path, 'text', letters)
    const { baseAt, offset } = context.frame
    const samples: ({ timestamp: string } & { [key in K]: V })[] = []
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i]!
      if (of.changes && i > 0 && letter === letters[i - 1]) continue
      const level = of.entries[letter]
      if (level === undefined)
        throw new Unreadable(path, `${path} has a character that is not a level, at position ${i}`)
      const timestamp = isoText(baseAt + i * of.seconds * 1000, offset)
      samples.push({ timestamp, [key]: level } as { timestamp: string } & { [key in K]: V })
    }
    return samples
  }
  return { read, from: [path], gives: gives(key) }
}

/** `{"1434758640": {steps: 21}}`: one field of objects keyed by Unix second. `running`: each adds to the ones before. */
export function secondRows<K extends string>(
  path: string,
  key: K,
  field: string,
  { least = -Infinity, running = false }: { least?: number; running?: boolean } = {},
): Reader<Sample<K>[]> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const map = objectAt(at, path, item, context)
    if (!map) return undefined
    const samples: Sample<K>[] = []
    let sum = 0
    for (const name in map) {
      const value = (map[name] as Record<string, unknown> | null)?.[field]
      if (value === undefined || value === null) continue
      if (typeof value !== 'number') throw expected(`${path}.${name}.${field}`, 'a number', value)
      if (value < least) continue
      sum += value
      const timestamp = isoText(Number(name) * 1000, context.frame.offset)
      samples.push({ timestamp, [key]: running ? sum : value } as Sample<K>)
    }
    return samples.length > 0 ? samples : undefined
  }
  return { read, from: [`${path}.*.${field}`], gives: gives(key) }
}

/** A list of spans, each with a map of Unix second → value: one series in order of time, a second told once. */
export function spanMaps<K extends string>(
  path: string,
  field: string,
  key: K,
  bounds: Bounds = {},
): Reader<Sample<K>[]> {
  const at = goTo(path)
  const inner = secondMap(field, key, bounds)
  const read = (item: Item, context: Context) => {
    const spans = at(item, context)
    if (spans === undefined) return undefined
    if (!Array.isArray(spans)) throw expected(path, 'a list', spans)
    const byTime = new Map<string, Sample<K>>()
    for (const span of spans) for (const sample of inner.read(span, context) ?? []) byTime.set(sample.timestamp, sample)
    const samples = [...byTime.values()].sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
    return samples.length > 0 ? samples : undefined
  }
  return { read, from: [`${path}.*.${field}`], gives: gives(key) }
}

interface Span {
  start: number
  level: number
}
/** Spans per stage (`{deep: [{start, end}]}`), or a list of spans that name their stage: the hypnogram they make. */
export function stages<const V extends number>(
  path: string,
  style: { start: string; stage?: string; entries: Record<string, V> },
): Reader<{ timestamp: string; level: V }[]> {
  const at = goTo(path)
  const startOf = (span: Item, where: string): number => {
    const start = span?.[style.start]
    if (typeof start !== 'number') throw expected(`${where}.${style.start}`, 'a number', start)
    return start
  }
  const read = (item: Item, context: Context) => {
    const found = at(item, context)
    if (found === undefined) return undefined
    const spans: Span[] = []
    if (style.stage !== undefined) {
      if (!Array.isArray(found)) throw expected(path, 'a list', found)
      found.forEach((span, i) => {
        const level = style.entries[span?.[style.stage!]]
        if (level !== undefined) spans.push({ start: startOf(span, `${path}.${i}`), level })
      })
    } else {
      for (const [name, level] of Object.entries(style.entries)) {
        const of = (found as Record<string, unknown>)[name] ?? []
        if (!Array.isArray(of)) throw expected(`${path}.${name}`, 'a list', of)
        for (const [i, span] of of.entries()) spans.push({ start: startOf(span, `${path}.${name}.${i}`), level })
      }
    }
    spans.sort((a, b) => a.start - b.start)
    const { offset } = context.frame
    return spans.length > 0
      ? spans.map(({ start, level }) => ({ timestamp: isoText(start * 1000, offset), level: level as V }))
      : undefined
  }
  const fields = style.stage === undefined ? [style.start] : [style.start, style.stage]
  const lists = style.stage === undefined ? Object.keys(style.entries).map((name) => `${path}.${name}`) : [path]
  return { read, from: lists.flatMap((list) => eachOf(list, fields)), gives: ['timestamp', 'level'] }
}
