import { clock, told } from '../source/clocks.ts'
import { defineProvider, oauth2 } from '../source/define.ts'
import { into, resource } from '../source/map.ts'
import type { OffsetOf } from '../source/offsets.ts'
import { day, session } from '../source/places.ts'
import type { Context, Item } from '../source/reader.ts'
import { constant, integer, number, percent } from '../source/readers.ts'
import { list } from '../source/samples.ts'

const PARTNERS = 'https://partner.ultrahuman.com/api/partners'
const AUTOMATIC = { upload_type: constant(1) }
const DAY_S = 86_400
const MOST_BEFORE_S = 14 * 3_600

/** No zone is told, but when the user's day began: how far that is from midnight in UTC. */
const ZONE: OffsetOf = {
  from: ['object.day_start_timestamp'],
  read(item: Item, context: Context) {
    const all = (context.page as Item)?.data?.metric_data
    const any = Array.isArray(all)
      ? all.find((one: Item) => typeof one?.object?.day_start_timestamp === 'number')
      : undefined
    const start = item?.object?.day_start_timestamp ?? any?.object.day_start_timestamp
    if (typeof start !== 'number') return undefined
    const offset = (DAY_S - (start % DAY_S)) % DAY_S
    return offset > MOST_BEFORE_S ? offset - DAY_S : offset
  },
}
const DAY = day({ moment: clock('object.day_start_timestamp', 's', ZONE), slice: 'type' })
const AT = told(clock('timestamp', 's'))
const VALUE = number('object.value')
/** `hr` and `Sleep`: the case of types differs. */
const is = (type: string) => ({ when: (item: Item) => String(item?.type).toLowerCase() === type })
// biome-ignore format: a table reads better in rows.
/** A night: an item of the list of metrics, or alone. */
const night = (at: string) => {
  const quick = (type: string) => number(`${at}quick_metrics[type=${type}].value`)
  const stage = (type: string) => number(`${at}sleep_stages[type=${type}].stage_time`)
  return into('sleep', session({ start: clock(`${at}bedtime_start`, 's', ZONE), end: clock(`${at}bedtime_end`, 's', ZONE) }), {
    metadata: { upload_type: constant(2) },
    sleep_durations_data: {
      asleep: {
        duration_asleep_state_seconds: quick('total_sleep'), duration_deep_sleep_state_seconds: stage('deep_sleep'),
        duration_light_sleep_state_seconds: stage('light_sleep'), duration_REM_sleep_state_seconds: stage('rem_sleep'),
      },
      awake: { duration_awake_state_seconds: stage('awake') },
      other: { duration_in_bed_seconds: quick('time_in_bed') }, sleep_efficiency: percent(`${at}quick_metrics[type=sleep_efic].value`),
    },
    heart_rate_data: { summary: { avg_hr_bpm: quick('avg_hr'), avg_hrv_rmssd: quick('avg_hrv') } },
    respiration_data: { oxygen_saturation_data: { avg_saturation_percentage: number(`${at}spo2.value`) } },
  }, at === '' ? {} : is('sleep'))
}

