import { activityType } from '../source/activity-types.ts'
import { told } from '../source/clocks.ts'
import { sleepUploadType, uploadType } from '../source/provenance.ts'
import { type Context, expected, goTo, type Item, type Reader, Unreadable } from '../source/reader.ts'
import { constant, flag, folded, numeric, orElse, rounded, text, time } from '../source/readers.ts'
import { sleepLevel } from '../source/stages.ts'
import { quantity, related, unitOfWord } from '../source/units.ts'
import { contractClock, type TimeRules } from './contract-clock.ts'
import type { ContractField } from './document.ts'
import type { Outliers } from './outliers.ts'
import type { Target } from './reader-table.ts'

/** How a record was made: what nobody says is unknown, for which our schema has a code. */
export const UPLOAD_TYPE = 'metadata.upload_type'

/** What readers of one mapping share. */
export interface Reading {
  rules: TimeRules
  outliers: Outliers
  /** What in the contract's document does not go together: where, and how to mend it. */
  wrong: (pointer: string, message: string) => void
}

/** The reader of one field: of the provider kit, chosen by what our schema has there. undefined: none fits, as `wrong` was told. */
export function fieldReader(
  target: Target,
  field: ContractField,
  pointer: string,
  reading: Reading,
): Reader<unknown> | undefined {
  const reader = chosen(target, field, pointer, reading)
  if (!reader) return undefined
  const watched = reading.outliers.watch(target, reader)
  if (target.path === UPLOAD_TYPE) return orElse(watched, 0)
  return target.required ? needed(watched, target.path) : watched
}
function chosen(target: Target, field: ContractField, pointer: string, reading: Reading): Reader<unknown> | undefined {
  const wrong = (message: string) => {
    reading.wrong(pointer, message)
    return undefined
  }
  if ('constant' in field)
    return fits(target, field.constant)
      ? constant(field.constant)
      : wrong(`is not ${wordsOf(target)}, which ${target.path} takes`)
  if ('time' in field) {
    if (target.kind !== 'text') return wrong(`is a time, but ${target.path} takes ${wordsOf(target)}`)
    return told(contractClock(field.time, reading.rules, wrong))
  }
  if ('list' in field) return wrong(`is a list, but ${target.path} takes ${wordsOf(target)}`)
  if (target.kind === 'list') return wrong(`needs "list" and "each", as ${target.path} is a list`)
  if ('words' in field) {
    const bad = [...Object.values(field.words), ...(field.otherwise === undefined ? [] : [field.otherwise])].find(
      (value) => !fits(target, value),
    )
    if (bad !== undefined) return wrong(`gives ${JSON.stringify(bad)}, but ${target.path} takes ${wordsOf(target)}`)
    return wordReader(field.path, field.words, field.otherwise)
  }
  return plainReader(target, field, wrong)
}

function plainReader(
  { type, kind, path: into, unit, values }: Target,
  { path, unit: from }: { path: string; unit?: string },
  wrong: (message: string) => undefined,
): Reader<unknown> | undefined {
  if (from !== undefined) {
    if (kind !== 'number' && kind !== 'integer')
      return wrong(`has a unit, but ${into} takes ${kind === 'codes' ? 'codes' : 'no number'}`)
    if (!unit) return wrong(`has a unit, but ${into} has none that it could be turned into`)
    const known = unitOfWord(from)
    if (!known) return wrong(`names the unit ${from}, which is not known: ours there is ${unit}`)
    if (!related(known, unit)) return wrong(`is in ${known}, which cannot be told in ${unit}, the unit of ${into}`)
    const reader = quantity(path, known, unit)
    return kind === 'integer' ? rounded(reader) : reader
  }
  if (kind === 'number') return numeric(path)
  if (kind === 'integer') return whole(numeric(path), path)
  if (kind === 'flag') return flag(path)
  if (kind === 'numbers') return numbers(path)
  if (kind === 'text') return /(^|\.|_)(timestamp|time)$/.test(into) ? time(path) : text(path)
  const ours = USUAL.find(({ of }) => of.test(`${type}:${into}`))?.reader(path)
  return oneOf(path, values!, ours)
}
/** Kinds of which the kit knows the usual words, where the contract tells none: a word that is not known is "other" or "unknown". */
const USUAL: { of: RegExp; reader: (path: string) => Reader<unknown> }[] = [
  { of: /^activity:metadata\.type$/, reader: activityType },
  { of: /^sleep:.*hypnogram_samples\.level$/, reader: sleepLevel },
  { of: /^sleep:metadata\.upload_type$/, reader: sleepUploadType },
  { of: /:metadata\.upload_type$/, reader: uploadType },
]

/** A code or word of our own, as it is; a word of the supplier's only where the kit has a table of them. */
function oneOf(path: string, values: ReadonlySet<unknown>, usual: Reader<unknown> | undefined): Reader<unknown> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined || values.has(value)) return value
    if (typeof value === 'string' && usual) return usual.read(item, context)
    throw new Unreadable(path, `${path} is not one of our codes: give the mapping "words" for it`)
  }
  return { read, from: [path] }
}
/** A word that the contract has no meaning for is not left out in silence: a new minor version of it can have one. */
function wordReader(path: string, words: Record<string, unknown>, otherwise: unknown): Reader<unknown> {
  const at = goTo(path)
  const known = new Map(Object.entries(words).map(([word, value]) => [folded(word), value]))
  for (const [word, value] of Object.entries(words)) known.set(word, value)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    if (typeof value === 'object') throw expected(path, 'a word or a code', value)
    const found = known.get(String(value)) ?? known.get(folded(String(value))) ?? otherwise
    if (found === undefined) throw new Unreadable(path, `${path} is a word that the contract’s mapping does not have`)
    return found
  }
  return { read, from: [path], knows: [{ path, has: (word) => known.has(word) || known.has(folded(word)) }] }
}
function whole(reader: Reader<number>, path: string): Reader<number> {
  return {
    from: reader.from,
    read: (item, context) => {
      const value = reader.read(item, context)
      if (value !== undefined && !Number.isInteger(value))
        throw new Unreadable(path, `${path} should be a whole number`)
      return value
    },
  }
}
function numbers(path: string): Reader<number[]> {
  const at = goTo(path)
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'number'))
      throw expected(path, 'a list of numbers', value)
    return value as number[]
  }
  return { read, from: [path] }
}

function needed(reader: Reader<unknown>, into: string): Reader<unknown> {
  return {
    ...reader,
    read: (item, context) => {
      const value = reader.read(item, context)
      if (value === undefined)
        throw new Unreadable(
          reader.from[0] ?? '',
          `${reader.from[0] ?? into} is missing, and ${into} cannot be without it`,
        )
      return value
    },
  }
}

function fits({ kind, values }: Target, value: unknown): boolean {
  if (kind === 'codes' || kind === 'words') return values!.has(value)
  if (kind === 'integer') return Number.isInteger(value)
  if (kind === 'number') return typeof value === 'number'
  if (kind === 'flag') return typeof value === 'boolean'
  return kind === 'text' && typeof value === 'string'
}
function wordsOf({ kind, values }: Target): string {
  if (kind === 'codes' || kind === 'words') {
    const all = [...values!]
    return `one of ${all.slice(0, 12).join(', ')}${all.length > 12 ? ', …' : ''}`
  }
  return {
    integer: 'a whole number',
    number: 'a number',
    flag: 'true or false',
    text: 'text',
    numbers: 'a list of numbers',
    list: 'a list',
  }[kind]
}
