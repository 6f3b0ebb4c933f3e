import { activityType, activityTypes } from '../source/activity-types.ts'
import { after, clock, told } from '../source/clocks.ts'
import { defineProvider, type Follow, oauth2, type Pull } from '../source/define.ts'
import { latLng } from '../source/derive.ts'
import { duration } from '../source/durations.ts'
import { into, resource } from '../source/map.ts'
import { anyOffset, offset } from '../source/offsets.ts'
import { profile, session } from '../source/places.ts'
import { type Item, type Reader, reading } from '../source/reader.ts'
import { flag, integer, number, odd, orElse, text, time } from '../source/readers.ts'
import { parallel, positions } from '../source/sample-arrays.ts'
import { list, one } from '../source/samples.ts'

const ORIGIN = 'https://www.strava.com'
const API = `${ORIGIN}/api/v3`
/** `start_date` is UTC (`start_date_local` says Z and is not); the offset stands beside it, or the zone does. */
const at = (of = '') =>
  clock(`${of}start_date`, 'iso', anyOffset(offset(`${of}utc_offset`, 's'), offset(`${of}timezone`)))
const SPAN = session({ id: 'id', start: at(), seconds: 'elapsed_time' })
/** Streams and zones do not say what they are of. */
const OF = '@activity.'
const CARRIED = session({ id: `${OF}id`, start: at(OF), seconds: `${OF}elapsed_time` })

const TYPES = activityTypes(`
  1=RIDE,VELOMOBILE 7=WALK 8=RUN 14=HANDCYCLE 15=MOUNTAINBIKERIDE 17=VIRTUALRIDE 24=DANCE 29=SOCCER 35=HIKE 43=KITESURF
  52=ROCKCLIMBING 54=VIRTUALROW 59=SAIL 61=SKATEBOARD 66=BACKCOUNTRYSKI 67=NORDICSKI 68=ALPINESKI 70=ROLLERSKI
  73=SNOWBOARD 75=SNOWSHOE 78=STAIRSTEPPER 79=STANDUPPADDLING 82=SWIM 85=TABLETENNIS 97=WEIGHTTRAINING 98=WHEELCHAIR
  99=WINDSURF 104=ICESKATE 113=CROSSFIT 114=HIGHINTENSITYINTERVALTRAINING 127=INLINESKATE 133=VIRTUALRUN 140=CANOEING
  149=TRAILRUN 150=GRAVELRIDE 152=EBIKERIDE 153=EMOUNTAINBIKERIDE
`)
/** `sport_type` is finer than the older `type`. */
const metadata = (of = '') => ({
  type: activityType(`${of}sport_type|${of}type`, TYPES),
  // Typed in by the person, or recorded; what says neither is unknown.
  upload_type: orElse(isManual(of), 0),
})
const isManual = (of: string): Reader<1 | 2> => {
  const { read, from } = flag(`${of}manual`)
  return odd([...from], (item, context) => {
    const manual = read(item, context)
    return manual === undefined ? undefined : manual ? 2 : 1
  })
}
const TIME = { timeAt: 'time.data' }

const isOfHearts = reading(['type'], (item: Item) => item.type === 'heartrate')
/** Zones are told by their bounds in beats, from the lowest on. */
const HEART_ZONES = {
  ...odd(['distribution_buckets.*.time'], ({ distribution_buckets: buckets }: Item) =>
    Array.isArray(buckets)
      ? buckets.map(({ time }: Item, zone) => ({ zone, name: `Zone ${zone + 1}`, duration_seconds: Number(time) }))
      : undefined,
  ),
  gives: ['zone', 'name', 'duration_seconds'],
}

const OF_ACTIVITY: Follow[] = ['streams', 'zones'].map((pull) => ({ pull, params: { id: 'id' }, carry: 'activity' }))
const pulls: Record<string, Pull> = {
  // A page may be short though more follow (https://developers.strava.com/docs/#Pagination): the last one is empty.
  activities: {
    request: { method: 'GET', url: `${API}/athlete/activities`, query: { per_page: '200' }, as: 'user' },
    window: { start: 'after', end: 'before', style: 'unix' },
    paging: { kind: 'page', to: 'page', first: 1 },
    resource: 'activity',
    items: '',
    index: true,
    follow: [{ pull: 'activity', params: { id: 'id' } }],
  },
  activity: {
    request: { method: 'GET', url: `${API}/activities/{id}`, as: 'user' },
    items: 'activities',
    single: true,
    follow: OF_ACTIVITY,
    nothing: [404],
  },
  streams: {
    request: {
      method: 'GET',
      url: `${API}/activities/{id}/streams`,
      query: { keys: 'time,distance,latlng,altitude,velocity_smooth,heartrate,cadence,watts', key_by_type: 'true' },
      as: 'user',
    },
    nothing: [404],
  },
  // Of subscribers only.
  zones: { request: { method: 'GET', url: `${API}/activities/{id}/zones`, as: 'user' }, nothing: [402, 403, 404] },
  athlete: { request: { method: 'GET', url: `${API}/athlete`, as: 'user' } },
}
const APP = { client_id: '{client_id}', client_secret: '{client_secret}' }
const WINDOW = { pull: 'activities', span: { from: 'from', to: 'to' } }

