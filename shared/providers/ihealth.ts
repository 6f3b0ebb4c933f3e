import { activityType } from '../source/activity-types.ts'
import { clock, told } from '../source/clocks.ts'
import { defineProvider, oauth2, type Pull } from '../source/define.ts'
import { into, resource } from '../source/map.ts'
import { day, session } from '../source/places.ts'
import { sleepUploadType, uploadType } from '../source/provenance.ts'
import { number, percent, text } from '../source/readers.ts'
import { one } from '../source/samples.ts'
import { quantity, unitAt } from '../source/units.ts'

const HOST = 'https://api.ihealthlabs.com:8443'
const SIGN_IN = `${HOST}/OpenApiV2/OAuthv2/userauthorization/`
/** Seconds of the user's own clock, as if it were UTC, and the offset as text. */
const at = (path: string) => clock(path, 'local-s', 'TimeZone')
const AT = at('MDate')
const WHEN = told(AT)
const MEASURED = day({ moment: AT, slice: 'DataID' })
const UPLOAD = uploadType('DataSource')
/** Every value has a code for its unit in the envelope, and 0 for none. */
const PRESENT = { least: 0.001 }
const PRESSURE = unitAt('/BPUnit', { 0: 'mmHg', 1: 'kPa' })
const WEIGHT = unitAt('/WeightUnit', { 0: 'kg', 1: 'lb', 2: 'st' })
const GLUCOSE = unitAt('/BGUnit', { 0: 'mg/dL', 1: 'mmol/L' })
const DISTANCE = unitAt('/DistanceUnit', { 0: 'km', 1: 'mi' })
const HEART = {
  heart_rate_data: { detailed: { hr_samples: one({ timestamp: WHEN, bpm: number('HR', { least: 1 }) }) } },
}
// biome-ignore format: a table reads better in rows.
/** Each list of data has its own scope, and its own code (`sv`) that goes with every call. */
const LISTS = {
  bp: ['OpenApiBP', 'BPDataList'], bg: ['OpenApiBG', 'BGDataList'], weight: ['OpenApiWeight', 'WeightDataList'], spo2: ['OpenApiSpO2', 'BODataList'],
  sleep: ['OpenApiSleep', 'SRDataList'], activity: ['OpenApiActivity', 'ARDataList'], sport: ['OpenApiSport', 'SPORTDataList'],
} as const
// biome-ignore format: a table reads better in rows.
const pull = (name: string, items: string): Pull => ({
  request: {
    method: 'GET', url: `${HOST}/openapiv2/user/{provider_user_id}/${name}.json`, as: 'user',
    query: { client_id: '{client_id}', client_secret: '{client_secret}', access_token: '{access_token}', sc: '{sc}', sv: `{sv_${name}}` },
  },
  window: { start: 'start_time', end: 'end_time', style: 'unix' }, items, paging: { kind: 'link', from: 'NextPageUrl' },
})
const names = Object.keys(LISTS) as (keyof typeof LISTS)[]
const ALL = names.map((name) => ({ pull: name, span: { from: 'from', to: 'to' } }))

