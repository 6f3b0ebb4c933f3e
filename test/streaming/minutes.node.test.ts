import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import provider from '../../shared/providers/live-stream.ts'
import { mergeRecord } from '../../shared/schema/merge.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'
import type { MinutePayload } from '../../shared/streaming/minute-payload.ts'
import { Minutes } from '../../shared/streaming/minutes.ts'
import { sampleTime, timeText } from '../../shared/streaming/sample-time.ts'

/** Frames become minutes, and minutes the records of a day, whenever they are taken and wherever it is cut off. */

const START = Date.UTC(2026, 10, 27, 9)
const SECOND = 1_000
const MINUTE = 60_000
const UID = '00000001-0000-8000-8000-000000000001'
const nobody = () => undefined
const iso = (at: number, offset = 60) => timeText(at, offset)

interface Frame {
  t: string
  at: number
  d: object
}
const frame = (t: string, at: number, val: number, ts: unknown = iso(at)): Frame => ({ t, at, d: { ts, val } })
function told(frames: Frame[], now = START + 3_600_000): MinutePayload[] {
  const minutes = new Minutes(nobody)
  for (const { t, at, d } of frames) minutes.add(UID, t, d, at)
  return minutes.take(now, 1).payloads
}
interface Minute {
  kind: string
  start: string
  end?: string
  value: number
}
const minutesOf = (payloads: MinutePayload[]): Minute[] =>
  payloads.flatMap(({ resource, body }) => (resource === 'minutes' ? JSON.parse(body).minutes : []))
const kindsOf = (payloads: MinutePayload[]) => [...new Set(minutesOf(payloads).map(({ kind }) => kind))]
const sumOf = (payloads: MinutePayload[], kind: string) =>
  minutesOf(payloads).reduce((sum, one) => sum + (one.kind === kind ? one.value : 0), 0)

describe('a minute of a heart rate', () => {
  test('is its least, its mean and its most, each at a time of its own', () => {
    const frames = [60, 72, 66, 90].map((bpm, i) => frame('HEART_RATE', START + i * 10 * SECOND, bpm))
    expect(minutesOf(told(frames))).toEqual([
      { kind: 'HEART_RATE', start: iso(START), value: 60 },
      { kind: 'HEART_RATE', start: iso(START + 15 * SECOND + 1), value: 72 },
      { kind: 'HEART_RATE', start: iso(START + 30 * SECOND), value: 90 },
    ])
  })
  test('has both of two values of one moment', () => {
    const both = [61, 70].map((bpm) => frame('HEART_RATE', START, bpm))
    expect(minutesOf(told(both)).map(({ value }) => value)).toEqual([61, 70])
    expect(new Set(minutesOf(told(both)).map(({ start }) => start)).size).toBe(2)
  })
  test('that is all the same is one sample, and so is a single reading', () => {
    const same = [0, 1, 2].map((i) => frame('HEART_RATE', START + i * SECOND, 61))
    expect(minutesOf(told(same))).toEqual([{ kind: 'HEART_RATE', start: iso(START + SECOND + 1), value: 61 }])
    expect(minutesOf(told([frame('heart_rate', START, 61)]))).toHaveLength(1)
  })
  test('has no values that no heart has, and none that are no numbers', () => {
    const frames = [0, -1, 900, Number.NaN].map((bpm) => frame('HEART_RATE', START, bpm))
    expect(told([...frames, { t: 'HEART_RATE', at: START, d: { ts: iso(START), val: '61' } }])).toEqual([])
  })
})

describe('a sample', () => {
  test('is of its own minute where that can be, and of its arrival where not', () => {
    const late = START - 23 * 3_600_000
    expect(sampleTime(iso(late), START)).toEqual({ at: late, offset: 60 })
    expect(sampleTime('2026-11-27T09:00:00Z', START)).toEqual({ at: START })
    expect(sampleTime('2026-11-27T03:30:00.5-05:30', START)).toEqual({ at: START + 500, offset: -330 })
    expect(sampleTime(START / 1_000, START)).toEqual({ at: START })
    expect(sampleTime(START - 7, START)).toEqual({ at: START - 7 })
    for (const ts of [iso(START - 25 * 3_600_000), iso(START + 2 * MINUTE)])
      expect(sampleTime(ts, START)).toEqual({ at: START, offset: 60 })
    for (const ts of ['yesterday', 'Fri Nov 27 2026', null, undefined, {}, Number.NaN])
      expect(sampleTime(ts, START).at).toBe(START)
  })
  test.each(['ECG', 'ACCELERATION', 'TOTAL_CALORIES', 'RESTING_HEART_RATE', 'MAX_HEART_RATE', 'ts', ''])(
    'of the type %s becomes nothing',
    (t) => expect(told([frame(t, START, 61)])).toEqual([]),
  )
})

