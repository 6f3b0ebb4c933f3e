import { activityType } from '../source/activity-types.ts'
import { clock, told } from '../source/clocks.ts'
import { defineProvider, oauth2, type Pull } from '../source/define.ts'
import { gatherByDay } from '../source/gather.ts'
import { hypnogram } from '../source/hypnogram.ts'
import { into, resource } from '../source/map.ts'
import { day, session } from '../source/places.ts'
import { constant, integer, number, text } from '../source/readers.ts'
import { list, one } from '../source/samples.ts'
import { sleepLevel, spanList } from '../source/stages.ts'
import { sumOver } from '../source/sums.ts'
import { quantity } from '../source/units.ts'

const LOGIN = 'https://oauth-login.cloud.huawei.com'
const API = 'https://health-api.cloud.huawei.com/healthkit/v2'
const SCOPES =
  'step distance calories heartrate sleep activity oxygen_statistic stress bloodglucose bloodpressure heightweight bodytemperature'
/** Sample points tell milliseconds, records of health nanoseconds. */
const AT = clock('startTime', 'ms')
const WHEN = told(AT)
const AUTOMATIC = { upload_type: constant(1) }
const POINTS = 'group.0.sampleSet.0.samplePoints'
const BY_DAY = { gather: gatherByDay({ start: AT }) }
const DAY = day({ moment: clock('slices.0.startTime', 'ms'), slices: true })
const MEASURED = day({ moment: AT, slices: true })
/** A value has a name and a kind; where a type has one value alone the name may be missing. */
const at = (name: string, kind: 'float' | 'integer') => `value[fieldName=${name}].${kind}Value`
const field = (name: string) => number(`${at(name, 'float')}|${at(name, 'integer')}`)
const only = (name: string) =>
  number(`${at(name, 'float')}|${at(name, 'integer')}|value.0.floatValue|value.0.integerValue`)
const minutes = (name: string) => number(at(name, 'integer'), { times: 60 })
const summed = (type: string, name: string) => {
  const found = `activitySummary.dataSummary[dataTypeName=com.huawei.continuous.${type}].value[fieldName=${name}]`
  return `${found}.floatValue|${found}.integerValue`
}
const FRAGMENTS = 'subData{}[key=com.huawei.continuous.sleep.fragment].value.samplePoints'
const FRAGMENT = 'value[fieldName=sleep_state].integerValue|value.0.integerValue'
/** Light, REM, deep, awake, a short sleep. */
const STATES = { 1: 4, 2: 6, 3: 5, 4: 1, 5: 2 } as const
const STAGES = hypnogram(
  spanList(FRAGMENTS, {
    start: clock('startTime', 'ns'),
    end: clock('endTime', 'ns'),
    level: sleepLevel(FRAGMENT, STATES),
  }),
)
// biome-ignore format: a table reads better in rows.
/** Samples of one type in a span. */
const samples = (dataTypeName: string): Pull => ({
  request: {
    method: 'POST', url: `${API}/sampleSet:polymerize`, as: 'user',
    json: { polymerizeWith: [{ dataTypeName: `com.huawei.${dataTypeName}` }], startTime: '{start}', endTime: '{end}' },
  },
  window: { start: 'start', end: 'end', style: 'unix-ms', wholeDays: true, maxDays: 30, in: 'values' }, items: POINTS, nothing: [403],
})
// biome-ignore format: a table reads better in rows.
const SAMPLES = {
  steps: 'continuous.steps.delta', distance: 'continuous.distance.delta', calories: 'continuous.calories.burnt', heart_rate: 'instantaneous.heart_rate',
  resting_heart_rate: 'instantaneous.resting_heart_rate', spo2: 'instantaneous.spo2', stress: 'instantaneous.stress', blood_glucose: 'instantaneous.blood_glucose',
  blood_pressure: 'instantaneous.blood_pressure', weight: 'instantaneous.body_weight', temperature: 'instantaneous.body.temperature',
} as const
const ALL = [...Object.keys(SAMPLES), 'sleep', 'activities'].map((pull) => ({ pull, span: { from: 'from', to: 'to' } }))

