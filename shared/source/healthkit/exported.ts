import { kindsResource } from '../kinds.ts'
import { into, resource } from '../map.ts'
import { numeric } from '../numbers.ts'
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
