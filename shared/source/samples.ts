import { exact } from './numbers.ts'
import { type Context, eachOf, expected, fromOf, goTo, type Item, pointer, type Reader, Unreadable } from './reader.ts'
import { compile, type Tree } from './tree.ts'
import { isoText } from './wall-clock.ts'

/** Readers of series that are lists of objects, or a text with one character per slot. Empty series are absent. */

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
  return { read, from: [path], gives: ['timestamp', key] }
}