// biome-ignore format: a table reads better in rows.
/** Samples by type, records of sleep, activities. No zone is told but of activities: days are those of UTC. */
export default defineProvider({
  slug: 'huawei-health', resource: 'HUAWEI', name: 'Huawei Health', category: 'wearable', origins: [LOGIN, 'https://oauth-api.cloud.huawei.com', 'https://health-api.cloud.huawei.com'],
  beta: 'No payload of its service was at hand: names of fields and scopes, the two headers, who the user is and the revocation are from its prose and from what others wrote down',
  auth: oauth2({
    authorize: `${LOGIN}/oauth2/v3/authorize`, token: `${LOGIN}/oauth2/v3/token`, refreshRotates: false, authorizeParams: { access_type: 'offline' },
    scopes: ['openid', ...SCOPES.split(' ').map((scope) => `https://www.huawei.com/healthkit/${scope}.read`)],
    identity: {
      path: 'union_id|open_id',
      request: {
        method: 'POST', url: 'https://oauth-api.cloud.huawei.com/rest.php?nsp_fmt=JSON&nsp_svc=huawei.oauth2.user.getTokenInfo', as: 'app',
        form: { access_token: '{access_token}', open_id: 'OPENID' },
      },
    },
    revoke: { method: 'POST', url: `${LOGIN}/oauth2/v3/revoke`, form: { token: '{access_token}' }, as: 'app' },
  }),
  facts: { api_version: { value: '1.0.0', about: 'The version of the app that is told in the header x-version' } },
  headers: { 'x-client-id': '{client_id}', 'x-version': '{api_version}' },
  connected: { historyDays: 30 },
  polling: { notice: 'poll', everyMinutes: 60, overlapHours: 24 },
  pulls: {
    ...Object.fromEntries(Object.entries(SAMPLES).map(([name, type]) => [name, samples(type)])),
    sleep: {
      request: {
        method: 'GET', url: `${API}/healthRecords`, as: 'user',
        query: { dataType: 'com.huawei.health.record.sleep', subDataType: 'com.huawei.continuous.sleep.fragment' },
      },
      window: { start: 'startTime', end: 'endTime', style: 'unix-ns', maxDays: 30 }, items: 'healthRecords', nothing: [403],
    },
    activities: {
      request: { method: 'GET', url: `${API}/activityRecords`, as: 'user' }, window: { start: 'startTime', end: 'endTime', style: 'unix-ms', maxDays: 30 },
      items: 'activityRecord', nothing: [403],
    },
  },
  notices: { connected: ALL, poll: ALL },
  maps: {
    steps: resource(POINTS, [
      into('daily', DAY, {
        metadata: AUTOMATIC,
        distance_data: { detailed: { step_samples: list('slices', { timestamp: told(clock('endTime', 'ms')), steps: only('steps_delta') }, { running: 'steps' }) }, steps: sumOver('slices', only('steps_delta')) },
      }),
    ], BY_DAY),
    distance: resource(POINTS, [
      into('daily', DAY, {
        metadata: AUTOMATIC,
        distance_data: {
          detailed: { distance_samples: list('slices', { timestamp: told(clock('endTime', 'ms')), distance_meters: only('distance_delta') }, { running: 'distance_meters' }) },
          distance_meters: sumOver('slices', only('distance_delta')),
        },
      }),
    ], BY_DAY),
    calories: resource(POINTS, [
      into('daily', DAY, {
        metadata: AUTOMATIC,
        calories_data: { net_activity_calories: sumOver('slices', only('calories_total')), calorie_samples: list('slices', { timestamp: WHEN, calories: only('calories_total') }) },
      }),
    ], BY_DAY),
    heart_rate: resource(POINTS, [
      into('daily', DAY, { metadata: AUTOMATIC, heart_rate_data: { detailed: { hr_samples: list('slices', { timestamp: WHEN, bpm: only('bpm') }) } } }),
    ], BY_DAY),
    resting_heart_rate: resource(POINTS, [into('daily', day({ moment: AT }), { metadata: AUTOMATIC, heart_rate_data: { summary: { resting_hr_bpm: only('bpm') } } })]),
    spo2: resource(POINTS, [
      into('daily', DAY, { metadata: AUTOMATIC, oxygen_data: { saturation_samples: list('slices', { timestamp: WHEN, percentage: only('saturation'), type: constant(0) }) } }),
    ], BY_DAY),
    stress: resource(POINTS, [into('daily', DAY, { metadata: AUTOMATIC, stress_data: { samples: list('slices', { timestamp: WHEN, level: only('score') }) } })], BY_DAY),
    blood_glucose: resource(POINTS, [
      into('body', MEASURED, {
        glucose_data: { blood_glucose_samples: one({ timestamp: WHEN, blood_glucose_mg_per_dL: quantity(`${at('level', 'float')}|value.0.floatValue`, 'mmol/L', 'mg/dL') }) },
      }),
    ]),
    blood_pressure: resource(POINTS, [
      into('body', MEASURED, {
        blood_pressure_data: { blood_pressure_samples: one({ timestamp: WHEN, systolic_bp: field('systolic_pressure'), diastolic_bp: field('diastolic_pressure') }) },
      }),
    ]),
    weight: resource(POINTS, [
      into('body', MEASURED, {
        measurements_data: { measurements: one({ measurement_time: WHEN, weight_kg: only('body_weight'), BMI: field('bmi'), bodyfat_percentage: field('body_fat_rate') }) },
      }),
    ]),
    temperature: resource(POINTS, [
      into('body', MEASURED, { temperature_data: { body_temperature_samples: one({ timestamp: WHEN, temperature_celsius: only('body_temperature') }) } }),
    ]),
    sleep: resource('healthRecords', [
      into('sleep', session({ start: clock('startTime', 'ns'), end: clock('endTime', 'ns') }), {
        metadata: { upload_type: constant(2) },
        sleep_durations_data: {
          asleep: {
            duration_asleep_state_seconds: minutes('all_sleep_time'), duration_light_sleep_state_seconds: minutes('light_sleep_time'),
            duration_deep_sleep_state_seconds: minutes('deep_sleep_time'), duration_REM_sleep_state_seconds: minutes('dream_time'),
          },
          awake: { duration_awake_state_seconds: minutes('awake_time'), num_wakeup_events: integer(at('wakeup_count', 'integer')) }, hypnogram_samples: STAGES.samples,
        },
        scores: { sleep: number(at('sleep_score', 'integer')) },
      }),
    ]),
    activities: resource('activityRecord', [
      into('activity', session({ id: 'id', start: clock('startTime', 'ms', 'timeZone'), end: clock('endTime', 'ms', 'timeZone') }), {
        metadata: { name: text('name'), type: activityType('activityType'), upload_type: constant(1) },
        active_durations_data: { activity_seconds: number('durationTime', { times: 0.001 }) },
        calories_data: { total_burned_calories: number(summed('calories.burnt.total', 'calories_total')) },
        distance_data: { summary: { distance_meters: number(summed('distance.total', 'distance')), steps: integer(summed('steps.total', 'steps')) } },
        heart_rate_data: {
          summary: {
            avg_hr_bpm: number(summed('exercise_heart_rate.statistics', 'avg')), max_hr_bpm: number(summed('exercise_heart_rate.statistics', 'max')),
            min_hr_bpm: number(summed('exercise_heart_rate.statistics', 'min')),
          },
        },
      }),
    ]),
  },
  omits: { '*': { dataTypeName: 'the resource', dataCollectorId: 'the device that it is of', originalDataCollectorId: 'the device that it is of', modifyTime: 'when it was sent', 'value.*.fieldName': 'names what stands beside it' } },
})