// biome-ignore format: a table reads better in rows.
/** A ring, and glucose sensors: all metrics of one day at a time. */
export default defineProvider({
  slug: 'ultrahuman', resource: 'ULTRAHUMAN', name: 'Ultrahuman', category: 'wearable', origins: ['https://auth.ultrahuman.com', 'https://partner.ultrahuman.com'],
  beta: 'Documents are for partners only: which field says who the user is, units of a few metrics, and glucose are from what others wrote down',
  auth: oauth2({
    // So it is spelled.
    authorize: 'https://auth.ultrahuman.com/authorise', token: `${PARTNERS}/oauth/token`, scopes: ['ring_data', 'cgm_data', 'profile'],
    identity: {
      path: 'data.user_id|data.id|user_id|id|data.email|email', request: { method: 'GET', url: `${PARTNERS}/v1/user_data/user_info`, as: 'user' },
    },
    revoke: {
      method: 'POST', url: `${PARTNERS}/oauth/revoke`, form: { token: '{access_token}', client_id: '{client_id}', client_secret: '{client_secret}' }, as: 'app',
    },
  }),
  connected: { historyDays: 30 },
  polling: { notice: 'poll', everyMinutes: 60, overlapHours: 24 },
  pulls: {
    metrics: {
      request: { method: 'GET', url: `${PARTNERS}/v1/user_data/metrics`, as: 'user' }, window: { each: 'day', at: 'date', style: 'date' }, items: 'data.metric_data',
    },
  },
  notices: { connected: [{ pull: 'metrics', span: { from: 'from', to: 'to' } }], poll: [{ pull: 'metrics', span: { from: 'from', to: 'to' } }] },
  maps: {
    metrics: resource('data.metric_data', [
      into('daily', DAY, { metadata: AUTOMATIC, heart_rate_data: { detailed: { hr_samples: list('object.values', { timestamp: AT, bpm: number('value', { least: 1 }) }) } } }, is('hr')),
      into('daily', DAY, {
        metadata: AUTOMATIC,
        heart_rate_data: {
          detailed: { hrv_samples_rmssd: list('object.values', { timestamp: AT, hrv_rmssd: number('value', { least: 1 }) }) }, summary: { avg_hrv_rmssd: number('object.avg') },
        },
      }, is('hrv')),
      into('body', DAY, { temperature_data: { skin_temperature_samples: list('object.values', { timestamp: AT, temperature_celsius: number('value') }) } }, is('temp')),
      into('daily', DAY, {
        metadata: AUTOMATIC,
        distance_data: { steps: integer('object.total'), detailed: { step_samples: list('object.values', { timestamp: AT, steps: number('value') }, { running: 'steps' }) } },
      }, is('steps')),
      into('daily', DAY, {
        metadata: AUTOMATIC, oxygen_data: { saturation_samples: list('object.values', { timestamp: AT, percentage: number('value', { least: 1 }), type: constant(0) }) },
      }, is('spo2')),
      into('daily', DAY, { metadata: AUTOMATIC, heart_rate_data: { summary: { resting_hr_bpm: number('object.avg') } } }, is('night_rhr')),
      into('daily', DAY, { metadata: AUTOMATIC, scores: { recovery: VALUE } }, is('recovery_index')),
      into('daily', DAY, { metadata: AUTOMATIC, scores: { activity: VALUE } }, is('movement_index')),
      into('daily', DAY, { metadata: AUTOMATIC, active_durations_data: { activity_seconds: number('object.value', { times: 60 }) } }, is('active_minutes')),
      into('daily', DAY, { metadata: AUTOMATIC, active_durations_data: { inactivity_seconds: number('object.value', { times: 60 }) } }, is('inactive_time')),
      into('body', DAY, { oxygen_data: { vo2max_ml_per_min_per_kg: VALUE } }, is('vo2_max')),
      into('body', DAY, { glucose_data: { blood_glucose_samples: list('object.values', { timestamp: AT, blood_glucose_mg_per_dL: number('value', { least: 1 }) }) } }, is('glucose')),
      night('object.'),
    ]),
    night: resource('', [night('')]),
  },
  omits: {
    night: { date: 'follows from the end' },
    metrics: {
      'object.title': 'a name of the metric', 'object.subtitle': 'a name of the metric', 'object.unit': 'of the metric', 'object.status': 'a word for the value', 'object.last_reading.**': 'the last of the values',
      'object.trend_*': 'what the day is compared with', 'object.quick_metrics.*.*': 'how a value is shown', 'object.quick_metrics_tiled.**': 'how values are shown', 'object.sleep_stages.*.*': 'how a stage is shown',
      'object.*_graph': 'of a shape that is not told', 'object.*_graph.**': 'of a shape that is not told', 'object.summary.**': 'words for the values', 'object.spo2.*': 'how the value is shown',
      'object.toss_turn.**': 'no place for it', 'object.sleep_cycles.**': 'no place for cycles', 'object.tags_section': 'how tags are shown', 'object.tags_section.**': 'how tags are shown',
    },
  },
})
