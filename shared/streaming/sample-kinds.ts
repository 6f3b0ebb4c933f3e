/** What of a stream can become samples of records, whatever a producer calls it. */
export type SampleKind =
  | 'HEART_RATE'
  | 'HRV_RMSSD'
  | 'HRV_SDNN'
  | 'RR_INTERVAL'
  | 'STEPS'
  | 'DISTANCE'
  | 'FLOORS'
  | 'CALORIES'
  | 'MET'
  | 'SPEED'
  | 'POWER'
  | 'CADENCE'

interface About {
  /** What a body can do; a value outside of it is a sensor’s mistake. */
  least: number
  most: number
  /** A running total: what it rises by counts. At most so much a second, and at once. */
  counted?: { perSecond: number; atOnce: number }
}
/** bpm, ms, steps, m, floors, kcal, METs, m/s, W, steps or revolutions a minute. */
export const KINDS: Record<SampleKind, About> = {
  HEART_RATE: { least: 20, most: 300 },
  HRV_RMSSD: { least: 0, most: 1_000 },
  HRV_SDNN: { least: 0, most: 1_000 },
  RR_INTERVAL: { least: 200, most: 3_000 },
  STEPS: { least: 0, most: 1e9, counted: { perSecond: 6, atOnce: 60 } },
  DISTANCE: { least: 0, most: 1e9, counted: { perSecond: 40, atOnce: 400 } },
  FLOORS: { least: 0, most: 1e6, counted: { perSecond: 1, atOnce: 5 } },
  CALORIES: { least: 0, most: 1e6, counted: { perSecond: 0.7, atOnce: 20 } },
  MET: { least: 0, most: 40 },
  SPEED: { least: 0, most: 60 },
  POWER: { least: 0, most: 3_000 },
  CADENCE: { least: 0, most: 400 },
}

/** As phones and watches call them. */
const NAMES: Record<string, SampleKind> = {
  HEART_RATE: 'HEART_RATE',
  HEART_RATE_VARIABILITY: 'HRV_SDNN',
  HRV: 'HRV_RMSSD',
  RR_INTERVAL: 'RR_INTERVAL',
  STEPS: 'STEPS',
  DISTANCE: 'DISTANCE',
  FLOORS_CLIMBED: 'FLOORS',
  FLIGHTS_CLIMBED: 'FLOORS',
  CALORIES: 'CALORIES',
  MET: 'MET',
  SPEED: 'SPEED',
  POWER: 'POWER',
  STEPS_CADENCE: 'CADENCE',
  BIKE_CADENCE: 'CADENCE',
}
/** The labels that mean something to us. */
export const SAMPLE_NAMES = Object.keys(NAMES)
const NAMED = new RegExp(`^(?:(\\w+?)_)?(${SAMPLE_NAMES.join('|')})$`)
/** Before a name these say which figure it is, and not in which exercise it was measured. */
const FIGURES = /^(TOTAL|BASAL|RESTING|MAX|MIN|PEAK|AVG|AVERAGE|MEAN|TARGET|GOAL)(_|$)/

export interface Named {
  kind: SampleKind
  /** `RUNNING_HEART_RATE` is of a workout. */
  exercise?: string
  /** Into our unit. */
  times: number
}
/** Steps come by the second. */
const TIMES: Record<string, number> = { STEPS_CADENCE: 60 }
const known = new Map<string, Named | undefined>()
const MOST_KNOWN = 1_000

/** What a label of a sample means; undefined: nothing that becomes a record's sample. */
export function namedSample(t: string): Named | undefined {
  const before = known.get(t)
  if (before || known.has(t)) return before
  const [, prefix, name] = NAMED.exec(t.toUpperCase()) ?? []
  const found =
    name === undefined || (prefix !== undefined && FIGURES.test(prefix))
      ? undefined
      : { kind: NAMES[name]!, times: TIMES[name] ?? 1, ...(prefix !== undefined && { exercise: prefix }) }
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(t, found)
  return found
}
