import { activityType, activityTypes } from '../source/activity-types.ts'
import { clock, told } from '../source/clocks.ts'
import { defineProvider, oauth2, type Plan, type Pull } from '../source/define.ts'
import { latLng } from '../source/derive.ts'
import { duration } from '../source/durations.ts'
import { gatherByDay } from '../source/gather.ts'
import { into, type RecordMap, resource } from '../source/map.ts'
import { offset } from '../source/offsets.ts'
import { day, session } from '../source/places.ts'
import { type Item, reading } from '../source/reader.ts'
import { constant, flag, integer, number, odd, percent, rounded, text } from '../source/readers.ts'
import { list, one } from '../source/samples.ts'
import { sumOver, total } from '../source/sums.ts'
import { quantity } from '../source/units.ts'

const API = 'https://cloudapi.suunto.com'
const OAUTH = 'https://cloudapi-oauth.suunto.com'

const TYPES = activityTypes(`
  1=2 7=0 8=1,59,92,103,115 9=32,69,94 10=36 11=37 12=35 13=111 14=109 15=10 17=52 20=77 21=104 22=73 23=47 24=64 25=55
  27=39 29=33,67 30=66 32=16 33=18,76,81 34=44 35=11,70 36=50,113 37=25 38=119 39=102 40=72 41=63 43=87 45=112 48=88
  49=120 51=41 52=29 53=15 54=57 55=48 59=71 60=78,79,90,101 61=27 62=12 65=84 66=31,107 67=3,117,118 68=13 70=56
  73=30,110 75=65 76=42 79=61 81=91 82=21 84=85 85=40 87=34 88=53 89=38 94=24 98=108 99=86 100=51,121 104=49 113=54
  120=45 123=20,23,62 125=58 126=74,93 129=14 130=83,116 131=96 134=75 138=26,80,95 140=82 141=60 149=22 150=99,114
  151=68,98 152=105 153=106
`)
/** Nobody works out where latitude and longitude are 0: that is what comes without a position. */
const place = (of: string, name: string) =>
  latLng(number(`${of}${name}.y`, { none: [0] }), number(`${of}${name}.x`, { none: [0] }))

/** The same workout is told whole in a notification, and as an item of a list. */
// biome-ignore format: a table reads better in rows.
const workout = (of: '' | 'workout.'): RecordMap => {
  const n = (name: string, bounds = {}) => number(of + name, bounds)
  return into('activity', session({
    id: [`${of}workoutKey`, `${of}key`], start: clock(`${of}startTime`, 'ms', offset(`${of}timeOffsetInMinutes`, 'min')), length: duration(`${of}totalTime`),
  }), {
    metadata: {
      type: activityType(`${of}activityId`, TYPES),
      upload_type: odd([`${of}isManuallyAdded`], (item: Item) => ((of === '' ? item : item.workout)?.isManuallyAdded === true ? 2 : 1)),
    },
    active_durations_data: { activity_seconds: duration(`${of}totalTime`) }, calories_data: { total_burned_calories: n('energyConsumption', { least: 1 }) },
    distance_data: {
      summary: {
        distance_meters: n('totalDistance'), steps: integer(`${of}stepCount`, { least: 1 }), floors_climbed: integer(`${of}estimatedFloorsClimbed`, { least: 1 }),
        elevation: {
          gain_actual_meters: n('totalAscent'), loss_actual_meters: n('totalDescent'), min_meters: n('minAltitude'), max_meters: n('maxAltitude'),
        },
      },
    },
    heart_rate_data: {
      summary: {
        avg_hr_bpm: number(`${of}hrdata.workoutAvgHR|${of}hrdata.avg`, { least: 1 }), max_hr_bpm: number(`${of}hrdata.workoutMaxHR|${of}hrdata.hrmax`, { least: 1 }),
        user_max_hr_bpm: number(`${of}hrdata.userMaxHR|${of}hrdata.max`, { least: 1 }),
      },
    },
    movement_data: {
      avg_speed_meters_per_second: n('avgSpeed'), max_speed_meters_per_second: n('maxSpeed'),
      avg_pace_minutes_per_kilometer: n('avgPace', { least: 0.01 }), avg_cadence_rpm: n('cadence.avg', { least: 1 }), max_cadence_rpm: n('cadence.max', { least: 1 }),
    },
    TSS_data: {
      TSS_samples: one({
        actual: n('tss.trainingStressScore'), method: text(`${of}tss.calculationMethod`), intensity_factor_actual: n('tss.intensityFactor'),
        normalized_power_watts: n('tss.normalizedPower'),
      }),
    },
    position_data: {
      start_pos_lat_lng_deg: place(of, 'startPosition'), end_pos_lat_lng_deg: place(of, 'stopPosition'), center_pos_lat_lng_deg: place(of, 'centerPosition'),
    },
    device_data: { manufacturer: text('gear.manufacturer'), name: text('gear.name') },
  })
}

