// @ts-expect-error: a file of the package without types.
import requestQueue from 'kafkajs/src/network/requestQueue/index.js'

interface RequestQueue {
  pending: unknown[]
  scheduleCheckPendingRequests: () => void
}
const queue = (requestQueue as { prototype: RequestQueue }).prototype
const schedule = queue.scheduleCheckPendingRequests

/**
 * kafkajs 2.2.4 looks after waiting requests by a timer that sets itself again at once, also where nothing waits: a thousand
 * times a second for as long as a connection is open. Here it is set where something waits.
 */
queue.scheduleCheckPendingRequests = function (this: RequestQueue) {
  if (this.pending.length > 0) schedule.call(this)
}
