import { assert } from '../base/fault.ts'
import { type Bounds, decimal, exact, type Numeric, number } from './numbers.ts'
import { type Context, expected, goTo, type Item, type Reader, Unreadable } from './reader.ts'

/** Values turned into the schema's unit, from a unit that is fixed, or that the source tells beside the value. */

/** Each unit as a fraction of the first of its row, in whole numbers, so that no factor is rounded before it is used. */
const RATIOS = {
  mass: {
    g: [1, 1],
    ug: [1, 1e6],
    mg: [1, 1000],
    kg: [1000, 1],
    oz: [28349523125, 1e9],
    lb: [45359237, 1e5],
    st: [635029318, 1e5],
  },
  length: {
    m: [1, 1],
    mm: [1, 1000],
    cm: [1, 100],
    dm: [1, 10],
    km: [1000, 1],
    in: [254, 10_000],
    ft: [3048, 10_000],
    yd: [9144, 10_000],
    mi: [1_609_344, 1000],
  },
  energy: { J: [1, 1], kJ: [1000, 1], cal: [4184, 1000], kcal: [4184, 1] },
  time: {
    s: [1, 1],
    ns: [1, 1e9],
    us: [1, 1e6],
    ms: [1, 1000],
    ds: [1, 10],
    min: [60, 1],
    h: [3600, 1],
    d: [86_400, 1],
  },
  share: { ratio: [1, 1], percent: [1, 100] },
  /** By the molar mass of glucose: 18.0156 mg/dL to the mmol/L. */
  glucose: { 'mg/dL': [1, 1], 'mmol/L': [180_156, 10_000] },
  /** The conventional millimetre of mercury, 133.322387415 Pa. */
  pressure: { Pa: [1, 1], kPa: [1000, 1], hPa: [100, 1], mmHg: [133_322_387_415, 1e9] },
  frequency: { bpm: [1, 1], Hz: [60, 1] },
  angle: { deg: [1, 1], semicircle: [180, 2_147_483_648] },
  volume: { mL: [1, 1], L: [1000, 1], fl_oz_us: [295_735_295_625, 1e10], cup_us: [2_365_882_365, 1e7] },
  speed: { 'm/s': [1, 1], 'km/h': [10, 36], 'cm/s': [1, 100], 'mm/s': [1, 1000], mph: [44_704, 100_000] },
  /** Of distance by time; the same thing as speed, turned over. */
  pace: {
    's/m': [1, 1],
    's/km': [1, 1000],
    'min/km': [60, 1000],
    'min/mi': [60_000, 1_609_344],
    's/100m': [1, 100],
    's/500m': [1, 500],
  },
  difference: { K: [1, 1], 'delta degC': [1, 1], 'delta degF': [5, 9] },
} as const
type Ratios = typeof RATIOS
type OfRow<R> = R extends unknown ? keyof R & string : never
type Linear = OfRow<Ratios[keyof Ratios]>
/** Temperatures proper, whose zeros differ. A deviation from a baseline is a `delta`, and never becomes one. */
type Temperature = 'degC' | 'degF' | 'kelvin'
export type Unit = Linear | Temperature

const ROWS = new Map<string, { row: string; ratio: readonly [number, number] }>()
for (const [row, units] of Object.entries(RATIOS))
  for (const [unit, ratio] of Object.entries(units as Record<string, readonly [number, number]>))
    ROWS.set(unit, { row, ratio })
const TO_CELSIUS: Record<Temperature, (value: number) => number> = {
  degC: (value) => value,
  degF: (value) => ((value - 32) * 5) / 9,
  kelvin: (value) => value - 273.15,
}
const FROM_CELSIUS: Record<Temperature, (value: number) => number> = {
  degC: (value) => value,
  degF: (value) => (value * 9) / 5 + 32,
  kelvin: (value) => value + 273.15,
}

