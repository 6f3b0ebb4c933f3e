import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { latLng } from '../../shared/source/derive.ts'
import { duration, isoDuration } from '../../shared/source/durations.ts'
import { number, numeric, percent, zoneDurations } from '../../shared/source/readers.ts'
import { less, meanOver, quotient, sum, sumOver, total } from '../../shared/source/sums.ts'
import { converter, quantity, type Unit, unitAt, unitObject } from '../../shared/source/units.ts'
import { readBy } from './reading.ts'

/** A decimal text as a fraction of whole numbers. */
function fraction(text: string): [bigint, bigint] {
  const [, digits, decimals = '', power = '0'] = /^(-?\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text)!
  const by = decimals.length - Number(power)
  const whole = BigInt(digits! + decimals)
  return by >= 0 ? [whole, 10n ** BigInt(by)] : [whole * 10n ** BigInt(-by), 1n]
}
/** Whether a number is a fraction to twelve digits. */
function agrees(value: number, [up, down]: [bigint, bigint]): boolean {
  const [a, b] = fraction(String(value))
  const difference = a * down - up * b
  const size = up * b
  const abs = (n: bigint) => (n < 0n ? -n : n)
  // Half a unit of the twelfth digit, and what doubles lose on the way.
  return abs(difference) * 1_000_000_000_000n <= abs(size) * 6n
}

/** Definitions, as the international agreements have them: each unit in the first of its line. */
const EXACT: [Unit, Unit, string, string][] = [
  ['lb', 'kg', '0.45359237', '1'],
  ['st', 'kg', '6.35029318', '1'],
  ['oz', 'g', '28.349523125', '1'],
  ['g', 'kg', '1', '1000'],
  ['ug', 'mg', '1', '1000'],
  ['mi', 'm', '1609.344', '1'],
  ['km', 'm', '1000', '1'],
  ['mm', 'm', '1', '1000'],
  ['dm', 'm', '1', '10'],
  ['ft', 'cm', '30.48', '1'],
  ['in', 'cm', '2.54', '1'],
  ['yd', 'm', '0.9144', '1'],
  ['km/h', 'm/s', '1000', '3600'],
  ['mph', 'm/s', '0.44704', '1'],
  ['kJ', 'kcal', '1', '4.184'],
  ['J', 'kcal', '1', '4184'],
  ['J', 'kJ', '1', '1000'],
  ['mmol/L', 'mg/dL', '18.0156', '1'],
  ['mg/dL', 'mmol/L', '1', '18.0156'],
  ['kPa', 'mmHg', '1000', '133.322387415'],
  ['semicircle', 'deg', '180', '2147483648'],
  ['Hz', 'bpm', '60', '1'],
  ['ratio', 'percent', '100', '1'],
  ['ds', 's', '1', '10'],
  ['ms', 's', '1', '1000'],
  ['min', 's', '60', '1'],
  ['fl_oz_us', 'mL', '29.5735295625', '1'],
  ['delta degF', 'delta degC', '5', '9'],
]
/** Values as sources send them: decimal texts of up to nine digits. */
const VALUES = fc
  .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: 0, max: 6 }))
  .map(([n, by]) => Number(`${n}e-${by}`))

describe('units', () => {
  test.each(EXACT)('%s in %s is exact to twelve digits, and there and back is the same', (from, to, up, down) => {
    const [there, back] = [converter(from, to), converter(to, from)]
    const [[a, b], [c, d]] = [fraction(up), fraction(down)]
    fc.assert(
      fc.property(VALUES, (value) => {
        const [x, y] = fraction(String(value))
        expect(agrees(there(value)!, [x * a * d, y * b * c])).toBe(true)
        expect(back(there(value)!)).toBeCloseTo(value, 12 - Math.ceil(Math.log10(value) + 2))
      }),
    )
  })
  test.each<[Unit, Unit, string, string]>([
    ['s/m', 'm/s', '1', '1'],
    ['min/km', 'm/s', '1000', '60'],
    ['m/s', 'min/km', '1000', '60'],
    ['s/500m', 'm/s', '500', '1'],
    ['min/mi', 'km/h', '96.56064', '1'],
  ])('%s in %s is turned over; of nothing there is none', (from, to, up, down) => {
    const there = converter(from, to)
    const [[a, b], [c, d]] = [fraction(up), fraction(down)]
    fc.assert(
      fc.property(VALUES, (value) => {
        const [x, y] = fraction(String(value))
        expect(agrees(there(value)!, [a * d * y, b * c * x])).toBe(true)
      }),
    )
    expect(there(0)).toBeUndefined()
  })
  test('temperatures have zeros of their own, deviations have none', () => {
    expect(converter('degF', 'degC')(98.6)).toBe(37)
    expect(converter('degC', 'degF')(-40)).toBe(-40)
    expect(converter('kelvin', 'degC')(310.15)).toBe(37)
    expect(converter('delta degF', 'delta degC')(0.9)).toBe(0.5)
    expect(() => converter('delta degC', 'degC')).toThrow('cannot be told in')
  })
  test('of different things are refused when the table is made', () =>
    expect(() => converter('kg', 'm')).toThrow('kg cannot be told in m'))
})

