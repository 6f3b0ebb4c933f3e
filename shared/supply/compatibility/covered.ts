import type { Schema } from './side.ts'

/** Why a value that one schema takes may be refused by the other. */
export interface Loss {
  /** Where in a record; '' is the record. */
  path: string
  rule: string
  /** What the one allowed, and what the other asks; left out where the rule says it all. */
  had?: unknown
  asks?: unknown
  /** Not shown to be a loss, nor that it is none. */
  unsure?: true
}
/** What is no loss and yet worth knowing: fields that only one of the two names. */
export interface Note {
  path: string
  about: 'dropped' | 'added' | 'closed' | 'opened'
}
export interface Covered {
  losses: Loss[]
  notes: Note[]
}
/** A set of values: all of these schemas, and of their choices (by text) the branch that was taken. */
export interface Chosen {
  all: Schema[]
  taken: ReadonlyMap<string, number>
}

export const NOTHING: Covered = { losses: [], notes: [] }
export const lost = (...losses: Loss[]): Covered => ({ losses, notes: [] })
export const together = (parts: Covered[]): Covered => ({
  losses: distinct(parts.flatMap(({ losses }) => losses)),
  notes: distinct(parts.flatMap(({ notes }) => notes)),
})
/** Two branches may lose the same. */
const distinct = <T>(all: T[]): T[] => [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]

export const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

export const given = (schema: Schema | undefined): Schema[] => (schema === undefined ? [] : [schema])

/** Schemas of which no choice has been made yet. */
export const freshly = (all: Schema[]): Chosen => ({ all, taken: new Map() })
