import { activityType } from '../source/activity-types.ts'
import { defineProvider, oauth2 } from '../source/define.ts'
import { averageOf, dayInPeriod, gatherDays, latestEnd, latLng, stressRating } from '../source/derive.ts'
import { hypnogram } from '../source/hypnogram.ts'
import { into, resource } from '../source/map.ts'
import { day, session, unix } from '../source/places.ts'
import { goTo, type Reader, reading } from '../source/reader.ts'
// biome-ignore format: a table reads better in rows.
import { constant, date, first, flag, integer, number, orElse, sum, table, text, total, unixTime, when, words } from '../source/readers.ts'
import { offsetMap } from '../source/sample-maps.ts'
import { list, one } from '../source/samples.ts'
import { spanMap, unixSpan } from '../source/stages.ts'

const START = unix('startTimeInSeconds', 'startTimeOffsetInSeconds')
const DAY = day({ date: 'calendarDate', moment: START })
/** Summaries of a part of the day, several a day. */
const PART_OF_DAY = day({ date: 'calendarDate', moment: START, slices: true })
const MEASURED = day({ moment: unix('measurementTimeInSeconds', 'measurementTimeOffsetInSeconds'), slices: true })
const AT_SNAPSHOT = unix('startTimeInSeconds', 'offsetStartTimeInSeconds')
const SNAPSHOT = day({ date: 'calendarDate', moment: AT_SNAPSHOT, slices: true })
const EPOCHS = day({ moment: unix('slices.0.startTimeInSeconds', 'slices.0.startTimeOffsetInSeconds'), slices: true })
const CYCLE_DAY = day({ date: 'calendarDate', moment: dayInPeriod('periodStartDate', 'dayInCycle') })
const AT = unixTime('startTimeInSeconds')
const MEASURED_AT = unixTime('measurementTimeInSeconds')
const AUTOMATIC = { upload_type: constant(1) }
// biome-ignore format: a table reads better in rows.
/** An activity: its summary is at the top of `activities`, under `summary` in `activityDetails`. */
const activity = (at: string, upload: Reader<1 | 3>) => {
  const n = (name: string) => number(at + name)
  return into(
    'activity',
    session({ id: ['activityId', 'summaryId'], start: unix(`${at}startTimeInSeconds`, `${at}startTimeOffsetInSeconds`), seconds: `${at}durationInSeconds` }),
    {
      metadata: {
        name: text(`${at}activityName`), type: activityType(`${at}activityType`),
        upload_type: first<1 | 2 | 3>(when(reading([`${at}manual`], (item) => goTo(`${at}manual`)(item) === true), constant(2)), upload),
      },
      active_durations_data: { activity_seconds: n('durationInSeconds') }, calories_data: { net_activity_calories: n('activeKilocalories') },
      device_data: { name: when(reading([`${at}deviceName`], (item) => goTo(`${at}deviceName`)(item) !== 'unknown'), text(`${at}deviceName`)) },
      distance_data: {
        summary: {
          distance_meters: n('distanceInMeters'), steps: integer(`${at}steps`),
          elevation: { gain_actual_meters: n('totalElevationGainInMeters'), loss_actual_meters: n('totalElevationLossInMeters') },
          swimming: { num_laps: integer(`${at}numberOfActiveLengths`) },
        },
        detailed: {
          distance_samples: list('samples', { ...SAMPLE, distance_meters: number('totalDistanceInMeters') }),
          elevation_samples: list('samples', { ...SAMPLE, elev_meters: number('elevationInMeters') }),
        },
      },
      heart_rate_data: {
        summary: { avg_hr_bpm: n('averageHeartRateInBeatsPerMinute'), max_hr_bpm: n('maxHeartRateInBeatsPerMinute') },
        detailed: { hr_samples: list('samples', { ...SAMPLE, bpm: number('heartRate', { least: 1 }) }) },
      },
      lap_data: { laps: list('laps', { start_time: AT }) },
      movement_data: {
        avg_speed_meters_per_second: n('averageSpeedInMetersPerSecond'), max_speed_meters_per_second: n('maxSpeedInMetersPerSecond'),
        avg_pace_minutes_per_kilometer: n('averagePaceInMinutesPerKilometer'), max_pace_minutes_per_kilometer: n('maxPaceInMinutesPerKilometer'),
        // "StepsPerMinute" counts one foot: genuine runs give 84 where steps / time is 168.
        avg_cadence_rpm: first(n('averageBikeCadenceInRoundsPerMinute'), n('averageRunCadenceInStepsPerMinute')),
        max_cadence_rpm: first(n('maxBikeCadenceInRoundsPerMinute'), n('maxRunCadenceInStepsPerMinute')),
        speed_samples: list('samples', { ...SAMPLE, speed_meters_per_second: number('speedMetersPerSecond') }),
        cadence_samples: list('samples', { ...SAMPLE, cadence_rpm: first(number('bikeCadenceInRPM'), number('stepsPerMinute')) }),
      },
      position_data: {
        start_pos_lat_lng_deg: latLng(`${at}startingLatitudeInDegree`, `${at}startingLongitudeInDegree`),
        position_samples: list('samples', { ...SAMPLE, coords_lat_lng_deg: latLng('latitudeInDegree', 'longitudeInDegree') }),
      },
      power_data: { power_samples: list('samples', { ...SAMPLE, watts: number('powerInWatts') }) },
    },
    { part: at === '' ? 'activities' : 'activityDetails' },
  )
}
/** Samples of activity details tell absolute seconds, unlike all summaries. */
const SAMPLE = { timestamp: AT, timer_duration_seconds: number('timerDurationInSeconds') }

