import { describe, expect, test } from 'vitest'
import { mergeRecord } from '../../shared/schema/merge.ts'

describe('a record that comes again holds everything that came before', () => {
  test('a newer field wins, an absent one stays', () => {
    expect(mergeRecord({ a: { x: 1, y: 2 } }, { a: { x: 3 } })).toEqual({ a: { x: 3, y: 2 } })
  })
  test('undefined erases nothing', () => {
    expect(mergeRecord({ a: 1 }, { a: undefined })).toEqual({ a: 1 })
  })
  test('samples are united by their moment, the newer one wins, in order of time', () => {
    const older = {
      s: [
        { timestamp: '2026-07-01T00:00:00+02:00', bpm: 50 },
        { timestamp: '2026-07-01T00:02:00+02:00', bpm: 52 },
      ],
    }
    const newer = {
      s: [
        { timestamp: '2026-07-01T00:02:00+02:00', bpm: 60 },
        { timestamp: '2026-06-30T22:01:00Z', bpm: 51 },
      ],
    }
    expect(mergeRecord(older, newer)).toEqual({
      s: [
        { timestamp: '2026-07-01T00:00:00+02:00', bpm: 50 },
        { timestamp: '2026-06-30T22:01:00Z', bpm: 51 },
        { timestamp: '2026-07-01T00:02:00+02:00', bpm: 60 },
      ],
    })
  })
  test('a list without times is replaced', () => {
    expect(mergeRecord({ zones: [1, 2] }, { zones: [3] })).toEqual({ zones: [3] })
  })
  test('neither side is changed', () => {
    const older = { a: { x: 1 } }
    mergeRecord(older, { a: { y: 2 } })
    expect(older).toEqual({ a: { x: 1 } })
  })
})
