/** Nights of a sleep lab: a contract, records under it, and records that are broken in ways whose outcome is known. */

export const NIGHTS = {
  name: 'sleep-nights',
  version: '1.0',
  title: 'Nights of the lab',
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['night', 'person', 'consent', 'start', 'end'],
    properties: {
      night: { type: 'string', minLength: 1, maxLength: 64 },
      person: { type: 'string', minLength: 1, maxLength: 64 },
      consent: { type: 'string' },
      start: { type: 'string', format: 'date-time' },
      end: { type: 'string', format: 'date-time' },
      asleep_minutes: { type: 'integer', minimum: 0, maximum: 1440 },
      heart: {
        type: 'object',
        properties: { avg: { type: 'number', minimum: 20, maximum: 250 }, min: { type: 'number' } },
        additionalProperties: false,
      },
      heart_rate: {
        type: 'array',
        maxItems: 2_000,
        items: {
          type: 'object',
          required: ['at', 'bpm'],
          properties: { at: { type: 'string', format: 'date-time' }, bpm: { type: 'number', minimum: 0 } },
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  },
  mapping: {
    rules: [
      {
        type: 'sleep',
        place: { session: { id: 'night', start: { path: 'start' }, end: { path: 'end' } } },
        fields: {
          'sleep_durations_data.asleep.duration_asleep_state_seconds': { path: 'asleep_minutes', unit: 'min' },
          'heart_rate_data.summary.avg_hr_bpm': { path: 'heart.avg' },
          'heart_rate_data.summary.min_hr_bpm': { path: 'heart.min' },
          'heart_rate_data.detailed.hr_samples': {
            list: 'heart_rate',
            each: { timestamp: { time: { path: 'at' } }, bpm: { path: 'bpm' } },
          },
        },
      },
    ],
  },
  identity: { subject: 'person', consent: 'consent', connect: 'first_record' },
} as const

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const FIRST_NIGHT = Date.parse('2024-01-01T21:00:00Z')

export interface Night {
  night: string
  person: string
  consent: string
  start: string
  end: string
  asleep_minutes: number
  heart: { avg: number; min: number }
  heart_rate?: { at: string; bpm: number }[]
}
export interface NightOptions {
  people: number
  /** Heart rates of a night: they are most of its bytes. */
  samples?: number
  /** In names, so that two makers do not make the same nights. */
  series?: string
}

/** Night `number`, which is always the same; the marker of its content is `asleep_minutes`. */
export function night(number: number, { people, samples = 0, series = 'n' }: NightOptions): Night {
  const startAt = FIRST_NIGHT + Math.floor(number / people) * (DAY_MS / 4)
  const noise = noiseOf(number + 1)
  const made: Night = {
    night: `${series}-${number}`,
    person: `${series}-person-${number % people}`,
    consent: 'consent-2024',
    start: new Date(startAt).toISOString(),
    end: new Date(startAt + 5 * 60 * MINUTE_MS).toISOString(),
    asleep_minutes: 200 + (number % 97),
    heart: { avg: 50 + (number % 20), min: 40 + (number % 9) },
  }
  if (samples > 0)
    made.heart_rate = Array.from({ length: samples }, (_, i) => ({
      at: new Date(startAt + i * 15_000 + Math.floor(noise() * 10_000)).toISOString(),
      bpm: 45 + Math.floor(noise() * 400_000) / 10_000,
    }))
  return made
}

/** What a broken night comes to. */
export interface Broken {
  text: string
  rule: string
}
/** A night that is not taken, and the rule that says why. */
export function brokenNight(number: number, options: NightOptions): Broken {
  const good = night(number, options)
  const { start: _start, ...noStart } = good
  const text = JSON.stringify(good)
  const ways: Broken[] = [
    { text: JSON.stringify(noStart), rule: 'required' },
    { text: JSON.stringify({ ...good, asleep_minutes: 2_000 }), rule: 'maximum' },
    { text: JSON.stringify({ ...good, heart: { avg: '58' } }), rule: 'type' },
    { text: JSON.stringify({ ...good, mood: 'well' }), rule: 'additionalProperties' },
    { text: text.slice(0, text.length - 7), rule: 'json' },
    { text: text.replace('{', '{"night":"twice",'), rule: 'duplicate_key' },
  ]
  return ways[number % ways.length]!
}

/** Numbers that are the same each time. */
function noiseOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
