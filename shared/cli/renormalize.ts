import type { Command } from './command.ts'
import { followRerun } from './follow-rerun.ts'

export const renormalize: Command = {
  name: 'renormalize',
  summary: 'Reads kept payloads again by the maps of now, and shows what would change; --apply changes it.',
  takes: [
    { name: 'PROVIDER', help: 'payloads of this provider' },
    { name: 'FROM', help: 'a date, as 2026-06-01, or a time with its offset: what came in from here' },
  ],
  flags: {
    to: { value: 'DATE', help: 'to the end of this date, or before this time' },
    user: { value: 'ID', help: 'of this user only' },
    apply: { help: 'change it: records whose content differs are sent as corrections' },
    'no-wait': { help: 'begin, and do not wait for the end' },
  },
  async run(input) {
    const { args, flag, on, client } = input
    const [provider, from] = args as [string, string]
    const range = { provider, from, to: flag('to'), user_id: flag('user'), dry_run: !on('apply') }
    return followRerun(input, await client.renormalizations.begin(range))
  },
}
