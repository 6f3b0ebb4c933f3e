import { onDevice } from '../source/define.ts'

/** People of whom only a stream comes: a phone, or a strap through an app. Their connection opens when the app registers. */
export default onDevice({
  slug: 'live-stream',
  resource: 'LIVE',
  name: 'Live stream',
  streams: true,
})