const ASLEEP = ['deepSleepDurationInSeconds', 'lightSleepDurationInSeconds', 'remSleepInSeconds']
/** Some devices leave awake spans out of `durationInSeconds` and some do not: a sleep ends with the latest of what is told. */
const LENGTHS = [
  number('durationInSeconds'),
  sum(...ASLEEP, 'awakeDurationInSeconds', 'unmeasurableSleepDurationInSeconds'),
]
const SLEEP_END = latestEnd(START, { lengths: LENGTHS, spans: 'sleepLevelsMap', end: 'endTimeInSeconds' })
/** The tentative ones come again, final, under another summaryId: so the start is a sleep's key. */
// biome-ignore format: a table reads better in rows.
const VALIDATION = {
  MANUAL: 1, AUTO_MANUAL: 1, DEVICE: 2, AUTO_FINAL: 2, ENHANCED_FINAL: 2, AUTO_TENTATIVE: 3, ENHANCED_TENTATIVE: 3, OFF_WRIST: 4,
} as const
/** Some firmware spells it `averageStresslevel`. −1…−5 are codes: off wrist, motion, too little data, recovering, unclassified. */
const STRESS = first(number('averageStressLevel', { least: 0 }), number('averageStresslevel', { least: 0 }))
const INTENSITY = { SEDENTARY: 2, ACTIVE: 4, HIGHLY_ACTIVE: 5 } as const
// biome-ignore format: a table reads better in rows.
const PHASES = words({
  1: 'MENSTRUAL PERIOD', 2: 'FOLLICULAR', 3: 'FERTILE FERTILE_WINDOW', 4: 'OVULATION', 5: 'LUTEAL', 6: 'PMS',
  7: 'FIRST_TRIMESTER', 8: 'SECOND_TRIMESTER', 9: 'THIRD_TRIMESTER',
})
const metric = (name: string) => `summaries[summaryType=${name}].epochSummaries`
const SPO2 = { type: 0 } as const
const REST = 'https://apis.garmin.com/wellness-api/rest'
const USER = 'https://apis.garmin.com/partner-gateway/rest/user'
const BACKFILLS =
  'dailies epochs sleeps hrv stressDetails pulseOx bodyComps bloodPressures userMetrics skinTemp healthSnapshot moveiq activityDetails mct'