/** value → value, to twelve digits. undefined: a pace or speed of nothing. Refuses units of different things. */
export function converter(from: Unit, to: Unit): (value: number) => number | undefined {
  if (from === to) return (value) => value
  if (from in TO_CELSIUS && to in TO_CELSIUS)
    return (value) => exact(FROM_CELSIUS[to as Temperature](TO_CELSIUS[from as Temperature](value)))
  const [a, b] = [ROWS.get(from), ROWS.get(to)]
  const turned = `${a?.row} ${b?.row}` === 'speed pace' || `${a?.row} ${b?.row}` === 'pace speed'
  assert(a && b && (turned || a.row === b.row), `${from} cannot be told in ${to}`)
  if (turned) {
    const [up, down] = reduced(a.ratio[1], a.ratio[0], b.ratio[1], b.ratio[0])
    return (value) => (value === 0 ? undefined : exact(up / (value * down)))
  }
  const [up, down] = reduced(a.ratio[0], a.ratio[1], b.ratio[1], b.ratio[0])
  return (value) => exact((value * up) / down)
}
/** (a/b) × (c/d) in lowest terms: as few digits as can be. */
function reduced(a: number, b: number, c: number, d: number): [number, number] {
  let [up, down] = [BigInt(a) * BigInt(c), BigInt(b) * BigInt(d)]
  let [x, y] = [up, down]
  while (y > 0n) [x, y] = [y, x % y]
  up /= x
  down /= x
  return [Number(up), Number(down)]
}

/** How a unit is told: fixed by the provider, or in a field. */
export interface UnitOf {
  read: (item: Item, context: Context) => Unit
  from: readonly string[]
}
/**
 * A unit that a field names: beside the value (`{"qty": 226, "units": "kJ"}`), or once for all by a code in the envelope
 * (`unitAt('/WeightUnit', {0: 'kg', 1: 'lb', 2: 'st'})`). Without a table the usual spellings are known. `otherwise`: the
 * unit where the field is missing; without it a value of no unit is refused.
 */
export function unitAt(path: string, words: Record<string, Unit> = {}, otherwise?: Unit): UnitOf {
  const at = goTo(path)
  const own = new Map(Object.entries(words))
  const read = (item: Item, context: Context): Unit => {
    const word = at(item, context)
    if (word === undefined || word === '') {
      if (otherwise !== undefined) return otherwise
      throw new Unreadable(path, `${path}, which tells the unit, is missing`)
    }
    if (typeof word !== 'string' && typeof word !== 'number') throw expected(path, 'a unit', word)
    const unit = own.get(String(word)) ?? unitOfWord(String(word))
    if (!unit) throw new Unreadable(path, `${path} is a unit that is not known`)
    return unit
  }
  return { read, from: [path] }
}
// biome-ignore format: a table reads better in rows.
const SPELLINGS: Record<string, Unit> = {
  Cal: 'kcal', kilocalorie: 'kcal', kilocalories: 'kcal', kilojoule: 'kJ', kilojoules: 'kJ', joule: 'J', joules: 'J',
  kilogram: 'kg', kilograms: 'kg', kgs: 'kg', gram: 'g', grams: 'g', milligram: 'mg', mcg: 'ug', 'µg': 'ug', 'μg': 'ug', lbs: 'lb',
  pound: 'lb', pounds: 'lb', '[lb_av]': 'lb', stone: 'st', ounce: 'oz', ounces: 'oz',
  meter: 'm', meters: 'm', metre: 'm', metres: 'm', kilometer: 'km', kilometers: 'km', kilometre: 'km', kilometres: 'km', mile: 'mi', miles: 'mi',
  foot: 'ft', feet: 'ft', inch: 'in', inches: 'in', '[in_i]': 'in', yard: 'yd', yards: 'yd', centimeter: 'cm', centimeters: 'cm',
  sec: 's', second: 's', seconds: 's', minute: 'min', minutes: 'min', mins: 'min', hr: 'h', hrs: 'h', hour: 'h', hours: 'h', day: 'd', days: 'd',
  millisecond: 'ms', milliseconds: 'ms', '°C': 'degC', C: 'degC', Cel: 'degC', celsius: 'degC', '°F': 'degF', F: 'degF', '[degF]': 'degF', fahrenheit: 'degF',
  '%': 'percent', 'count/min': 'bpm', 'beats/min': 'bpm', '/min': 'bpm', '{beats}/min': 'bpm', 'km/hr': 'km/h', kmh: 'km/h', kph: 'km/h', 'mi/hr': 'mph', mps: 'm/s',
  'mmol<180.1558800000541>/L': 'mmol/L', 'mm[Hg]': 'mmHg', ml: 'mL', l: 'L', liter: 'L', liters: 'L', litre: 'L', litres: 'L', milliliter: 'mL', milliliters: 'mL', millilitres: 'mL',
}
/** By its usual spellings: `lbs`, `[lb_av]`, `kilograms`. */
export function unitOfWord(word: string): Unit | undefined {
  if (ROWS.has(word) || word in TO_CELSIUS) return word as Unit
  // Upper and lower case matter in some (`Cal` is a thousand `cal`), so words go before their folded forms.
  const lower = word.toLowerCase()
  return SPELLINGS[word] ?? SPELLINGS[lower] ?? LOWER.get(lower)
}
const LOWER = new Map([...ROWS.keys(), ...Object.keys(TO_CELSIUS)].map((unit) => [unit.toLowerCase(), unit as Unit]))