describe('what is counted', () => {
  const steps = (values: number[], every = SECOND) => values.map((value, i) => frame('STEPS', START + i * every, value))
  test('is what a running total rises by', () => {
    const payloads = told(steps(Array.from({ length: 121 }, (_, i) => 5_000 + 2 * i)))
    expect(minutesOf(payloads)).toEqual([
      { kind: 'STEPS', start: iso(START), end: iso(START + 59 * SECOND), value: 118 },
      { kind: 'STEPS', start: iso(START + MINUTE), end: iso(START + 119 * SECOND), value: 120 },
      { kind: 'STEPS', start: iso(START + 2 * MINUTE), end: iso(START + 120 * SECOND), value: 2 },
    ])
  })
  test('goes on over a total that begins anew', () => {
    expect(sumOf(told(steps([100, 102, 104, 1, 3, 5])), 'STEPS')).toBe(9)
  })
  test('is over the pause where nothing was told', () => {
    const payloads = told([frame('STEPS', START, 100), frame('STEPS', START + 20 * MINUTE, 1_300)])
    expect(minutesOf(payloads)).toEqual([
      { kind: 'STEPS', start: iso(START), end: iso(START + 20 * MINUTE), value: 1_200 },
    ])
  })
  test('counts once where two devices of a person tell it', () => {
    const both = Array.from({ length: 100 }, (_, i) => [
      frame('STEPS', START + i * SECOND, 5_000 + i),
      frame('STEPS', START + i * SECOND + 500, 200_000 + i),
    ]).flat()
    expect(sumOf(told(both), 'STEPS')).toBe(99)
  })
  test('is the other device’s when the first falls silent', () => {
    const first = Array.from({ length: 10 }, (_, i) => frame('STEPS', START + i * SECOND, 5_000 + i))
    const other = Array.from({ length: 200 }, (_, i) => frame('STEPS', START + i * SECOND + 500, 200_000 + i))
    const sum = sumOf(told([...first, ...other].sort((a, b) => a.at - b.at)), 'STEPS')
    expect(sum).toBeGreaterThan(9 + 110)
    expect(sum).toBeLessThanOrEqual(9 + 199)
  })
  test('does not fall for a value that came late', () => {
    const values = steps([100, 101, 102, 103])
    expect(sumOf(told([...values, { ...frame('STEPS', START + SECOND, 101), at: START + 9 * SECOND }]), 'STEPS')).toBe(
      3,
    )
  })
})

test('intervals between beats become the variability of their minute, without beats too many', () => {
  const beats = Array.from({ length: 60 }, (_, i) => frame('RR_INTERVAL', START + i * 900, i % 2 ? 920 : 900))
  const [variability, ...more] = minutesOf(told(beats))
  expect(more).toEqual([])
  expect(variability).toMatchObject({ kind: 'HRV_RMSSD', value: 20 })
  const extra = beats.toSpliced(30, 0, frame('RR_INTERVAL', START + 29 * 900, 450))
  expect(minutesOf(told(extra))[0]!.value).toBe(20)
  const inSeconds = beats.map(({ d, ...rest }) => ({ ...rest, d: { ...d, val: (d as { val: number }).val / 1_000 } }))
  expect(minutesOf(told(inSeconds))[0]!.value).toBeCloseTo(20, 3)
  const packed = {
    t: 'RR_INTERVAL',
    at: START,
    d: { ts: iso(START), d: beats.map(({ d }) => (d as { val: number }).val) },
  }
  expect(minutesOf(told([packed]))[0]!.value).toBe(20)
  expect(told(beats.slice(0, 10))).toEqual([])
  expect(kindsOf(told([...beats, frame('HRV', START, 44)]))).toEqual(['HRV_RMSSD'])
  expect(minutesOf(told([...beats, frame('HRV', START, 44)]))).toHaveLength(1)
})

