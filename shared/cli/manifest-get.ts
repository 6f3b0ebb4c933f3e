import type { SignedManifest } from '../sdk/wire.ts'
import type { Command } from './command.ts'
import { table } from './table.ts'

export const manifestGet: Command = {
  name: 'manifest get',
  summary: 'Fetches the signed manifest of a day: what a destination got, by user.',
  takes: [
    { name: 'DESTINATION', help: 'its id' },
    { name: 'DATE', help: 'a day of UTC, such as 2026-07-01' },
  ],
  async run({ args, client }) {
    const [id, date] = args as [string, string]
    const pages: SignedManifest[] = []
    for (let after: string | undefined; ; ) {
      const page = await client.destinations.manifest(id, date, { after, limit: 5_000 })
      pages.push(page)
      if (page.manifest.next === null) break
      after = page.manifest.next
    }
    const users = pages.flatMap(({ manifest }) => manifest.users)
    const rows = users.map((user) => [
      user.user_id,
      String(user.events),
      String(user.first_seq),
      String(user.last_seq),
      user.hash,
    ])
    const complete = pages.every(({ manifest }) => manifest.complete)
    const text = `${table(['user', 'events', 'first', 'last', 'hash'], rows)}\n${date} is ${complete ? '' : 'not '}complete`
    return { json: { pages }, text }
  },
}
