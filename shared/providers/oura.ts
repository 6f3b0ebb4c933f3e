import { activityType } from '../source/activity-types.ts'
import { defineProvider, type Follow, oauth2, type Plan, type Pull } from '../source/define.ts'
import { into, resource } from '../source/map.ts'
import type { Bounds } from '../source/numbers.ts'
import { day, either, iso, profile, session } from '../source/places.ts'
import { type Context, goTo, type Item, reading } from '../source/reader.ts'
// biome-ignore format: a table reads better in rows.
import { constant, first, integer, itsStart, localTime, number, odd, orElse, percent, table, text, time, when } from '../source/readers.ts'
import { evenly } from '../source/sample-arrays.ts'
import { list, one, slots } from '../source/samples.ts'

const API = 'https://api.ouraring.com'
const DAY = day({ date: 'day', moment: iso('timestamp') })
/** Documents that give a date and no time. */
const DATE = day({ date: 'day' })
const AUTOMATIC = { upload_type: constant(1) }
/** Sleep phases: 1 deep, 2 light, 3 REM, 4 awake; 5 min a character, or 30 s, which is the better one. */
const PHASES = { 1: 5, 2: 4, 3: 6, 4: 1 } as const
/** Non-wear, rest, inactive, low, medium, high; 5 min a character from 04:00 local, when Oura's day starts. */
const CLASSES = { 0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 } as const
const MINUTES = 1 / 60

/** `rest` is no sleep and `deleted` was one; both come in the list of sleeps. */
const isSleep = reading(['type'], (item: Item) => item.type !== 'deleted' && item.type !== 'rest')
/** The night that a day's score is about, among the sleeps of that day. */
const isNight = reading(
  ['type', 'day', '@score.day'],
  (item: Item, context: Context) =>
    item.type === 'long_sleep' && scoredDay(item, context) === item.day && hasBedtime(item),
)
const scoredDay = goTo('@score.day')
/** Sleeps are placed by their bedtime; a document without it tells nothing that has a place. */
const hasBedtime = (item: Item) => isSleep(item) && item.bedtime_start != null && item.bedtime_end != null
const SLEEP = session({ id: 'id', start: iso('bedtime_start'), end: iso('bedtime_end') })
const SLEEP_METADATA = {
  is_nap: odd(['type'], (item: Item) => (item.type == null ? undefined : item.type !== 'long_sleep')),
  upload_type: constant(2),
}
/** Some documents hold a placeholder or nothing instead of phases; what is no phase is no hypnogram. */
const phases = (path: string, seconds: number) =>
  when(
    reading([path], (item) => /^[1-4]+$/.test(String(goTo(path)(item) ?? ''))),
    slots(path, 'level', { seconds, entries: PHASES, changes: true }),
  )
/** `{interval, items, timestamp}`, the time with its own offset. */
const series = <K extends string>(path: string, key: K, bounds: Bounds = {}) =>
  evenly(`${path}.items`, key, { every: `${path}.interval`, start: iso(`${path}.timestamp`), ...bounds })
const SPAN = session({ id: 'id', start: iso('start_datetime'), end: iso('end_datetime') })
const SESSIONS = { breathing: 122, meditation: 45, nap: 3, rest: 3 } as const

