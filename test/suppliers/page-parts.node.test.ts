import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ContractDocument } from '../../shared/supply/document.ts'
import { EXAMPLE_DOCUMENT } from '../../workers/suppliers/contract-example.ts'
import { Bar } from '../../workers/suppliers/pages/charts/bar.tsx'
import { Trend } from '../../workers/suppliers/pages/charts/trend.tsx'
import { ContractText } from '../../workers/suppliers/pages/contract-text.tsx'
import { withQuery } from '../../workers/suppliers/pages/parts.tsx'
import { readSamples } from '../../workers/suppliers/pages/read-json.ts'
import { schemaRows } from '../../workers/suppliers/pages/schema-rows.ts'
import { bytes, percent, span } from '../../workers/suppliers/pages/words.ts'

describe('figures in words', () => {
  test('shares keep as many digits as tell them from none and from all', () => {
    expect([0, 0.0004, 0.5, 0.984, 0.9996, 1].map(percent)).toEqual([
      '0 %',
      '0.04 %',
      '50 %',
      '98.4 %',
      '99.96 %',
      '100 %',
    ])
  })
  test('spans and sizes have one unit', () => {
    expect([0.28, 59, 90, 5_400, 172_800].map(span)).toEqual(['0.28 s', '59 s', '1.5 min', '1.5 h', '2 d'])
    expect([570, 1_240_000, 21_474_836_480].map(bytes)).toEqual(['570 bytes', '1.24 MB', '21.5 GB'])
  })
})

describe('a contract in words', () => {
  test('tells which samples come live, and nothing of it where none do', () => {
    const shown = (more: object) =>
      String(ContractText({ document: ContractDocument.parse({ ...EXAMPLE_DOCUMENT, ...more }) }))
    expect(shown({ live: { types: ['HEART_RATE', 'MET'] } })).toMatch(/Samples that come live.*HEART_RATE, MET/s)
    expect(shown({})).not.toContain('come live')
  })
})

describe('pictures', () => {
  const numbers = (svg: string, name: string) =>
    [...svg.matchAll(new RegExp(` ${name}="(-?[\\d.]+)"`, 'g'))].map(([, value]) => Number(value))
  test('a bar shows each part that is there at all, and never more than the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 5 }), (counts) => {
        const total = Math.max(
          1,
          counts.reduce((sum, one) => sum + one, 0),
        )
        const parts = counts.map((one) => ({ tone: 'accepted', share: one / total }))
        const widths = numbers(String(Bar({ label: 'x', parts })), 'width').slice(1)
        expect(widths.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(100.0001)
        expect(widths.every((width) => width > 0)).toBe(true)
      }),
    )
  })
  test('a trend stays in its box, whatever was measured, and draws nothing where nothing was', () => {
    const value = fc.option(fc.double({ min: 0, max: 1e7, noNaN: true }))
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 30 }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (values, target) => {
          const points = values.map((one, i) => ({ at: `2026-07-${String(i + 1).padStart(2, '0')}`, value: one }))
          const svg = String(Trend({ label: 'x', points, target, better: 'lower', format: String }))
          const circles = [...svg.matchAll(/<circle[^>]* cx="([\d.]+)" cy="([\d.]+)"/g)]
          expect(circles).toHaveLength(values.filter((one) => one !== null).length)
          for (const [, cx, cy] of circles) {
            expect(Number(cx)).toBeLessThanOrEqual(320)
            expect(Number(cy)).toBeGreaterThanOrEqual(0)
            expect(Number(cy)).toBeLessThanOrEqual(110)
          }
          expect(svg).not.toContain('NaN')
        },
      ),
    )
  })
})

describe('a contract’s schema as a table', () => {
  test('names fields by their paths, in lists and behind references, and what each holds', () => {
    const rows = schemaRows({
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'string', maxLength: 9, description: 'Yours' },
        heart: { $ref: '#/$defs/heart' },
        laps: {
          type: 'array',
          items: { type: 'object', properties: { seconds: { type: ['number', 'null'], minimum: 0 } } },
        },
        kind: { enum: ['night', 'nap'] },
      },
      $defs: { heart: { type: 'object', properties: { avg: { type: 'number', maximum: 250 } } } },
    })
    expect(rows.map(({ path, holds, required }) => [path, holds, required])).toEqual([
      ['id', 'string 9 characters at most', true],
      ['heart', 'object', false],
      ['heart.avg', 'number to 250', false],
      ['laps', 'array', false],
      ['laps[].seconds', 'number or null from 0', false],
      ['kind', 'one of "night", "nap"', false],
    ])
  })
  test('that refers to itself ends', () => {
    const tree = { type: 'object', properties: { next: { $ref: '#/$defs/tree' } } }
    expect(schemaRows({ ...tree, $defs: { tree } }).length).toBeLessThan(20)
  })
})

test('samples are read as an array or line by line; a broken line is named, and nothing of it repeated', () => {
  expect(readSamples('[{"a":1},{"a":2}]')).toEqual({ records: [{ a: 1 }, { a: 2 }] })
  expect(readSamples('{"a":1}\n\n{"a":2}\n')).toEqual({ records: [{ a: 1 }, { a: 2 }] })
  const broken = readSamples('{"a":1}\n{"secret":p-17}') as { error: string }
  expect(broken.error).toMatch(/^Line 2 is not JSON/)
  expect(broken.error).not.toContain('p-17')
  expect(readSamples('')).toHaveProperty('error')
  expect(readSamples('{"a":1}\n{"a":')).toEqual({ error: 'Line 2 is not JSON: it ends too soon' })
  expect(broken.error).not.toContain('too soon')
})

test('a filter’s link leaves out what is empty, and the later word counts', () => {
  expect(withQuery('/x', { state: 'done', reason: undefined }, { state: '' })).toBe('/x')
  expect(withQuery('/x', { a: 'b c' }, { n: 2 })).toBe('/x?a=b+c&n=2')
})
