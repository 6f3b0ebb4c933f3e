import { onDevice } from '../source/define.ts'

/** Read on the phone through HealthKit; connected by the app. */
export default onDevice({ slug: 'apple-health', resource: 'APPLE', name: 'Apple Health' })
