import { createClient } from '../sdk/client.ts'
import { connectUser } from '../sdk/connect.ts'
import { type SandboxItem, sendDays } from '../sdk/sandbox.ts'
import { type Command, type Input, UsageError } from './command.ts'
import { readPrivate, writePrivate } from './home.ts'
import { whenReadable } from './seed-readable.ts'

const FROM = '2026-07-01'
const TO = '2026-07-08'
const DEVELOPERS = 2
const PROVIDERS = ['GARMIN', 'OURA', 'WITHINGS']

interface Seeded {
  base_url: string
  developers: SeededDeveloper[]
}
interface SeededDeveloper {
  dev_id: string
  api_key: string
  users: SeededUser[]
}
interface SeededUser {
  user_id: string
  reference_id: string
  provider: string
}

export const seed: Command = {
  name: 'seed',
  summary: `Makes two developers, each with connected sandbox users and data on every day of ${FROM}..${TO}.`,
  async run(input) {
    const { base_url, sandbox_url } = input.local
    if (!base_url || !sandbox_url)
      throw new UsageError('seed needs a local server; start one with: npm start -- --serve')
    // A second run finds what the first one made, and answers the same.
    const before = readPrivate<Seeded>('seed.json')
    const kept = before.base_url === base_url ? (before.developers ?? []) : []
    const developers: SeededDeveloper[] = []
    for (let i = 0; i < DEVELOPERS; i++) {
      const there = kept[i] && (await isThere(kept[i]!, base_url)) ? kept[i]! : undefined
      developers.push(there ?? (await makeDeveloper(input, i + 1)))
      writePrivate('seed.json', { base_url, developers: [...developers, ...kept.slice(i + 1)] })
    }
    const seeded: Seeded = { base_url, developers }
    const users = developers.flatMap((one) => one.users.map((user) => `  ${user.provider.padEnd(9)} ${user.user_id}`))
    return { json: seeded, text: [`${developers.map(({ dev_id }) => dev_id).join('\n')}`, ...users].join('\n') }
  },
}

/** As long as the server knows its key and its users. */
async function isThere(developer: SeededDeveloper, baseUrl: string): Promise<boolean> {
  const client = createClient({ baseUrl, devId: developer.dev_id, apiKey: developer.api_key })
  const users = await client.users().catch(() => [])
  return developer.users.every(({ user_id }) => users.some((user) => user.user_id === user_id && user.active !== false))
}

async function makeDeveloper({ client: operator, local, say }: Input, number: number): Promise<SeededDeveloper> {
  const { dev_id, api_key } = await operator.operator.createDeveloper({ name: `Seed ${number}` })
  const client = createClient({ ...operator.options, devId: dev_id, apiKey: api_key, operatorToken: undefined })
  const users: SeededUser[] = []
  for (const provider of PROVIDERS) {
    const reference_id = `person-${number}`
    const account = `${dev_id}-${provider.toLowerCase()}`
    say(`developer ${number}: connecting ${provider}`)
    const user_id = await connectUser(client, { resource: provider, reference_id, account })
    const { items } = await sendDays(local.sandbox_url!, {
      provider: provider.toLowerCase(),
      provider_user_id: account,
      from: FROM,
      to: TO,
    })
    say(`developer ${number}: ${items.length} records of ${provider} sent, waiting until they can be read`)
    await whenReadable(client, user_id, items satisfies SandboxItem[], { from: FROM, to: TO })
    users.push({ user_id, reference_id, provider })
  }
  return { dev_id, api_key, users }
}
