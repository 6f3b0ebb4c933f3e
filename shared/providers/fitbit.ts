import type { Daily } from '../schema/daily.ts'
import type { AFibFlag } from '../schema/enums.ts'
import { activityPair, activityTypes } from '../source/activity-types.ts'
import { clock, dateAndTime, told } from '../source/clocks.ts'
import { defineProvider, oauth2, type Plan, type Pull } from '../source/define.ts'
import { hypnogram } from '../source/hypnogram.ts'
import { into, resource } from '../source/map.ts'
import { type Clock, day, type Place, profile, session } from '../source/places.ts'
import { portionUnit } from '../source/portions.ts'
import { sleepUploadType, uploadType } from '../source/provenance.ts'
import type { Context, Item } from '../source/reader.ts'
// biome-ignore format: a table reads better in rows.
import { constant, date, first, integer, number, numeric, odd, orElse, percent, rounded, table, text } from '../source/readers.ts'
import { clockTime, evenly } from '../source/sample-arrays.ts'
import { list, one } from '../source/samples.ts'
import { sleepLevel, spanList } from '../source/stages.ts'
import { leastOver, less, meanOver, mostOver, timesOf, total } from '../source/sums.ts'
import type { Tree } from '../source/tree.ts'
import { quantity } from '../source/units.ts'

const API = 'https://api.fitbit.com'
const USER = `${API}/1/user/-`
// biome-ignore format: a table reads better in rows.
/** What the device counted of a day. */
const daily = (items: string, place: Place, tree: Tree<Omit<Daily, 'metadata'>>, single = false) =>
  resource(items, [into('daily', place, { metadata: { upload_type: constant(1) }, ...tree })], { single })
const get = (url: string): Pull['request'] => ({ method: 'GET', url, as: 'user' })
// biome-ignore format: a table reads better in rows.
/** Spans of dates, both inclusive, stand in the path. 403: the user withheld this scope, or the app may not have what is within a day. */
const dates = (path: string, items: string, maxDays: number, more: Partial<Pull> = {}): Pull => ({
  request: get(`${USER}/${path.replace('{}', '{start}/{end}')}.json`), items, nothing: [403],
  window: { start: 'start', end: 'end', style: 'date', maxDays, in: 'values' }, ...more,
})
// biome-ignore format: a table reads better in rows.
const ofDay = (path: string, as?: string): Pull => ({ request: get(`${USER}/${path}.json`), nothing: [403], ...(as ? { resource: as } : {}) })
// biome-ignore format: a table reads better in rows.
const listed = (path: string, items: string, limit: string): Pull => ({
  request: { ...get(`${USER}/${path}/list.json`), query: { sort: 'asc', limit, offset: '0' } }, items, nothing: [403],
  window: { start: 'afterDate', style: 'date' }, paging: { kind: 'link', from: 'pagination.next' },
})
/** An answer about a day or a night does not always say which: the item goes with it. */
const perDay = (...pulls: string[]) => pulls.map((pull) => ({ pull, params: { date: 'dateTime' }, carry: 'day' }))
const MAIN_SLEEP = { path: 'isMainSleep', in: ['true'] }
const perNight = (...pulls: string[]) =>
  pulls.map((pull) => ({ pull, params: { date: 'dateOfSleep' }, carry: 'night', when: MAIN_SLEEP }))

const SPLIT = dateAndTime('startDate', 'startTime')
const [US, ISO] = [clock('startTime', 'us'), clock('originalStartTime|startTime')]
/** An ISO time, a day and a time apart, or the month first: three generations of one field. */
const STARTED: Clock = {
  from: [...SPLIT.from, 'originalStartTime'],
  read: (item: Item, context: Context) =>
    (item?.startDate !== undefined ? SPLIT : String(item?.startTime).includes('/') ? US : ISO).read(item, context),
}
/** By their numbers, which hold in every language, and by their English names. */
const ACTIVITIES = activityTypes(`
  1=90001,1071,BIKE,OUTDOOR_BIKE,BIKING 7=90013,WALK 8=90009,RUN 9=3001,AEROBIC_WORKOUT 17=55001,SPINNING 22=2040
  25=20047 32=15255 35=90012,HIKE 42=KICKBOXING 78=STAIRCLIMBER 80=WEIGHTS 82=90024,SWIM 87=15675 88=20049,TREADMILL
  100=52001 114=BOOTCAMP 115=INTERVAL_WORKOUT 123=3000 108=15000,SPORT
`)
const ZONE = { 'Out of Range': 0, 'Fat Burn': 1, Cardio: 2, Peak: 3 } as const
const minutes = (path: string) => number(path, { times: 60 })
const zonesAt = (path: string) =>
  list(path, { zone: table('name', ZONE), name: text('name'), duration_seconds: minutes('minutes') })

