import type { Begun, ReplayJob } from '../sdk/wire.ts'
import type { Flag, Input, Result } from './command.ts'
import { follow } from './follow.ts'
import { table } from './table.ts'

/** Of commands that begin to send again. */
export const SENDING_FLAGS: Record<string, Flag> = {
  rate: { value: 'N', help: 'events a second; default 100' },
  'dry-run': { help: 'only count' },
  'no-wait': { help: 'begin, and do not wait for the end' },
}

/** Shows how far it is until it is over. */
export async function followJob(input: Input, destination: string, begun: Begun): Promise<Result> {
  const { on, client, say } = input
  const many = `${begun.matched}${begun.counted ? '' : ' or more'} events`
  const id = begun.replay_id
  if (id === undefined) return { json: begun, text: `${many} would be sent` }
  if (on('no-wait')) return { json: begun, text: `${id}  ${many}` }
  say(`${id}  ${many}`)
  const job = await follow(input, { look: () => client.destinations.replayOf(destination, id), line: progress })
  return { json: job, text: summary(job) }
}

const progress = ({ state, matched, replayed, sending, waiting }: ReplayJob): string | undefined =>
  state === 'running' ? `${replayed} of ${matched} arrived, ${sending} on their way, ${waiting} waiting` : undefined

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
