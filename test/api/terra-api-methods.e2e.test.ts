import { Terra, TerraClient } from 'terra-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { giveConsent } from '../../shared/sdk/consent.ts'
import { catchEvents, type EventCatcher } from './event-catcher.ts'
import { clientOf, FROM, type SeededServer, type SeededUser, serveSeeded, TO } from './seeded.ts'

/** Every method of the official client of this generation, at both bases. A method without a case fails. */

type Answer = Record<string, unknown>
interface World {
  client: TerraClient
  legacy: boolean
  users: SeededUser[]
  /** One of Garmin. */
  user: SeededUser
  catcher: EventCatcher
}
const TYPES = ['activity', 'body', 'daily', 'menstruation', 'nutrition', 'sleep'] as const
const NOBODY = 'ffffffff-0000-8000-8000-000000000000'
const PATIENCE = { timeout: 20_000, interval: 50 }
/** A person who signs in for one case. */
async function newUser(client: TerraClient, reference_id: string): Promise<string> {
  const answer = (await client.authentication.authenticateuser({ resource: 'OURA', reference_id })) as Answer
  await giveConsent(String(answer.auth_url))
  return String(answer.user_id)
}
/** Refused as 400, in words about what was asked. */
async function refused(call: Promise<unknown>, words: RegExp): Promise<void> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Terra.BadRequestError)
  expect((error as { body: { detail: string } }).body.detail).toMatch(words)
}
const ITEM = { data: [{}] as never }
const named = (user_id: string) => ({ queryParams: { user_id } })

/** What is asked for without saying to where goes to the destinations, under one reference. */
async function accepted(answer: Promise<unknown>, type: string, { legacy, user, catcher }: World): Promise<void> {
  const { reference, ...rest } = (await answer) as Answer
  expect(rest).toMatchObject({
    status: 'success',
    user: { user_id: user.user_id },
    ...(legacy ? { type: 'webhook', message: 'Data sent to webhook' } : { type, trace_id: reference }),
  })
  await expect
    .poll(() => catcher.events.filter(({ headers }) => headers['terra-reference'] === reference).length, PATIENCE)
    .toBeGreaterThanOrEqual(type === 'menstruation' || type === 'nutrition' ? 0 : 1)
}
const fetching = Object.fromEntries(
  TYPES.map((type) => [
    `${type}.fetch`,
    async (world: World) => {
      const { user_id } = world.user
      const range = { user_id, start_date: FROM, end_date: TO }
      const inline = await world.client[type].fetch({ ...range, to_webhook: false, with_samples: true })
      expect(inline).toMatchObject({ user: { user_id }, type, data: expect.any(Array) })
      // The generation before sends dates in seconds, and mixes them.
      const mixed = { user_id, start_date: 1_782_864_000, end_date: TO, to_webhook: false }
      expect(await world.client[type].fetch(mixed)).toMatchObject({ user: { user_id }, data: expect.any(Array) })
      await accepted(world.client[type].fetch(range), type, world)
    },
  ]),
)

