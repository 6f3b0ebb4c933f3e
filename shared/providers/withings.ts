import { activityType, activityTypes } from '../source/activity-types.ts'
import { defineProvider, oauth2, type Pull } from '../source/define.ts'
import { hypnogram } from '../source/hypnogram.ts'
import { into, resource } from '../source/map.ts'
import { day, firstSecond, session, unix, zoned } from '../source/places.ts'
import { type Context, type Item, reading } from '../source/reader.ts'
// biome-ignore format: a table reads better in rows.
import { constant, first, integer, number, odd, orElse, percent, powerOfTen, table, text, unixTime, zones } from '../source/readers.ts'
import { secondRows, spanMaps } from '../source/sample-maps.ts'
import { one } from '../source/samples.ts'
import { sleepLevel, spanList, unixSpan } from '../source/stages.ts'

const API = 'https://wbsapi.withings.net'
const AUTOMATIC = { upload_type: constant(1) }

const WORKOUTS = activityTypes(`
  1=6 3=128 7=1 8=2 10=15 11=191 12=20 15=5 17=308 20=30 21=17 24=29 25=18 26=31 27=22 29=21 32=27 34=192 35=3
  36=193,194 37=26 43=9 44=32,33 49=19 52=195 53=187 55=23 62=4 65=34 73=35 76=14 81=8,11 82=7 85=13 87=12 89=24
  95=306 96=25 97=16 99=10 100=28 101=188 104=196 133=307 151=272
`)
/** `attrib` 2 and 4: entered by the user. */
const UPLOAD = orElse(table('attrib', { 2: 2, 4: 2 }, 1), 1)
const ZONES = ['light', 'moderate', 'intense', 'maximal']
/** Negative, positive, inconclusive. */
const AFIB = { 0: 0, 1: 1, 2: 2 } as const
/** Awake, light, deep, REM; manual and unspecified say nothing of the stage. */
const STATES = { 0: 1, 1: 4, 2: 5, 3: 6, 4: 0, 5: 0 } as const

/** A measure group's own value of a type (reference: Measure - Getmeas, meastype). */
const measure = (type: number, times = 1) => powerOfTen('measures', type, { times })
const MEASURED_AT = unixTime('date')
/** 130 of an ECG, 139 of the pulse. */
const AFIB_MEASURE = odd(
  [...measure(130).from, ...measure(139).from],
  (item: Item, context: Context) =>
    AFIB[(measure(130).read(item, context) ?? measure(139).read(item, context) ?? -1) as 0],
)
/** Category 2 is what the user wants to weigh, not what he weighs. */
const isReal = reading(['category'], (item: Item) => item.category !== 2)
const NIGHT = session({ id: 'id', start: zoned('startdate', 'timezone'), end: zoned('enddate', 'timezone') })
const NIGHT_STARTS = zoned('@night.startdate', '@night.timezone')
const CARRIED_NIGHT = session({ id: '@night.id', start: NIGHT_STARTS, end: zoned('@night.enddate', '@night.timezone') })
const hasNight = reading(['@night'], (_: Item, { carried }: Context) => carried?.night !== undefined)

const SUMMARY_FIELDS =
  'total_timeinbed,total_sleep_time,asleepduration,lightsleepduration,remsleepduration,deepsleepduration,sleep_efficiency,sleep_latency,wakeup_latency,wakeupduration,wakeupcount,waso,nb_rem_episodes,out_of_bed_count,hr_average,hr_min,hr_max,rr_average,rr_min,rr_max,snoring,snoringepisodecount,sleep_score'
const ACTIVITY_FIELDS =
  'steps,distance,elevation,soft,moderate,intense,active,calories,totalcalories,hr_average,hr_min,hr_max,hr_zone_0,hr_zone_1,hr_zone_2,hr_zone_3'
const NIGHT_FIELDS = 'hr,rr,snoring,sdnn_1,rmssd'
const INTRADAY_FIELDS = 'steps,elevation,calories,distance,duration,heart_rate,spo2_auto,rmssd,sdnn1'
const WORKOUT_FIELDS =
  'calories,distance,elevation,steps,hr_average,hr_min,hr_max,hr_zone_0,hr_zone_1,hr_zone_2,hr_zone_3,spo2_average,pool_laps,pool_length,strokes,manual_distance,manual_calories,pause_duration'

