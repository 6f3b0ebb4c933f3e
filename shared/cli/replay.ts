import type { Command } from './command.ts'
import { count } from './flags.ts'
import { followJob, SENDING_FLAGS } from './follow-job.ts'
import { FILTER_FLAGS, filterOf } from './parked-filter.ts'

export const replay: Command = {
  name: 'replay',
  summary: 'Sends parked events again, as their records are now: one, or those that a filter finds.',
  takes: [{ name: 'DESTINATION', help: 'the destination' }],
  flags: { parked: { value: 'ID', help: 'this parked event only' }, ...FILTER_FLAGS, ...SENDING_FLAGS },
  async run(input) {
    const { args, flag, on, client } = input
    const begun = await client.destinations.replay(args[0]!, {
      ...filterOf(input),
      parked_id: flag('parked'),
      rate_per_second: count(input, 'rate'),
      dry_run: on('dry-run') ? true : undefined,
    })
    return followJob(input, args[0]!, begun)
  },
}
