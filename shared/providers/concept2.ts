import { before, clock } from '../source/clocks.ts'
import { defineProvider, oauth2, type Pull } from '../source/define.ts'
import { duration } from '../source/durations.ts'
import { into, resource } from '../source/map.ts'
import { offset } from '../source/offsets.ts'
import { profile, session } from '../source/places.ts'
import { type Context, goTo, type Item } from '../source/reader.ts'
import { date, integer, number, odd, orElse, table, text, when } from '../source/readers.ts'
import { sinceBase } from '../source/sample-arrays.ts'
import { list } from '../source/samples.ts'
import { sum, timesOf } from '../source/sums.ts'

const API = 'https://log.concept2.com'
const RESULTS = `${API}/api/users/me/results`
const SPAN = { from: 'from', to: 'to' }
// biome-ignore format: a table reads better in rows.
const MACHINES = {
  rower: 54, dynamic: 54, slides: 54, water: 53, multierg: 151, skierg: 67, snow: 67, rollerski: 67, bike: 18, paddle: 129,
} as const

/** Tenths of a second; `time` leaves out the rest between intervals. `date` is when the workout ended, by the clock there. */
const placed = (at = '') => {
  const end = clock(`${at}date`, 'local-iso', offset(`${at}timezone`))
  return session({ id: `${at}id`, start: before(end, timesOf(sum(`${at}time`, `${at}rest_time`), 0.1)), end })
}
/** `verified`: the machine's own code proves it; others may have been typed in. */
const upload = (at = '') => {
  const verified = goTo(`${at}verified`)
  return odd([`${at}verified`], (item: Item, context: Context) => (verified(item, context) === true ? 1 : 0))
}
/** In intervals the time of strokes begins anew with each, so that they cannot be placed. */
const workoutType = goTo('@result.workout_type')
const isWhole = (item: Item, context: Context) => !String(workoutType(item, context) ?? '').includes('Interval')
const AT = sinceBase('t', 'ds')

/** One result, or pages of them, in `data`. */
const results: Pick<Pull, 'resource' | 'items' | 'follow'> = {
  resource: 'results',
  items: 'data[]',
  follow: [{ pull: 'strokes', params: { id: 'id' }, when: { path: 'stroke_data', in: ['true'] }, carry: 'result' }],
}

/** Machines for rowing, skiing and cycling: notified of results, unsigned (https://log.concept2.com/developers/documentation/). */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'concept2', resource: 'CONCEPT2', name: 'Concept2', category: 'training', origins: [API],
  // No call takes an access back: people do it in their profile.
  auth: oauth2({
    authorize: `${API}/oauth/authorize`, token: `${API}/oauth/access_token`, scopes: ['user:read', 'results:read'], scopeSeparator: ',',
    identity: { path: 'data.id', request: { method: 'GET', url: `${API}/api/users/me`, as: 'user' } },
  }),
  headers: { accept: 'application/vnd.c2logbook.v1+json' },
  beta: 'No account was seen: shapes are as the documentation and its clients tell them. A deletion names no user, so it is not followed.',
  connected: { historyDays: 90 },
  webhook: {
    handshake: { kind: 'none' }, verify: { kind: 'secret-path', headers: [] }, body: 'json',
    shape: { kind: 'one', owner: 'result.user_id', resource: 'type' }, words: { 'result-added': 'told', 'result-updated': 'told' },
    kind: 'ping', ok: 200,
  },
  // What was not told is found by a look once a day.
  polling: { notice: 'reconcile', everyMinutes: 1_440, overlapHours: 72 },
  pulls: {
    me: { request: { method: 'GET', url: `${API}/api/users/me`, as: 'user' } },
    results: {
      ...results, request: { method: 'GET', url: RESULTS, query: { number: '250' }, as: 'user' },
      window: { start: 'from', end: 'to', style: 'date' }, paging: { kind: 'page', to: 'page', first: 1, last: 'meta.pagination.total_pages' },
    },
    result: { ...results, request: { method: 'GET', url: `${RESULTS}/{id}`, as: 'user' }, nothing: [404] },
    strokes: { request: { method: 'GET', url: `${RESULTS}/{id}/strokes`, as: 'user' }, nothing: [404] },
  },
  notices: {
    connected: [{ pull: 'me' }, { pull: 'results', span: SPAN }],
    reconcile: [{ pull: 'results', span: SPAN }],
    told: [{ pull: 'result', params: { id: 'result.id' } }],
  },
  omits: {
    me: { 'data.*': 'how the person set up their logbook' },
    results: {
      '*': 'how it is ranked, published and shown', 'workout.**': 'intervals and splits: the schema has laps by distance on a track',
      '/meta.**': 'paging',
    },
    strokes: { 'data.*.p': 'the pace that follows from time and distance' },
  },
  maps: {
    me: resource('data[]', [
      into('athlete', profile, {
        first_name: text('first_name'), last_name: text('last_name'), email: text('email'), country: text('country'),
        date_of_birth: date('dob'), sex: table('gender', { M: 'male', F: 'female' }), provider_user_id: text('id'),
      }),
    ]),
    results: resource('data[]', [
      into('activity', placed(), {
        metadata: {
          type: orElse(table('type', MACHINES, 108), 4), name: text('workout_type'),
          upload_type: upload(),
        },
        active_durations_data: { activity_seconds: duration('time', 'ds') },
        calories_data: { total_burned_calories: number('calories_total', { least: 1 }) },
        distance_data: { summary: { distance_meters: number('distance') } },
        heart_rate_data: {
          summary: {
            avg_hr_bpm: number('heart_rate.average', { least: 1 }), max_hr_bpm: number('heart_rate.max', { least: 1 }),
            min_hr_bpm: number('heart_rate.min', { least: 1 }),
          },
        },
        movement_data: { avg_cadence_rpm: number('stroke_rate', { least: 1 }) },
      }),
    ]),
    strokes: resource('', [
      into('activity', placed('@result.'), {
        metadata: { type: orElse(table('@result.type', MACHINES, 108), 4), upload_type: upload('@result.') },
        distance_data: {
          detailed: {
            distance_samples: when(isWhole, list('data', { timestamp: AT, distance_meters: number('d', { times: 0.1 }) })),
          },
        },
        heart_rate_data: { detailed: { hr_samples: when(isWhole, list('data', { timestamp: AT, bpm: integer('hr', { least: 1 }) })) } },
        movement_data: { cadence_samples: when(isWhole, list('data', { timestamp: AT, cadence_rpm: number('spm', { least: 1 }) })) },
      }),
    ]),
  },
})