const night = (at: string) => session({ id: `${at}logId`, start: clock(`${at}startTime`), end: clock(`${at}endTime`) })
const hasNight = { when: (_: Item, { carried }: Context) => carried?.night !== undefined }
const ITS_NIGHT = { upload_type: sleepUploadType('@night.logType') }
const SPAN = { start: clock('dateTime'), length: number('seconds'), level: sleepLevel('level') }
/** Wakes of three minutes and less lie over the stages. */
const STAGES = hypnogram([spanList('levels.data', SPAN), spanList('levels.shortData', SPAN)])

const NAP = odd(['isMainSleep'], ({ isMainSleep: main }: Item) => (typeof main === 'boolean' ? !main : undefined))
const DAY = day({ date: 'dateTime' })
const MEASURED = day({ moment: clock('dateTime'), slices: true })
const WEIGHED = dateAndTime('date', 'time')
const [AT, MINUTE, SOURCE] = [told(clock('dateTime')), told(clock('minute')), { name: text('source') }]
// biome-ignore format: a table reads better in rows.
const WEIGHING = into('body', day({ moment: WEIGHED, slice: 'logId' }), {
  measurements_data: { measurements: one({ measurement_time: told(WEIGHED), weight_kg: number('weight'), BMI: number('bmi'), bodyfat_percentage: number('fat') }) }, device_data: SOURCE,
})
const [ECG_AT, SYNCED] = [clock('startTime'), clock('lastSyncTime')]
/** "Normal Sinus Rhythm", "Atrial Fibrillation", "Inconclusive: High heart rate". */
const rhythm = odd(['resultClassification'], ({ resultClassification: said }: Item): AFibFlag | undefined =>
  typeof said !== 'string' ? undefined : said.startsWith('Normal') ? 0 : said.startsWith('Atrial') ? 1 : 2,
)
// biome-ignore format: a table reads better in rows.
/** Millivolts are the sample divided by a factor that is told beside. */
const waveform = odd(['waveformSamples', 'samplingFrequencyHz', 'scalingFactor'], (item: Item, context: Context) => {
  const [hertz, factor] = [item.samplingFrequencyHz, item.scalingFactor]
  if (!(hertz > 0 && factor > 0)) return undefined
  return evenly('waveformSamples', 'potential_uV', { every: 1 / hertz, times: 1_000 / factor }).read(item, context)
})
const dataset = (of: string) => `activities-${of}-intraday.dataset`
const [HEART, CALORIES, TIME] = [`/${dataset('heart')}`, dataset('calories'), clockTime('time')]
const [VALUE, VALUE_BREATHS] = [number('value'), number('value.breathingRate', { least: 1 })]
// biome-ignore format: a table reads better in rows.
const macros = (at: string) => ({
  calories: number(`${at}calories`), carbohydrates_g: number(`${at}carbs`), fat_g: number(`${at}fat`), fiber_g: number(`${at}fiber`),
  protein_g: number(`${at}protein`), sodium_mg: number(`${at}sodium`),
})
const MICROS = odd(['nutritionalValues.sodium'], ({ nutritionalValues: { sodium } }: Item) =>
  typeof sodium === 'number' ? { sodium_mg: sodium } : {},
)

const on = (...pulls: string[]): Plan[] => pulls.map((pull) => ({ pull, span: { day: 'date' } }))
const over = (...pulls: string[]): Plan[] => pulls.map((pull) => ({ pull, span: { from: 'from', to: 'to' } }))
const ACTIVITY = ['heart', 'list', 'devices']
const NIGHTLY = ['hrv', 'hrv_minutes', 'spo2', 'temp_core', 'cardioscore']
const REST = over(...ACTIVITY, ...NIGHTLY, 'calories_in', 'water', 'weight', 'fat', 'ecg', 'profile')
const SLEEPS = { ...dates('', 'sleep', 100), request: get(`${API}/1.2/user/-/sleep/date/{start}/{end}.json`) }