const CASES: Record<string, (world: World) => Promise<void>> = {
  ...fetching,
  'athlete.fetch': async ({ users, ...rest }) => {
    // Garmin gives no profile.
    const world = { ...rest, users, user: users.find(({ provider }) => provider === 'OURA')! }
    const { user_id } = world.user
    const inline = await world.client.athlete.fetch({ user_id, to_webhook: false })
    expect(inline).toMatchObject({ type: 'athlete', athlete: expect.any(Object), user: { user_id } })
    await accepted(world.client.athlete.fetch({ user_id }), 'athlete', world)
  },
  'authentication.authenticateuser': async ({ client }) => {
    const answer = (await client.authentication.authenticateuser({ resource: 'OURA', language: 'en' })) as Answer
    expect(answer).toMatchObject({ status: 'success', user_id: expect.any(String) })
    await giveConsent(String(answer.auth_url))
    const info = await client.user.getinfoforuserid({ user_id: String(answer.user_id) })
    expect(info).toMatchObject({ is_authenticated: true, user: { active: true, reference_id: null } })
    await client.authentication.deauthenticateuser({ user_id: String(answer.user_id) })
  },
  'authentication.generatewidgetsession': async ({ client }) => {
    for (const asked of [undefined, { providers: 'GARMIN,OURA', reference_id: 'someone', language: 'en' }]) {
      const answer = (await client.authentication.generatewidgetsession(asked)) as Answer
      expect(answer).toMatchObject({ status: 'success', session_id: expect.any(String), expires_in: 900 })
      expect(String(answer.url)).toContain(String(answer.session_id))
      expect((await fetch(String(answer.url))).status).toBe(200)
    }
  },
  'authentication.deauthenticateuser': async ({ client }) => {
    const user_id = await newUser(client, 'who leaves')
    expect(await client.authentication.deauthenticateuser({ user_id })).toMatchObject({ status: 'success' })
    const again = client.authentication.deauthenticateuser({ user_id })
    await expect(again).rejects.toBeInstanceOf(Terra.NotFoundError)
  },
  'authentication.generateauthtoken': async ({ client }) => {
    const answer = (await client.authentication.generateauthtoken()) as Answer
    expect(answer).toMatchObject({ status: 'success', expires_in: 180, token: expect.stringMatching(/^[0-9a-f]{64}$/) })
  },
  'user.modifyuser': async ({ client }) => {
    const user_id = await newUser(client, 'who changes')
    const info = async () => ((await client.user.getinfoforuserid({ user_id })) as unknown as { user: Answer }).user
    const paused = await client.user.modifyuser(user_id, { reference_id: 'a/b c', active: false })
    expect(paused).toMatchObject({ status: 'success', user: { user_id, reference_id: 'a/b c', active: false } })
    expect(await info()).toMatchObject({ reference_id: 'a/b c', active: false })
    await client.user.modifyuser(user_id, { active: true })
    expect(await info()).toMatchObject({ reference_id: 'a/b c', active: true })
    await refused(client.user.modifyuser(NOBODY, { active: false }), /user/)
    await client.authentication.deauthenticateuser({ user_id })
  },
  'user.getinfoforuserid': async ({ client, user }) => {
    expect(await client.user.getinfoforuserid({ user_id: user.user_id })).toMatchObject({ status: 'success', user })
    const { users } = (await client.user.getinfoforuserid({ reference_id: user.reference_id })) as unknown as {
      users: object[]
    }
    expect(users).toContainEqual(expect.objectContaining(user))
    await refused(client.user.getinfoforuserid({}), /user_id or reference_id/)
  },
  'user.getalluserids': async ({ client, user }) => {
    const { users } = (await client.user.getalluserids()) as { users: object[] }
    expect(users).toContainEqual(expect.objectContaining(user))
    const paged = await client.user.getalluserids({ page: 0, per_page: 1 })
    expect(paged).toMatchObject({ data: { next: 1, results: [expect.any(Object)] } })
  },
  'user.getinfoformultipleuserids': async ({ client, user }) => {
    expect(await client.user.getinfoformultipleuserids([user.user_id])).toEqual([expect.objectContaining(user)])
  },
  'integrations.fetch': async ({ client }) => {
    const lists = { providers: expect.arrayContaining(['GARMIN']), sdk_providers: expect.any(Array) }
    expect(await client.integrations.fetch()).toMatchObject({ ...lists, sdk_resource: expect.any(Array) })
  },
  'integrations.detailedfetch': async ({ client }) => {
    const { providers } = (await client.integrations.detailedfetch({ sdk: false })) as { providers: Answer[] }
    const garmin = { provider: 'GARMIN', enabled: true, types: expect.objectContaining({ sleep: true }) }
    expect(providers).toContainEqual(expect.objectContaining(garmin))
  },
  // None of these providers takes data: each write says so.
  'activity.write': ({ client, user }) => refused(client.activity.write(ITEM, named(user.user_id)), /GARMIN.*activity/),
  'body.write': ({ client, user }) => refused(client.body.write(ITEM, named(user.user_id)), /GARMIN.*body/),
  'nutrition.write': ({ client, user }) =>
    refused(client.nutrition.write(ITEM, named(user.user_id)), /GARMIN.*nutrition/),
  'plannedworkout.write': ({ client, user: { user_id } }) =>
    refused(client.plannedworkout.write({ user_id, ...ITEM }), /GARMIN.*planned workout/),
  'body.delete': ({ client, user: { user_id } }) =>
    refused(client.body.delete({ user_id, log_ids: ['1'] }), /GARMIN.*body/),
  'nutrition.delete': ({ client, user: { user_id } }) =>
    refused(client.nutrition.delete({ user_id, data: ['1'] }), /GARMIN.*nutrition/),
  'plannedworkout.delete': ({ client, user: { user_id } }) =>
    refused(client.plannedworkout.delete({ user_id, data: ['7'] }), /GARMIN.*planned workout/),
  'plannedworkout.fetch': ({ client, user: { user_id } }) =>
    refused(client.plannedworkout.fetch({ user_id, start_date: FROM, to_webhook: false }), /GARMIN.*planned workouts/),
}

let server: SeededServer
let catcher: EventCatcher
beforeAll(async () => {
  ;[server, catcher] = await Promise.all([serveSeeded(), catchEvents()])
  const settings = { url: catcher.url }
  await clientOf(server, server.seeded.developers[0]!).destinations.add({ type: 'webhook', settings })
}, 240_000)
afterAll(() => Promise.all([server?.stop(), catcher?.close()]))

describe.each(['/v2', '/api/v2'])('terra-api 2.1.0 at %s', (base) => {
  it('has no method without a case, and no case is without its method', () => {
    expect(methodsOf(new TerraClient({ devId: 'dev', apiKey: 'key' }))).toEqual(Object.keys(CASES).sort())
  })
  it.each(Object.keys(CASES))('%s', async (name) => {
    const developer = server.seeded.developers[0]!
    const { dev_id: devId, api_key: apiKey } = developer
    const client = new TerraClient({ devId, apiKey, baseUrl: server.url + base })
    const user = developer.users.find(({ provider }) => provider === 'GARMIN')!
    await CASES[name]!({ client, legacy: base === '/v2', users: developer.users, user, catcher })
  })
})

/** `resource.method` of all that the client has. */
function methodsOf(client: TerraClient): string[] {
  const getters = Object.entries(Object.getOwnPropertyDescriptors(TerraClient.prototype)).filter(([, one]) => one.get)
  return getters
    .flatMap(([resource]) => {
      const kind = Object.getPrototypeOf((client as unknown as Record<string, object>)[resource])
      const methods = Object.getOwnPropertyNames(kind).filter((name) => name !== 'constructor' && !name.startsWith('_'))
      return methods.map((method) => `${resource}.${method}`)
    })
    .sort()
}