const WHEN = told(clock('timestamp'))
const BY_DAY = { gather: gatherByDay({ start: clock('timestamp') }) }
const SLICES = day({ moment: clock('slices.0.timestamp'), slices: true })
const AUTOMATIC = { upload_type: constant(1) }
const SAMPLES = {
  metadata: AUTOMATIC,
  heart_rate_data: {
    detailed: { hr_samples: list('slices', { timestamp: WHEN, bpm: number('entryData.HR', { least: 1 }) }) },
  },
  calories_data: {
    calorie_samples: list('slices', {
      timestamp: WHEN,
      calories: quantity('entryData.EnergyConsumption', 'J', 'kcal'),
    }),
  },
}
const [DEEP, LIGHT, REM] = ['Deep', 'Light', 'REM'].map((name) => duration(`entryData.${name}SleepDuration`)) as [
  never,
  never,
  never,
]
const isPlaced = reading(
  ['entryData.BedtimeStart'],
  ({ entryData }: Item) => entryData?.BedtimeStart != null && entryData.BedtimeEnd != null,
)

/** At most 28 days a call, in ms; the last one is part of it. */
const samples = (name: string, resource: string): Pull => ({
  request: { method: 'GET', url: `${API}/247samples/${name}`, as: 'user' },
  resource,
  window: { start: 'from', end: 'to', style: 'unix-ms', maxDays: 28 },
})
const pulls: Record<string, Pull> = {
  workouts: {
    request: { method: 'GET', url: `${API}/v2/workouts`, query: { limit: '50' }, as: 'user' },
    window: { start: 'since', end: 'until', style: 'unix-ms' },
    paging: { kind: 'offset', to: 'offset', size: 50 },
    items: 'payload',
  },
  sleep: samples('sleep', 'sleep'),
  recovery: samples('recovery', 'recovery'),
  activity: samples('activity', 'samples'),
  day: samples('activity', 'day'),
}
const SPANNED: Plan[] = ['workouts', 'sleep', 'recovery', 'activity'].map((pull) => ({
  pull,
  span: { from: 'from', to: 'to' },
}))

