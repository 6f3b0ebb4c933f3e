import type { Command, Flag, Input } from './command.ts'
import { count } from './flags.ts'
import { followRerun } from './follow-rerun.ts'
import { pageTable } from './table.ts'

const FILTER_FLAGS: Record<string, Flag> = {
  payload: { value: 'ID', help: 'of this payload' },
  user: { value: 'ID', help: 'of this user' },
  provider: { value: 'NAME', help: 'of this provider' },
  resource: { value: 'NAME', help: 'of what the provider calls so' },
  since: { value: 'TIME', help: 'put there since, as 2026-07-01T00:00:00Z' },
  before: { value: 'TIME', help: 'put there before' },
}
const filterOf = ({ flag }: Input) => ({
  payload_id: flag('payload'),
  user_id: flag('user'),
  provider: flag('provider'),
  resource: flag('resource'),
  from: flag('since'),
  to: flag('before'),
})

export const quarantineList: Command = {
  name: 'quarantine list',
  summary: 'Lists what of payloads could not be read, with the reason.',
  flags: {
    ...FILTER_FLAGS,
    cursor: { value: 'CURSOR', help: 'go on after this page' },
    limit: { value: 'N', help: 'how many; default 100' },
  },
  async run(input) {
    const { flag, client } = input
    const asked = { ...filterOf(input), cursor: flag('cursor'), limit: count(input, 'limit') }
    const page = await client.quarantine.list(asked)
    const rows = page.items.map((item) => [
      item.payload_id ?? '',
      item.quarantined_at,
      item.provider,
      item.resource,
      item.user_id,
      item.path,
      item.reason,
    ])
    const head = ['payload', 'since', 'provider', 'resource', 'user', 'path', 'reason']
    return { json: page, text: pageTable(head, rows, page.next_cursor) }
  },
}
export const quarantineRedrive: Command = {
  name: 'quarantine redrive',
  summary: 'Reads payloads in quarantine again by the maps of now; what can be read leaves it.',
  flags: { ...FILTER_FLAGS, 'no-wait': { help: 'begin, and do not wait for the end' } },
  run: async (input) => followRerun(input, await input.client.quarantine.redrive(filterOf(input))),
}