/** One address serves many actions: the action is a field of the form. */
const call = (path: string, form: Record<string, string>): Pick<Pull, 'request' | 'paging'> => ({
  request: { method: 'POST', url: `${API}${path}`, form, as: 'user' },
  paging: { kind: 'more', more: 'body.more', from: 'body.offset', to: 'offset' },
})
const DATES = { start: 'startdateymd', end: 'enddateymd', style: 'date' } as const
const SECONDS = { start: 'startdate', end: 'enddate', style: 'unix' } as const
// biome-ignore format: a table reads better in rows.
/** Heart rate of a span: 0 is what comes where none was taken. */
const heart = (at: string) => ({
  avg_hr_bpm: number(`${at}hr_average`, { least: 1 }), min_hr_bpm: number(`${at}hr_min`, { least: 1 }),
  max_hr_bpm: number(`${at}hr_max`, { least: 1 }), hr_zone_data: zones(`${at}hr_zone_`, ZONES),
})
/** Notifications name a window in Unix seconds, or one date. */
const about = (...pulls: string[]) =>
  pulls.flatMap((pull) => [
    { pull, span: { from: 'startdate', to: 'enddate' } },
    { pull, span: { day: 'date' } },
  ])
const ALL = ['getmeas', 'getactivity', 'getworkouts', 'getsummary', 'heart_list']

