import { describe, expect, test } from 'vitest'
import { samplesOf } from '../../../shared/sdk/strap/samples.ts'

const NOW = Date.parse('2026-05-01T08:00:10.000Z')
const plain = { contact: undefined, energyKj: undefined }

describe('of a measurement', () => {
  test('the rate is of now, and each interval of the beat that ended it', () => {
    expect(samplesOf({ ...plain, bpm: 61, rrMs: [1_000, 985.3515625, 990] }, NOW)).toEqual([
      ['HEART_RATE', { ts: '2026-05-01T08:00:10.000Z', val: 61 }],
      ['RR_INTERVAL', { ts: '2026-05-01T08:00:08.024Z', val: 1_000 }],
      ['RR_INTERVAL', { ts: '2026-05-01T08:00:09.010Z', val: 985.35 }],
      ['RR_INTERVAL', { ts: '2026-05-01T08:00:10.000Z', val: 990 }],
    ])
  })
  test('off the skin nothing is streamed: what a strap says then is no heart', () => {
    expect(samplesOf({ ...plain, contact: false, bpm: 72, rrMs: [800] }, NOW)).toEqual([])
  })
  test('a rate of zero is none', () => {
    expect(samplesOf({ ...plain, contact: true, bpm: 0, rrMs: [] }, NOW)).toEqual([])
  })
})
