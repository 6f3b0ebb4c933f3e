import type { MeasurementDataSample } from '../../schema/body.ts'
import type { DistanceDataDetailed } from '../../schema/common.ts'
import type { Daily } from '../../schema/daily.ts'
import type { SleepUploadType } from '../../schema/enums.ts'
import type { NutritionQuantity } from '../../schema/nutrition.ts'
import { activityType, activityTypes } from '../../source/activity-types.ts'
import { clock, told } from '../../source/clocks.ts'
import { duration } from '../../source/durations.ts'
import { gatherByDay } from '../../source/gather.ts'
import { hypnogram } from '../../source/hypnogram.ts'
import { into, type RecordMap, type ResourceMap, resource } from '../../source/map.ts'
import { macrosBy, microsBy } from '../../source/nutrients.ts'
import type { Omits } from '../../source/omits.ts'
import { day, profile, session } from '../../source/places.ts'
import { portionUnit } from '../../source/portions.ts'
import { device, sleepUploadType, uploadType } from '../../source/provenance.ts'
import { type Context, type Item, type Reader, reading } from '../../source/reader.ts'
// biome-ignore format: a table reads better in rows.
import { constant, dateAs, first, flag, number, numeric, odd, orElse, rounded, table, text, when, zoneDurations } from '../../source/readers.ts'
import { evenly } from '../../source/sample-arrays.ts'
import { list, one } from '../../source/samples.ts'
import { sleepLevel, spanList } from '../../source/stages.ts'
import { compile, type Tree } from '../../source/tree.ts'
import { quantity } from '../../source/units.ts'

/** When a span begins or ends, in its own offset. */
const edge = (at: string, name = 'start') => clock(`${at}${name}Time`, 'iso', `${at}${name}UtcOffset`)
const sampled = (type: string) => clock(`${type}.sampleTime.physicalTime`, 'iso', `${type}.sampleTime.utcOffset`)
const dated = (type: string) => day({ date: `${type}.date`, style: 'civil' })
const ID = 'dataPointName|name'
const AUTOMATIC = { upload_type: constant(1) }
const DEVICE = device({ name: 'dataSource.device.displayName', manufacturer: 'dataSource.device.manufacturer' })
// biome-ignore format: a table reads better in rows.
/** Readings of one day that came together; those of one look are a part of their own. */
const readings = (type: string, tree: Tree<Omit<Daily, 'metadata'>>, sampleTime = (at: string) => sampled(at + type)) =>
  resource('dataPoints', [into('daily', day({ moment: sampleTime('slices.0.'), slices: true }), { metadata: AUTOMATIC, ...tree })], {
    gather: gatherByDay({ start: sampleTime('') }),
  })
// biome-ignore format: a table reads better in rows.
/** What was counted in spans, told at the end of each as the total up to there. */
const counted = (type: string, tree: (timestamp: Reader<string>) => Tree<DistanceDataDetailed>) =>
  readings(type, { distance_data: { detailed: tree(told(edge(`${type}.interval.`, 'end'))) } }, (path) => edge(`${path}${type}.interval.`))
const once = (type: string) => day({ moment: sampled(type), slices: true })
const at = (type: string) => told(sampled(type))
// biome-ignore format: a table reads better in rows.
const measured = (type: string, tree: Tree<MeasurementDataSample>) =>
  into('body', once(type), { measurements_data: { measurements: one({ measurement_time: at(type), ...tree }) }, device_data: DEVICE })
// biome-ignore format: a table reads better in rows.
const perDay = (type: string, tree: (path: string) => Tree<Omit<Daily, 'metadata'>>) => into('daily', dated(type), { metadata: AUTOMATIC, ...tree(`${type}.`) })
const UPLOAD = uploadType('dataSource.recordingMethod')
/** 64-bit numbers come as text. */
const n = (path: string, times = 1) => numeric(path, { times })
const SPAN = { start: edge(''), end: edge('', 'end') }
const STAGE = { ...SPAN, level: sleepLevel('type') }
const STAGES = hypnogram([
  spanList('sleep.stages', STAGE),
  spanList('sleep.shortAwakenings', STAGE),
  spanList('sleep.outOfBedSegments', { ...SPAN, level: constant(3) }),
])
const stage = (name: string, otherwise: Reader<number>) =>
  first(n(`sleep.summary.stagesSummary[type=${name}].minutes`, 60), otherwise)
