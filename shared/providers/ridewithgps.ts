import { activityType, activityTypes } from '../source/activity-types.ts'
import { clock, told } from '../source/clocks.ts'
import { defineProvider, oauth2 } from '../source/define.ts'
import { latLng } from '../source/derive.ts'
import { duration } from '../source/durations.ts'
import { into, resource } from '../source/map.ts'
import { iso, profile, session } from '../source/places.ts'
import { reading } from '../source/reader.ts'
import { constant, first, integer, number, odd, text } from '../source/readers.ts'
import { list } from '../source/samples.ts'
import { quantity } from '../source/units.ts'

const SITE = 'https://ridewithgps.com'
const API = `${SITE}/api/v1`
/** https://github.com/ridewithgps/developers/blob/master/reference/activity_types.md */
const TYPES = activityTypes(`
  1=cycling:generic 4=unknown:generic 7=walking:generic,walking:indoor 8=running:generic,running:road 14=cycling:hand_cycling
  15=cycling:mountain 16=cycling:road,cycling:recumbent 17=cycling:indoor,cycling:virtual 19=cycling:commute 35=walking:hiking
  67=snow:cross_country_skiing 68=snow:alpine_skiing 73=snow:snowboarding 75=snow:snowshoeing 80=training:strength
  82=swimming:generic 83=swimming:lap 84=swimming:open_water 93=walking:speed 100=training:yoga 114=training:hiit
  122=training:breathing 123=training:cardio 133=running:indoor 135=driving:generic 136=motorcycling:atv
  137=motorcycling:generic,motorcycling:motocross 149=running:trail 150=cycling:gravel,cycling:cyclocross
  152=e_biking:generic,e_biking:road 153=e_biking:mountain
`)
const CHANGED = { path: 'action', in: ['created', 'updated'] }
const TRIP = { pull: 'trip', params: { item_id: 'item_id' }, when: CHANGED }
const SINCE = { pull: 'sync', span: { from: 'from', to: 'to' } }
const n = (name: string) => number(`trip.${name}`)
const speed = (name: string) => quantity(name, 'km/h', 'm/s')
/** A point of the track: keys of one letter; speed in km/h. */
const AT = told(clock('t', 's'))
const track = <K extends string>(key: K, reader: ReturnType<typeof number>) =>
  list<{ timestamp?: string } & { [key in K]?: number }>(
    'trip.track_points',
    { timestamp: AT, [key]: reader } as never,
    {
      needs: ['timestamp', key],
    },
  )