describe('a workout', () => {
  const seconds = 400
  const run = Array.from({ length: seconds }, (_, i) => [
    frame('RUNNING_HEART_RATE', START + i * SECOND, 100 + (i % 60)),
    frame('RUNNING_DISTANCE', START + i * SECOND, 3 * (i + 1)),
    frame('RUNNING_STEPS_CADENCE', START + i * SECOND, 2.8),
  ]).flat()
  const activities = (payloads: MinutePayload[]) =>
    payloads
      .filter(({ resource }) => resource === 'workouts')
      .flatMap(({ body, user_id }) => {
        const { records, quarantined } = normalizePayload(provider, {
          resource: 'workouts',
          kind: 'push',
          body,
          user_id,
        })
        expect(quarantined).toEqual([])
        return records
      })
  test('is an activity, and its samples are the day’s as well', () => {
    const payloads = told(run)
    const [activity, ...more] = activities(payloads)
    expect(more).toEqual([])
    expect(activity).toMatchObject({
      type: 'activity',
      data: {
        metadata: {
          type: 8,
          start_time: '2026-11-27T10:00:00.000000+01:00',
          end_time: '2026-11-27T10:06:39.000000+01:00',
        },
        distance_data: { summary: { distance_meters: 1_200 } },
        heart_rate_data: { summary: { min_hr_bpm: 100, max_hr_bpm: 159 } },
        movement_data: { avg_cadence_rpm: 168 },
      },
    })
    expect(kindsOf(payloads)).toEqual(['HEART_RATE', 'DISTANCE'])
    // The day has seen the total before it rose.
    expect(sumOf(payloads, 'DISTANCE')).toBe(1_197)
  })
  test('is one activity however often it is told, and grows', () => {
    const minutes = new Minutes(nobody)
    const records = []
    for (const { t, at, d } of run) {
      minutes.add(UID, t, d, at)
      if ((at - START) % (2 * MINUTE) === 0) records.push(...activities(minutes.take(at, at).payloads))
    }
    records.push(...activities(minutes.take(START + 3_600_000, 1).payloads))
    expect(records.length).toBeGreaterThan(2)
    expect(new Set(records.map(({ summary_id }) => summary_id)).size).toBe(1)
    const merged = records.map(({ data }) => data!).reduce((a, b) => mergeRecord(a, b))
    const [whole] = activities(told(run))
    expect(merged).toEqual(whole!.data)
  })
  test('that is followed by another of its kind is not that one', () => {
    const later = run.map(({ t, at, d }) => ({ t, at: at + 3_600_000, d: { ...d, ts: iso(at + 3_600_000) } }))
    const ids = activities(told([...run, ...later], START + 3 * 3_600_000)).map(({ summary_id }) => summary_id)
    expect(new Set(ids).size).toBe(2)
  })
  test('has a payload of its own where others go on at the same time', () => {
    const other = run.map(({ t, ...rest }) => ({ t: t.replace('RUNNING', 'ROWING'), ...rest }))
    const payloads = told([...run, ...other]).filter(({ resource }) => resource === 'workouts')
    expect(new Set(payloads.map(({ payload_id }) => payload_id)).size).toBe(2)
    expect(payloads.map((payload) => activities([payload]).length)).toEqual([1, 1])
  })
  test('is not what a label names that is another each time: the day has its samples, and little is kept', () => {
    const minutes = new Minutes(nobody)
    for (let i = 0; i < 2_000; i++) {
      const { t, at, d } = frame(`A${i}_HEART_RATE`, START + i * SECOND, 60 + (i % 9))
      minutes.add(UID, t, d, at)
    }
    const { payloads, changes } = minutes.take(START + 2_000 * SECOND, 1)
    expect(minutesOf(payloads).length).toBeGreaterThan(90)
    expect(payloads.length).toBeLessThan(30)
    expect(JSON.stringify(changes.get(UID)).length).toBeLessThan(20_000)
  })
})

test('a day that comes at once is told in payloads that are far below what a row holds', () => {
  const values: Record<string, (second: number) => number> = {
    HEART_RATE: (second) => 60 + (second % 60),
    HRV: (second) => 40 + (second % 60) / 7,
    HEART_RATE_VARIABILITY: (second) => 50 + (second % 60) / 7,
    STEPS: (second) => second,
    DISTANCE: (second) => second * 0.7,
    CALORIES: (second) => second / 60,
    MET: (second) => 1 + (second % 60) / 60,
  }
  const seconds = Array.from({ length: 24 * 60 * 3 }, (_, i) => 20 * i)
  const day = seconds.flatMap((second) =>
    Object.entries(values).map(([t, value]) =>
      frame(t, START, value(second), iso(START - 24 * 60 * MINUTE + second * SECOND)),
    ),
  )
  const payloads = told(day)
  expect(payloads.length).toBeGreaterThan(1)
  expect(new Set(payloads.map(({ payload_id }) => payload_id)).size).toBe(payloads.length)
  expect(sumOf(payloads, 'STEPS')).toBe(seconds.at(-1))
  for (const { body } of payloads) expect(body.length).toBeLessThan(1_000_000)
})