const LEVELS = { SEDENTARY: 2, LIGHTLY_ACTIVE: 3, MODERATELY_ACTIVE: 4, VERY_ACTIVE: 5 } as const
const ZONES = { LIGHT: 0, MODERATE: 1, VIGOROUS: 2, PEAK: 3 } as const
const ACTIVITIES = activityTypes(`
  1=BIKING,UNICYCLING 7=INCLINE_WALK,WALK_WITH_WEIGHTS 8=INCLINE_RUN,TRACK_AND_FIELD 9=AEROBIC_WORKOUT,CARDIO_SCULPT,EXERCISE_CLASS,WATER_AEROBICS
  14=HAND_CYCLING 15=MOUNTAIN_BIKE 16=OUTDOOR_BIKE 17=ASSAULT_BIKE,SPINNING 18=STATIONARY_BIKE 21=CALISTHENICS
  24=BALLET,BALLROOM_DANCE,BREAKDANCING,HIP_HOP,JAZZ_DANCE,MODERN_DANCE,TANGO 26=FENCING 27=FOOTBALL_AMERICAN,FOOTBALL_AUSTRALIAN
  30=FRISBEE_PLAYING_GENERAL,ULTIMATE_FRISBEE 31=GARDENING,HOEING,MOWING_LAWN,SHOVELING,WEEDING 33=CHEERLEADING,PARKOUR,TRAMPOLINE 35=BACKPACKING 36=HOCKEY
  37=EQUESTRIAN_SPORTS 38=CARPENTRY,CLEANING,HOUSEHOLD_CHORES 39=JUMPING_ROPE 42=KICKBOXING 43=KITESURFING 44=JIU_JITSU,KARATE,MUAY_THAI,TAEKWONDO 45=MEDITATE
  48=PARAGLIDING 49=BARRE_CLASS 50=POLO 51=PICKELBALL 54=ROWING_MACHINE 56=WATER_JOGGING 60=SCUBA_DIVING 62=ROLLER_SKATING,SKATING,SPEED_SKATING
  67=CROSS_COUNTRY_SKI 74=SNOWMOBILING 75=SNOWSHOEING 77=STAIRCLIMBER 78=STEP_TRAINING 79=PADDLEBOARDING
  80=CORE_TRAINING,FUNCTIONAL_STRENGTH_TRAINING,RESISTANCE_BANDS,TRX 82=SYNCHRONIZED_SWIMMING 83=SWIMMING_POOL 84=SWIMMING_OPEN_WATER 88=TREADMILL
  89=VOLLEYBALL_BEACH,WATER_VOLLEYBALL 93=POWER_WALKING 94=NORDIC_WALKING 95=TREADMILL_WALK 97=BODY_WEIGHT,FREE_WEIGHTS,POWERLIFTING,WEIGHT_MACHINES,WEIGHTS
  98=WHEELCHAIR 100=TAI_CHI,YOGA_BIKRAM,YOGA_HATHA,YOGA_POWER,YOGA_VINYASA 101=ZUMBA 102=DIVING 106=CURLING 113=CROSSFIT 114=BOOTCAMP,TABATA_WORKOUT
  115=INTERVAL_WORKOUT 116=STROLLER_WALK 119=ARCHERY,SHOOTING 123=CARDIO_WORKOUT,CROSS_TRAINING,FITNESS_GAMING,OUTDOOR_WORKOUT,SPORT,WATER_SPORT
  127=ROLLERBLADING 128=SKYDIVING 132=WATER_SKIING 137=MOTOCROSS,MOTORCYCLE 140=CANOEING 141=ORIENTEERING 149=TRAIL_RUN 151=MULTISPORT 152=ELECTRIC_BIKE
`)
const active = (level: string) =>
  n(`activeMinutes.activeMinutesRollupByActivityLevel[activityLevel=${level}].activeMinutesSum`, 60)