const APP = { 'x-client-id': '{client_id}', 'x-client-secret': '{client_secret}' }
const LISTS = [
  ...['sleep', 'daily_sleep', 'daily_activity', 'daily_readiness', 'daily_stress', 'daily_spo2'],
  ...['daily_cardiovascular_age', 'vO2_max', 'workout', 'session', 'enhanced_tag'],
]
const url = (type: string) => `${API}/v2/usercollection/${type}`
/** What follows from a document of a type: heart rates have no notification, and a night's score comes apart from it. */
const FOLLOW: Record<string, Follow[]> = {
  daily_activity: [{ pull: 'heartrate', span: { day: 'day', offsetOf: 'timestamp' }, carry: 'day' }],
  daily_sleep: [{ pull: 'night', span: { day: 'day', after: 1 }, carry: 'score' }],
}
const listOf = (type: string, resource = type): Pull => ({
  request: { method: 'GET', url: url(type), as: 'user' },
  resource,
  window: { start: 'start_date', end: 'end_date', style: 'date' },
  paging: { kind: 'cursor', from: 'next_token', to: 'next_token' },
  items: 'data',
  follow: FOLLOW[resource] ?? [],
})
const documentOf = (type: string): Pull => ({
  request: { method: 'GET', url: `${url(type)}/{object_id}`, as: 'user' },
  resource: type,
  items: 'data',
  single: true,
  follow: type === 'sleep' ? [{ pull: 'daily_sleep', span: { day: 'day' } }] : (FOLLOW[type] ?? []),
  nothing: [404],
})
const pulls: Record<string, Pull> = {
  ...Object.fromEntries(LISTS.map((type) => [type, listOf(type)])),
  ...Object.fromEntries(LISTS.map((type) => [`${type}/document`, documentOf(type)])),
  night: listOf('sleep', 'night'),
  heartrate: {
    ...listOf('heartrate'),
    window: { start: 'start_datetime', end: 'end_datetime', style: 'iso', maxDays: 30 },
  },
  personal_info: { request: { method: 'GET', url: url('personal_info'), as: 'user' } },
}
const notices: Record<string, Plan[]> = {
  // Notifications say `vo2_max` where the address says `vO2_max`.
  ...Object.fromEntries(
    LISTS.map((type) => [type.toLowerCase(), [{ pull: `${type}/document`, params: { object_id: 'object_id' } }]]),
  ),
  connected: [{ pull: 'personal_info' }, ...LISTS.map((pull) => ({ pull, span: { from: 'from', to: 'to' } }))],
}