/** Notifies of windows by form, unsigned; answers 200 to everything and tells errors in `status`. Only partners, who sign, can take access back. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'withings', resource: 'WITHINGS', name: 'Withings', category: 'body', origins: [API, 'https://account.withings.com'],
  auth: oauth2({
    authorize: 'https://account.withings.com/oauth2_user/authorize2', token: `${API}/v2/oauth2`,
    scopes: ['user.info', 'user.metrics', 'user.activity', 'user.sleepevents'], scopeSeparator: ',',
    tokenParams: { action: 'requesttoken' }, refreshParams: { action: 'requesttoken' }, unwrap: 'body', identity: { path: 'userid' },
  }),
  connected: {
    historyDays: 30,
    // Weight, temperature, pressure, activity, sleep, changes of the user, ECG.
    subscribe: {
      per: 'user',
      request: { method: 'POST', url: `${API}/notify`, form: { action: 'subscribe', callbackurl: '{callback_url}', appli: '{appli}' }, as: 'user' },
      each: { appli: ['1', '2', '4', '16', '44', '46', '54'] },
    },
  },
  webhook: {
    handshake: { kind: 'head' }, verify: { kind: 'secret-path', headers: [] }, body: 'form',
    shape: { kind: 'one', owner: 'userid', resource: 'appli' }, kind: 'ping',
    lifecycle: { 46: ({ action }) => (action === 'delete' || action === 'unlink' ? { kind: 'access_revoked' } : undefined) }, ok: 200,
  },
  answers: {
    code: 'status', ok: [0], unauthorized: [100, 101, 102, 200, 401, 214, 277, 2553, 2555], limited: [601],
    limitedWaitMs: 60_000, unavailable: [522],
  },
  pulls: {
    getmeas: { ...call('/measure', { action: 'getmeas', category: '1' }), window: SECONDS, items: 'body.measuregrps' },
    getactivity: {
      ...call('/v2/measure', { action: 'getactivity', data_fields: ACTIVITY_FIELDS }), window: DATES, items: 'body.activities',
      // A reading tells no zone: the day that it belongs to does.
      follow: [{ pull: 'getintradayactivity', span: { day: 'date', zone: 'timezone' }, carry: 'day' }],
    },
    getintradayactivity: { ...call('/v2/measure', { action: 'getintradayactivity', data_fields: INTRADAY_FIELDS }), window: { ...SECONDS, maxDays: 1 } },
    getworkouts: { ...call('/v2/measure', { action: 'getworkouts', data_fields: WORKOUT_FIELDS }), window: DATES, items: 'body.series' },
    getsummary: {
      ...call('/v2/sleep', { action: 'getsummary', data_fields: SUMMARY_FIELDS }), window: DATES, items: 'body.series',
      follow: [{ pull: 'sleep_get', span: { from: 'startdate', to: 'enddate' }, carry: 'night' }],
    },
    sleep_get: { ...call('/v2/sleep', { action: 'get', data_fields: NIGHT_FIELDS }), window: { ...SECONDS, maxDays: 1 }, items: 'body.series' },
    heart_list: { ...call('/v2/heart', { action: 'list' }), window: SECONDS, items: 'body.series' },
  },
  notices: {
    1: about('getmeas'), 2: about('getmeas'), 4: about('getmeas', 'heart_list'),
    16: about('getactivity', 'getworkouts'), 44: about('getsummary'), 54: about('heart_list'),
    connected: ALL.map((pull) => ({ pull, span: { from: 'from', to: 'to' } })),
  },
  omits: {
    '*': {
      '*deviceid model_id modelid brand is_tracker model': 'the name tells the device', 'created modified': 'when it came to the cloud',
      '/body.updatetime /body.model': 'about the answer', date: 'the day of its start',
    },
    getmeas: {
      'attrib measures.*.algo measures.*.fm measures.*.position measures.*.algo_params.** measures.*.type': 'how a value was made',
      'measures[type=5].*': 'told twice in a group', 'measures[type=8].*': 'fat as mass: its share is told', 'measures[type=155].*': 'no place',
      // Water within and outside of cells; of parts of the body; electrodermal activity.
      'measures[type=168].* measures[type=169].* measures[type=17*].* measures[type=19*].*': 'no place', 'measures[type=18].*': 'not documented',
    },
    getworkouts: { 'data.intensity data.algo_pause_duration': 'no place' }, getintradayactivity: { 'body.series.*.duration': 'of a reading' },
    getsummary: { 'data.waso': 'a part of the time awake', 'data.breathing_disturbances_intensity data.apnea_hypopnea_index': 'no place' },
    sleep_get: { 'body.series.*.model* body.series.*.hash_deviceid': 'the summary tells it' },
    heart_list: { 'ecg.signalid stetho.signalid': 'where the signal can be had: it is not asked for' },
  },
  maps: {
    getmeas: resource('body.measuregrps', [
      into(
        'body', day({ moment: zoned('date', '/body.timezone'), slice: 'grpid' }),
        {
          measurements_data: {
            measurements: one({
              measurement_time: MEASURED_AT, weight_kg: measure(1), height_cm: measure(4, 100),
              lean_mass_g: measure(5, 1000), bodyfat_percentage: measure(6), muscle_mass_g: measure(76, 1000),
              bone_mass_g: measure(88, 1000), visceral_fat_level: measure(170), BMR: measure(226), user_notes: text('comment'),
            }),
          },
          hydration_data: { hydration_amount_samples: one({ timestamp: MEASURED_AT, hydration_kg: measure(77) }) },
          blood_pressure_data: {
            blood_pressure_samples: one({ timestamp: MEASURED_AT, systolic_bp: measure(10), diastolic_bp: measure(9) }),
          },
          temperature_data: {
            body_temperature_samples: one({ timestamp: MEASURED_AT, temperature_celsius: first(measure(71), measure(12)) }),
            skin_temperature_samples: one({ timestamp: MEASURED_AT, temperature_celsius: measure(73) }),
          },
          oxygen_data: {
            saturation_samples: one({ timestamp: MEASURED_AT, percentage: measure(54), type: constant(0) }),
            vo2_samples: one({ timestamp: MEASURED_AT, vo2max_ml_per_min_per_kg: measure(123) }), vo2max_ml_per_min_per_kg: measure(123),
          },
          heart_data: {
            heart_rate_data: { detailed: { hr_samples: one({ timestamp: MEASURED_AT, bpm: measure(11) }) } },
            pulse_wave_velocity_samples: one({ timestamp: MEASURED_AT, pulse_wave_velocity_meters_per_second: measure(91) }),
            afib_classification_samples: one({ timestamp: MEASURED_AT, afib_classification: AFIB_MEASURE }),
          },
          device_data: { name: text('model') },
        },
        { when: isReal },
      ),
    ]),
    getactivity: resource('body.activities', [
      into('daily', day({ date: 'date', zone: 'timezone' }), {
        metadata: AUTOMATIC,
        active_durations_data: {
          activity_seconds: number('active'), low_intensity_seconds: number('soft'),
          moderate_intensity_seconds: number('moderate'), vigorous_intensity_seconds: number('intense'),
        },
        calories_data: { net_activity_calories: number('calories'), total_burned_calories: number('totalcalories') },
        distance_data: { distance_meters: number('distance'), floors_climbed: integer('elevation'), steps: integer('steps') },
        heart_rate_data: { summary: heart('') }, device_data: { name: text('model') },
      }),
    ]),
    getintradayactivity: resource('', [
      into('daily', day({ date: '@day.date', zone: '@day.timezone', moment: firstSecond('body.series') }), {
        metadata: AUTOMATIC, calories_data: { calorie_samples: secondRows('body.series', 'calories', 'calories') },
        distance_data: {
          detailed: {
            step_samples: secondRows('body.series', 'steps', 'steps', { running: true }),
            distance_samples: secondRows('body.series', 'distance_meters', 'distance', { running: true }),
            floors_climbed_samples: secondRows('body.series', 'floors_climbed', 'elevation', { running: true }),
          },
        },
        heart_rate_data: {
          detailed: {
            hr_samples: secondRows('body.series', 'bpm', 'heart_rate', { least: 1 }),
            hrv_samples_rmssd: secondRows('body.series', 'hrv_rmssd', 'rmssd'), hrv_samples_sdnn: secondRows('body.series', 'hrv_sdnn', 'sdnn1'),
          },
        },
        oxygen_data: { saturation_samples: secondRows('body.series', 'percentage', 'spo2_auto', { least: 1 }) },
      }),
    ]),
    getworkouts: resource('body.series', [
      into('activity', NIGHT, {
        metadata: { type: activityType('category', WORKOUTS), upload_type: UPLOAD },
        active_durations_data: { rest_seconds: number('data.pause_duration') },
        calories_data: { net_activity_calories: first(number('data.calories'), number('data.manual_calories', { least: 1 })) },
        distance_data: {
          summary: {
            distance_meters: first(number('data.distance'), number('data.manual_distance', { least: 1 })),
            floors_climbed: integer('data.elevation'), steps: integer('data.steps'),
            swimming: {
              num_laps: integer('data.pool_laps'), num_strokes: integer('data.strokes'), pool_length_meters: integer('data.pool_length'),
            },
          },
        },
        heart_rate_data: { summary: heart('data.') }, oxygen_data: { avg_saturation_percentage: percent('data.spo2_average', { least: 1 }) },
      }),
    ]),
    getsummary: resource('body.series', [
      into('sleep', NIGHT, {
        metadata: { upload_type: odd(['completed'], (item: Item) => (item.completed === false ? 3 : 2)) },
        sleep_durations_data: {
          asleep: {
            duration_asleep_state_seconds: first(number('data.total_sleep_time'), number('data.asleepduration')),
            duration_light_sleep_state_seconds: number('data.lightsleepduration'),
            duration_deep_sleep_state_seconds: number('data.deepsleepduration'),
            duration_REM_sleep_state_seconds: number('data.remsleepduration'), num_REM_events: integer('data.nb_rem_episodes'),
          },
          awake: {
            duration_awake_state_seconds: number('data.wakeupduration'), num_wakeup_events: integer('data.wakeupcount'),
            num_out_of_bed_events: integer('data.out_of_bed_count'),
            sleep_latency_seconds: first(number('data.sleep_latency'), number('data.durationtosleep')),
            wake_up_latency_seconds: first(number('data.wakeup_latency'), number('data.durationtowakeup')),
          },
          other: { duration_in_bed_seconds: number('data.total_timeinbed') }, sleep_efficiency: percent('data.sleep_efficiency', { of: 1 }),
        },
        heart_rate_data: { summary: heart('data.') },
        respiration_data: {
          breaths_data: {
            avg_breaths_per_min: number('data.rr_average', { least: 1 }), min_breaths_per_min: number('data.rr_min', { least: 1 }),
            max_breaths_per_min: number('data.rr_max', { least: 1 }),
          },
          snoring_data: {
            total_snoring_duration_seconds: number('data.snoring', { least: 0 }), num_snoring_events: integer('data.snoringepisodecount', { least: 0 }),
          },
        },
        scores: { sleep: number('data.sleep_score', { least: 0 }) },
      }),
    ]),
    sleep_get: resource('', [
      into(
        'sleep', CARRIED_NIGHT,
        {
          metadata: {
            upload_type: odd(['@night.completed'], (_: Item, { carried }: Context) =>
              (carried?.night as Item)?.completed === false ? 3 : 2,
            ),
          },
          sleep_durations_data: {
            hypnogram_samples: hypnogram(spanList('body.series', { ...unixSpan('startdate', 'enddate'), level: sleepLevel('state', STATES) })).samples,
          },
          heart_rate_data: {
            detailed: {
              hr_samples: spanMaps('body.series', 'hr', 'bpm', { least: 1 }),
              hrv_samples_rmssd: spanMaps('body.series', 'rmssd', 'hrv_rmssd', { least: 0 }),
              hrv_samples_sdnn: spanMaps('body.series', 'sdnn_1', 'hrv_sdnn', { least: 0 }),
            },
          },
          respiration_data: {
            breaths_data: { samples: spanMaps('body.series', 'rr', 'breaths_per_min', { least: 1 }) },
            snoring_data: { samples: spanMaps('body.series', 'snoring', 'duration_seconds', { least: 1 }) },
          },
        },
        { when: hasNight },
      ),
    ]),
    heart_list: resource('body.series', [
      into('body', day({ moment: unix('timestamp'), slices: true }), {
        heart_data: {
          ecg_signal: one(
            { start_timestamp: unixTime('timestamp'), avg_hr_bpm: number('heart_rate', { least: 1 }), afib_classification: table('ecg.afib', AFIB) },
            ['afib_classification'],
          ),
          afib_classification_samples: one({ timestamp: unixTime('timestamp'), afib_classification: table('ecg.afib', AFIB) }),
          heart_rate_data: {
            detailed: { hr_samples: one({ timestamp: unixTime('timestamp'), bpm: number('heart_rate', { least: 1 }) }) },
          },
        },
        blood_pressure_data: {
          blood_pressure_samples: one({
            timestamp: unixTime('timestamp'), systolic_bp: number('bloodpressure.systole'), diastolic_bp: number('bloodpressure.diastole'),
          }),
        },
      }),
    ]),
  },
})
