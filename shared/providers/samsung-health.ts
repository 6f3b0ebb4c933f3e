import { onDevice } from '../source/define.ts'

/** Read on the phone through the Samsung Health data store; connected by the app. */
export default onDevice({ slug: 'samsung-health', resource: 'SAMSUNG', name: 'Samsung Health' })