// biome-ignore format: a table reads better in rows.
/** Tells which date of which collection changed; all times are a local clock without zone. */
export default defineProvider({
  slug: 'fitbit', resource: 'FITBIT', name: 'Fitbit', category: 'wearable', origins: ['https://www.fitbit.com', API],
  beta: 'Its Web API was turned off on 2 November 2026 in favour of the one that follows it; made for its documents, proved on payloads from before',
  auth: oauth2({
    authorize: 'https://www.fitbit.com/oauth2/authorize', token: `${API}/oauth2/token`, pkce: true, clientAuth: 'basic',
    scopes: 'activity cardio_fitness electrocardiogram heartrate nutrition oxygen_saturation profile respiratory_rate settings sleep temperature weight'.split(' '),
    identity: { path: 'user_id' },
    revoke: { method: 'POST', url: `${API}/oauth2/revoke`, form: { token: '{access_token}' }, as: 'app', headers: { authorization: 'Basic {client_basic}' } },
  }),
  connected: {
    historyDays: 30,
    subscribe: {
      per: 'user', each: { collection: ['activities', 'body', 'foods', 'sleep', 'userRevokedAccess'] },
      request: { method: 'POST', url: `${USER}/{collection}/apiSubscriptions/{provider_user_id}-{collection}.json`, as: 'user' }, fine: [403, 409],
    },
  },
  needs: { verification_code: 'The code that is shown where the subscriber endpoint is entered' },
  webhook: {
    handshake: { kind: 'verify', param: 'verify', secret: 'verification_code', right: 204, wrong: 404 },
    verify: { kind: 'hmac', header: 'x-fitbit-signature', algorithm: 'sha1', encoding: 'base64', key: 'client_secret', keySuffix: '&', over: ['body'] },
    body: 'json', shape: { kind: 'list', items: '', owner: 'ownerId', resource: 'collectionType' }, kind: 'ping',
    lifecycle: { userRevokedAccess: () => ({ kind: 'access_revoked' }), deleteUser: () => ({ kind: 'access_revoked' }) }, ok: 204,
  },
  limits: [{ per: 'user', calls: 150, seconds: 3_600 }], rateHeaders: { limit: 'fitbit-rate-limit-limit', left: 'fitbit-rate-limit-remaining', reset: { header: 'fitbit-rate-limit-reset', as: 'seconds' } },
  polling: { notice: 'reconcile', everyMinutes: 1_440, overlapHours: 24 },
  pulls: {
    steps: dates('activities/steps/date/{}', 'activities-steps', 1_095, { follow: perDay('summary', 'steps_day', 'calories_day') }),
    steps_past: dates('activities/steps/date/{}', 'activities-steps', 1_095, { resource: 'steps', follow: perDay('summary') }),
    summary: ofDay('activities/date/{date}'), steps_day: ofDay('activities/steps/date/{date}/1d/1min'),
    calories_day: ofDay('activities/calories/date/{date}/1d/1min'),
    heart: dates('activities/heart/date/{}', 'activities-heart', 365, { follow: perDay('heart_day') }),
    heart_day: ofDay('activities/heart/date/{date}/1d/1min', 'heart'), list: listed('activities', 'activities', '100'),
    sleep: { ...SLEEPS, follow: perNight('br', 'temp_skin') }, sleep_past: { ...SLEEPS, resource: 'sleep' },
    br: ofDay('br/date/{date}'), temp_skin: ofDay('temp/skin/date/{date}'), ecg: listed('ecg', 'ecgReadings', '10'),
    hrv: dates('hrv/date/{}', 'hrv', 30), hrv_minutes: dates('hrv/date/{}/all', 'hrv', 30, { resource: 'hrv' }),
    spo2: dates('spo2/date/{}/all', '', 30), temp_core: dates('temp/core/date/{}', 'tempCore', 30),
    cardioscore: dates('cardioscore/date/{}', 'cardioScore|cardioscore', 30), profile: ofDay('profile'), devices: ofDay('devices'),
    weight: dates('body/log/weight/date/{}', 'weight', 31), fat: dates('body/log/fat/date/{}', 'fat', 31),
    calories_in: dates('foods/log/caloriesIn/date/{}', 'foods-log-caloriesIn', 1_095, { index: true, resource: 'foods', follow: perDay('foods') }),
    foods: ofDay('foods/log/date/{date}'), water: dates('foods/log/water/date/{}', 'foods-log-water', 1_095),
  },
  notices: {
    activities: on('steps', ...ACTIVITY), body: on('weight', 'fat'), foods: on('calories_in', 'water'), sleep: on('sleep', ...NIGHTLY),
    // A month must fit into 150 calls an hour: of its days only some of what is within them is asked for.
    connected: [...over('steps_past', 'sleep_past'), ...REST], reconcile: [...over('steps', 'sleep'), ...REST],
  },
  maps: {
    steps: daily('activities-steps', DAY, { distance_data: { steps: rounded(numeric('value')) } }),
    // All calories less those at rest: `activityCalories` holds some of these too.
    summary: daily('', day({ date: '@day.dateTime' }), {
      active_durations_data: {
        activity_seconds: timesOf(total('summary.lightlyActiveMinutes', 'summary.fairlyActiveMinutes', 'summary.veryActiveMinutes'), 60),
        inactivity_seconds: minutes('summary.sedentaryMinutes'), low_intensity_seconds: minutes('summary.lightlyActiveMinutes'),
        moderate_intensity_seconds: minutes('summary.fairlyActiveMinutes'), vigorous_intensity_seconds: minutes('summary.veryActiveMinutes'),
      },
      calories_data: { BMR_calories: number('summary.caloriesBMR'), net_activity_calories: less('summary.caloriesOut', 'summary.caloriesBMR'), total_burned_calories: number('summary.caloriesOut') },
      distance_data: {
        distance_meters: number('summary.distances[activity=total].distance', { times: 1_000 }), steps: integer('summary.steps'),
        elevation: { gain_actual_meters: number('summary.elevation') }, floors_climbed: integer('summary.floors'),
      },
      heart_rate_data: { summary: { resting_hr_bpm: number('summary.restingHeartRate', { least: 1 }), hr_zone_data: zonesAt('summary.heartRateZones') } },
    }),
    steps_day: daily('', day({ date: 'activities-steps.0.dateTime' }), {
      distance_data: { steps: rounded(numeric('activities-steps.0.value')), detailed: { step_samples: list(dataset('steps'), { timestamp: TIME, steps: number('value') }, { running: 'steps' }) } },
    }),
    calories_day: daily('', day({ date: 'activities-calories.0.dateTime' }), {
      active_durations_data: { activity_levels_samples: list(CALORIES, { timestamp: TIME, activity_level: table('level', { 0: 2, 1: 3, 2: 4, 3: 5 }, 0) }) },
      calories_data: { total_burned_calories: numeric('activities-calories.0.value'), calorie_samples: list(CALORIES, { timestamp: TIME, calories: number('value') }) },
      // Tenths of a MET.
      MET_data: { MET_samples: list(CALORIES, { timestamp: TIME, level: number('mets', { times: 0.1 }) }) },
    }),
    heart: daily('activities-heart', DAY, {
      heart_rate_data: {
        detailed: { hr_samples: list(HEART, { timestamp: TIME, bpm: VALUE }) }, summary: {
          avg_hr_bpm: meanOver(HEART, VALUE), min_hr_bpm: leastOver(HEART, VALUE), max_hr_bpm: mostOver(HEART, VALUE),
          resting_hr_bpm: number('value.restingHeartRate'), hr_zone_data: zonesAt('value.heartRateZones'),
        },
      },
    }),
    list: resource('activities', [
      into('activity', session({ id: 'logId', start: STARTED, length: number('duration', { times: 0.001 }) }), {
        metadata: {
          name: text('activityName|name'), type: activityPair('activityName|activityParentName', 'activityTypeId|activityParentId', ACTIVITIES),
          upload_type: uploadType('logType', { MOBILE_RUN: 1, FITSTAR: 6 }),
        },
        active_durations_data: {
          activity_seconds: number('activeDuration', { times: 0.001 }), inactivity_seconds: minutes('activityLevel[name=sedentary].minutes'),
          low_intensity_seconds: minutes('activityLevel[name=lightly].minutes'), moderate_intensity_seconds: minutes('activityLevel[name=fairly].minutes'),
          vigorous_intensity_seconds: minutes('activityLevel[name=very].minutes'),
        },
        calories_data: { total_burned_calories: number('calories') }, device_data: { name: text('source.name') },
        distance_data: {
          summary: {
            distance_meters: number('distance', { times: 1_000 }), steps: integer('steps'), elevation: { gain_actual_meters: number('elevationGain') },
            swimming: { num_laps: integer('swimLengths'), pool_length_meters: integer('poolLength') },
          },
        },
        heart_rate_data: { summary: { avg_hr_bpm: number('averageHeartRate', { least: 1 }), hr_zone_data: zonesAt('heartRateZones') } },
        movement_data: { avg_speed_meters_per_second: quantity('speed', 'km/h', 'm/s'), avg_pace_minutes_per_kilometer: quantity('pace', 's/km', 'min/km') },
      }),
    ], { single: true }),
    sleep: resource('sleep', [
      into('sleep', night(''), {
        metadata: { is_nap: NAP, upload_type: sleepUploadType('logType') },
        sleep_durations_data: {
          asleep: {
            duration_asleep_state_seconds: minutes('minutesAsleep'), duration_deep_sleep_state_seconds: minutes('levels.summary.deep.minutes'),
            duration_light_sleep_state_seconds: minutes('levels.summary.light.minutes'),
            duration_REM_sleep_state_seconds: minutes('levels.summary.rem.minutes'), num_REM_events: integer('levels.summary.rem.count'),
          },
          awake: {
            duration_awake_state_seconds: minutes('minutesAwake'), num_wakeup_events: first(integer('levels.summary.wake.count'), integer('levels.summary.awake.count')),
            sleep_latency_seconds: minutes('minutesToFallAsleep'), wake_up_latency_seconds: minutes('minutesAfterWakeup'),
          },
          hypnogram_samples: STAGES.samples, other: { duration_in_bed_seconds: minutes('timeInBed') }, sleep_efficiency: percent('efficiency'),
        },
      }),
    ]),
    br: resource('br', [into('sleep', night('@night.'), { metadata: ITS_NIGHT, respiration_data: { breaths_data: { avg_breaths_per_min: VALUE_BREATHS } } }, hasNight)]),
    temp_skin: resource('tempSkin', [into('sleep', night('@night.'), { metadata: ITS_NIGHT, temperature_data: { delta: number('value.nightlyRelative') } }, hasNight)]),
    hrv: daily('hrv', DAY, {
      heart_rate_data: { detailed: { hrv_samples_rmssd: list('minutes', { timestamp: MINUTE, hrv_rmssd: number('value.rmssd') }) }, summary: { avg_hrv_rmssd: number('value.dailyRmssd') } },
    }),
    spo2: daily('spo2', DAY, {
      oxygen_data: { avg_saturation_percentage: first(number('value.avg'), meanOver('minutes', VALUE)), saturation_samples: list('minutes', { timestamp: MINUTE, percentage: VALUE, type: constant(0) }) },
    }, true),
    temp_core: resource('tempCore', [into('body', MEASURED, { temperature_data: { body_temperature_samples: one({ timestamp: AT, temperature_celsius: VALUE }) } })]),
    // A span ("44-48") where no run with GPS was recorded: it is no number.
    cardioscore: resource('cardioScore|cardioscore', [into('body', DAY, { oxygen_data: { vo2max_ml_per_min_per_kg: numeric('value.vo2Max', { ranges: true }) } })]),
    weight: resource('weight', [WEIGHING]), fat: resource('fat', [WEIGHING]),
    series: resource('body-weight|body-fat', []),
    ecg: resource('ecgReadings', [
      into('body', day({ moment: ECG_AT, slices: true }), {
        heart_data: {
          ecg_signal: one({ start_timestamp: told(ECG_AT), avg_hr_bpm: number('averageHeartRate', { least: 1 }), afib_classification: rhythm, raw_signal: waveform }, []),
          afib_classification_samples: one({ timestamp: told(ECG_AT), afib_classification: rhythm }),
        }, device_data: { name: text('deviceName'), software_version: text('firmwareVersion') },
      }),
    ]),
    foods: resource('', [
      into('nutrition', day({ date: '@day.dateTime|foods.0.logDate' }), {
        summary: { macros: macros('summary.'), water_ml: number('summary.water', { none: [0] }) }, meals: list('foods', {
          id: text('logId'), name: text('loggedFood.name'), timestamp: told(clock('logDate', 'date')), macros: macros('nutritionalValues.'),
          micros: MICROS, type: orElse(table('loggedFood.mealTypeId', { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 7: 6 }, 0), 0),
          quantity: { amount: number('loggedFood.amount'), unit: portionUnit('loggedFood.unit.name') },
        }, { needs: ['macros', 'quantity'] }),
      }),
    ]),
    water: resource('foods-log-water', [
      into('nutrition', DAY, { summary: { water_ml: numeric('value', { none: [0] }) } }),
      into('body', DAY, { hydration_data: { day_total_water_consumption_ml: numeric('value', { none: [0] }) } }),
    ]),
    profile: resource('', [
      into('athlete', profile, {
        age: number('user.age'), bio: text('user.aboutMe'), city: text('user.city'), state: text('user.state'), country: text('user.country'),
        first_name: text('user.firstName'), last_name: text('user.lastName'), date_of_birth: date('user.dateOfBirth'), gender: text('user.gender', { none: ['NA'] }),
        account_creation_date: date('user.memberSince'), joined_provider: date('user.memberSince'), provider_user_id: text('user.encodedId'),
      }),
    ]),
    devices: daily('', day({ moment: SYNCED, slice: 'id' }), { device_data: { name: text('deviceVersion'), last_upload_date: told(SYNCED) } }),
  },
  omits: {
    '*': {
      '/pagination.**': 'how the list goes on', ownerType: 'always a user', subscriptionId: 'one for each collection', '*.datasetInterval': 'each sample tells its time', '*.datasetType': 'each sample tells its time',
      '/*.datasetInterval': 'each sample tells its time', '/*.datasetType': 'each sample tells its time', 'goals.**': 'what the user wants to reach, not what was',
      '**.heartRateZones.*.caloriesOut': 'a zone has no energy', 'value.customHeartRateZones.**': 'zones of the user’s own have no order', '**.heartRateZones.*.m*': 'a zone has percentages of the greatest heart rate only',
    },
    summary: {
      'activities.**': 'told with more in the list of activities', 'summary.activeScore': 'no longer counted',
      'summary.activityCalories': 'holds basal energy of the active minutes', 'summary.marginalCalories': 'of some minutes only', 'summary.distances.**': 'parts of the total',
    },
    list: {
      'activityId': 'the finer of two taxonomies; the coarser has names', description: 'a text of the taxonomy', 'has*': 'whether another field is there', isFavorite: 'a setting',
      lastModified: 'the newest answer holds', 'activeZoneMinutes.**': 'points, not a time', '*Link': 'where more is', distanceUnit: 'answers are metric unless asked otherwise',
      'activityLevel.*.name': 'names what stands beside it', 'manualValuesSpecified.**': 'which fields were typed', 'source.*': 'the app that wrote it', originalDuration: 'before the user cut it',
    },
    sleep: {
      dateOfSleep: 'follows from its end', duration: 'follows from start and end', infoCode: 'why there are no stages', type: 'the stages tell it', 'levels.summary.**': 'told by the spans',
      '/summary.**': 'sums over the night and the naps', '/meta.**': 'when to ask again',
    },
    series: { '**': 'made up between two weighings, a value for every day' }, br: { dateTime: 'the night is known' }, temp_skin: { '*': 'the night is known' },
    hrv: { 'value.deepRmssd': 'a day has one', 'minutes.*.value.*': 'no place for parts of the spectrum' }, devices: { '*': 'of the device as it is now' },
    foods: { 'foods.*.isFavorite': 'a setting', 'foods.*.loggedFood.**': 'of the food, not of what was eaten', 'foods.*.loggedFood.unit.*': 'other words for the unit' },
    ecg: { '*': 'how it was recorded' }, profile: { 'user.**': 'settings and pictures, and measures without a time' },
  },
})
