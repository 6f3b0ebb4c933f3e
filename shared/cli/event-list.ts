import { type Command, UsageError } from './command.ts'
import { table } from './table.ts'

export const eventList: Command = {
  name: 'event list',
  summary: 'Lists events of the log, without their content.',
  flags: {
    after: { value: 'CURSOR', help: 'go on after this' },
    limit: { value: 'N', help: 'how many; default 100' },
    user: { value: 'ID', help: 'of this user only' },
  },
  async run({ flag, client }) {
    const limit = Number(flag('limit') ?? 100)
    if (!Number.isInteger(limit) || limit < 1) throw new UsageError('--limit needs a whole number above 0')
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
