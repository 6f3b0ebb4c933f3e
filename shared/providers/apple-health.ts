import { onDevice } from '../source/define.ts'
import { readingsOf } from '../source/healthkit/auto-export.ts'
import { EXPORTED, OMITS } from '../source/healthkit/exported.ts'
import { KINDS, READINGS } from '../source/healthkit/readings.ts'
import { DELETED, WORKOUT } from '../source/healthkit/workouts.ts'
import { kindsResource } from '../source/kinds.ts'

/** Read on the phone through HealthKit and sent by the app, exported as a file, or sent by the app Health Auto Export. */
export default onDevice({
  slug: 'apple-health',
  resource: 'APPLE',
  name: 'Apple Health',
  maps: {
    ...EXPORTED,
    metrics: kindsResource('data.metrics', READINGS, { ...KINDS, unfold: readingsOf }),
    workout: WORKOUT,
    deleted: DELETED,
  },
  omits: OMITS,
})
