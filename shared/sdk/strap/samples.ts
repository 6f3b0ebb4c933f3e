import { iso } from '../../base/time.ts'
import type { Sample } from '../producer/frame.ts'
import type { HeartRateMeasurement } from './heart-rate-measurement.ts'

/** What is streamed of a measurement that came at `now`: the rate, and each interval at the beat that ended it. */
export function samplesOf(measurement: HeartRateMeasurement, now: number): [type: string, sample: Sample][] {
  const { bpm, contact, rrMs } = measurement
  // Off the skin straps go on with the last rate, or with noise.
  if (contact === false) return []
  const rates: [string, Sample][] = bpm > 0 ? [['HEART_RATE', { ts: iso(now), val: bpm }]] : []
  let endsAt = now - rrMs.slice(1).reduce((sum, ms) => sum + ms, 0)
  const intervals = rrMs.map((ms, i): [string, Sample] => {
    if (i > 0) endsAt += ms
    return ['RR_INTERVAL', { ts: iso(endsAt), val: Math.round(ms * 100) / 100 }]
  })
  return [...rates, ...intervals]
}
