import type { Person } from './stream-producers.ts'
import type { World } from './world.ts'

export interface StreamDeveloper {
  headers: Record<string, string>
  people: Person[]
}

/** Developers with people who are connected. */
export async function developersWith(
  world: World,
  { developers, people }: { developers: number; people: number },
): Promise<StreamDeveloper[]> {
  const made: StreamDeveloper[] = []
  for (let i = 0; i < developers; i++) {
    const { client } = await world.developer({ connections: people })
    const headers = { 'dev-id': client.options.devId!, 'x-api-key': client.options.apiKey! }
    const users = await client.users()
    if (users.length < people) throw new Error(`${people} people connected and ${users.length} of them are there`)
    made.push({ headers, people: users.map(({ user_id }) => ({ id: user_id, headers })) })
  }
  return made
}
