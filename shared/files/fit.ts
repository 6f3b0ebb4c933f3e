import { defineFile } from '../source/file.ts'
import { activity } from './fit/activity.ts'
import { bloodPressure, intervals, monitoring, weight } from './fit/daily.ts'
import { OMITS } from './fit/left-out.ts'
import { isFit } from './fit/messages.ts'
import { pagesOf } from './fit/pages.ts'

/**
 * Garmin's binary format, written by most sports watches, bicycle computers, scales and cuffs. The decoder is ours: files
 * that break off, files one after another, and values packed in bits are common, and each must give what it holds.
 */
export default defineFile({
  slug: 'fit',
  name: 'FIT',
  extensions: ['fit'],
  mediaTypes: ['application/vnd.ant.fit', 'application/fit', 'application/x-fit'],
  sniff: (head) => isFit(head),
  decode: pagesOf,
  maps: { activity: [activity, intervals], monitoring, body: [weight, bloodPressure] },
  omits: OMITS,
})
