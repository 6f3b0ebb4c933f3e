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
  test('one moment written in two offsets is one sample, and its undefined fields erase nothing', () => {
    const older = { s: [{ timestamp: '2026-07-01T00:02:00+02:00', bpm: 52, context: 1 }] }
    const newer = { s: [{ timestamp: '2026-06-30T22:02:00.000000Z', bpm: 60, context: undefined }] }
    expect(mergeRecord(older, newer)).toEqual({
      s: [{ timestamp: '2026-06-30T22:02:00.000000Z', bpm: 60, context: 1 }],
    })
  })
  test('two dishes, two tags and two drinks of one moment stay two', () => {
    const timestamp = '2026-07-01T12:00:00Z'
    const record = {
      meals: [
        { timestamp, id: 'a', type: 3 },
        { timestamp, id: 'b', type: 3 },
      ],
      tags: [
        { timestamp, tag_name: 'tea' },
        { timestamp, tag_name: 'nap' },
      ],
      drink_samples: [
        { timestamp, drink_name: 'tea' },
        { timestamp, drink_name: 'water' },
      ],
    }
    expect(mergeRecord(record, structuredClone(record))).toEqual(record)
  })
  test('phases are united by their start, laps too', () => {
    const at = (day: number) => `2026-07-0${day}T00:00:00Z`
    expect(
      mergeRecord({ intervals: [{ start_timestamp: at(2) }] }, { intervals: [{ start_timestamp: at(1) }] }),
    ).toEqual({ intervals: [{ start_timestamp: at(1) }, { start_timestamp: at(2) }] })
    expect(mergeRecord({ laps: [{ start_time: at(1), calories: 1 }] }, { laps: [{ start_time: at(1) }] })).toEqual({
      laps: [{ start_time: at(1), calories: 1 }],
    })
  })
  test('an empty list of samples takes none away', () => {
    const older = { s: [{ timestamp: '2026-07-01T00:00:00Z', bpm: 50 }] }
    expect(mergeRecord(older, { s: [] })).toEqual(older)
  })
  test('a null takes nothing away, but a score is taken back', () => {
    const older = { steps: 5, data_enrichment: { sleep_score: 80 } }
    expect(mergeRecord(older, { steps: null, data_enrichment: { sleep_score: null } })).toEqual({
      steps: 5,
      data_enrichment: { sleep_score: null },
    })
  })
  test('merging the same again changes nothing', () => {
    const record = { a: { x: 1 }, s: [{ timestamp: '2026-07-01T00:00:00Z', bpm: 50 }], zones: [1] }
    expect(mergeRecord(record, structuredClone(record))).toEqual(record)
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
