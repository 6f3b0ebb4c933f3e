import { activityPair, activityTypes } from '../source/activity-types.ts'
import { after, type Clock, clock, told } from '../source/clocks.ts'
import { defineProvider, type Follow, oauth2, type Plan, type Pull } from '../source/define.ts'
import { latLng } from '../source/derive.ts'
import { duration } from '../source/durations.ts'
import { hypnogram } from '../source/hypnogram.ts'
import { into, resource } from '../source/map.ts'
import { offset } from '../source/offsets.ts'
import { day, profile, session } from '../source/places.ts'
import { type Item, reading } from '../source/reader.ts'
import { constant, date, first, integer, itsStart, number, odd, table, text } from '../source/readers.ts'
import { clockTime, csv, sinceBase } from '../source/sample-arrays.ts'
import { clockMap } from '../source/sample-maps.ts'
import { list, one } from '../source/samples.ts'
import { spanClock } from '../source/stages.ts'
import { total } from '../source/sums.ts'
import { isoText } from '../source/wall-clock.ts'

const API = 'https://www.polaraccesslink.com'
/** Names come with underscores, and in the older answers with hyphens. */
const either = (name: string) => `${name}|${name.replaceAll('_', '-')}`
const APP = { authorization: 'Basic {client_basic}' }

const START = clock(either('start_time'), 'local-iso', offset(either('start_time_utc_offset'), 'min'))
const EXERCISE = session({ id: 'id', start: START, length: duration('duration', 'iso') })
/** Days of activity have no zone: their times are those on the wrist. */
const DAY = day({ date: 'date', moment: clock('start_time', 'local-iso') })
const DATE = day({ date: 'date' })
/** One sleep a day, which has no id but its day. What comes apart from it is placed by it. */
const NIGHT = session({ keys: ['date'], start: clock('sleep_start_time'), end: clock('sleep_end_time') })
const OF_NIGHT = { start: clock('@night.sleep_start_time'), end: clock('@night.sleep_end_time') }
const AUTOMATIC = { upload_type: constant(1) }
const STAGES = hypnogram(spanClock('hypnogram', { 0: 1, 1: 6, 2: 4, 3: 4, 4: 5, 5: 0 }))
const LEVELS = { SLEEP: 1, SEDENTARY: 2, LIGHT: 3, MODERATE: 4, VIGOROUS: 5 } as const
const hasNight = reading(['@night'], (_: Item, { carried }: { carried: Item }) => carried?.night != null)
const isPassed = reading(['test_status'], ({ test_status }: Item) => test_status === 'SPO2_TEST_PASSED')
const isOf = (type: string) => reading(['measurement_type'], (item: Item) => item.measurement_type === type)
const TESTED = clock('test_time', 's', offset('time_zone_offset', 'min'))
const BASE: Clock = { from: [], read: (_, { frame: { baseAt, offset, utc } }) => ({ at: baseAt, offset, utc }) }

/** One series of an exercise, by its number (https://www.polar.com/accesslink-api/#exercise-sample-types). */
const samples = <K extends string>(type: number, key: K, of: Omit<Parameters<typeof csv>[2], 'every'> = {}) => {
  const at = `samples[sample-type=${type}]`
  return csv<K>(`${at}.data`, key, { every: `${at}.recording-rate`, ...of })
}
/** Steps of each interval; one that is like the one before is left out of the list, and counts nevertheless. */
const STEPS = {
  ...odd(
    ['samples.steps.interval_ms', 'samples.steps.samples.*.timestamp', 'samples.steps.samples.*.steps'],
    ({ samples }: Item, context) => {
      const { interval_ms: interval, samples: told } = samples?.steps ?? {}
      if (typeof interval !== 'number' || !(interval > 0) || !Array.isArray(told)) return undefined
      let steps = 0
      const counted = told.flatMap((one: Item, i) => {
        const moment = MINUTE.read(one, context)
        if (!moment || typeof one.steps !== 'number') return []
        const until = i + 1 < told.length ? MINUTE.read(told[i + 1], context)?.at : undefined
        const times = until === undefined ? 1 : Math.max(1, Math.round((until - moment.at) / interval))
        steps += one.steps * times
        return [{ timestamp: isoText(moment.at, undefined), steps }]
      })
      return counted.length > 0 ? counted : undefined
    },
  ),
  gives: ['timestamp', 'steps'],
}
const MINUTE = clock('timestamp', 'local-iso')