// biome-ignore format: a table reads better in rows.
/** Scales, cuffs and meters: lists by window, 50 items a page, units by code. */
export default defineProvider({
  slug: 'ihealth', resource: 'IHEALTH', name: 'iHealth', category: 'body', origins: [HOST],
  beta: 'Its documents are closed: the sign-in, glucose and sports are from what others wrote down, and the units of muscle, bone and water are not known',
  auth: oauth2({
    authorize: SIGN_IN, token: SIGN_IN, scopes: names.map((name) => LISTS[name][0]), scopeParam: 'APIName',
    refreshParams: { response_type: 'refresh_token', grant_type: '' },
    names: { access_token: 'AccessToken', refresh_token: 'RefreshToken', expires_in: 'Expires', scope: 'APIName' }, identity: { path: 'UserID' },
  }),
  needs: {
    sc: 'The serial code of the app', ...Object.fromEntries(names.map((name) => [`sv_${name}`, `The code of the app for the list ${name}`])),
  },
  connected: { historyDays: 30 },
  polling: { notice: 'poll', everyMinutes: 60, overlapHours: 24 },
  limits: [{ per: 'user', calls: 5_000, seconds: 3_600 }],
  // Errors come with 200 too.
  answers: { code: 'ErrorCode', ok: [] },
  pulls: Object.fromEntries(names.map((name) => [name, pull(name, LISTS[name][1])])),
  notices: { connected: ALL, poll: ALL },
  maps: {
    bp: resource('BPDataList', [
      into('body', MEASURED, {
        blood_pressure_data: {
          blood_pressure_samples: one({ timestamp: WHEN, systolic_bp: quantity('HP', PRESSURE, 'mmHg', PRESENT), diastolic_bp: quantity('LP', PRESSURE, 'mmHg', PRESENT) }),
        },
        heart_data: HEART,
      }),
    ]),
    bg: resource('BGDataList', [
      into('body', MEASURED, { glucose_data: { blood_glucose_samples: one({ timestamp: WHEN, blood_glucose_mg_per_dL: quantity('BG', GLUCOSE, 'mg/dL', PRESENT) }) } }),
    ]),
    weight: resource('WeightDataList', [
      into('body', MEASURED, {
        measurements_data: {
          measurements: one({
            measurement_time: WHEN, weight_kg: quantity('WeightValue', WEIGHT, 'kg', PRESENT), BMI: number('BMI', PRESENT), bodyfat_percentage: percent('FatValue', PRESENT),
            user_notes: text('Note'),
          }),
        },
      }),
    ]),
    spo2: resource('BODataList', [
      into('body', MEASURED, { oxygen_data: { saturation_samples: one({ timestamp: WHEN, percentage: number('BO', { least: 1 }) }) }, heart_data: HEART }),
    ]),
    sleep: resource('SRDataList', [
      into('sleep', session({ id: 'DataID', start: at('StartTime'), end: at('EndTime') }), {
        metadata: { upload_type: sleepUploadType('DataSource') },
        sleep_durations_data: {
          // Minutes, whatever the name says: 345 of the 445 of a night are told as 77 percent.
          asleep: { duration_asleep_state_seconds: number('HoursSlept', { times: 60 }) },
          awake: { num_wakeup_events: number('Awaken'), sleep_latency_seconds: number('FallSleep', { times: 60 }) }, sleep_efficiency: percent('SleepEfficiency'),
        },
      }),
    ]),
    activity: resource('ARDataList', [
      into('daily', MEASURED, {
        metadata: { upload_type: UPLOAD }, calories_data: { total_burned_calories: number('Calories', PRESENT) },
        distance_data: { steps: number('Steps', { least: 1 }), distance_meters: quantity('DistanceTraveled', DISTANCE, 'm', { least: 0.00001 }) },
      }),
    ]),
    sport: resource('SPORTDataList', [
      into('activity', session({ id: 'DataID', start: at('SportStartTime'), end: at('SportEndTime') }), {
        metadata: { name: text('SportName'), type: activityType('SportName'), upload_type: UPLOAD }, calories_data: { total_burned_calories: number('Calories', PRESENT) },
      }),
    ]),
  },
  omits: {
    '*': {
      '/*PageUrl': 'how the list goes on', '/PageLength': 'how the list goes on', '/PageNumber': 'how the list goes on', '/*RecordCount': 'how the list goes on', LastChangeTime: 'when it was sent',
      Lat: 'where it was measured', Lon: 'where it was measured', Note: 'what the user wrote', DataSource: 'no place for it in a body', DataID: 'its key',
    },
    bp: { BPL: 'a grade of the value', IsArr: 'irregular beats are no classification of a rhythm' },
    weight: { BoneValue: 'its unit is not told', MuscaleValue: 'its unit is not told', WaterValue: 'its unit is not told', DCI: 'what to eat, not what was' },
  },
})