/** Trips of a bike: told by webhook, or by what changed since a moment; then fetched with their track. Tokens do not end. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'ridewithgps', resource: 'RIDEWITHGPS', name: 'Ride with GPS', category: 'training', origins: [SITE],
  auth: oauth2({
    authorize: `${SITE}/oauth/authorize`, token: `${SITE}/oauth/token.json`, tokenIn: 'json', identity: { path: 'user_id' },
    revoke: {
      method: 'POST', url: `${SITE}/oauth/revoke.json`, as: 'app',
      json: { client_id: '{client_id}', client_secret: '{client_secret}', token: '{access_token}' },
    },
  }),
  connected: { historyDays: 30 },
  webhook: {
    handshake: { kind: 'none' },
    verify: { kind: 'hmac', header: 'x-rwgps-signature', algorithm: 'sha256', encoding: 'hex', key: 'client_secret', over: ['body'] },
    // Routes are told as well, and pinned trips of others.
    body: 'json', shape: { kind: 'list', items: 'notifications', owner: 'user_id', resource: 'item_type' }, kind: 'ping',
    unrepeated: true, deletion: { path: 'action', is: 'deleted', id: 'item_id' }, ok: 200,
  },
  pulls: {
    user: { request: { method: 'GET', url: `${API}/users/current.json`, as: 'user' } },
    trip: { request: { method: 'GET', url: `${API}/trips/{item_id}.json`, as: 'user' }, nothing: [404] },
    sync: {
      request: { method: 'GET', url: `${API}/sync.json`, query: { assets: 'trips' }, as: 'user' },
      window: { start: 'since', style: 'iso-utc' }, items: 'items', follow: [TRIP],
    },
  },
  notices: { trip: [TRIP], route: [], connected: [{ pull: 'user' }, SINCE], reconcile: [SINCE] },
  // A notification is sent once, whatever becomes of it.
  polling: { notice: 'reconcile', everyMinutes: 1_440, overlapHours: 24 },
  omits: {
    trip: {
      'trip.url trip.user_id trip.visibility trip.created_at trip.updated_at trip.photos.** trip.photos trip.gear.** trip.gear': 'of the network and the bicycle, not of the body',
      'trip.fit_sport trip.fit_sub_sport trip.is_stationary': 'the type tells it', 'trip.sw_* trip.ne_* trip.track_type trip.terrain trip.difficulty': 'of the map',
      'trip.description trip.min_cad trip.min_watts': 'no place', 'trip.track_points.*.T trip.track_points.*.pb': 'no place',
      'trip.track_points.*.lap trip.track_points.*.k trip.track_points.*.m': 'marks of the track',
      'item_user_id item_url action collection collection.**': 'of the notification, which is fetched by its id',
    },
    route: { '**': 'routes that were planned' },
    sync: { 'item_* action collection collection.** /meta.**': 'says what changed, which is fetched by its id' }, user: { 'user.name user.updated_at': 'no place for a name in one piece' },
  },
  maps: {
    user: resource('', [
      into('athlete', profile, { provider_user_id: text('user.id'), email: text('user.email'), account_creation_date: text('user.created_at') }),
    ]),
    route: [],
    // Only what is gone is read here: the rest is followed.
    sync: resource('items', [
      into('activity', session({ id: 'item_id', start: iso('datetime') }), { metadata: { type: constant(4), upload_type: constant(0) } }, {
        part: 'trip', when: () => false,
        gone: reading(['item_type', 'action'], ({ item_type, action }) => item_type === 'trip' && action === 'deleted'),
      }),
    ]),
    trip: resource('', [
      into('activity', session({ id: 'trip.id', start: clock('trip.departed_at', 'iso', 'trip.time_zone'), length: duration('trip.duration') }), {
        metadata: {
          name: text('trip.name'), city: text('trip.locality'), state: text('trip.administrative_area'), country: text('trip.country_code'),
          type: activityType('trip.activity_type', TYPES),
          // A device recorded it; without one nothing says whether a person or another service did.
          upload_type: odd(['trip.device', 'trip.device_display_name'], ({ trip }) => (trip.device_display_name ?? trip.device ? 1 : 0)),
        },
        active_durations_data: { activity_seconds: n('moving_time') },
        calories_data: { total_burned_calories: n('calories') },
        device_data: { name: first(text('trip.device_display_name'), text('trip.device')), manufacturer: text('trip.device_manufacturer') },
        distance_data: {
          summary: { distance_meters: n('distance'), elevation: { gain_actual_meters: n('elevation_gain'), loss_actual_meters: n('elevation_loss') } },
          detailed: { distance_samples: track('distance_meters', number('d')), elevation_samples: track('elev_meters', number('e')) },
        },
        heart_rate_data: {
          summary: { avg_hr_bpm: n('avg_hr'), min_hr_bpm: n('min_hr'), max_hr_bpm: n('max_hr') },
          detailed: { hr_samples: track('bpm', number('h', { least: 1 })) },
        },
        movement_data: {
          avg_speed_meters_per_second: speed('trip.avg_speed'), max_speed_meters_per_second: speed('trip.max_speed'),
          avg_cadence_rpm: n('avg_cad'), max_cadence_rpm: n('max_cad'),
          speed_samples: track('speed_meters_per_second', speed('s')), cadence_samples: track('cadence_rpm', integer('c')),
        },
        position_data: {
          start_pos_lat_lng_deg: latLng('trip.first_lat', 'trip.first_lng'), end_pos_lat_lng_deg: latLng('trip.last_lat', 'trip.last_lng'),
          position_samples: list('trip.track_points', { timestamp: AT, coords_lat_lng_deg: latLng('y', 'x') }),
        },
        power_data: { avg_watts: n('avg_watts'), max_watts: n('max_watts'), power_samples: track('watts', number('p')) },
      }),
    ]),
  },
})
