import type { Command } from './command.ts'
import { count } from './flags.ts'
import { FILTER_FLAGS, filterOf } from './parked-filter.ts'
import { pageTable } from './table.ts'

export const parkedList: Command = {
  name: 'parked list',
  summary: 'Lists events that a destination refused until their attempts were used up.',
  takes: [{ name: 'DESTINATION', help: 'the destination' }],
  flags: {
    ...FILTER_FLAGS,
    state: { value: 'STATE', help: 'parked, replaying, replayed, superseded or expired' },
    cursor: { value: 'CURSOR', help: 'go on after this page' },
    limit: { value: 'N', help: 'how many; default 100' },
  },
  async run(input) {
    const { args, flag, client } = input
    const page = await client.destinations.parked(args[0]!, {
      ...filterOf(input),
      state: flag('state'),
      cursor: flag('cursor'),
      limit: count(input, 'limit'),
    })
    const rows = page.parked.map((event) => [
      event.parked_id,
      event.parked_at,
      event.state,
      event.type,
      event.user_id,
      String(event.status ?? ''),
      event.reason,
    ])
    const head = ['event', 'parked at', 'state', 'type', 'user', 'status', 'reason']
    return { json: page, text: pageTable(head, rows, page.next_cursor) }
  },
}
