import { describe, expect, test } from 'vitest'
import { strokesOf } from '../../../workers/pages/scripts/chart/path.ts'
import { addSample, newSeries } from '../../../workers/pages/scripts/chart/series.ts'

const frame = { width: 100, height: 50, from: 0, to: 10_000, scale: { from: 0, to: 100 } }
const slotsOf = (...samples: [at: number, value: number][]) => {
  const series = newSeries()
  for (const [at, value] of samples) addSample(series, at, value)
  return series.slots
}

describe('the line of a chart', () => {
  test('goes through every sample, and its area down to the foot', () => {
    const { line, area, head } = strokesOf(slotsOf([0, 0], [5_000, 100], [10_000, 50]), frame)
    expect(line).toBe('M0 50L50 0L100 25')
    expect(area).toBe('M0 50L50 0L100 25L100 50L0 50Z')
    expect(head).toEqual({ x: 100, y: 25 })
  })
  test('leaves room above the highest value where it is told to', () => {
    expect(strokesOf(slotsOf([0, 100], [5_000, 0]), { ...frame, top: 10 }).line).toBe('M0 10L50 50')
  })
  test('is broken where samples are missing, by the distance that they usually have', () => {
    const { line, area } = strokesOf(slotsOf([0, 10], [1_000, 10], [2_000, 10], [9_000, 10], [10_000, 10]), frame)
    expect(line.match(/M/g)).toHaveLength(2)
    expect(area.match(/Z/g)).toHaveLength(2)
    const slow = slotsOf([0, 10], [30_000, 10], [60_000, 10], [90_000, 10])
    expect(strokesOf(slow, { ...frame, to: 90_000 }).line.match(/M/g)).toHaveLength(1)
  })
  test('leads into the frame from the last sample before it, and from no other', () => {
    const { line } = strokesOf(slotsOf([0, 0], [4_000, 0], [8_000, 0], [12_000, 0]), {
      ...frame,
      from: 6_000,
      to: 12_000,
    })
    expect(line).toBe('M-33.3 50L33.3 50L100 50')
  })
  test('shows how far a fast signal went between two pixels', () => {
    const { line } = strokesOf(slotsOf([0, 50], [100, 90], [200, 10], [400, 60]), frame)
    expect(line).toBe('M0 25L2 45L2 5L4 20')
  })
  test('is empty where all is too old, or nothing came', () => {
    expect(strokesOf([], frame)).toEqual({ line: '', area: '', head: undefined })
    expect(strokesOf(slotsOf([-5_000, 1]), frame)).toEqual({ line: '', area: '', head: undefined })
  })
})
