import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { curveOf } from '../../../workers/stream/scripts/strap/curve.ts'

const frame = { width: 600, height: 200, spanMs: 120_000 }
const NOW = 1_000_000_000_000
const second = (ago: number, bpm: number) => ({ at: NOW - ago * 1_000, bpm })

describe('the curve', () => {
  test('ends at the right with the last value, and begins where its time does', () => {
    const { line, tip } = curveOf([second(120, 60), second(119, 60), second(0, 60)], NOW, frame)
    expect(line.startsWith('M40 ')).toBe(true)
    expect(tip).toMatchObject({ x: 594 })
  })
  test('has a gap where nothing was measured', () => {
    const { line } = curveOf([second(30, 60), second(29, 61), second(10, 62), second(9, 63)], NOW, frame)
    expect(line.match(/M/g)).toHaveLength(2)
  })
  test('makes no mountains of a calm heart', () => {
    const points = Array.from({ length: 60 }, (_, i) => second(60 - i, 60 + (i % 3)))
    const heights = curveOf(points, NOW, frame)
      .line.match(/ ([\d.]+)/g)!
      .map(Number)
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(15)
  })
  test('of nothing is nothing', () => {
    expect(curveOf([second(500, 60)], NOW, frame)).toMatchObject({ line: '', area: '', tip: undefined })
  })
  test('stays in its frame, with few ticks that lie on it', () => {
    const point = fc.record({ ago: fc.integer({ min: 0, max: 130 }), bpm: fc.integer({ min: 1, max: 300 }) })
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 50 }), (some) => {
        const points = some.toSorted((a, b) => b.ago - a.ago).map(({ ago, bpm }) => second(ago, bpm))
        const { line, ticks } = curveOf(points, NOW, frame)
        for (const [, x, y] of line.matchAll(/[ML]([-\d.]+) ([-\d.]+)/g)) {
          expect(Number(x)).toBeGreaterThanOrEqual(40)
          expect(Number(x)).toBeLessThanOrEqual(594)
          expect(Number(y)).toBeGreaterThanOrEqual(0)
          expect(Number(y)).toBeLessThanOrEqual(200)
        }
        expect(ticks.length).toBeGreaterThan(1)
        expect(ticks.length).toBeLessThan(10)
      }),
    )
  })
})
