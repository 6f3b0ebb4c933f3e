import { describe, expect, test } from 'vitest'
import garmin from '../../shared/providers/garmin.ts'
import { processPayload } from '../../shared/source/process.ts'

/** A wrong clock at the source does not make tomorrow's data today's newest. */
const receivedAt = Date.UTC(2026, 6, 1, 12)
const DAY_S = 86_400
const steps = (startTimeInSeconds: number) => ({
  userId: 'u',
  summaryId: `s${startTimeInSeconds}`,
  calendarDate: new Date(startTimeInSeconds * 1000).toISOString().slice(0, 10),
  startTimeInSeconds,
  startTimeOffsetInSeconds: 0,
  durationInSeconds: DAY_S,
  steps: 4_000,
})
const processed = (...days: ReturnType<typeof steps>[]) =>
  processPayload(garmin, {
    number: 1,
    payload_id: 'pay_1',
    user_id: 'u',
    kind: 'push',
    resource: 'dailies',
    origin: 'live',
    body: JSON.stringify({ dailies: days }),
    trace: 't',
    receivedAt,
    provider: 'garmin',
  })
const midnight = Date.UTC(2026, 6, 1) / 1000

describe('a day', () => {
  test('that begins up to two days ahead is somebody’s today, or a clock a little off', () => {
    expect(processed(steps(midnight), steps(midnight + 2 * DAY_S)).records).toHaveLength(2)
  })
  test('that begins later is set aside with the reason, and the rest goes on', () => {
    const { records, quarantined } = processed(steps(midnight), steps(midnight + 30 * DAY_S))
    expect(records.map(({ summary_id }) => summary_id)).toEqual(['2026-07-01'])
    expect(quarantined).toEqual([
      { path: '', reason: 'daily: it begins 708 hours after it came: the clock of its source is wrong' },
    ])
  })
})