describe('taken now and then', () => {
  /** Heart rates, steps and a run, some of them late, over half an hour. */
  const STREAM = fc
    .uniqueArray(
      fc.record({
        second: fc.nat(1_800),
        bpm: fc.integer({ min: 40, max: 190 }),
        late: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(600) }),
      }),
      // One moment has one value, and the newest counts.
      { minLength: 1, maxLength: 150, selector: ({ second }) => second },
    )
    .map((some) =>
      some
        .map(({ second, bpm, late }) => ({
          ...frame('HEART_RATE', START + second * SECOND, bpm),
          at: START + (second + late) * SECOND,
        }))
        .concat(Array.from({ length: 180 }, (_, i) => frame('STEPS', START + i * 10 * SECOND, 1_000 + 7 * i)))
        .sort((a, b) => a.at - b.at),
    )
  const END = START + 7_200_000
  const dayOf = (payloads: MinutePayload[]) =>
    payloads
      .flatMap(
        ({ resource, body, user_id }) => normalizePayload(provider, { resource, kind: 'push', body, user_id }).records,
      )
      .map(({ data }) => data!)
      .reduce((a, b) => mergeRecord(a, b)) as {
      distance_data: { steps: number }
      heart_rate_data: { summary: { min_hr_bpm: number; max_hr_bpm: number } }
    }
  const bpmOf = ({ t, d }: Frame) => (t === 'HEART_RATE' ? [(d as { val: number }).val] : [])

  test('no step is lost or counted twice, and the extremes are those of all readings', () => {
    fc.assert(
      fc.property(STREAM, fc.array(fc.nat(1_900), { maxLength: 12 }), (frames, takes) => {
        const minutes = new Minutes(nobody)
        const due = takes.map((second) => START + second * SECOND).sort((a, b) => a - b)
        const payloads: MinutePayload[] = []
        for (const { t, at, d } of frames) {
          while (due.length > 0 && due[0]! <= at) payloads.push(...minutes.take(due.shift()!, at).payloads)
          minutes.add(UID, t, d, at)
        }
        payloads.push(...minutes.take(END, END).payloads)
        expect(new Set(payloads.map(({ payload_id }) => payload_id)).size).toBe(payloads.length)
        const day = dayOf(payloads)
        expect(day.distance_data.steps).toBe(179 * 7)
        expect(day.heart_rate_data.summary).toMatchObject({
          min_hr_bpm: Math.min(...frames.flatMap(bpmOf)),
          max_hr_bpm: Math.max(...frames.flatMap(bpmOf)),
        })
        expect(minutes.dueAt(END)).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })
  test('and cut off anywhere, what was kept and the frames since come to the same', () => {
    fc.assert(
      fc.property(STREAM, fc.nat(100), fc.nat(100), (frames, kept, cut) => {
        const [taken, dead] = [kept, kept + cut].map((i) => Math.min(i, frames.length)) as [number, number]
        const at = (i: number) => frames[Math.min(i, frames.length - 1)]!.at
        const add = (minutes: Minutes, some: Frame[]) => {
          for (const { t, at, d } of some) minutes.add(UID, t, d, at)
        }
        const [whole, first] = [new Minutes(nobody), new Minutes(nobody)]
        for (const minutes of [whole, first]) add(minutes, frames.slice(0, taken))
        const [told, toldFirst] = [whole, first].map((minutes) => minutes.take(at(taken), taken))
        expect(toldFirst!.payloads).toEqual(told!.payloads)
        // As it is written down then; what the first one counts afterwards dies with it.
        const text = JSON.stringify(toldFirst!.changes.get(UID) ?? null)
        add(whole, frames.slice(taken))
        add(first, frames.slice(taken, dead))
        const again = new Minutes(() => JSON.parse(text) ?? undefined)
        again.remember(UID)
        add(again, frames.slice(taken))
        expect(again.take(END, END).payloads).toEqual(whole.take(END, END).payloads)
      }),
      { numRuns: 60 },
    )
  })
  test('who is silent for a day is not kept any more', () => {
    const minutes = new Minutes(nobody)
    minutes.add(UID, 'STEPS', { ts: iso(START), val: 1 }, START)
    expect(minutes.take(START + MINUTE, 1).changes.get(UID)).not.toBeNull()
    expect(minutes.take(START + 86_400_000, 2).changes.get(UID)).toBeNull()
  })
})
