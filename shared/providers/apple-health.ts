import { onDevice } from '../source/define.ts'
import { kindsResource } from '../source/kinds.ts'
import { into, resource } from '../source/map.ts'
import { numeric } from '../source/numbers.ts'
import { day, profile } from '../source/places.ts'
import { constant, date, table } from '../source/readers.ts'
import { quantity, unitAt } from '../source/units.ts'
import { readingsOf } from './apple-health/auto-export.ts'
import { ECG } from './apple-health/ecg.ts'
import { KINDS, READINGS } from './apple-health/readings.ts'
import { SLEEP } from './apple-health/sleep.ts'
import { DELETED, ROUTES, WORKOUT, WORKOUTS } from './apple-health/workouts.ts'

/** A day's rings, as the store itself has counted them over all sources. */
// biome-ignore format: a table reads better in rows.
const SUMMARIES = resource('data.activitySummaries', [
  into('daily', day({ date: 'dateComponents' }), {
    metadata: { upload_type: constant(1) },
    active_durations_data: {
      activity_seconds: quantity('appleExerciseTime', 'min', 's'), standing_hours_count: numeric('appleStandHours'),
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

/** Read on the phone through HealthKit and sent by the app, exported as a file, or sent by the app Health Auto Export. */
export default onDevice({
  slug: 'apple-health',
  resource: 'APPLE',
  name: 'Apple Health',
  maps: {
    records: kindsResource('data.records', READINGS, KINDS),
    metrics: kindsResource('data.metrics', READINGS, { ...KINDS, unfold: readingsOf }),
    sleep: SLEEP,
    workouts: WORKOUTS,
    workout: WORKOUT,
    routes: ROUTES,
    electrocardiograms: ECG,
    activitySummaries: SUMMARIES,
    person: PERSON,
    deleted: DELETED,
  },
})
