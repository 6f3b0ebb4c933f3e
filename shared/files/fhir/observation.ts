import { type Clock, clock, either, told } from '../../source/clocks.ts'
import type { Place } from '../../source/places.ts'
import { day } from '../../source/places.ts'
import { type Context, type Item, type Reader, Unreadable } from '../../source/reader.ts'
import { odd } from '../../source/readers.ts'
import { quantity, type Unit, unitAt } from '../../source/units.ts'
import { MEANING, type Meaning, REFUSED } from './codes.ts'

interface Coding {
  system?: string
  code?: string
}
const LOINC = 'http://loinc.org'
const MDC = 'urn:iso:std:iso:11073:10101'
const MDC_OID = 'urn:oid:2.16.840.1.113883.6.24'
const codesOf = (concept: Item): string[] =>
  (Array.isArray(concept?.coding) ? (concept.coding as Coding[]) : [])
    .filter(({ system }) => system === undefined || system === LOINC || system === MDC || system === MDC_OID)
    .flatMap(({ code }) => (code === undefined ? [] : [code]))
const means = (concept: Item, ...meanings: Meaning[]): boolean =>
  codesOf(concept).some((code) => meanings.includes(MEANING.get(code)!))

/** The observation itself, or its component of that meaning. */
export function partOf(item: Item, ...meanings: Meaning[]): Item | undefined {
  if (means(item.code, ...meanings)) return item
  return Array.isArray(item.component) ? item.component.find((one: Item) => means(one?.code, ...meanings)) : undefined
}
const FROM = ['code.coding.*.code', 'code.coding.*.system']
const PARTS = [...FROM, ...FROM.map((path) => `component.*.${path}`)]
const VALUES = ['value', 'code', 'unit', 'comparator'].flatMap((name) => [
  `valueQuantity.${name}`,
  `component.*.valueQuantity.${name}`,
])

/** UCUM where it is not spelled as everywhere. */
// biome-ignore format: a table reads better in rows.
const UCUM: Record<string, Unit> = {
  '[ft_i]': 'ft', '[mi_i]': 'mi', '[oz_av]': 'oz', K: 'kelvin', '{Beats}/min': 'bpm', '{beat}/min': 'bpm', 'beats/minute': 'bpm', bpm: 'bpm', '1/min': 'bpm',
}
/** A value of that meaning in the schema's unit. One that is only known to be above or below something is no value. */
export function measured(to: Unit, ...meanings: Meaning[]): Reader<number> {
  const inner = quantity('value', unitAt('code|unit', UCUM), to)
  return odd([...PARTS, ...VALUES], (item, context) => {
    const found = partOf(item, ...meanings)?.valueQuantity
    return found === undefined || found.comparator !== undefined ? undefined : inner.read(found, context)
  })
}
/** A number without a unit of its own: steps. */
export const counted = (...meanings: Meaning[]): Reader<number> =>
  odd([...PARTS, ...VALUES, 'valueInteger'], (item) => {
    const part = partOf(item, ...meanings)
    const value = part?.valueQuantity?.value ?? part?.valueInteger
    return typeof value === 'number' ? Math.round(value) : undefined
  })

const [START, END] = [clock('effectivePeriod.start'), clock('effectivePeriod.end')]
export const AT: Clock = either(clock('effectiveDateTime'), clock('effectiveInstant'), START)
export const TIME = told(AT)
const isDate = (item: Item): boolean =>
  typeof item.effectiveDateTime === 'string' && item.effectiveDateTime.length === 10
/** Of what is told to the second; what is told to the day is the day's. */
export const timed = <T>(reader: Reader<T>): Reader<T> => ({
  ...reader,
  read: (item, context) => (isDate(item) ? undefined : reader.read(item, context)),
})
export const dated = <T>(reader: Reader<T>): Reader<T> => ({
  ...reader,
  read: (item, context) => (isDate(item) ? reader.read(item, context) : undefined),
})

const [BY_DATE, BY_MOMENT] = [day({ date: 'effectiveDateTime' }), day({ moment: AT })]
/** The local day of an observation. Each observation is a part of its own. */
export const DAY: Place = {
  from: [...BY_DATE.from, ...BY_MOMENT.from],
  read: (item, context) => {
    const date = item.effectiveDateTime
    if (typeof date === 'string' && date.length < 10)
      throw new Unreadable('effectiveDateTime', 'effectiveDateTime should tell a day: a year or a month is not enough')
    const frame = (isDate(item) ? BY_DATE : BY_MOMENT).read(item, context)
    return { ...frame, slice: `${codesOf(item.code)[0]}/${Math.round(frame.baseAt / 1000)}` }
  },
}

/** A local day is 23 to 25 hours long. */
const [LEAST_DAY_MS, MOST_DAY_MS] = [23 * 3_600_000, 25 * 3_600_000]
function lengthMs(item: Item, context: Context): number {
  const [start, end] = [START.read(item, context), END.read(item, context)]
  return start && end ? end.at - start.at : 0
}
export const wholeDay = (item: Item, context: Context): boolean =>
  lengthMs(item, context) >= LEAST_DAY_MS || isDate(item)

/** Whether an observation is of these meanings and can be one day's; throws where it can be nothing, and says why. */
export const isOf =
  (...meanings: Meaning[]) =>
  (item: Item, context: Context): boolean => {
    refuse(item, context)
    return partOf(item, ...meanings) !== undefined
  }
const FINAL = ['final', 'amended', 'corrected', 'preliminary', undefined]
function refuse(item: Item, context: Context): void {
  if (!FINAL.includes(item.status))
    throw new Unreadable(
      'status',
      'the observation is not one to be believed: its status is neither final, amended, corrected nor preliminary',
    )
  const codes = [
    item.code,
    ...(Array.isArray(item.component) ? item.component.map((one: Item) => one?.code) : []),
  ].flatMap(codesOf)
  if (!codes.some((code) => MEANING.has(code))) {
    const reason = codes.map((code) => REFUSED[code]).find((known) => known !== undefined)
    throw new Unreadable(
      'code',
      reason ??
        (codes.length === 0 ? 'the observation has no LOINC code' : `the schema has no field for ${codes.join(', ')}`),
    )
  }
  if (lengthMs(item, context) > MOST_DAY_MS)
    throw new Unreadable('effectivePeriod', 'the value is of several days together, and none is of one of them')
}
