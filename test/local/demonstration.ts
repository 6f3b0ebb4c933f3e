import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, createClient } from '../../shared/sdk/client.ts'
import { connectUser } from '../../shared/sdk/connect.ts'
import { sendDays } from '../../shared/sdk/sandbox.ts'
import type { Arrival } from './arrivals.ts'
import { Judge, type Landed, type Verdict } from './judge.ts'
import type { Receiver } from './receiver.ts'
import type { Screen } from './screen.ts'

const USERS_PER_PROVIDER = 2
const DAYS = 5
const DAY_MS = 24 * 3600_000
/** Landing takes milliseconds; what has not landed after this is lost. */
const PATIENCE_MS = 30_000
/** After the last expected event: time for one that should not come. */
const ECHO_MS = 500

export interface Stage {
  client: Client
  receiver: Receiver
  sandboxUrl: string
  /** Slug and wire name of each provider. */
  providers: { slug: string; resource: string }[]
  screen: Screen
  onLanded(event: Landed): void
  signal: AbortSignal
}
interface Person {
  slug: string
  resource: string
  account: string
  userId: string
}

/** Connects people, lets their providers send days of data through the real doors, and judges what lands. */
export async function demonstrate(stage: Stage): Promise<Verdict> {
  const judge = new Judge()
  let read = 0
  const pump = () => {
    for (; read < stage.receiver.arrivals.length; read++)
      for (const event of judge.landed(stage.receiver.arrivals[read] as Arrival)) stage.onLanded(event)
  }
  const people = await stage.screen.step(`${stage.providers.length * USERS_PER_PROVIDER} sandbox users sign in`, () =>
    connectPeople(stage, judge),
  )
  stage.screen.line()
  for (const day of lastDays(DAYS))
    for (const { slug, resource, account, userId } of people) {
      stage.signal.throwIfAborted()
      const heldAt = Date.now()
      const { items } = await sendDays(stage.sandboxUrl, {
        provider: slug,
        provider_user_id: account,
        from: day,
        to: day,
      })
      judge.sent(items.map((item) => ({ ...item, heldAt, userId, provider: resource })))
      pump()
    }
  const until = Date.now() + PATIENCE_MS
  for (pump(); judge.missing().length > 0 && Date.now() < until; pump()) {
    stage.signal.throwIfAborted()
    await sleep(20)
  }
  await sleep(ECHO_MS)
  pump()
  return judge.verdict(stage.receiver.summary())
}

async function connectPeople({ client, providers, signal }: Stage, judge: Judge): Promise<Person[]> {
  const people: Person[] = []
  for (let i = 1; i <= USERS_PER_PROVIDER; i++)
    for (const { slug, resource } of providers) {
      signal.throwIfAborted()
      // New accounts at each start: the sandbox forgets the old ones when it ends.
      const account = `${slug}-${randomBytes(5).toString('hex')}`
      const userId = await connectUser(client, { resource, reference_id: `person-${i}`, account })
      judge.connected(userId, resource)
      people.push({ slug, resource, account, userId })
    }
  return people
}

/** The days before today, oldest first. */
function lastDays(count: number): string[] {
  const day = (ago: number) => new Date(Date.now() - ago * DAY_MS).toISOString().slice(0, 10)
  return Array.from({ length: count }, (_, i) => day(count - i))
}

/** What the demonstration owns at the server: a developer, and a webhook to our receiver whose secret we know. */
export interface Owned {
  dev_id: string
  api_key: string
  hook: { destination_id: string; signing_secret: string; url: string }
}

/** As at the last start where that still holds; made anew where not. */
export async function own(
  baseUrl: string,
  operatorToken: string,
  hookUrl: string,
  before: Partial<Owned>,
): Promise<Owned> {
  const { dev_id, api_key } = (await known(baseUrl, before)) ?? (await create(baseUrl, operatorToken))
  const client = createClient({ baseUrl, devId: dev_id, apiKey: api_key })
  const destinations = await client.destinations.list()
  const there = destinations.find(({ destination_id }) => destination_id === before.hook?.destination_id)
  if (there && before.hook?.url === hookUrl) return { dev_id, api_key, hook: before.hook }
  // The receiver of an earlier start listened elsewhere.
  if (there) await client.destinations.remove(there.destination_id)
  const { destination_id, signing_secret } = await client.destinations.add({
    type: 'webhook',
    settings: { url: hookUrl },
  })
  return { dev_id, api_key, hook: { destination_id, signing_secret, url: hookUrl } }
}

const create = (baseUrl: string, operatorToken: string) =>
  createClient({ baseUrl, operatorToken }).operator.createDeveloper({ name: 'Demonstration' })

async function known(baseUrl: string, { dev_id, api_key }: Partial<Owned>) {
  if (!dev_id || !api_key) return undefined
  const client = createClient({ baseUrl, devId: dev_id, apiKey: api_key })
  return client.destinations.list().then(
    () => ({ dev_id, api_key }),
    () => undefined,
  )
}
