import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DATA_TYPES } from '../../shared/schema/data-types.ts'
import { implausible, isOutside, RANGES, rangeOf } from '../../shared/source/plausible.ts'
import { type Target, targetsOf } from '../../shared/supply/reader-table.ts'

const numbers: Target[] = DATA_TYPES.flatMap((type) => [...targetsOf(type).values()])
  .flatMap((target) => [target, ...(target.fields?.values() ?? [])])
  .filter(({ kind }) => kind === 'number' || kind === 'integer')

test('every range is of fields that our schema has, and says where it is from', () => {
  for (const range of RANGES) {
    expect(
      numbers.filter(({ path }) => rangeOf(path) === range).map(({ path }) => path),
      range.of,
    ).not.toEqual([])
    expect(range.least).toBeLessThan(range.most)
    expect(range.source.length).toBeGreaterThan(10)
  }
})
test('the documentation lists them as they are', () => {
  const page = readFileSync('docs/plausible-values.md', 'utf8')
  const rows = page.split('\n').filter((line) => / to .* \|/.test(line))
  expect(rows).toEqual(
    RANGES.map(({ of, least, most, unit, source }) => `| ${of} | ${least} to ${most} ${unit} | ${source} |`),
  )
})
test('a value in the wrong unit is outside', () => {
  const outside = (path: string, value: number) => isOutside(rangeOf(path)!, value)
  expect(outside('heart_rate_data.summary.avg_hr_bpm', 1.2)).toBe(true)
  expect(outside('heart_rate_data.summary.avg_hr_bpm', 52)).toBe(false)
  expect(outside('measurements_data.measurements.height_cm', 1.78)).toBe(true)
  expect(outside('temperature_data.body_temperature_samples.temperature_celsius', 98.6)).toBe(true)
  expect(outside('temperature_data.skin_temperature_samples.temperature_celsius', 8)).toBe(false)
  expect(outside('glucose_data.blood_glucose_samples.blood_glucose_mg_per_dL', 5.4)).toBe(true)
})
test('a record names its fields once, without a value', () => {
  const samples = [1, 2, 60].map((bpm) => ({ bpm }))
  expect(implausible({ heart_rate_data: { detailed: { hr_samples: samples } } })).toEqual([
    { path: 'heart_rate_data.detailed.hr_samples.bpm', reason: 'is not between 20 and 300 beats a minute' },
  ])
})
