import { onDevice } from '../source/define.ts'

/** Read on the phone through Health Connect; connected by the app. */
export default onDevice({ slug: 'health-connect', resource: 'HEALTH_CONNECT', name: 'Health Connect' })