const TYPES = activityTypes(`
  8=RUNNING_ROAD 10=RACKET_SPORTS_BADMINTON 11=TEAMSPORTS_BASEBALL 12=TEAMSPORTS_BASKETBALL
  15=CYCLING_MOUNTAIN,CYCLING_MOUNTAIN_BIKE 16=CYCLING_ROAD 17=CYCLING_INDOOR 20=COMBAT_SPORTS_BOXING
  25=FITNESS_ELLIPTICAL 27=TEAMSPORTS_AMERICAN_FOOTBALL 29=TEAMSPORTS_SOCCER 34=TEAMSPORTS_HANDBALL 36=TEAMSPORTS_HOCKEY
  40=WATERSPORTS_KAYAKING 42=KICKBOXING_MARTIAL_ARTS 43=WATERSPORTS_KITESURFING 44=COMBAT_SPORTS_MARTIAL_ARTS
  49=FITNESS_PILATES 52=OUTDOOR_CLIMBING 53=WATERSPORTS_ROWING 54=FITNESS_INDOOR_ROWING 55=TEAMSPORTS_RUGBY
  59=WATERSPORTS_SAILING 66=WINTERSPORTS_BACKCOUNTRY_SKIING 67=WINTERSPORTS_CROSS_COUNTRY_SKIING
  68=WINTERSPORTS_ALPINE_SKIING,WINTERSPORTS_DOWNHILL_SKIING 73=WINTERSPORTS_SNOWBOARDING 75=WINTERSPORTS_SNOWSHOEING
  76=RACKET_SPORTS_SQUASH 77=FITNESS_STAIR_CLIMBING 79=WATERSPORTS_STAND_UP_PADDLING 81=WATERSPORTS_SURFING
  82=AQUATICS_SWIMMING 83=SWIMMING_POOL 84=SWIMMING_OPEN_WATER 85=RACKET_SPORTS_TABLE_TENNIS
  86=TEAMSPORTS_FOOTBALL,TEAMSPORTS_FLOORBALL 87=RACKET_SPORTS_TENNIS 89=TEAMSPORTS_VOLLEYBALL 94=WALKING_NORDIC
  99=WATERSPORTS_WINDSURFING 100=FITNESS_YOGA 104=WINTERSPORTS_ICE_SKATING 123=FITNESS_CARDIO 125=FITNESS_STRETCHING
  132=WATERSPORTS_WATERSKI 133=RUNNING_TREADMILL 134=RACKET_SPORTS_PADEL 138=MOTORSPORTS 140=WATERSPORTS_CANOEING
  141=ORIENTEERING 149=RUNNING_TRAIL 150=CYCLING_CYCLOCROSS 151=MULTISPORT
`)

const get = (path: string, query?: Record<string, string>): Pull['request'] => ({
  method: 'GET',
  url: `${API}/v3${path}`,
  ...(query && { query }),
  as: 'user',
})
const NOTHING = [204, 404]
/** At most 28 days a call, both dates included (https://www.polar.com/accesslink-api). */
const spanned = (path: string, query?: Record<string, string>): Pull => ({
  request: get(path, query),
  window: { start: 'from', end: 'to', style: 'date', maxDays: 27, maxAgeDays: 364 },
  nothing: NOTHING,
})
const OF_EXERCISE = { samples: 'true', zones: 'true', route: 'true' }
const OF_DAY = { steps: 'true', activity_zones: 'true' }
const FOLLOW: Follow[] = [
  { pull: 'recharge/day', params: { date: 'date' }, carry: 'night' },
  { pull: 'skin-temperature', span: { day: 'date' }, carry: 'night' },
]
const NIGHTS = { items: 'nights', follow: FOLLOW, nothing: NOTHING }
const pulls: Record<string, Pull> = {
  exercises: { request: get('/exercises', OF_EXERCISE), resource: 'exercise', nothing: NOTHING },
  exercise: { request: get('/exercises/{id}', OF_EXERCISE), nothing: NOTHING },
  activity: spanned('/users/activities', OF_DAY),
  'activity/day': { request: get('/users/activities/{date}', OF_DAY), resource: 'activity', nothing: NOTHING },
  sleep: { ...NIGHTS, request: get('/users/sleep') },
  'sleep/day': { ...NIGHTS, request: get('/users/sleep/{date}'), resource: 'sleep', single: true },
  'recharge/day': { request: get('/users/nightly-recharge/{date}'), resource: 'recharge', nothing: NOTHING },
  'skin-temperature': spanned('/users/biosensing/skintemperature'),
  heart: spanned('/users/continuous-heart-rate'),
  'heart/day': { request: get('/users/continuous-heart-rate/{date}'), resource: 'heart', nothing: NOTHING },
  load: spanned('/users/cardio-load/date'),
  'body-temperature': spanned('/users/biosensing/bodytemperature'),
  spo2: spanned('/users/biosensing/spo2'),
  ecg: spanned('/users/biosensing/ecg'),
  'physical-info': { request: get('/users/physical-info'), nothing: NOTHING },
}
const over = (pull: string): Plan => ({ pull, span: { from: 'from', to: 'to' } })
const SPANNED = ['activity', 'heart', 'load', 'body-temperature', 'spo2', 'ecg'].map(over)
const dated = (pull: string): Plan => ({ pull, params: { date: 'date' } })
const ALL: Plan[] = [{ pull: 'exercises' }, { pull: 'sleep' }, { pull: 'physical-info' }, ...SPANNED]