// biome-ignore format: a table reads better in rows.
/** Grams of a nutrient: in a log, or of a day. */
const grams = (name: string) => {
  const of = `nutritionLog.nutrients[nutrient=${name}].quantity`
  return number(`${of}.grams|${of}.gramsSum`)
}
const logged = (name: string, unit: string) => number(`nutritionLog.${name}.${unit}|nutritionLog.${name}.${unit}Sum`)
const MICROS = microsBy(grams)
// biome-ignore format: a table reads better in rows.
const MACROS = macrosBy(grams, { calories: logged('energy', 'kcal'), carbohydrates_g: logged('totalCarbohydrate', 'grams'), fat_g: logged('totalFat', 'grams') })
// biome-ignore format: a table reads better in rows.
const MEALS = { BEFORE_BREAKFAST: 6, BREAKFAST: 1, BEFORE_LUNCH: 2, LUNCH: 3, BEFORE_DINNER: 4, DINNER: 5, AFTER_DINNER: 6, SNACK: 6 } as const
// biome-ignore format: a table reads better in rows.
const PORTION = compile<NutritionQuantity>({
  amount: number('nutritionLog.serving.amount'), unit: portionUnit('nutritionLog.serving.foodMeasurementUnitDisplayName'),
})
const ATE = edge('nutritionLog.interval.')
const DRANK = edge('hydrationLog.interval.')
// biome-ignore format: a table reads better in rows.
const RHYTHM = { NORMAL_SINUS_RHYTHM: 0, ATRIAL_FIBRILLATION: 1, INCONCLUSIVE: 2, INCONCLUSIVE_HIGH_HEART_RATE: 2, INCONCLUSIVE_LOW_HEART_RATE: 2 } as const
const ECG = 'electrocardiogram'
const RHYTHM_OF = table('electrocardiogram.resultClassification', RHYTHM)
const ECG_AT = edge(`${ECG}.interval.`)
// biome-ignore format: a table reads better in rows.
/** Millivolts are the sample divided by a factor that is told beside. */
const waveform = odd([`${ECG}.waveformSamples`, `${ECG}.samplingFrequencyHertz`, `${ECG}.millivoltsScalingFactor`], (item: Item, context: Context) => {
  const { samplingFrequencyHertz: hertz, millivoltsScalingFactor: factor } = item[ECG]
  if (!(hertz > 0 && factor > 0)) return undefined
  return evenly(`${ECG}.waveformSamples`, 'potential_uV', { every: 1 / hertz, times: 1_000 / factor, start: ECG_AT }).read(item, context)
})
// biome-ignore format: a table reads better in rows.
/** What the service counted of a civil day. Each type of sum is asked for alone, and is a part of its own. */
export const DAY_SUMS = resource('rollupDataPoints', [
  into('daily', day({ date: 'civilStartTime.date', style: 'civil' }), {
    metadata: AUTOMATIC,
    active_durations_data: {
      inactivity_seconds: duration('sedentaryPeriod.durationSum', 's-text'), low_intensity_seconds: active('LIGHT'),
      moderate_intensity_seconds: active('MODERATE'), vigorous_intensity_seconds: active('VIGOROUS'),
    },
    calories_data: { net_activity_calories: number('activeEnergyBurned.kcalSum'), total_burned_calories: number('totalCalories.kcalSum') },
    distance_data: {
      distance_meters: n('distance.millimetersSum', 0.001), steps: n('steps.countSum'), floors_climbed: n('floors.countSum'),
      elevation: { gain_actual_meters: n('altitude.gainMillimetersSum', 0.001) },
    },
    heart_rate_data: {
      summary: {
        avg_hr_bpm: n('heartRate.beatsPerMinuteAvg'), max_hr_bpm: n('heartRate.beatsPerMinuteMax'), min_hr_bpm: n('heartRate.beatsPerMinuteMin'),
        hr_zone_data: list('timeInHeartRateZone.timeInHeartRateZones', {
          zone: table('heartRateZone', ZONES), name: text('heartRateZone'), duration_seconds: duration('duration', 's-text'),
        }),
      },
    },
  }),
  into('nutrition', day({ date: 'civilStartTime.date', style: 'civil' }), {
    summary: { macros: MACROS, micros: MICROS, water_ml: number('hydrationLog.amountConsumed.millilitersSum') },
  }),
  into('body', day({ date: 'civilStartTime.date', style: 'civil' }), {
    hydration_data: { day_total_water_consumption_ml: number('hydrationLog.amountConsumed.millilitersSum') },
  }),
])
// biome-ignore format: a table reads better in rows.
const lap = (at: string) => list(at, {
  start_time: told(edge('')), end_time: told(edge('', 'end')), distance_meters: number('metricsSummary.distanceMillimeters', { times: 0.001 }),
  calories: number('metricsSummary.caloriesKcal'), avg_hr_bpm: n('metricsSummary.averageHeartRateBeatsPerMinute'),
  avg_speed_meters_per_second: number('metricsSummary.averageSpeedMillimetersPerSecond', { times: 0.001 }),
  active_duration_seconds: rounded(duration('activeDuration', 's-text')), trigger_method: text('splitType'),
})
const m = (name: string) => `exercise.metricsSummary.${name}`

