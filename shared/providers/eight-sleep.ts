import { clock, either } from '../source/clocks.ts'
import { defineProvider } from '../source/define.ts'
import { duration } from '../source/durations.ts'
import { hypnogram } from '../source/hypnogram.ts'
import { into, resource } from '../source/map.ts'
import { session } from '../source/places.ts'
import type { Item } from '../source/reader.ts'
import { first, numeric, odd } from '../source/readers.ts'
import { joined, pairs } from '../source/sample-arrays.ts'
import { sleepLevel, spansInOrder } from '../source/stages.ts'

const AUTH = 'https://auth-api.8slp.net'
const API = 'https://client-api.8slp.net'
/** What has no value is the text "None". */
const NONE = ['None']
const value = (path: string) => numeric(path, { words: NONE })
const average = (name: string) =>
  first(value(`sleepQualityScore.${name}.average`), value(`sleepQualityScore.${name}.current`))
const START = clock('presenceStart', 'iso', undefined, { none: NONE })
const END = clock('presenceEnd', 'iso', undefined, { none: NONE })
const wasThere = (item: Item) =>
  [item.presenceStart, item.presenceEnd].every((time) => time != null && !NONE.includes(time))
/** A night may be cut into sessions, by getting up. */
const SESSIONS = [0, 1, 2, 3]
const series = <K extends string>(name: string, key: K) =>
  joined(...SESSIONS.map((i) => pairs(`sessions.${i}.timeseries.${name}`, key, { style: 'iso', least: 1 })))
/** Stages follow each other from the session's start. */
const STAGES = hypnogram(
  SESSIONS.map((i) =>
    spansInOrder(`sessions.${i}.stages`, {
      level: sleepLevel('stage'),
      length: duration('duration'),
      start: i === 0 ? either(clock('sessions.0.ts'), START) : clock(`sessions.${i}.ts`),
    }),
  ),
)
const SPAN = { pull: 'trends', span: { from: 'from', to: 'to' } }

/** A bed: nights by date, of the app's interface, which is not a public one. */
export default defineProvider({
  slug: 'eight-sleep',
  resource: 'EIGHT',
  name: 'Eight Sleep',
  category: 'wearable',
  origins: [AUTH, API],
  beta: 'There is no public interface: for those who have an agreement. The names of what a night holds are from open clients.',
  facts: { night_zone: { value: 'UTC', about: 'Time zone by which nights are put to dates' } },
  auth: {
    kind: 'credentials',
    fields: [
      { name: 'email', label: 'Email of your Eight Sleep account', secret: false, type: 'email' },
      { name: 'password', label: 'Password', secret: true, type: 'password' },
    ],
    app: true,
    login: {
      request: {
        method: 'POST',
        url: `${AUTH}/v1/tokens`,
        json: {
          client_id: '{client_id}',
          client_secret: '{client_secret}',
          grant_type: 'password',
          username: '{email}',
          password: '{password}',
        },
        as: 'app',
      },
      token: 'access_token',
      expiresIn: 'expires_in',
    },
    carry: { kind: 'bearer' },
    identity: { path: 'user.userId', request: { method: 'GET', url: `${API}/v1/users/me`, as: 'user' } },
  },
  connected: { historyDays: 30 },
  pulls: {
    trends: {
      request: {
        method: 'GET',
        url: `${API}/v1/users/{provider_user_id}/trends`,
        query: { tz: '{night_zone}', 'include-main': 'false', 'include-all-sessions': 'true', 'model-version': 'v2' },
        as: 'user',
      },
      window: { start: 'from', end: 'to', style: 'date', maxDays: 30 },
    },
  },
  notices: { connected: [SPAN], poll: [SPAN] },
  polling: { notice: 'poll', everyMinutes: 60, overlapHours: 48 },
  omits: {
    trends: {
      'sleepQualityScore.*.score sleepQualityScore.total sleepRoutineScore.** tnt': 'scores of parts have no place',
      'sessions.*.id incomplete tags.**': 'a night is told by its date',
      'sessions.*.timeseries.temp* sessions.*.timeseries.tnt': 'no place for the bed and the room',
    },
  },
  maps: {
    trends: resource('days|result.days', [
      into(
        'sleep',
        session({ id: 'day', start: START, end: END }),
        {
          // While it is worked on the night is a guess.
          metadata: { upload_type: odd(['processing'], (item: Item) => (item.processing === true ? 3 : 2)) },
          sleep_durations_data: {
            asleep: {
              duration_asleep_state_seconds: value('sleepDuration'),
              duration_light_sleep_state_seconds: value('lightDuration'),
              duration_deep_sleep_state_seconds: value('deepDuration'),
              duration_REM_sleep_state_seconds: value('remDuration'),
            },
            awake: { duration_awake_state_seconds: STAGES.awake },
            other: { duration_in_bed_seconds: value('presenceDuration') },
            hypnogram_samples: STAGES.samples,
          },
          heart_rate_data: {
            summary: { avg_hr_bpm: average('heartRate'), avg_hrv_rmssd: value('sleepQualityScore.hrv.current') },
            detailed: { hr_samples: series('heartRate', 'bpm'), hrv_samples_rmssd: series('rmssd', 'hrv_rmssd') },
          },
          respiration_data: {
            breaths_data: {
              avg_breaths_per_min: average('respiratoryRate'),
              samples: series('respiratoryRate', 'breaths_per_min'),
            },
          },
          scores: { sleep: value('score') },
        },
        { when: wasThere },
      ),
    ]),
  },
})