/**
 * A number (or a number as text) told in the schema's unit: `quantity('weight', 'lb', 'kg')`, with the source's unit fixed
 * or read from a field by `unitAt`. Bounds are of the value as it comes.
 */
export function quantity(path: string, from: Unit | UnitOf, to: Unit, bounds: Bounds = {}): Numeric {
  const at = goTo(path)
  const { least = -Infinity, most = Infinity, none } = bounds
  const fixed = typeof from === 'string' ? converter(from, to) : undefined
  const converters = new Map<Unit, (value: number) => number | undefined>()
  const read = (item: Item, context: Context) => {
    const value = at(item, context)
    if (value === undefined) return undefined
    const found = typeof value === 'number' ? value : decimal(value)
    if (found === undefined) return undefined
    if (Number.isNaN(found)) throw expected(path, 'a number', value)
    if (found < least || found > most || none?.includes(found)) return undefined
    if (fixed) return fixed(found)
    const { read: unitOf, from: where } = from as UnitOf
    const unit = unitOf(item, context)
    let convert = converters.get(unit)
    if (!convert) {
      if (!related(unit, to)) throw new Unreadable(where[0]!, `${where[0]} is a unit of something else than ${to}`)
      convert = converter(unit, to)
      converters.set(unit, convert)
    }
    return convert(found)
  }
  return { read, from: typeof from === 'string' ? [path] : [path, ...from.from] }
}
/** They are units of one thing. */
export function related(a: Unit, b: Unit): boolean {
  const [x, y] = [ROWS.get(a)?.row ?? 'temperature', ROWS.get(b)?.row ?? 'temperature']
  return x === y || (x === 'speed' && y === 'pace') || (x === 'pace' && y === 'speed')
}
/** A quantity as an object with a field per unit, of which the first that is there is read: `{inKilograms: 80, inPounds: 176}`. */
export function unitObject(path: string, fields: Record<string, Unit>, to: Unit, bounds: Bounds = {}): Reader<number> {
  const readers = Object.entries(fields).map(([name, unit]) => {
    const convert = converter(unit, to)
    return { inner: number(`${path}.${name}`, bounds), convert }
  })
  return {
    from: readers.flatMap(({ inner }) => inner.from),
    read: (item, context) => {
      for (const { inner, convert } of readers) {
        const value = inner.read(item, context)
        if (value !== undefined) return convert(value)
      }
      return undefined
    },
  }
}
