import { activityType, activityTypes } from '../source/activity-types.ts'
import { clock, told } from '../source/clocks.ts'
import { defineProvider, oauth2, type Pull } from '../source/define.ts'
import { into, type RecordMap, resource } from '../source/map.ts'
import type { NumberOptions } from '../source/numbers.ts'
import { day, profile, session } from '../source/places.ts'
import { type Item, reading } from '../source/reader.ts'
import { constant, date, first, numeric, table, text, time } from '../source/readers.ts'
import { one } from '../source/samples.ts'
import { quantity } from '../source/units.ts'

const API = 'https://api.wahooligan.com'
const TYPES = activityTypes(`
  1=0 7=6 8=1,3 15=13 16=14,15,16 17=12,49,61 18=21 25=20 32=46 35=9 40=38 43=40 53=39 54=22 58=5 59=35 61=34 62=31 65=28
  67=30 68=29 73=27 78=23,44,57,58,59 79=41 82=24 83=25 84=26 88=19 93=7 94=8 95=56 98=45 99=36 104=32 123=2,18,42,43,60
  127=33 130=10 137=17 140=37 149=4 150=11
`)
/** The documentation shows numbers, what comes is mostly text. */
const summed = (name: string, options: NumberOptions = {}) => numeric(`workout_summary.${name}`, options)
const WAS_DONE = reading(['workout_summary'], (item: Item) => item.workout_summary != null)

/** A workout with its summary in it, or a summary with its workout. One that is only planned has no summary. */
// biome-ignore format: a table reads better in rows.
const workout = (of: '' | 'workout_summary.workout.'): RecordMap =>
  into('activity', session({ id: `${of}id`, start: clock(`${of}starts`), length: first(summed('duration_total_accum'), summed('duration_active_accum')) }), {
    metadata: { name: text(`${of}name`), type: activityType(`${of}workout_type_id`, TYPES), upload_type: constant(1) },
    active_durations_data: { activity_seconds: summed('duration_active_accum'), rest_seconds: summed('duration_paused_accum') },
    calories_data: { total_burned_calories: summed('calories_accum') },
    distance_data: { summary: { distance_meters: summed('distance_accum'), elevation: { gain_actual_meters: summed('ascent_accum') } } },
    heart_rate_data: { summary: { avg_hr_bpm: summed('heart_rate_avg', { least: 1 }) } },
    movement_data: { avg_speed_meters_per_second: summed('speed_avg'), avg_cadence_rpm: summed('cadence_avg') },
    power_data: { avg_watts: first(summed('power_avg'), summed('power_bike_avg')) },
    TSS_data: { TSS_samples: one({ actual: summed('power_bike_tss_last'), normalized_power_watts: summed('power_bike_np_last') }) },
    work_data: { work_kilojoules: quantity('workout_summary.work_accum', 'J', 'kJ') },
  }, { when: WAS_DONE, part: 'workout' })

/** Newest first; there is no window. */
const recent: Pull = {
  request: { method: 'GET', url: `${API}/v1/workouts`, query: { per_page: '30' }, as: 'user' },
  resource: 'workouts',
  items: 'workouts',
}
const pulls: Record<string, Pull> = {
  recent,
  workouts: { ...recent, paging: { kind: 'page', to: 'page', first: 1 } },
  user: { request: { method: 'GET', url: `${API}/v1/user`, as: 'user' } },
}

/** Pushes a summary when a workout is done; the secret stands in the body. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'wahoo', resource: 'WAHOO', name: 'Wahoo', category: 'training', origins: [API],
  auth: oauth2({
    authorize: `${API}/oauth/authorize`, token: `${API}/oauth/token`, scopes: ['email', 'user_read', 'workouts_read', 'offline_data'],
    identity: { path: 'id', request: { method: 'GET', url: `${API}/v1/user`, as: 'user' } },
    // At most ten tokens of one user may be alive: what is not used any more is taken back.
    revoke: { method: 'DELETE', url: `${API}/v1/permissions`, as: 'user' },
  }),
  needs: { webhook_token: 'Webhook token of the app: https://developers.wahooligan.com, beside the webhook’s address' },
  connected: { historyDays: 30 },
  webhook: {
    handshake: { kind: 'none' }, verify: { kind: 'field', path: 'webhook_token', secret: 'webhook_token' },
    body: 'json', shape: { kind: 'one', owner: 'user.id', resource: 'event_type' }, kind: 'push', ok: 200,
  },
  pulls,
  notices: { connected: [{ pull: 'user' }, { pull: 'workouts' }], reconcile: [{ pull: 'recent' }] },
  polling: { notice: 'reconcile', everyMinutes: 24 * 60, overlapHours: 24 },
  // Of an app in production (https://cloud-api.wahooligan.com/#rate-limiting).
  limits: [{ per: 'app', calls: 200, seconds: 300 }, { per: 'app', calls: 1_000, seconds: 3_600 }],
  maps: {
    workout_summary: resource('', [workout('workout_summary.workout.')]),
    workouts: resource('workouts', [workout('')]),
    user: resource('', [
      into('athlete', profile, {
        first_name: text('first'), last_name: text('last'), email: text('email'), date_of_birth: date('birth'),
        sex: table('gender', { 0: 'male', 1: 'female', 2: 'other' }), account_creation_date: time('created_at'),
        joined_provider: time('created_at'), provider_user_id: text('id'),
      }),
      into('body', day({ moment: clock('updated_at') }), {
        measurements_data: {
          measurements: one({ measurement_time: told(clock('updated_at')), height_cm: quantity('height', 'm', 'cm'), weight_kg: numeric('weight', { least: 1 }) }),
        },
      }),
    ]),
  },
  omits: {
    '*': {
      'event_type webhook_token user.id': 'what it is, and whose', 'workout_summary.id workout_summary.workout_id user_id *.plan_id *.workout.plan_id plan_id': 'ids of other things',
      'created_at updated_at *.created_at *.updated_at *.workout.created_at *.workout.updated_at': 'when it was stored', 'minutes *.workout.minutes': 'what was planned',
      'workout_token *.workout.workout_token': 'an id of other things', 'workout_summary.file.** workout_summary.files.**': 'the file of which this is the summary',
      '/total /page /per_page /order /sort': 'of the list',
    },
  },
})
