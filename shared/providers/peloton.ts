import { activityType, activityTypes } from '../source/activity-types.ts'
import { clock } from '../source/clocks.ts'
import { defineProvider, oauth2, type Pull } from '../source/define.ts'
import { into, resource } from '../source/map.ts'
import { profile, session } from '../source/places.ts'
import { type Item, reading } from '../source/reader.ts'
import { constant, first, number, text, when } from '../source/readers.ts'
import { parallel } from '../source/sample-arrays.ts'
import { quantity, unitAt } from '../source/units.ts'

const API = 'https://api.onepeloton.com'
const AUTH = 'https://auth.onepeloton.com'
/** Zones are IANA's: `Etc/GMT+8` is eight hours behind UTC. */
const at = (name: string, of = '') => clock(`${of}${name}_time`, 's', `${of}timezone`)
const SPAN = session({ id: 'id', start: at('start'), end: at('end') })
const OF = '@workout.'
const CARRIED = session({ id: `${OF}id`, start: at('start', OF), end: at('end', OF) })
const TYPES = activityTypes(
  '17=CYCLING 22=BIKE_BOOTCAMP,TREAD_BOOTCAMP,ROW_BOOTCAMP,CAESAR_BOOTCAMP,BOOTCAMP,CIRCUIT 54=CAESAR,ROWING 80=STRENGTH 123=CARDIO 8=OUTDOOR',
)
const metadata = (of = '') => ({
  type: activityType(`${of}fitness_discipline`, TYPES),
  upload_type: constant(1),
})
const isOver = reading(['status'], ({ status }: Item) => status === 'COMPLETE')

/** Values beside the list of seconds, each metric under its slug, in the unit of the user's settings. */
const TIME = { timeAt: 'seconds_since_pedaling_start' }
const metric = (slug: string) => `metrics[slug=${slug}]`
const isIn = (unit: string) =>
  reading(
    [`${metric('speed')}.display_unit`],
    ({ metrics }: Item) =>
      (metrics as Item[] | undefined)?.some(({ slug, display_unit }) => slug === 'speed' && display_unit === unit) ===
      true,
  )
const speed = (from: 'mph' | 'km/h') =>
  parallel(`${metric('speed')}.values`, 'speed_meters_per_second', { ...TIME, unit: [from, 'm/s'] })
const topSpeed = (name: string) =>
  quantity(`${metric('speed')}.${name}`, unitAt(`${metric('speed')}.display_unit`, { kph: 'km/h' }), 'm/s')

/** Newest first; there is no window. */
const recent: Pull = {
  request: {
    method: 'GET',
    url: `${API}/api/user/{provider_user_id}/workouts`,
    query: { joins: 'ride', limit: '20' },
    as: 'user',
  },
  resource: 'workouts',
  items: 'data',
  follow: [{ pull: 'performance', when: { path: 'status', in: ['COMPLETE'] }, params: { id: 'id' }, carry: 'workout' }],
}

/** By agreement: its API is not documented, and sign-ins are for apps that Peloton knows. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'peloton', resource: 'PELOTON', name: 'Peloton', category: 'training', origins: [API, AUTH],
  auth: oauth2({
    authorize: `${AUTH}/authorize`, token: `${AUTH}/oauth/token`, pkce: true, tokenIn: 'json',
    scopes: ['offline_access', 'openid', 'peloton-api.members:default'], authorizeParams: { audience: `${API}/` },
    identity: { path: 'id', request: { method: 'GET', url: `${API}/api/me`, as: 'user' } },
  }),
  headers: { 'peloton-platform': 'web' },
  beta: 'an API that Peloton does not document: an app needs an agreement, and any of it may change',
  connected: { historyDays: 30 },
  pulls: {
    recent,
    workouts: { ...recent, paging: { kind: 'page', to: 'page', first: 0 } },
    performance: { request: { method: 'GET', url: `${API}/api/workout/{id}/performance_graph`, query: { every_n: '5' }, as: 'user' }, nothing: [404] },
    me: { request: { method: 'GET', url: `${API}/api/me`, as: 'user' } },
  },
  notices: { connected: [{ pull: 'me' }, { pull: 'workouts' }], poll: [{ pull: 'recent' }] },
  polling: { notice: 'poll', everyMinutes: 120, overlapHours: 1 },
  maps: {
    workouts: resource('data', [into('activity', SPAN, {
      metadata: { ...metadata(), name: text('ride.title|title|name') },
      work_data: { work_kilojoules: quantity('total_work', 'J', 'kJ', { least: 1 }) }, device_data: { manufacturer: constant('Peloton'), name: text('device_type') },
    }, { when: isOver })]),
    performance: resource('', [into('activity', CARRIED, {
      metadata: metadata(OF),
      calories_data: { total_burned_calories: number('summaries[slug=calories].value', { least: 1 }) },
      distance_data: {
        summary: { distance_meters: quantity('summaries[slug=distance].value', unitAt('summaries[slug=distance].display_unit', { meters: 'm' }), 'm') },
      },
      heart_rate_data: {
        summary: { avg_hr_bpm: number(`${metric('heart_rate')}.average_value`, { least: 1 }), max_hr_bpm: number(`${metric('heart_rate')}.max_value`, { least: 1 }) },
        detailed: { hr_samples: parallel(`${metric('heart_rate')}.values`, 'bpm', { ...TIME, least: 1 }) },
      },
      movement_data: {
        avg_cadence_rpm: number(`${metric('cadence')}.average_value`), max_cadence_rpm: number(`${metric('cadence')}.max_value`),
        cadence_samples: parallel(`${metric('cadence')}.values`, 'cadence_rpm', TIME),
        avg_speed_meters_per_second: topSpeed('average_value'), max_speed_meters_per_second: topSpeed('max_value'),
        speed_samples: first(when(isIn('mph'), speed('mph')), when(isIn('kph'), speed('km/h'))),
      },
      power_data: {
        avg_watts: number(`${metric('output')}.average_value`), max_watts: number(`${metric('output')}.max_value`),
        power_samples: parallel(`${metric('output')}.values`, 'watts', TIME),
      },
    })]),
    me: resource('', [into('athlete', profile, {
      first_name: text('first_name'), last_name: text('last_name'), email: text('email'), gender: text('gender'), provider_user_id: text('id'),
    })]),
  },
  omits: {
    '*': { '/total /count /page /page_count /limit /sort_by /show_next /show_previous': 'of the list' },
    workouts: {
      'peloton_id user_id created_at created device_time_created_at': 'of other things', 'is_* has_* metrics_type platform workout_type': 'how it was shown',
      total_video_watch_time_seconds: 'how long somebody looked', 'ride.**': 'the class that was taken',
    },
    performance: {
      'metrics.**': 'metrics that have no place', 'summaries.**': 'sums that have no place', 'average_summaries.**': 'told by the metrics', 'segment_list.**': 'parts of the class',
      'duration is_* has_* effort_zones.** location_data.** splits_data.**': 'no place',
    },
    me: { '**': 'of the network, not of the person' },
  },
})