/** Pushes (or pings) summaries of many users and types in one call; there is no reading by date, only backfill. */
// biome-ignore format: a table reads better in rows.
export default defineProvider({
  slug: 'garmin', resource: 'GARMIN', name: 'Garmin', category: 'wearable',
  origins: ['https://connect.garmin.com', 'https://diauth.garmin.com', 'https://apis.garmin.com'],
  auth: oauth2({
    authorize: 'https://connect.garmin.com/oauth2Confirm', token: 'https://diauth.garmin.com/di-oauth2-service/oauth/token', pkce: true,
    identity: { path: 'userId', request: { method: 'GET', url: `${USER}/id`, as: 'user' } },
    granted: { path: 'permissions', request: { method: 'GET', url: `${USER}/permissions`, as: 'user' } },
    revoke: { method: 'DELETE', url: `${USER}/registration`, as: 'user' },
  }),
  connected: { historyDays: 30 },
  webhook: {
    handshake: { kind: 'none' }, verify: { kind: 'secret-path', headers: ['garmin-client-id'] }, body: 'json', kind: 'push',
    shape: { kind: 'batch', owner: 'userId' }, link: 'callbackURL', ok: 200,
    lifecycle: {
      deregistrations: () => ({ kind: 'access_revoked' }),
      userPermissionsChange: ({ permissions }) =>
        Array.isArray(permissions) ? { kind: 'permission_change', scopes: permissions.map(String) } : undefined,
    },
  },
  pulls: {
    // Answered 202, the data come through the webhook. 409: asked for already; 403: the user withheld history.
    backfill: {
      request: { method: 'GET', url: `${REST}/backfill/{type}`, as: 'user' },
      window: { start: 'summaryStartTimeInSeconds', end: 'summaryEndTimeInSeconds', style: 'unix', maxDays: 30 },
      nothing: [403, 409], asynchronous: true,
    },
  },
  notices: { connected: BACKFILLS.split(' ').map((type) => ({ pull: 'backfill', fixed: { type }, span: { from: 'from', to: 'to' } })) },
  omits: {
    '*': {
      'userAccessToken summaryId activityId': 'userId and start tell whose and which it is', calendarDate: 'the day of its start',
      '*Goal *GoalInSeconds': 'what the user wants to reach', durationInSeconds: 'the length of a part of the day that its samples fill',
    },
    dailies: { activityType: 'a day is of no one type', averageHeartRateInBeatsPerMinute: 'of seven days', stressQualifier: 'no place' },
    epochs: { 'steps distanceInMeters': 'slices are no running totals', 'activityType *MotionIntensity': 'no place' },
    hrv: { lastNight5MinHigh: 'no place' }, pulseox: { onDemand: 'no place' }, userMetrics: { enhanced: 'no place' },
    bloodPressures: { sourceType: 'no place', startTimeInSeconds: 'a measurement tells its own time' },
    activityDetails: { 'samples.*.clockDurationInSeconds samples.*.movingDurationInSeconds': 'the timer alone has a place' },
    skinTemp: { '*DeviationCelsius': 'the average alone has a place' }, moveIQActivities: { activitySubType: 'no list of its words' },
    healthSnapshot: { 'summaries.*.*Value': 'of two minutes, not of a day', 'summaries[summaryType=respiration].**': 'no place' },
    allDayRespiration: { '**': 'breaths of sleeps alone have a place' }, activityFiles: { '**': 'the activity came as its summary' },
  },
  maps: {
    dailies: [
      into('daily', DAY, {
        metadata: AUTOMATIC,
        active_durations_data: {
          activity_seconds: number('activeTimeInSeconds'), moderate_intensity_seconds: number('moderateIntensityDurationInSeconds'),
          vigorous_intensity_seconds: number('vigorousIntensityDurationInSeconds'),
        },
        calories_data: {
          BMR_calories: number('bmrKilocalories'), net_activity_calories: number('activeKilocalories'), total_burned_calories: total('activeKilocalories', 'bmrKilocalories'),
        },
        distance_data: { distance_meters: number('distanceInMeters'), floors_climbed: integer('floorsClimbed'), steps: integer('steps') },
        heart_rate_data: {
          detailed: { hr_samples: offsetMap('timeOffsetHeartRateSamples', 'bpm', { least: 1 }) },
          summary: {
            avg_hr_bpm: averageOf('timeOffsetHeartRateSamples'), max_hr_bpm: number('maxHeartRateInBeatsPerMinute'),
            min_hr_bpm: number('minHeartRateInBeatsPerMinute'), resting_hr_bpm: number('restingHeartRateInBeatsPerMinute'),
          },
        },
        stress_data: {
          avg_stress_level: STRESS, max_stress_level: number('maxStressLevel', { least: 0 }),
          stress_duration_seconds: number('stressDurationInSeconds'), rest_stress_duration_seconds: number('restStressDurationInSeconds'),
          activity_stress_duration_seconds: number('activityStressDurationInSeconds'),
          low_stress_duration_seconds: number('lowStressDurationInSeconds'), medium_stress_duration_seconds: number('mediumStressDurationInSeconds'),
          high_stress_duration_seconds: number('highStressDurationInSeconds'), stress_rating: stressRating(STRESS),
        },
      }),
      // What was eaten, as a food diary told Garmin.
      into('nutrition', DAY, { summary: { macros: { calories: number('consumedCalories', { least: 1 }) } } }),
    ],
    epochs: resource(
      'epochs',
      [
        into('daily', EPOCHS, {
          metadata: AUTOMATIC,
          active_durations_data: {
            activity_levels_samples: list('slices', { timestamp: AT, activity_level: table('intensity', INTENSITY, 0) }),
          },
          calories_data: { calorie_samples: list('slices', { timestamp: AT, calories: number('activeKilocalories') }) },
          MET_data: { MET_samples: list('slices', { timestamp: AT, level: number('met') }) },
        }),
      ],
      {
        // A slice comes once per activity type in it.
        gather: gatherDays({
          start: 'startTimeInSeconds', offset: 'startTimeOffsetInSeconds', sums: ['activeKilocalories'],
          averages: ['met'], weight: 'activeTimeInSeconds', ranks: { intensity: Object.keys(INTENSITY) },
        }),
      },
    ),
    sleeps: [
      into('sleep', session({ start: START, end: SLEEP_END }), {
        metadata: { is_nap: constant(false), upload_type: orElse(table('validation', VALIDATION, 0), 0) },
        sleep_durations_data: {
          asleep: {
            duration_asleep_state_seconds: sum(...ASLEEP), duration_deep_sleep_state_seconds: number('deepSleepDurationInSeconds'),
            duration_light_sleep_state_seconds: number('lightSleepDurationInSeconds'), duration_REM_sleep_state_seconds: number('remSleepInSeconds'),
          },
          awake: { duration_awake_state_seconds: number('awakeDurationInSeconds') },
          other: { duration_unmeasurable_sleep_seconds: number('unmeasurableSleepDurationInSeconds') },
          hypnogram_samples: hypnogram(
            spanMap('sleepLevelsMap', unixSpan('startTimeInSeconds', 'endTimeInSeconds'), { awake: 1, light: 4, deep: 5, rem: 6, unmeasurable: 0 }),
          ).samples,
        },
        respiration_data: {
          breaths_data: { samples: offsetMap('timeOffsetSleepRespiration', 'breaths_per_min', { least: 0 }) },
          oxygen_saturation_data: { samples: offsetMap('timeOffsetSleepSpo2', 'percentage', { least: 1, more: SPO2 }) },
        },
        scores: { sleep: number('overallSleepScore.value') },
      }),
      into(
        'sleep', session({ start: unix('napStartTimeInSeconds', 'napOffsetInSeconds'), seconds: 'napDurationInSeconds' }),
        {
          metadata: { is_nap: constant(true), upload_type: orElse(table('napValidation', VALIDATION, 0), 0) },
          sleep_durations_data: { asleep: { duration_asleep_state_seconds: number('napDurationInSeconds') } },
        },
        { each: 'naps' },
      ),
    ],
    hrv: into('body', DAY, {
      heart_data: {
        heart_rate_data: {
          detailed: { hrv_samples_rmssd: offsetMap('hrvValues', 'hrv_rmssd', { least: 1 }) },
          summary: { avg_hrv_rmssd: number('lastNightAvg', { least: 1 }) },
        },
      },
    }),
    stressDetails: into('daily', PART_OF_DAY, {
      metadata: AUTOMATIC,
      stress_data: {
        samples: offsetMap('timeOffsetStressLevelValues', 'level', { least: 0 }),
        body_battery_samples: offsetMap('timeOffsetBodyBatteryValues', 'level', { least: 0 }),
      },
    }),
    pulseox: into('body', PART_OF_DAY, {
      oxygen_data: { saturation_samples: offsetMap('timeOffsetSpo2Values', 'percentage', { least: 1, more: SPO2 }) },
    }),
    bodyComps: into('body', MEASURED, {
      measurements_data: {
        measurements: one({
          measurement_time: MEASURED_AT, weight_kg: number('weightInGrams', { times: 0.001 }), muscle_mass_g: number('muscleMassInGrams'),
          bone_mass_g: number('boneMassInGrams'), water_percentage: number('bodyWaterInPercent'),
          bodyfat_percentage: number('bodyFatInPercent'), BMI: number('bodyMassIndex'),
        }),
      },
    }),
    bloodPressures: into('body', MEASURED, {
      blood_pressure_data: {
        blood_pressure_samples: one({ timestamp: MEASURED_AT, systolic_bp: number('systolic'), diastolic_bp: number('diastolic') }),
      },
      heart_data: { heart_rate_data: { detailed: { hr_samples: one({ timestamp: MEASURED_AT, bpm: number('pulse', { least: 1 }) }) } } },
    }),
    userMetrics: into('body', day({ date: 'calendarDate' }), {
      oxygen_data: { vo2max_ml_per_min_per_kg: number('vo2Max') },
      measurements_data: { day_avg_estimated_fitness_age: number('fitnessAge') },
    }),
    // A deviation from the user's baseline over the night, not a temperature: it belongs to the sleep of that start.
    skinTemp: into('sleep', session({ start: START, seconds: 'durationInSeconds' }), {
      metadata: { upload_type: constant(2) }, temperature_data: { delta: number('avgDeviationCelsius') },
    }),
    healthSnapshot: [
      into('body', SNAPSHOT, {
        heart_data: {
          heart_rate_data: {
            detailed: {
              hr_samples: offsetMap(metric('heart_rate'), 'bpm', { least: 1 }),
              hrv_samples_rmssd: offsetMap(metric('rmssd_hrv'), 'hrv_rmssd', { least: 0 }),
              hrv_samples_sdnn: offsetMap(metric('sdrr_hrv'), 'hrv_sdnn', { least: 0 }),
            },
          },
        },
        oxygen_data: { saturation_samples: offsetMap(metric('spo2'), 'percentage', { least: 1, more: SPO2 }) },
      }),
      into('daily', SNAPSHOT, { metadata: AUTOMATIC, stress_data: { samples: offsetMap(metric('stress'), 'level', { least: 0 }) } }),
    ],
    moveIQActivities: into(
      'activity', session({ id: 'summaryId', start: unix('startTimeInSeconds', 'offsetInSeconds'), seconds: 'durationInSeconds' }),
      {
        metadata: { type: activityType('activityType'), upload_type: constant(1) },
        active_durations_data: { activity_seconds: number('durationInSeconds') },
      },
    ), activities: activity('', constant(1)), manuallyUpdatedActivities: activity('', constant(3)),
    activityDetails: activity('summary.', constant(1)), allDayRespiration: [], activityFiles: [],
    mct: into('menstruation', CYCLE_DAY, {
      menstruation_data: {
        period_start_date: date('periodStartDate'), day_in_cycle: integer('dayInCycle'),
        period_length_days: integer('periodLength'), length_of_current_phase_days: integer('lengthOfCurrentPhase'),
        current_phase: table('currentPhaseType', PHASES, 0), days_until_next_phase: integer('daysUntilNextPhase'),
        cycle_length_days: integer('cycleLength'), predicted_cycle_length_days: integer('predictedCycleLength'), is_predicted_cycle: flag('isPredictedCycle'),
      },
    }),
  },
})
