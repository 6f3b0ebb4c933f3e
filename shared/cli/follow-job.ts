import type { Begun, ReplayJob } from '../sdk/wire.ts'
import type { Flag, Input, Result } from './command.ts'
import { table } from './table.ts'

/** Of commands that begin to send again. */
export const SENDING_FLAGS: Record<string, Flag> = {
  rate: { value: 'N', help: 'events a second; default 100' },
  'dry-run': { help: 'only count' },
  'no-wait': { help: 'begin, and do not wait for the end' },
}
const LOOK_EVERY_MS = 500

/** Shows how far it is until it is over. */
export async function followJob({ on, client, say }: Input, destination: string, begun: Begun): Promise<Result> {
  const many = `${begun.matched}${begun.counted ? '' : ' or more'} events`
  const id = begun.replay_id
  if (id === undefined) return { json: begun, text: `${many} would be sent` }
  if (on('no-wait')) return { json: begun, text: `${id}  ${many}` }
  say(`${id}  ${many}`)
  let shown = ''
  for (;;) {
    const job = await client.destinations.replayOf(destination, id)
    const line = `${job.replayed} of ${job.matched} arrived, ${job.sending} on their way, ${job.waiting} waiting`
    if (line !== shown && job.state === 'running') say(line)
    shown = line
    if (job.state !== 'running') return { json: job, text: summary(job) }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

const summary = (job: ReplayJob): string =>
  table(
    ['job', 'state', 'matched', 'arrived', 'superseded', 'refused', 'cancelled'],
    [
      [
        job.replay_id,
        job.state,
        ...[job.matched, job.replayed, job.superseded, job.failed, job.cancelled].map((n) => String(n)),
      ],
    ],
  )