describe('a unit that the source tells', () => {
  const weight = quantity('WeightValue', unitAt('/WeightUnit', { 0: 'kg', 1: 'lb', 2: 'st' }), 'kg', { least: 0.1 })
  const envelope = (WeightUnit: unknown, WeightValue: unknown) => readBy(weight, { WeightValue }, {}, { WeightUnit })
  test('by a code of the envelope', () => {
    expect(envelope(0, 77.5643875134944)).toBe(77.5643875134944)
    expect(envelope(1, 171)).toBe(77.56429527)
    expect(envelope(2, '12.5')).toBe(79.37866475)
    expect(envelope(0, 0)).toBeUndefined()
    expect(() => envelope(3, 80)).toThrow('/WeightUnit is a unit that is not known')
    expect(() => envelope(undefined, 80)).toThrow('is missing')
  })
  test.each<[string, Unit, number]>([
    ['kJ', 'kcal', 54.0669],
    ['Cal', 'kcal', 226.2159],
    ['cal', 'kcal', 0.2262159],
    ['kilocalories', 'kcal', 226.2159],
    ['mmol<180.1558800000541>/L', 'mg/dL', 4075.4151],
    ['mmHg', 'mmHg', 226.2159],
    ['LBS', 'kg', 102.6098],
    ['degF', 'degC', 107.8977],
    ['count/min', 'bpm', 226.2159],
    ['km/hr', 'm/s', 62.8377],
    ['min/km', 'm/s', 0.0736759],
    ['%', 'percent', 226.2159],
  ])('by its usual spelling beside the value: %s', (units, to, expected) => {
    const value = readBy(quantity('qty', unitAt('units'), to), { qty: 226.2159, units })
    expect(Math.abs(value! - expected) / expected).toBeLessThan(1e-6)
  })
  test('by its own words first, and refused where it is of something else', () => {
    expect(readBy(quantity('value', unitAt('unit', { '%': 'ratio' }), 'percent'), { value: 0.97, unit: '%' })).toBe(97)
    expect(() => readBy(quantity('value', unitAt('unit'), 'kg'), { value: 1, unit: 'km' })).toThrow(
      'something else than kg',
    )
    expect(readBy(quantity('value', unitAt('unit', {}, 'kg'), 'g'), { value: 1 })).toBe(1000)
  })
  test('by the name of its field', () => {
    const weight = unitObject('weight', { inKilograms: 'kg', inPounds: 'lb' }, 'kg')
    expect(readBy(weight, { weight: { inPounds: 200, inKilograms: 90.718474 } })).toBe(90.718474)
    expect(readBy(weight, { weight: { inPounds: 200 } })).toBe(90.718474)
    expect(readBy(weight, {})).toBeUndefined()
  })
})

describe('numbers as text', () => {
  test('are numbers, and nothing else is', () =>
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readBy(numeric('n'), { n: String(value) })).toBe(value + 0)
      }),
    ))
  test.each(['0x10', '1e', 'Infinity', '12 kg', '1,5', '.', '44-48', 'None'])(
    '%s is refused without its value',
    (n) => {
      const read = () => readBy(numeric('n'), { n })
      expect(read).toThrow('n is text that is not a number')
    },
  )
  test('empty text, words for none, codes and documented ranges are absent', () => {
    for (const n of ['', ' ', 'None', '-1', 44, '44-48', '44.5 - 48'])
      expect(readBy(numeric('n', { words: ['None'], none: [44], least: 0, ranges: true }), { n })).toBeUndefined()
  })
})

