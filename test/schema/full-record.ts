import type { z } from '../../shared/base/zod.ts'

interface Def {
  type: string
  entries?: Record<string, unknown>
  values?: unknown[]
  element?: z.ZodType
  shape?: Record<string, z.ZodType>
  items?: z.ZodType[]
  options?: z.ZodType[]
  innerType?: z.ZodType
  format?: string
}
const START = Date.parse('2022-03-16T00:00:00Z')
const MINUTE_MS = 60_000

/**
 * A value of a schema with every field that it has, made up and always the same: each number, code and time is another
 * one, so that fields that change places are seen.
 */
export function fullValue(schema: z.ZodType): unknown {
  let n = 0
  const make = (one: z.ZodType, name: string): unknown => {
    const def = one.def as unknown as Def
    n++
    if (def.innerType) return make(def.innerType, name)
    if (def.type === 'object')
      return Object.fromEntries(Object.entries(def.shape!).map(([field, inner]) => [field, make(inner, field)]))
    if (def.type === 'array') return [make(def.element!, name), make(def.element!, name)]
    if (def.type === 'tuple') return def.items!.map((item) => make(item, name))
    if (def.type === 'union') return make(def.options![0]!, name)
    if (def.type === 'record') return { a: n, b: n + 1 }
    if (def.type === 'enum') return nth(Object.values(def.entries!), n)
    if (def.type === 'literal') return nth(def.values!, n)
    if (def.type === 'boolean') return n % 2 === 0
    if (def.type === 'number') return def.format === 'safeint' ? n : n + 0.5
    if (def.type === 'string') return /time|timestamp|date|_at$/.test(name) ? timeOf(n) : `${name} ${n}`
    return null
  }
  return make(schema, '')
}
const nth = (all: unknown[], n: number): unknown => all[n % all.length]
const timeOf = (n: number) => `${new Date(START + n * MINUTE_MS).toISOString().slice(0, -1)}000+02:00`