/** People are registered first, and only what they upload from then on can be had; tokens last, and are not renewed. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'polar', resource: 'POLAR', name: 'Polar', category: 'wearable', origins: [API, 'https://flow.polar.com', 'https://polarremote.com'],
  auth: oauth2({
    authorize: 'https://flow.polar.com/oauth2/authorization', token: 'https://polarremote.com/v2/oauth2/token', clientAuth: 'basic',
    scopes: ['accesslink.read_all'], refreshRotates: false, identity: { path: 'x_user_id' },
    revoke: { method: 'DELETE', url: `${API}/v3/users/{provider_user_id}`, as: 'user' },
  }),
  needs: { signature_secret: 'signature_secret_key of the webhook: shown once, in the answer to its making' },
  connected: {
    historyDays: 28,
    register: { request: { method: 'POST', url: `${API}/v3/users`, json: { 'member-id': '{provider_user_id}' }, as: 'user' }, fine: [409] },
    subscribe: {
      per: 'app',
      request: {
        method: 'POST', url: `${API}/v3/webhooks`, headers: APP, as: 'app',
        json: {
          events: ['EXERCISE', 'SLEEP', 'CONTINUOUS_HEART_RATE', 'ACTIVITY_SUMMARY', 'PHYSICAL_INFORMATION'], url: '{callback_url}',
        },
      },
      each: {},
      upkeep: {
        list: { method: 'GET', url: `${API}/v3/webhooks`, headers: APP, as: 'app' },
        items: 'data', id: 'id', params: { callback_url: 'url' }, secret: { path: 'data.signature_secret_key', name: 'signature_secret' },
      },
    },
  },
  webhook: {
    // Sent when the webhook is made, before there is a secret to sign with.
    handshake: { kind: 'message', path: 'event', is: 'PING', ok: 200, verified: false },
    verify: { kind: 'hmac', header: 'polar-webhook-signature', algorithm: 'sha256', encoding: 'hex', key: 'signature_secret', over: ['body'] },
    body: 'json', shape: { kind: 'one', owner: 'user_id', resource: 'event' }, kind: 'ping', eventId: ['event', 'entity_id', 'date', 'timestamp'], ok: 200,
  },
  pulls,
  notices: {
    EXERCISE: [{ pull: 'exercise', params: { id: 'entity_id' } }], SLEEP: [dated('sleep/day')], ACTIVITY_SUMMARY: [dated('activity/day')],
    CONTINUOUS_HEART_RATE: [dated('heart/day')], PHYSICAL_INFORMATION: [{ pull: 'physical-info' }],
    // Told of for those who subscribed to them elsewhere: how awake somebody may be, and when to go to bed.
    SLEEP_WISE_ALERTNESS: [], SLEEP_WISE_CIRCADIAN_BEDTIME: [],
    connected: ALL, reconcile: ALL,
  },
  polling: { notice: 'reconcile', everyMinutes: 24 * 60, overlapHours: 48 },
  limits: [{ per: 'app', calls: 500, seconds: 900, morePerUser: 20 }, { per: 'app', calls: 5_000, seconds: 86_400, morePerUser: 100 }],
  rateHeaders: { limit: 'ratelimit-limit', used: 'ratelimit-usage', reset: { header: 'ratelimit-reset', as: 'seconds' } },
  maps: {
    exercise: resource('', [into('activity', EXERCISE, {
      metadata: { type: activityPair('sport', either('detailed_sport_info'), TYPES), ...AUTOMATIC },
      active_durations_data: { activity_seconds: duration('duration', 'iso') }, calories_data: { total_burned_calories: number('calories') },
      distance_data: {
        summary: { distance_meters: number('distance') },
        detailed: { distance_samples: samples(10, 'distance_meters'), elevation_samples: samples(3, 'elev_meters') },
      },
      heart_rate_data: {
        summary: {
          avg_hr_bpm: number('heart_rate.average|heart-rate.average'), max_hr_bpm: number('heart_rate.maximum|heart-rate.maximum'),
          hr_zone_data: list('heart_rate_zones', { zone: integer('index', { plus: -1 }), duration_seconds: duration('in-zone', 'iso') }),
        },
        // 0 is what comes where no heart rate was taken.
        detailed: { hr_samples: samples(0, 'bpm', { least: 1 }) },
      },
      movement_data: {
        speed_samples: samples(1, 'speed_meters_per_second', { unit: ['km/h', 'm/s'] }), cadence_samples: samples(2, 'cadence_rpm'),
      },
      power_data: { power_samples: samples(4, 'watts') },
      position_data: {
        position_samples: list('route', { timestamp: told(after(BASE, duration('time', 'iso'))), coords_lat_lng_deg: latLng('latitude', 'longitude') }),
      },
      strain_data: { strain_level: number(either('training_load')) },
      device_data: { manufacturer: constant('Polar'), name: text('device'), serial_number: text(either('device_id')) },
    })]),
    activity: resource('', [into('daily', DAY, {
      metadata: AUTOMATIC,
      active_durations_data: {
        activity_seconds: duration('active_duration', 'iso'), inactivity_seconds: duration('inactive_duration', 'iso'),
        num_continuous_inactive_periods: integer('inactivity_alert_count'),
        activity_levels_samples: list('samples.activity_zones.samples', { timestamp: told(clock('timestamp', 'local-iso')), activity_level: table('zone', LEVELS) }),
      },
      calories_data: { total_burned_calories: number('calories'), net_activity_calories: number(either('active_calories')) },
      distance_data: { steps: integer('steps|active-steps'), distance_meters: number('distance_from_steps'), detailed: { step_samples: STEPS } },
      scores: { activity: number('daily_activity') },
    })]),
    sleep: resource('nights', [into('sleep', NIGHT, {
      metadata: { is_nap: constant(false), upload_type: constant(2) },
      sleep_durations_data: {
        asleep: {
          duration_asleep_state_seconds: total('light_sleep', 'deep_sleep', 'rem_sleep'), duration_light_sleep_state_seconds: number('light_sleep'),
          duration_deep_sleep_state_seconds: number('deep_sleep'), duration_REM_sleep_state_seconds: number('rem_sleep'), num_REM_events: STAGES.episodes(6),
        },
        awake: {
          duration_awake_state_seconds: number('total_interruption_duration'), duration_short_interruption_seconds: number('short_interruption_duration'),
          duration_long_interruption_seconds: number('long_interruption_duration'),
        },
        other: { duration_unmeasurable_sleep_seconds: number('unrecognized_sleep_stage') }, hypnogram_samples: STAGES.samples,
      },
      heart_rate_data: { detailed: { hr_samples: clockMap('heart_rate_samples', 'bpm', { least: 1 }) } },
      scores: { sleep: number('sleep_score') }, device_data: { manufacturer: constant('Polar'), serial_number: text('device_id') },
    })], { single: true }),
    recharge: resource('recharges', [into('sleep', session({ keys: ['date'], ...OF_NIGHT }), {
      metadata: { is_nap: constant(false), upload_type: constant(2) },
      heart_rate_data: {
        summary: { avg_hr_bpm: number('heart_rate_avg'), avg_hrv_rmssd: number('heart_rate_variability_avg') },
        detailed: { hrv_samples_rmssd: clockMap('hrv_samples', 'hrv_rmssd', { least: 1 }) },
      },
      respiration_data: { breaths_data: { avg_breaths_per_min: number('breathing_rate_avg'), samples: clockMap('breathing_samples', 'breaths_per_min', { least: 1 }) } },
      readiness_data: { recovery_level: number('nightly_recharge_status', { least: 1 }) },
    })], { single: true }),
    'skin-temperature': resource('', [
      into('body', day({ date: 'sleep_date', moment: OF_NIGHT.end }), {
        temperature_data: { skin_temperature_samples: one({ timestamp: first(told(OF_NIGHT.end), itsStart), temperature_celsius: number('sleep_time_skin_temperature_celsius') }) },
      }),
      into('sleep', session({ keys: ['sleep_date'], ...OF_NIGHT }), {
        metadata: { is_nap: constant(false), upload_type: constant(2) }, temperature_data: { delta: number('deviation_from_baseline_celsius') },
      }, { when: hasNight }),
    ]),
    heart: resource('', [into('daily', DATE, {
      metadata: AUTOMATIC,
      heart_rate_data: { detailed: { hr_samples: list('heart_rate_samples', { timestamp: clockTime('sample_time'), bpm: number('heart_rate', { least: 1 }) }, { needs: ['bpm'] }) } },
    })]),
    // Below zero is what comes where it cannot be told.
    load: resource('', [into('daily', DATE, { metadata: AUTOMATIC, strain_data: { strain_level: number('strain', { least: 0 }) } })]),
    'body-temperature': resource('', (['TM_CORE_TEMPERATURE', 'TM_SKIN_TEMPERATURE'] as const).map((type) => {
      const read = list('samples', { timestamp: sinceBase('recording_time_delta_milliseconds', 'ms'), temperature_celsius: number('temperature_celsius') })
      return into('body', day({ moment: clock('start_time', 'utc-iso'), slices: true }), {
        temperature_data: type === 'TM_CORE_TEMPERATURE' ? { body_temperature_samples: read } : { skin_temperature_samples: read },
        device_data: { manufacturer: constant('Polar'), serial_number: text('source_device_id') },
      }, { when: isOf(type) })
    })),
    spo2: resource('', [into('body', day({ moment: TESTED, slices: true }), {
      oxygen_data: { saturation_samples: one({ timestamp: told(TESTED), percentage: number('blood_oxygen_percent'), type: constant(0) }) },
      device_data: { manufacturer: constant('Polar'), serial_number: text('source_device_id') },
    }, { when: isPassed })]),
    ecg: resource('', [into('body', day({ moment: TESTED, slices: true }), {
      heart_data: {
        ecg_signal: one({
          start_timestamp: told(TESTED), avg_hr_bpm: number('average_heart_rate_bpm'),
          raw_signal: list('samples', { timestamp: sinceBase('recording_time_delta_ms', 'ms'), potential_uV: number('amplitude_mv', { times: 1_000 }) }),
        }),
      },
      device_data: { manufacturer: constant('Polar'), serial_number: text('source_device_id') },
    })]),
    'physical-info': resource('', [
      // In UTC, of a person who is somewhere: the day is the wall clock's, so that it is one with the day's other parts.
      into('body', day({ moment: clock('modified|created', 'local-iso') }), {
        measurements_data: { measurements: one({ measurement_time: told(clock('modified|created')), weight_kg: number('weight'), height_cm: number('height') }) },
        heart_data: {
          heart_rate_data: { summary: { resting_hr_bpm: number(either('resting_heart_rate')), user_max_hr_bpm: number(either('maximum_heart_rate')) } },
        },
        oxygen_data: { vo2max_ml_per_min_per_kg: number(either('vo2_max')) },
      }),
      into('athlete', profile, { date_of_birth: date('birthday'), sex: text('gender') }),
    ]),
  },
  omits: {
    '*': { 'url from to': 'what is fetched is known by its id or its day', 'polar_user polar-user transaction-id id': 'whose it is, or an id', 'device_id source_device_id': 'of the device' },
    exercise: {
      'upload_time upload-time has_route has-route club_id club_name club-id club-name': 'about the upload',
      'fat_percentage fat-percentage carbohydrate_percentage carbohydrate-percentage protein_percentage protein-percentage running-index running_index': 'no place',
      'training_load_pro.** training-load-pro.**': 'no place: training_load tells the load', 'samples.*.**': 'a type of samples that has no place',
      'heart_rate_zones.*.lower-limit heart_rate_zones.*.upper-limit': 'in beats, where the schema has shares of the maximum',
      'route.*.satellites route.*.fix': 'about the receiver',
    },
    activity: { end_time: 'of a day', 'created duration samples.date samples.inactivity_stamps.** samples.steps.total_steps': 'told by the others, or no place', 'samples.inactivity_stamps.*.stamp': 'no place' },
    sleep: { 'continuity continuity_class sleep_charge sleep_goal sleep_rating sleep_cycles group_*': 'no place' },
    recharge: { 'beat_to_beat_avg ans_charge ans_charge_status': 'no place' },
    load: { 'cardio_load_status cardio_load tolerance cardio_load_ratio cardio_load_level.**': 'no place: the strain tells the load' },
    'body-temperature': { 'sensor_location end_time modified_time': 'no place' },
    spo2: { 'spo2_* average_heart_rate_bpm heart_rate_variability_ms altitude_meters': 'no place beside the saturation' },
    ecg: { 'heart_rate_variability_* rri_ms pulse_transit_time_* quality_measurements.**': 'no place' },
    'physical-info': { 'created aerobic_threshold anaerobic_threshold aerobic-threshold anaerobic-threshold weight_source weight-source training_background typical_day sleep_goal': 'no place' },
  },
})
