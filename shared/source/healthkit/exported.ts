import { kindsResource } from '../kinds.ts'
import { into, resource } from '../map.ts'
import { numeric } from '../numbers.ts'
import type { Omits } from '../omits.ts'
import { day, profile } from '../places.ts'
import { constant, date, table } from '../readers.ts'
import { quantity, unitAt } from '../units.ts'
import { ECG } from './ecg.ts'
import { KINDS, READINGS } from './readings.ts'
import { SLEEP } from './sleep.ts'
import { ROUTES, WORKOUTS } from './workouts.ts'

/** A day's rings, as the store itself has counted them over all sources. */
const SUMMARIES = resource('data.activitySummaries', [
  into('daily', day({ date: 'dateComponents' }), {
    metadata: { upload_type: constant(1) },
    active_durations_data: {
      activity_seconds: quantity('appleExerciseTime', 'min', 's'),
      standing_hours_count: numeric('appleStandHours'),
    },
    calories_data: { net_activity_calories: quantity('activeEnergyBurned', unitAt('activeEnergyBurnedUnit'), 'kcal') },
  }),
])
const PERSON = resource('data.person', [
  into('athlete', profile, {
    date_of_birth: date('HKCharacteristicTypeIdentifierDateOfBirth'),
    sex: table('HKCharacteristicTypeIdentifierBiologicalSex', {
      HKBiologicalSexFemale: 'female',
      HKBiologicalSexMale: 'male',
      HKBiologicalSexOther: 'other',
    }),
  }),
])

/** What both the phone and the export give. */
export const EXPORTED = {
  records: kindsResource('data.records', READINGS, KINDS),
  sleep: SLEEP,
  workouts: WORKOUTS,
  routes: ROUTES,
  electrocardiograms: ECG,
  activitySummaries: SUMMARIES,
  person: PERSON,
}

const APP = 'of the app and the phone that sent it'
const SOURCE = {
  'source.operatingSystemVersion.**': APP,
  'source.appVersion source.bundleIdentifier source.version': APP,
}
const SURROUNDINGS = 'the schema has no weather'
/** Of batches of the phone's and of the export's pages. */
export const OMITS: Omits = {
  '*': { '/provider /sdkVersion /syncTimestamp': 'of the envelope' },
  records: {
    ...SOURCE,
    'metadata.*':
      'metadata of the app that wrote it, but for those that say where, how and in what context it was measured',
    'source.deviceHardwareVersion': 'the product type says the same',
  },
  sleep: {
    ...SOURCE,
    'id metadata.*': 'a sleep is made of many samples',
    'source.deviceModel source.productType': APP,
  },
  workouts: {
    ...SOURCE,
    'metadata.*': 'metadata of the app that wrote it, but for those that have a place',
    'statistics.*.startDate statistics.*.endDate': 'those of the workout',
    'statistics.*.**': 'statistics that have no place in the schema',
    'events.*.**': 'pauses are in the duration already, segments have no place',
    'route.*.horizontalAccuracy route.*.verticalAccuracy route.*.course': 'how exact a point is, and where to',
    'values[type=averageMETs].unit': 'kcal by kilogram and hour, which are METs',
    'values[type=indoorWorkout].** values[type=swimmingLocationType].**':
      'the schema does not tell indoors from outdoors',
    'values[type=weatherTemperature].** values[type=weatherHumidity].**': SURROUNDINGS,
    'stepCount.units': 'steps are counted in steps',
    'heartRateData.*.units': 'a heart beats by the minute',
    'heartRateRecovery heartRateRecovery.**': 'the schema has no recovery after a workout',
  },
  routes: { 'source.**': 'told with the workout', 'metadata.*': 'told with the workout' },
  activitySummaries: {
    '*Goal *GoalUnit': 'what the person wants to reach, not what was',
    appleMoveTime: 'of children, instead of energy',
  },
  person: {
    'HKCharacteristicTypeIdentifierBloodType HKCharacteristicTypeIdentifierFitzpatrickSkinType HKCharacteristicTypeIdentifierCardioFitnessMedicationsUse':
      'the schema has no place for it',
  },
}