/** Notifies of documents, which are then fetched; signs with the app's secret. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'oura', resource: 'OURA', name: 'Oura', category: 'wearable', origins: [API, 'https://cloud.ouraring.com'],
  auth: oauth2({
    authorize: 'https://cloud.ouraring.com/oauth/authorize', token: `${API}/oauth/token`,
    scopes: ['email', 'personal', 'daily', 'heartrate', 'workout', 'tag', 'session', 'spo2', 'heart_health', 'stress'],
    identity: { path: 'id', request: { method: 'GET', url: url('personal_info'), as: 'user' } },
    revoke: { method: 'POST', url: `${API}/oauth/revoke`, query: { access_token: '{access_token}' }, as: 'app' },
  }),
  connected: {
    historyDays: 30,
    subscribe: {
      per: 'app',
      request: {
        method: 'POST', url: `${API}/v2/webhook/subscription`,
        headers: APP,
        json: {
          callback_url: '{callback_url}', verification_token: '{verification_token}', event_type: '{event_type}',
          data_type: '{data_type}',
        },
        as: 'app',
      },
      each: { event_type: ['create', 'update', 'delete'], data_type: LISTS.map((type) => type.toLowerCase()) },
      upkeep: {
        list: { method: 'GET', url: `${API}/v2/webhook/subscription`, headers: APP, as: 'app' },
        items: '', id: 'id', expires: 'expiration_time',
        params: { callback_url: 'callback_url', event_type: 'event_type', data_type: 'data_type' },
        renew: { method: 'PUT', url: `${API}/v2/webhook/subscription/renew/{id}`, headers: APP, as: 'app' },
      },
    },
  },
  webhook: {
    handshake: { kind: 'challenge', token: 'verification_token', challenge: 'challenge', answer: 'challenge' },
    verify: {
      kind: 'hmac', header: 'x-oura-signature', algorithm: 'sha256', encoding: 'HEX', key: 'client_secret',
      over: [{ header: 'x-oura-timestamp' }, 'body'], timestamp: { header: 'x-oura-timestamp', unit: 's', toleranceMs: 5 * 60_000 },
    },
    body: 'json', shape: { kind: 'one', owner: 'user_id', resource: 'data_type' }, kind: 'ping',
    eventId: ['event_type', 'data_type', 'object_id', 'event_time'],
    deletion: { path: 'event_type', is: 'delete', id: 'object_id', at: 'event_time' }, ok: 200,
  },
  pulls, notices, items: 'data', single: true,
  omits: {
    '*': {
      'id timestamp timestamp_unix': 'the day or the times are its key and place', '/next_token': 'the next page of a list',
      'contributors.*': 'what made up a score: the schema has contributors of its own scores alone',
    },
    daily_activity: {
      '*_met_minutes': 'no place: minutes are told by intensity', 'meters_to_target target_*': 'what the user wants to reach',
      non_wear_time: 'no place',
    },
    daily_cardiovascular_age: { vascular_age: 'no place' }, daily_stress: { day_summary: 'a word for what the durations tell' },
    daily_readiness: { 'temperature_*': 'comes again with the night, in sleep' }, enhanced_tag: { 'end_*': 'a tag has one time' },
    personal_info: { 'weight height': 'told without a date; the schema has them as measurements' },
    heartrate: { 'data.*.timestamp_unix': 'the timestamp again' },
    session: { day: 'the day of its start', mood: 'no place', 'motion_count.**': 'no place' },
    sleep: {
      day: 'the start and the end tell it', 'low_battery_alert period': 'about the ring', '*_score_delta': 'a change of a score that is told',
      'movement_30_sec restless_periods': 'no place', 'sleep_algorithm_version sleep_analysis_reason readiness.contributors.*': 'no place',
      'readiness.temperature_trend_deviation': 'no place',
    },
    workout: { day: 'the day of its start', intensity: 'no place' },
    // Nothing of these is in the schema.
    daily_resilience: { '**': 'a level in words: no place' }, sleep_time: { '**': 'advice' },
    rest_mode_period: { '**': 'days of rest mode: no place' }, ring_configuration: { '**': 'about the ring' },
    ring_battery_level: { '**': 'about the ring' }, tag: { '**': 'old tags, which enhanced_tag replaced' },
  },
  maps: {
    daily_activity: into('daily', DAY, {
      metadata: AUTOMATIC,
      active_durations_data: {
        activity_levels_samples: slots('class_5_min', 'activity_level', { seconds: 300, entries: CLASSES }),
        inactivity_seconds: number('sedentary_time'), low_intensity_seconds: number('low_activity_time'),
        moderate_intensity_seconds: number('medium_activity_time'),
        vigorous_intensity_seconds: number('high_activity_time'), rest_seconds: number('resting_time'),
        num_continuous_inactive_periods: integer('inactivity_alerts'),
      },
      calories_data: { net_activity_calories: number('active_calories'), total_burned_calories: number('total_calories') },
      distance_data: { distance_meters: number('equivalent_walking_distance'), steps: integer('steps') },
      MET_data: {
        MET_samples: series('met', 'level'), avg_level: number('average_met_minutes'),
        num_inactive_minutes: number('sedentary_time', { times: MINUTES }),
        num_low_intensity_minutes: number('low_activity_time', { times: MINUTES }),
        num_moderate_intensity_minutes: number('medium_activity_time', { times: MINUTES }),
        num_high_intensity_minutes: number('high_activity_time', { times: MINUTES }),
      },
      scores: { activity: number('score') },
    }),
    daily_sleep: into('daily', DATE, { metadata: AUTOMATIC, scores: { sleep: number('score') } }),
    daily_readiness: into('daily', DATE, { metadata: AUTOMATIC, scores: { recovery: number('score') } }),
    daily_stress: into('daily', DATE, {
      metadata: AUTOMATIC,
      stress_data: { high_stress_duration_seconds: number('stress_high'), rest_stress_duration_seconds: number('recovery_high') },
    }),
    // 0 is what comes where nothing was measured.
    daily_spo2: into('daily', DATE, {
      metadata: AUTOMATIC, oxygen_data: { avg_saturation_percentage: percent('spo2_percentage.average', { least: 1 }) },
    }),
    heartrate: resource('', [
      into('daily', day({ date: '@day.day', moment: either(iso('@day.timestamp'), iso('data.0.timestamp')) }), {
        metadata: AUTOMATIC,
        heart_rate_data: {
          detailed: {
            hr_samples: list(
              'data',
              {
                timestamp: localTime('timestamp'), bpm: number('bpm', { least: 1 }),
                context: table('source', { workout: 1, rest: 2, sleep: 2 }, 0),
              },
              { needs: ['bpm'] },
            ),
          },
        },
      }),
    ]),
    vO2_max: into('body', DATE, { oxygen_data: { vo2max_ml_per_min_per_kg: number('vo2_max') } }),
    daily_cardiovascular_age: into('body', DATE, {
      heart_data: {
        pulse_wave_velocity_samples: one({ timestamp: itsStart, pulse_wave_velocity_meters_per_second: number('pulse_wave_velocity') }),
      },
    }),
    sleep: into(
      'sleep', SLEEP,
      {
        metadata: SLEEP_METADATA,
        heart_rate_data: {
          summary: {
            avg_hr_bpm: number('average_heart_rate'), min_hr_bpm: number('lowest_heart_rate'), avg_hrv_rmssd: number('average_hrv'),
          },
          detailed: {
            hr_samples: series('heart_rate', 'bpm', { least: 1 }), hrv_samples_rmssd: series('hrv', 'hrv_rmssd', { least: 0 }),
          },
        },
        sleep_durations_data: {
          asleep: {
            duration_asleep_state_seconds: number('total_sleep_duration'),
            duration_deep_sleep_state_seconds: number('deep_sleep_duration'),
            duration_light_sleep_state_seconds: number('light_sleep_duration'),
            duration_REM_sleep_state_seconds: number('rem_sleep_duration'),
          },
          awake: { duration_awake_state_seconds: number('awake_time'), sleep_latency_seconds: number('latency') },
          other: { duration_in_bed_seconds: number('time_in_bed') },
          hypnogram_samples: first(phases('sleep_phase_30_sec', 30), phases('sleep_phase_5_min', 300)),
          sleep_efficiency: percent('efficiency'),
        },
        respiration_data: { breaths_data: { avg_breaths_per_min: number('average_breath') } },
        readiness_data: { readiness: number('readiness.score') }, temperature_data: { delta: number('readiness.temperature_deviation') },
      },
      { when: hasBedtime },
    ),
    // The sleeps of a day again, with the day's score: it belongs to the night among them.
    night: into(
      'sleep', SLEEP, { metadata: SLEEP_METADATA, scores: { sleep: number('@score.score') } }, { when: isNight, part: 'daily_sleep' },
    ),
    workout: into('activity', SPAN, {
      metadata: { name: text('label'), type: activityType('activity'), upload_type: orElse(table('source', { manual: 2 }, 1), 0) },
      calories_data: { total_burned_calories: number('calories') }, distance_data: { summary: { distance_meters: number('distance') } },
    }),
    session: into('activity', SPAN, {
      metadata: { type: orElse(table('type', SESSIONS, 108), 4), upload_type: constant(1) },
      heart_rate_data: {
        detailed: {
          hr_samples: series('heart_rate', 'bpm', { least: 1 }),
          hrv_samples_rmssd: series('heart_rate_variability', 'hrv_rmssd', { least: 0 }),
        },
      },
    }),
    personal_info: into('athlete', profile, {
      age: integer('age'), sex: text('biological_sex'), email: text('email'), provider_user_id: text('id'),
    }),
    enhanced_tag: into('daily', day({ date: 'start_day', moment: iso('start_time'), slice: 'id' }), {
      metadata: AUTOMATIC,
      tag_data: {
        tags: one({
          timestamp: orElse(time('start_time'), ''),
          tag_name: orElse(first(text('custom_name'), text('tag_type_code')), ''), notes: orElse(text('comment'), ''),
        }),
      },
    }),
    ...Object.fromEntries(
      ['daily_resilience', 'sleep_time', 'rest_mode_period', 'ring_configuration', 'ring_battery_level', 'tag'].map((name) => [name, []]),
    ),
  },
})
