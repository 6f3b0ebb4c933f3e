import { clock } from '../source/clocks.ts'
import { defineProvider, oauth2 } from '../source/define.ts'
import { into, resource } from '../source/map.ts'
import { offset } from '../source/offsets.ts'
import { profile, session } from '../source/places.ts'
import type { Item } from '../source/reader.ts'
import { constant, date, integer, number, odd, text } from '../source/readers.ts'
import { quantity } from '../source/units.ts'

const API = 'https://api.ua.com'
const SPAN = { from: 'from', to: 'to' }
const TYPE = '_links.activity_type.0.href'
/** Types are links to them: `/v7.1/activity_type/16/`. */
const TYPES: Record<string, 1 | 7 | 8> = { 16: 8, 11: 1, 9: 7 }
const activity = odd([TYPE], (item: Item) => {
  const link = item?._links?.activity_type?.[0]?.href
  return typeof link === 'string' ? (TYPES[/activity_type\/(\d+)/.exec(link)?.[1] ?? ''] ?? 108) : 4
})

/** Workouts as HAL documents, whose ids are their links; asked by the clock (https://developer.underarmour.com). */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'mapmyfitness', resource: 'MAPMYFITNESS', name: 'MapMyFitness', category: 'training', origins: [API, 'https://www.mapmyfitness.com'],
  // No call revokes a token: people do it in their settings.
  auth: oauth2({
    authorize: 'https://www.mapmyfitness.com/v7.1/oauth2/uacf/authorize/', token: `${API}/v7.1/oauth2/access_token/`,
    identity: { path: 'id', request: { method: 'GET', url: `${API}/v7.1/user/self/`, as: 'user' } },
  }),
  headers: { 'api-key': '{client_id}' },
  beta: 'The programme takes hardly any new partners: addresses, types of activity beyond running, cycling and walking, and what its webhook says are not verified; so it is asked by the clock.',
  connected: { historyDays: 30 },
  polling: { notice: 'poll', everyMinutes: 120, overlapHours: 48 },
  pulls: {
    user: { request: { method: 'GET', url: `${API}/v7.1/user/self/`, as: 'user' } },
    workouts: {
      request: { method: 'GET', url: `${API}/v7.1/workout/`, query: { user: '{provider_user_id}', order_by: '-start_datetime', limit: '40' }, as: 'user' },
      window: { start: 'started_after', end: 'started_before', style: 'iso-utc' }, items: '_embedded.workouts',
      paging: { kind: 'link', from: '_links.next.0.href' },
    },
  },
  notices: { connected: [{ pull: 'user' }, { pull: 'workouts', span: SPAN }], poll: [{ pull: 'workouts', span: SPAN }] },
  omits: {
    workouts: {
      '/total_count': 'paging', '/_links.**': 'paging', '_links.**': 'links to what else there is', 'aggregates.speed_avg': 'follows from distance and time', source: 'how it came to them', 'source.**': 'how it came to them',
    },
    user: { '*': 'how the person set up their account' },
  },
  maps: {
    user: resource('', [
      into('athlete', profile, {
        first_name: text('first_name'), last_name: text('last_name'), email: text('email'), gender: text('gender'), date_of_birth: date('birthdate'),
        provider_user_id: text('id'),
      }),
    ]),
    workouts: resource('_embedded.workouts', [
      into(
        'activity',
        session({ id: '_links.self.0.href', start: clock('start_datetime', 'iso', offset('start_locale_timezone')), seconds: 'aggregates.elapsed_time_total' }),
        {
          metadata: { name: text('name'), type: activity, upload_type: constant(0) },
          active_durations_data: { activity_seconds: number('aggregates.active_time_total') },
          calories_data: { total_burned_calories: quantity('aggregates.metabolic_energy_total', 'J', 'kcal') },
          distance_data: { summary: { distance_meters: number('aggregates.distance_total'), steps: integer('aggregates.steps_total') } },
          heart_rate_data: {
            summary: {
              avg_hr_bpm: number('aggregates.heartrate_avg', { least: 1 }), max_hr_bpm: number('aggregates.heartrate_max', { least: 1 }),
              min_hr_bpm: number('aggregates.heartrate_min', { least: 1 }),
            },
          },
        },
      ),
    ]),
  },
})
