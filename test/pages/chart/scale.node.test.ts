import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { placeOn, scaleOf } from '../../../workers/pages/scripts/chart/scale.ts'

describe('the scale of a chart', () => {
  test('lies on round numbers around the values', () => {
    expect(scaleOf(61, 88)).toEqual({ from: 60, to: 90, ticks: [60, 70, 80, 90] })
    expect(scaleOf(0.12, 0.31)).toEqual({ from: 0.1, to: 0.4, ticks: [0.1, 0.2, 0.3, 0.4] })
    expect(scaleOf(-9.8, 9.8)).toEqual({ from: -10, to: 10, ticks: [-10, 0, 10] })
  })
  test('shows a steady value in the middle, and nothing below zero of what is never there', () => {
    expect(scaleOf(72, 72, { least: 20 })).toEqual({ from: 60, to: 90, ticks: [60, 70, 80, 90] })
    expect(scaleOf(0, 0, { least: 20 })).toEqual({ from: 0, to: 10, ticks: [0, 5, 10] })
    expect(scaleOf(0, 0).from).toBe(0)
  })
  test('holds every value that it was made for, with few ticks that rise', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(value, value, fc.double({ min: 0, max: 100, noNaN: true }), (a, b, least) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const { from, to, ticks } = scaleOf(low, high, { least })
        const dust = Math.max(Math.abs(low), Math.abs(high), 1) * 1e-9
        expect(from).toBeLessThanOrEqual(low + dust)
        expect(to).toBeGreaterThanOrEqual(high - dust)
        expect(to).toBeGreaterThan(from)
        expect(ticks.length).toBeLessThanOrEqual(6)
        expect(ticks).toEqual(ticks.toSorted((x, y) => x - y))
      }),
    )
  })
  test('places values along a length', () => {
    expect(placeOn({ from: 60, to: 90 }, 75, 200)).toBe(100)
  })
})
