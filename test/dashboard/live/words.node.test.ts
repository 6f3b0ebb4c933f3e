import { describe, expect, test } from 'vitest'
import { figuresOf, spread } from '../../../workers/dashboard/scripts/live/figures.ts'
import { quantityOf } from '../../../workers/dashboard/scripts/live/quantities.ts'
import { bytes, deviceOf, duration, milliseconds, shortId } from '../../../workers/dashboard/scripts/live/words.ts'
import { figureOf } from '../../../workers/pages/scripts/chart/scale.ts'

describe('a type of frames', () => {
  test('is shown with its unit, also with the exercise in front', () => {
    expect(quantityOf('HEART_RATE')).toMatchObject({ label: 'Heart rate', unit: 'bpm', tone: 'heart' })
    expect(quantityOf('heart_rate')).toMatchObject({ label: 'Heart rate' })
    expect(quantityOf('RUNNING_TREADMILL_DISTANCE')).toMatchObject({ label: 'Running treadmill distance', unit: 'm' })
    expect(quantityOf('RUNNING_HEART_RATE_VARIABILITY')).toMatchObject({ unit: 'ms' })
  })
  test('that nobody knows is shown by its own name', () => {
    expect(quantityOf('SKIN_GLOSS')).toMatchObject({ label: 'Skin gloss', unit: '' })
  })
  test('has as many digits as it can be measured with', () => {
    expect(figureOf(71.6, quantityOf('HEART_RATE').digits)).toBe('72')
    expect(figureOf(12_345, 0)).toBe('12,345')
    expect(figureOf(2.84, quantityOf('SPEED').digits)).toBe('2.8')
  })
})

describe('words', () => {
  test('tell durations and sizes with no more digits than matter', () => {
    expect([0, 400, 42_000, 240_000, 7_200_000, 3e8].map(duration)).toEqual([
      '0.0 s',
      '0.4 s',
      '42 s',
      '4 min',
      '2 h',
      '3 days',
    ])
    expect([0.42, 3, 84.4, 1_240].map(milliseconds)).toEqual(['0.4 ms', '3 ms', '84 ms', '1.2 s'])
    expect([12, 4_200, 42_000, 4_200_000].map(bytes)).toEqual(['12 B', '4.2 kB', '42 kB', '4.2 MB'])
    expect(shortId('c7a91f3e-0d4b-4a52-9a7e-3f6e2b1d9c10')).toBe('c7a91f3e…1d9c10')
  })
  test('tell how the link to a device is, and why it is not', () => {
    expect(deviceOf(null)).toBe('not reported')
    expect(deviceOf({ connected: true, device_id: 'strap-1' })).toBe('linked: strap-1')
    expect(deviceOf({ connected: false, device_id: 'strap-1', reason: 'out of reach' })).toBe(
      'not linked: out of reach',
    )
  })
  test('tell how all streams are; of what has not happened, nothing', () => {
    const hop = { p50_ms: 2, p99_ms: 11.4, n: 9 }
    const none = { p50_ms: 0, p99_ms: 0, n: 0 }
    const now = Date.parse('2026-11-27T07:00:00Z')
    const consumer = { consumer_id: 'c', kind: 'events', since: '2026-11-27T06:00:00Z' }
    const status = {
      producers: 1_200,
      consumers: [
        { ...consumer, behind_ms: null },
        { ...consumer, behind_ms: 65_000 },
      ],
      retained: { from: '2026-11-27T04:00:00Z', bytes: 4_200_000, dropped: null },
      frames_last_minute: 72_000,
      latency: { session_to_hub: hop, hub: none, hub_to_consumer: hop },
    }
    expect(figuresOf(status, now)).toEqual({
      producers: '1,200',
      consumers: '2, one 65 s behind',
      rate: '72,000',
      kept: '3 h, 4.2 MB',
      session_to_hub: '2 ms · 11 ms',
      hub: '–',
      hub_to_consumer: '2 ms · 11 ms',
    })
    expect(figuresOf({ ...status, retained: { from: null, bytes: 0, dropped: null } }, now).kept).toBe('nothing')
    const dropped = { frames: 1_500, last_at: '2026-11-27T05:00:00Z' }
    expect(figuresOf({ ...status, retained: { ...status.retained, dropped } }, now).kept).toBe(
      '3 h, 4.2 MB; 1,500 frames dropped',
    )
    expect([spread([]), spread([90, 80, 400])]).toEqual(['–', '90 ms · 400 ms'])
  })
})
