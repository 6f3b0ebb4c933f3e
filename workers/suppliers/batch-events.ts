import type { BatchView as DeskBatch } from '../../durable-objects/supplier-desk-api.ts'
import { utf8 } from '../../shared/base/bytes.ts'
import { MINUTE_MS, SECOND_MS } from '../../shared/base/time.ts'
import { isEnded } from '../../shared/supply/batch-state.ts'
import { batchView, EXAMPLE_BATCH } from './batch-views.ts'

/** The desk is asked this often for one who watches. */
const LOOK_MS = 500
/** A line that says nothing keeps the connection from being taken for dead. */
const QUIET_MS = 15 * SECOND_MS
const LONGEST_MS = 10 * MINUTE_MS

const event = (name: 'progress' | 'end', data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
const eventOf = (batch: DeskBatch): string => event(isEnded(batch.state) ? 'end' : 'progress', batchView(batch))

export const EXAMPLE_EVENTS = event('end', EXAMPLE_BATCH)

/** What a batch comes to, told as it changes; the next look is taken when the last was read. */
export function batchEvents(
  first: DeskBatch,
  look: () => Promise<DeskBatch | undefined>,
  wait: (ms: number) => Promise<void> = (ms) => scheduler.wait(ms),
): ReadableStream<Uint8Array> {
  const events = eventsOf(first, look, wait)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await events.next()
        if (done) controller.close()
        else controller.enqueue(utf8(value))
      },
      async cancel() {
        await events.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

async function* eventsOf(
  first: DeskBatch,
  look: () => Promise<DeskBatch | undefined>,
  wait: (ms: number) => Promise<void>,
): AsyncGenerator<string> {
  let told = ''
  let quietMs = 0
  let batch: DeskBatch | undefined = first
  for (let passedMs = 0; batch && passedMs < LONGEST_MS; passedMs += LOOK_MS) {
    const now = eventOf(batch)
    if (now !== told) yield now
    else if (quietMs >= QUIET_MS) yield ': still there\n\n'
    quietMs = now !== told || quietMs >= QUIET_MS ? 0 : quietMs + LOOK_MS
    told = now
    if (isEnded(batch.state)) return
    await wait(LOOK_MS)
    batch = await look()
  }
}