/** Activities only; notifies by id, of the whole app at one address. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'strava', resource: 'STRAVA', name: 'Strava', category: 'training', origins: [ORIGIN],
  auth: oauth2({
    authorize: `${ORIGIN}/oauth/authorize`, token: `${API}/oauth/token`,
    scopes: ['read', 'profile:read_all', 'activity:read_all'], scopeSeparator: ',',
    authorizeParams: { approval_prompt: 'auto' },
    // Fewer may be granted than are asked for: the address that people come back to says which.
    granted: { returned: 'scope' },
    identity: { path: 'athlete.id' },
    revoke: { method: 'POST', url: `${ORIGIN}/oauth/deauthorize`, as: 'user' },
  }),
  connected: {
    historyDays: 30,
    subscribe: {
      per: 'app',
      request: {
        method: 'POST', url: `${API}/push_subscriptions`,
        form: { ...APP, callback_url: '{callback_url}', verify_token: '{verification_token}' }, as: 'app',
      },
      each: {},
      upkeep: {
        list: { method: 'GET', url: `${API}/push_subscriptions`, query: APP, as: 'app' },
        items: '', id: 'id', params: { callback_url: 'callback_url' },
      },
    },
  },
  webhook: {
    handshake: { kind: 'challenge', token: 'hub.verify_token', challenge: 'hub.challenge', answer: 'hub.challenge' },
    // Not all notifications are signed.
    verify: {
      kind: 'hmac', header: 'x-strava-signature', fields: { signature: 'v1', time: 't' }, algorithm: 'sha256', encoding: 'hex',
      key: 'client_secret', over: ['time', { text: '.' }, 'body'], timestamp: { unit: 's', toleranceMs: 5 * 60_000 }, optional: true,
    },
    body: 'json', shape: { kind: 'one', owner: 'owner_id', resource: 'object_type' }, kind: 'ping',
    eventId: ['object_type', 'object_id', 'aspect_type', 'event_time'],
    deletion: { path: 'aspect_type', is: 'delete', id: 'object_id', at: 'event_time' },
    lifecycle: {
      athlete: ({ updates }) => ((updates as Item)?.authorized === 'false' ? { kind: 'access_revoked' } : undefined),
    },
    ok: 200,
  },
  pulls,
  notices: {
    activity: [{ pull: 'activity', params: { id: 'object_id' } }],
    connected: [{ pull: 'athlete' }, WINDOW], reconcile: [WINDOW],
  },
  polling: { notice: 'reconcile', everyMinutes: 24 * 60, overlapHours: 6 },
  // Of reading, where 200 and 2,000 are of everything (https://developers.strava.com/docs/rate-limits).
  limits: [{ per: 'app', calls: 100, seconds: 900 }, { per: 'app', calls: 1_000, seconds: 86_400 }],
  rateHeaders: { limit: 'x-ratelimit-limit', used: 'x-ratelimit-usage' },
  maps: {
    activity: resource('', [
      into('activity', SPAN, {
        metadata: {
          ...metadata(), name: text('name'), city: text('location_city'), state: text('location_state'), country: text('location_country'),
        },
        active_durations_data: { activity_seconds: duration('moving_time') }, calories_data: { total_burned_calories: number('calories', { least: 0 }) },
        distance_data: {
          summary: {
            distance_meters: number('distance'),
            elevation: {
              gain_actual_meters: number('total_elevation_gain'), max_meters: number('elev_high'), min_meters: number('elev_low'),
            },
          },
        },
        movement_data: {
          avg_speed_meters_per_second: number('average_speed'), max_speed_meters_per_second: number('max_speed'), avg_cadence_rpm: number('average_cadence'),
        },
        heart_rate_data: { summary: { avg_hr_bpm: number('average_heartrate'), max_hr_bpm: number('max_heartrate') } },
        power_data: { avg_watts: number('average_watts'), max_watts: number('max_watts') },
        TSS_data: { TSS_samples: one({ normalized_power_watts: number('weighted_average_watts') }) },
        work_data: { work_kilojoules: number('kilojoules') }, strain_data: { strain_level: number('suffer_score') },
        polyline_map_data: { summary_polyline: text('map.summary_polyline|map.polyline') },
        position_data: {
          start_pos_lat_lng_deg: latLng('start_latlng.0', 'start_latlng.1'), end_pos_lat_lng_deg: latLng('end_latlng.0', 'end_latlng.1'),
        },
        device_data: { name: text('device_name') },
        lap_data: {
          laps: list('laps', {
            start_time: told(clock('start_date')), end_time: told(after(clock('start_date'), number('elapsed_time'))),
            active_duration_seconds: integer('moving_time'), distance_meters: number('distance'),
            avg_speed_meters_per_second: number('average_speed'), avg_hr_bpm: number('average_heartrate'), avg_watts: number('average_watts'),
          }),
        },
      }),
    ]),
    streams: resource('', [
      into('activity', CARRIED, {
        metadata: metadata(OF),
        heart_rate_data: { detailed: { hr_samples: parallel('heartrate.data', 'bpm', { ...TIME, least: 1 }) } },
        distance_data: {
          detailed: {
            distance_samples: parallel('distance.data', 'distance_meters', TIME), elevation_samples: parallel('altitude.data', 'elev_meters', TIME),
          },
        },
        movement_data: {
          speed_samples: parallel('velocity_smooth.data', 'speed_meters_per_second', TIME), cadence_samples: parallel('cadence.data', 'cadence_rpm', TIME),
        },
        power_data: { power_samples: parallel('watts.data', 'watts', TIME) },
        position_data: { position_samples: positions('latlng.data', TIME) },
      }, { when: reading(['time'], (item: Item) => item.time != null) }),
    ]),
    zones: resource('', [
      into('activity', CARRIED, { metadata: metadata(OF), heart_rate_data: { summary: { hr_zone_data: HEART_ZONES } } }, { when: isOfHearts }),
    ]),
    athlete: resource('', [into('athlete', profile, {
      first_name: text('firstname'), last_name: text('lastname'), sex: text('sex'), city: text('city'), state: text('state'),
      country: text('country'), bio: text('bio'), account_creation_date: time('created_at'), joined_provider: time('created_at'),
      provider_user_id: text('id'),
    })]),
  },
  omits: {
    '*': { 'subscription_id updates.*': 'what changed is not said whole: all is fetched anew', '*resource_state *.resource_state laps.*.resource_state': 'how much of it is told' },
    activity: {
      'external_id upload_id upload_id_str gear_id embed_token athlete.id map.id laps.*.id laps.*.activity.** laps.*.athlete.**': 'ids of other things',
      start_date_local: 'the start again, as if it were UTC', 'laps.*.start_date_local': 'the start again, as if it were UTC',
      '*_count total_photo_count has_kudoed segment_efforts.** photos.** highlighted_kudosers.** best_efforts.**': 'of the network, not of the body',
      'trainer commute private flagged from_accepted_tag visibility hide_from_home *_opt_out partner_brand_tag workout_type': 'how it is shown',
      'device_watts has_heartrate laps.*.device_watts': 'says whether the values are there', 'gear.**': 'about the bicycle or the shoes', description: 'no place',
      'splits_metric.** splits_standard.**': 'laps that were not made', average_temp: 'no place',
      'laps.*.name laps.*.*_index laps.*.split laps.*.total_elevation_gain laps.*.max_speed laps.*.average_cadence laps.*.pace_zone': 'no place in a lap',
    },
    streams: {
      '*.series_type *.original_size *.resolution': 'how the stream is made', 'type data.* data series_type original_size resolution': 'a list of streams, which tells no times; they are asked for by type',
    },
    zones: {
      'distribution_buckets.*.min distribution_buckets.*.max': 'in beats, where the schema has shares of the maximum', 'sensor_based points custom_zones max score': 'no place',
    },
    athlete: {
      'username premium summit updated_at badge_type_id profile profile_medium friend follower *_count athlete_type *_preference clubs.** bikes.** shoes.** clubs bikes shoes': 'of the network, not of the person',
      'ftp weight': 'told without a date; the schema has weights as measurements',
    },
  },
})
