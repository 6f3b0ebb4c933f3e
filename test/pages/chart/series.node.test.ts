import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addSample, forget, newSeries, rangeSince, SPAN_MS } from '../../../workers/pages/scripts/chart/series.ts'

describe('a series', () => {
  test('of one sample a second keeps every sample', () => {
    const series = newSeries()
    for (let second = 0; second < 120; second++) addSample(series, second * 1_000, second)
    expect(series.slots.map(({ last }) => last)).toEqual(Array.from({ length: 120 }, (_, i) => i))
    expect(series.latest).toEqual({ at: 119_000, value: 119 })
  })
  test('of many samples a second keeps how far each half second went', () => {
    const series = newSeries()
    for (const [at, value] of [
      [1_000, 3],
      [1_100, 9],
      [1_200, -4],
      [1_400, 5],
      [1_500, 6],
    ] as const)
      addSample(series, at, value)
    expect(series.slots).toEqual([
      { from: 1_000, to: 1_400, first: 3, low: -4, high: 9, last: 5 },
      { from: 1_500, to: 1_500, first: 6, low: 6, high: 6, last: 6 },
    ])
  })
  test('puts what comes late where its time says, and the newest stays the newest', () => {
    const series = newSeries()
    for (const second of [5, 1, 3, 2, 4]) addSample(series, second * 1_000, second)
    expect(series.slots.map(({ first }) => first)).toEqual([1, 2, 3, 4, 5])
    expect(series.latest?.value).toBe(5)
  })
  test('is bounded, whatever the clock of the sender says', () => {
    const series = newSeries()
    for (let i = 0; i < 20_000; i++) addSample(series, i * 1_000, i)
    expect(series.slots.length).toBeLessThanOrEqual(1_200)
    expect(series.slots.at(-1)?.last).toBe(19_999)
    forget(series, 19_999_000 - SPAN_MS)
    expect(series.slots).toHaveLength(301)
    forget(series, 1e12)
    expect(series.slots).toEqual([])
  })
  test('knows the range of what is seen, and of nothing else', () => {
    const series = newSeries()
    expect(rangeSince(series, 0)).toBeUndefined()
    for (const [at, value] of [
      [1_000, 500],
      [2_000, 60],
      [3_000, 75],
    ] as const)
      addSample(series, at, value)
    expect(rangeSince(series, 1_500)).toEqual({ low: 60, high: 75 })
    expect(rangeSince(series, 9_000)).toBeUndefined()
  })
  test('in any order is the same as in order', () => {
    const sample = fc.record({ at: fc.integer({ min: 0, max: 20_000 }), value: fc.integer({ min: -50, max: 50 }) })
    const distinct = fc.uniqueArray(sample, { selector: ({ at }) => at, maxLength: 60 })
    fc.assert(
      fc.property(distinct, (samples) => {
        const [given, sorted] = [newSeries(), newSeries()]
        for (const { at, value } of samples) addSample(given, at, value)
        for (const { at, value } of samples.toSorted((a, b) => a.at - b.at)) addSample(sorted, at, value)
        expect(given).toEqual(sorted)
      }),
    )
  })
})
