import type { Command } from './command.ts'
import { count, listed } from './flags.ts'
import { followJob, SENDING_FLAGS } from './follow-job.ts'

export const backfill: Command = {
  name: 'backfill',
  summary: 'Sends a destination the records that were there before it.',
  takes: [
    { name: 'DESTINATION', help: 'the destination' },
    { name: 'FROM', help: 'a date, as 2026-01-01, or a time with its offset: what is of a time from here' },
  ],
  flags: {
    to: { value: 'DATE', help: 'to the end of this date, or before this time' },
    types: { value: 'LIST', help: 'only these types, with commas; auth: that a user is connected' },
    user: { value: 'ID', help: 'of this user only' },
    ...SENDING_FLAGS,
  },
  async run(input) {
    const { args, flag, on, client } = input
    const [destination, from] = args as [string, string]
    const begun = await client.destinations.backfill(destination, {
      from,
      to: flag('to'),
      types: listed(input, 'types'),
      user_id: flag('user'),
      rate_per_second: count(input, 'rate'),
      dry_run: on('dry-run') ? true : undefined,
    })
    return followJob(input, destination, begun)
  },
}