describe('durations', () => {
  test.each([
    ['iso', 'PT2H44M', 9840],
    ['iso', 'PT210.026S', 210.026],
    ['iso', 'P1DT1S', 86_401],
    ['iso', 'P1W', 604_800],
    ['s-text', '3633.600s', 3633.6],
    ['clock', '1:02:03', 3723],
    ['clock', '02:03.5', 123.5],
    ['ds', 7201, 720.1],
    ['ms', '27720000', 27_720],
    ['min', 5.75, 345],
    ['h', 6.108333333333333, 21_990],
  ] as const)('as %s: %s', (style, value, seconds) => expect(readBy(duration('d', style), { d: value })).toBe(seconds))
  test.each(['P', 'PT', 'P1Y', 'P1M', '2H', 'PT1H1H', 'P1DT'])('%s is no length of time', (text) =>
    expect(isoDuration(text)).toBeUndefined(),
  )
  test('in ISO 8601 are the sum of their parts', () => {
    const count = fc.integer({ min: 0, max: 999 })
    fc.assert(
      fc.property(count, count, count, count, (d, h, m, s) => {
        expect(isoDuration(`P${d}DT${h}H${m}M${s}.25S`)).toBe(d * 86_400 + h * 3600 + m * 60 + s + 0.25)
      }),
    )
  })
  test('below zero are codes', () => expect(readBy(duration('d'), { d: -1 })).toBeUndefined())
})

describe('zones', () => {
  test('are counted from 0, whatever their names, and absent where none had any time', () => {
    const zones = zoneDurations({ light: duration('z.lightTime', 's-text'), peak: duration('z.peakTime', 's-text') })
    expect(readBy(zones, { z: { lightTime: '720s', peakTime: '0s' } })).toEqual([
      { zone: 0, name: 'light', duration_seconds: 720 },
      { zone: 1, name: 'peak', duration_seconds: 0 },
    ])
    expect(readBy(zones, { z: { peakTime: '5s' } })).toEqual([{ zone: 1, name: 'peak', duration_seconds: 5 }])
    expect(readBy(zones, { z: { lightTime: '0s' } })).toBeUndefined()
    expect(readBy(number('index', { plus: -1 }), { index: 1 })).toBe(0)
  })
  test('a place on earth is read in any unit', () => {
    const place = latLng(
      quantity('lat', 'semicircle', 'deg', { most: 2 ** 31 - 2 }),
      quantity('lng', 'semicircle', 'deg'),
    )
    expect(readBy(place, { lat: 2 ** 29, lng: -(2 ** 30) })).toEqual([45, -90])
    expect(readBy(place, { lat: 2 ** 31 - 1, lng: 0 })).toBeUndefined()
    expect(readBy(latLng('lat', 'lng'), { lat: 91, lng: 0 })).toBeUndefined()
  })
})

describe('sums', () => {
  test('of all are made only where all are there, of those that are there always', () => {
    expect(readBy(total('active', 'basal'), { active: 0.1, basal: 0.2 })).toBe(0.3)
    expect(readBy(total('active', 'basal'), { active: 1 })).toBeUndefined()
    expect(readBy(sum('active', 'basal'), { active: 1 })).toBe(1)
    expect(readBy(less('total', 'active'), { total: 2500, active: 1500 })).toBe(1000)
    expect(readBy(less('total', 'active'), { total: 2500 })).toBeUndefined()
    expect(readBy(less('total', 'active'), { total: 1, active: 2 })).toBeUndefined()
    expect(readBy(quotient('asleep', 'inBed', 100), { asleep: 384, inBed: 462 })).toBe(83.1168831169)
    expect(readBy(percent('p', { of: 1 }), { p: 0.905 })).toBe(90.5)
  })
  test('over a list are of all its elements or of none', () => {
    const list = { foods: [{ kcal: '500' }, { kcal: '0.1' }, { kcal: '' }] }
    expect(readBy(sumOver('foods', numeric('kcal')), list)).toBe(500.1)
    expect(readBy(meanOver('foods', numeric('kcal')), list)).toBe(250.05)
    expect(readBy(sumOver('foods', numeric('kcal')), { foods: [{ kcal: 1 }, { kcal: 'much' }] })).toBeUndefined()
  })
})