// biome-ignore format: a table reads better in rows.
/** How its types are read. */
export const MAPS: Record<string, RecordMap | ResourceMap> = {
  exercise: into('activity', session({ id: ['dataPointName', 'name'], start: edge('exercise.interval.'), end: edge('exercise.interval.', 'end') }), {
    metadata: { name: text('exercise.displayName'), type: activityType('exercise.exerciseType', ACTIVITIES), upload_type: UPLOAD },
    active_durations_data: { activity_seconds: duration('exercise.activeDuration', 's-text') }, device_data: DEVICE,
    calories_data: { total_burned_calories: number(m('caloriesKcal')) },
    distance_data: {
      summary: {
        distance_meters: number(m('distanceMillimeters'), { times: 0.001 }), steps: n(m('steps')),
        elevation: { gain_actual_meters: number(m('elevationGainMillimeters'), { times: 0.001 }) },
        swimming: { num_laps: rounded(number(m('totalSwimLengths'))), pool_length_meters: rounded(n('exercise.exerciseMetadata.poolLengthMillimeters', 0.001)) },
      },
    },
    heart_rate_data: {
      summary: {
        avg_hr_bpm: n(m('averageHeartRateBeatsPerMinute')),
        hr_zone_data: zoneDurations(Object.fromEntries(Object.keys(ZONES).map((name) => [name, duration(m(`heartRateZoneDurations.${name.toLowerCase()}Time`), 's-text')]))),
      },
    },
    lap_data: { laps: first(lap('exercise.splitSummaries'), lap('exercise.splits')) },
    movement_data: {
      avg_pace_minutes_per_kilometer: quantity(m('averagePaceSecondsPerMeter'), 's/m', 'min/km'), avg_cadence_rpm: number(m('mobilityMetrics.avgCadenceStepsPerMinute')),
      avg_speed_meters_per_second: number(m('averageSpeedMillimetersPerSecond'), { times: 0.001 }),
    },
    oxygen_data: { vo2max_ml_per_min_per_kg: number(m('runVo2Max')) },
  }),
  sleep: into('sleep', session({ id: ['dataPointName', 'name'], start: edge('sleep.interval.'), end: edge('sleep.interval.', 'end') }), {
    metadata: {
      is_nap: flag('sleep.metadata.nap'), upload_type: first<SleepUploadType>(when(reading(['sleep.metadata.processed'], (item) => item.sleep?.metadata?.processed === false), constant(3)), sleepUploadType('dataSource.recordingMethod')),
    },
    device_data: DEVICE,
    sleep_durations_data: {
      asleep: {
        duration_asleep_state_seconds: n('sleep.summary.minutesAsleep', 60), duration_deep_sleep_state_seconds: stage('DEEP', STAGES.deep),
        duration_light_sleep_state_seconds: stage('LIGHT', STAGES.light), duration_REM_sleep_state_seconds: stage('REM', STAGES.rem),
        num_REM_events: n('sleep.summary.stagesSummary[type=REM].count'),
      },
      awake: {
        duration_awake_state_seconds: n('sleep.summary.minutesAwake', 60), num_wakeup_events: n('sleep.summary.stagesSummary[type=AWAKE].count'),
        sleep_latency_seconds: n('sleep.summary.minutesToFallAsleep', 60), wake_up_latency_seconds: n('sleep.summary.minutesAfterWakeUp', 60),
      },
      hypnogram_samples: STAGES.samples, other: { duration_in_bed_seconds: n('sleep.summary.minutesInSleepPeriod', 60) },
    },
  }),
  steps: counted('steps', (timestamp) => ({ step_samples: list('slices', { timestamp, steps: n('steps.count') }, { running: 'steps' }) })),
  distance: counted('distance', (timestamp) => ({ distance_samples: list('slices', { timestamp, distance_meters: n('distance.millimeters', 0.001) }, { running: 'distance_meters' }) })),
  floors: counted('floors', (timestamp) => ({ floors_climbed_samples: list('slices', { timestamp, floors_climbed: n('floors.count') }, { running: 'floors_climbed' }) })),
  'heart-rate': readings('heartRate', {
    heart_rate_data: {
      detailed: {
        hr_samples: list('slices', { timestamp: at('heartRate'), bpm: n('heartRate.beatsPerMinute'), context: table('heartRate.metadata.motionContext', { ACTIVE: 1, SEDENTARY: 2 }) }),
      },
    },
  }),
  'heart-rate-variability': readings('heartRateVariability', {
    heart_rate_data: {
      detailed: {
        hrv_samples_rmssd: list('slices', { timestamp: at('heartRateVariability'), hrv_rmssd: number('heartRateVariability.rootMeanSquareOfSuccessiveDifferencesMilliseconds') }),
        hrv_samples_sdnn: list('slices', { timestamp: at('heartRateVariability'), hrv_sdnn: number('heartRateVariability.standardDeviationMilliseconds') }),
      },
    },
  }),
  'oxygen-saturation': readings('oxygenSaturation', {
    oxygen_data: { saturation_samples: list('slices', { timestamp: at('oxygenSaturation'), percentage: number('oxygenSaturation.percentage'), type: constant(0) }) },
  }),
  'activity-level': readings('activityLevel', {
    active_durations_data: {
      activity_levels_samples: list('slices', { timestamp: told(edge('activityLevel.interval.')), activity_level: table('activityLevel.activityLevelType', LEVELS, 0) }),
    },
  }, (path) => edge(`${path}activityLevel.interval.`)),
  weight: measured('weight', { weight_kg: number('weight.weightGrams', { times: 0.001 }), user_notes: text('weight.notes') }),
  'body-fat': measured('bodyFat', { bodyfat_percentage: number('bodyFat.percentage') }), height: measured('height', { height_cm: n('height.heightMillimeters', 0.1) }),
  'blood-glucose': into('body', once('bloodGlucose'), {
    glucose_data: { blood_glucose_samples: one({ timestamp: at('bloodGlucose'), blood_glucose_mg_per_dL: number('bloodGlucose.bloodGlucoseMilligramsPerDeciliter') }) }, device_data: DEVICE,
  }),
  'core-body-temperature': into('body', once('coreBodyTemperature'), {
    temperature_data: { body_temperature_samples: one({ timestamp: at('coreBodyTemperature'), temperature_celsius: number('coreBodyTemperature.temperatureCelsius') }) }, device_data: DEVICE,
  }),
  'daily-resting-heart-rate': perDay('dailyRestingHeartRate', (path) => ({ heart_rate_data: { summary: { resting_hr_bpm: n(`${path}beatsPerMinute`) } } })),
  'daily-heart-rate-variability': perDay('dailyHeartRateVariability', (path) => ({ heart_rate_data: { summary: { avg_hrv_rmssd: number(`${path}averageHeartRateVariabilityMilliseconds`) } } })),
  'daily-oxygen-saturation': perDay('dailyOxygenSaturation', (path) => ({ oxygen_data: { avg_saturation_percentage: number(`${path}averagePercentage`) } })),
  'daily-vo2-max': into('body', dated('dailyVo2Max'), { oxygen_data: { vo2max_ml_per_min_per_kg: number('dailyVo2Max.vo2Max') } }),
  'daily-sleep-temperature-derivations': into('body', dated('dailySleepTemperatureDerivations'), {
    temperature_data: { day_avg_skin_temperature_celsius: number('dailySleepTemperatureDerivations.nightlyTemperatureCelsius') },
  }),
  'nutrition-log': into('nutrition', day({ moment: ATE, slice: ID }), {
    meals: one({
      id: orElse(text(ID), ''), name: orElse(text('nutritionLog.foodDisplayName'), ''), timestamp: orElse(told(ATE), ''), type: orElse(table('nutritionLog.mealType', MEALS, 0), 0),
      // Without a serving it is one of what was logged.
      quantity: orElse(PORTION, { amount: 1, unit: 0 }), macros: orElse(MACROS, {}), micros: orElse(MICROS, {}),
    }),
  }),
  'hydration-log': into('nutrition', day({ moment: DRANK, slice: ID }), {
    drink_samples: one({ timestamp: told(DRANK), drink_volume: number('hydrationLog.amountConsumed.milliliters'), drink_unit: constant(8) }),
  }),
  'menstrual-period': into('menstruation', day({ moment: edge('menstrualPeriod.interval.') }), {
    menstruation_data: { period_start_date: dateAs('menstrualPeriod.interval.civilStartTime.date', 'civil') },
  }),
  electrocardiogram: into('body', day({ moment: ECG_AT, slices: true }), {
    heart_data: {
      ecg_signal: one({ start_timestamp: told(ECG_AT), avg_hr_bpm: n(`${ECG}.beatsPerMinuteAvg`), afib_classification: RHYTHM_OF, raw_signal: waveform }, []),
      afib_classification_samples: one({ timestamp: told(ECG_AT), afib_classification: RHYTHM_OF }),
    },
    device_data: { name: text(`${ECG}.medicalDeviceInfo.deviceModel`), software_version: text(`${ECG}.medicalDeviceInfo.firmwareVersion`) },
  }),
  profile: resource('', [into('athlete', profile, { age: number('age'), account_creation_date: dateAs('membershipStartDate', 'civil'), joined_provider: dateAs('membershipStartDate', 'civil') })]),
  devices: resource('pairedDevices', [
    into('daily', day({ moment: clock('lastSyncTime'), slice: 'name' }), { metadata: AUTOMATIC, device_data: { name: text('deviceVersion'), last_upload_date: told(clock('lastSyncTime')) } }),
  ]),
}
// biome-ignore format: a table reads better in rows.
export const OMITS: Omits = {
  '*': {
    'dataSource.**': 'whose stream it is: the service has settled that', '**.createTime': 'when the service made it', '**.updateTime': 'when the service changed it',
    'civil*Time.**': 'follows from the day', '*.interval.civil*Time.**': 'follows from the time and its offset', '*.sampleTime.civilTime.**': 'follows from the time and its offset',
    'data.version': 'of the notification', 'data.clientProvidedSubscriptionName': 'one for each user', 'data.operation': 'all of the interval is asked anew',  nextPageToken: 'how the list goes on', '/nextPageToken': 'how the list goes on', name: 'a key of the list', dataPointName: 'a key of the list',
  },
  sleep: { 'sleep.*.*.createTime': 'when the service made it', 'sleep.*.*.updateTime': 'when the service changed it', 'sleep.type': 'the stages tell it', 'sleep.metadata.*': 'how the stages were made' },
  exercise: { [m('activeZoneMinutes')]: 'points, not a time', 'exercise.exerciseMetadata.**': 'whether another is there', 'exercise.exerciseEvents.**': 'the pauses are taken out of the active time' },
  'daily-sleep-temperature-derivations': { '*.*': 'what the night is compared with' }, devices: { '**': 'of the device as it is now' },
  profile: { '*': 'settings' },
}
