import type { Command } from './command.ts'
import { count } from './flags.ts'
import { table } from './table.ts'

export const eventList: Command = {
  name: 'event list',
  summary: 'Lists events of the log, without their content.',
  flags: {
    after: { value: 'CURSOR', help: 'go on after this' },
    limit: { value: 'N', help: 'how many; default 100' },
    user: { value: 'ID', help: 'of this user only' },
  },
  async run(input) {
    const { flag, client } = input
    const limit = count(input, 'limit') ?? 100
    const page = await client.events({ after: flag('after'), limit, user_id: flag('user') })
    const rows = page.events.map((event) => [
      String(event.seq),
      event.type,
      event.user_id,
      event.summary_id,
      event.origin,
      String(event.revision),
    ])
    return { json: page, text: table(['seq', 'type', 'user', 'record', 'origin', 'revision'], rows) }
  },
}