/** Pushes whole data; every call needs the subscription's key beside the user's token. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'suunto', resource: 'SUUNTO', name: 'Suunto', category: 'wearable', origins: [API, OAUTH],
  auth: oauth2({
    authorize: `${OAUTH}/oauth/authorize`, token: `${OAUTH}/oauth/token`, clientAuth: 'basic',
    // Notifications name the user by the name that is in the token (https://apizone.suunto.com/how-to-start).
    identity: { path: 'user', claims: true },
    revoke: { method: 'GET', url: '{+deauthorize}', query: { client_id: '{client_id}' }, as: 'user' },
  }),
  headers: { 'ocp-apim-subscription-key': '{subscription_key}' },
  needs: {
    subscription_key: 'Key of the subscription to the API: https://apizone.suunto.com, profile, your subscriptions',
    notification_secret: 'Secret of the notifications, as it is set in the profile beside their address',
  },
  beta: 'the units of the all-day samples (heart rate in beats a minute, energy in joules), and where access is taken back',
  facts: { deauthorize: { value: `${OAUTH}/oauth/deauthorize`, about: 'Address at which a user’s access is taken back' } },
  connected: { historyDays: 28 },
  webhook: {
    handshake: { kind: 'none' },
    verify: { kind: 'hmac', header: 'x-hmac-sha256-signature', algorithm: 'sha256', encoding: 'hex', key: 'notification_secret', over: ['body'] },
    body: 'json', shape: { kind: 'one', owner: 'username', resource: 'type' }, kind: 'push',
    words: {
      WORKOUT_CREATED: 'workout', SUUNTO_247_SLEEP_CREATED: 'sleep', SUUNTO_247_RECOVERY_CREATED: 'recovery', SUUNTO_247_ACTIVITY_CREATED: 'samples',
      ROUTE_CREATED: 'route',
    },
    // Steps come in parts of a day and are told as the total up to there: they are fetched, by whole days.
    link: 'samples.0.entryData.StepCount',
    ok: 200,
  },
  pulls,
  notices: {
    samples: [{ pull: 'day', span: { day: 'samples.0.timestamp', offsetOf: 'samples.0.timestamp', after: 1 } }],
    connected: SPANNED, reconcile: SPANNED,
  },
  polling: { notice: 'reconcile', everyMinutes: 24 * 60, overlapHours: 24 },
  maps: {
    workout: resource('', [workout('workout.')]), workouts: resource('payload', [workout('')], { single: true }), route: [],
    // A sleep comes again under its id when more of it is known.
    sleep: resource('samples', [into('sleep', session({ id: 'entryData.SleepId', start: clock('entryData.BedtimeStart'), end: clock('entryData.BedtimeEnd') }), {
      metadata: { is_nap: flag('entryData.IsNap'), upload_type: constant(2) },
      sleep_durations_data: {
        asleep: {
          duration_asleep_state_seconds: total(DEEP, LIGHT, REM), duration_deep_sleep_state_seconds: DEEP, duration_light_sleep_state_seconds: LIGHT,
          duration_REM_sleep_state_seconds: REM,
        },
        other: { duration_in_bed_seconds: duration('entryData.Duration') },
      },
      heart_rate_data: {
        summary: { avg_hr_bpm: number('entryData.HRAvg', { least: 1 }), min_hr_bpm: number('entryData.HRMin', { least: 1 }), avg_hrv_rmssd: number('entryData.AvgHRV', { least: 1 }) },
      },
      scores: { sleep: number('entryData.SleepQualityScore') },
    }, { when: isPlaced })]),
    recovery: resource('samples', [into('daily', SLICES, {
      metadata: AUTOMATIC,
      stress_data: { body_battery_samples: list('slices', { timestamp: WHEN, level: percent('entryData.Balance', { of: 1 }) }) },
    })], BY_DAY),
    samples: resource('samples', [into('daily', SLICES, SAMPLES)], BY_DAY),
    day: resource('samples', [into('daily', SLICES, {
      ...SAMPLES,
      distance_data: {
        steps: rounded(sumOver('slices', number('entryData.StepCount'))),
        detailed: { step_samples: list('slices', { timestamp: WHEN, steps: number('entryData.StepCount') }, { running: 'steps' }) },
      },
    })], BY_DAY),
  },
  omits: {
    '*': { 'type username /type /username': 'what it is, and whose' },
    workout: { 'gear.** workout.**': 'no place' },
    workouts: {
      'workoutId viewCount pictureCount commentCount rankings.** extensionTypes.** isEdited polyline': 'of the app, not of the body', 'recoveryTime cumulativeRecoveryTime': 'no place',
      'tssList.**': 'tss is the one that counts', avgSpeedInKmH: 'the average speed again', 'tss.averageGradeAdjustedPace': 'no place', 'hrdata.**': 'told again by other names',
      '/error /metadata.**': 'of the answer',
    },
    sleep: { timestamp: 'the start again', 'entryData.*': 'no place' },
    recovery: { 'slices.*.entryData.StressState samples.*.entryData.StressState': 'codes that are not documented' },
    samples: { 'samples.*.entryData.* slices.*.entryData.*': 'units that are not documented' }, day: { 'samples.*.entryData.* slices.*.entryData.*': 'units that are not documented' },
    route: { '**': 'a way that is planned, not what was done' },
  },
})
