import type { Context, Item, Knows, Reader } from './reader.ts'

/**
 * The schema's own shape with a reader at each leaf. A field that the schema does not have, a leaf of the wrong kind,
 * and a required field left out fail the compiler.
 */
type Given<T> = NonNullable<T>
type Optional<T> = { [K in keyof T]-?: undefined extends T[K] ? K : null extends T[K] ? K : never }[keyof T]
export type Leaf<T> = [T] extends [readonly unknown[]]
  ? Reader<T>
  : [T] extends [object]
    ? Tree<T> | Reader<T>
    : Reader<T>
export type Tree<T, Filled extends PropertyKey = never> = {
  [K in Exclude<keyof T, Optional<T> | Filled>]: Leaf<Given<T[K]>>
} & { [K in Extract<Exclude<keyof T, Filled>, Optional<T>>]?: Leaf<Given<T[K]>> }

export interface Compiled<T> {
  /** undefined where no leaf gave anything. */
  read: (item: Item, context: Context) => T | undefined
  from: string[]
  gives: string[]
  knows: Knows[]
}

const isReader = (node: object): node is Reader<unknown> =>
  typeof (node as Reader<unknown>).read === 'function' && 'from' in node

/** Turns a tree into one closure, once, when the module is loaded. */
export function compile<T>(tree: object): Compiled<T> {
  const names: string[] = []
  const reads: ((item: Item, context: Context) => unknown)[] = []
  const from: string[] = []
  const gives: string[] = []
  const knows: Knows[] = []
  for (const [name, node] of Object.entries(tree) as [string, object][]) {
    const part = isReader(node) ? node : compile(node)
    names.push(name)
    reads.push(part.read)
    from.push(...part.from)
    knows.push(...(part.knows ?? []))
    if (part.gives) gives.push(...part.gives.map((inner) => `${name}.${inner}`))
    else gives.push(name)
  }
  const read = (item: Item, context: Context) => {
    let made: Record<string, unknown> | undefined
    for (let i = 0; i < reads.length; i++) {
      const value = reads[i]!(item, context)
      if (value === undefined) continue
      made ??= {}
      made[names[i]!] = value
    }
    return made as T | undefined
  }
  return { read, from, gives, knows }
}
