import { Terra, TerraClient } from 'terra-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { giveConsent } from '../../shared/sdk/consent.ts'
import { type Seeded, type SeededServer, serveSeeded } from './seeded.ts'

/** The official client, unmodified, pointed at our server. */

const TYPES = ['activity', 'body', 'daily', 'menstruation', 'nutrition', 'sleep'] as const
const DAYS = Array.from({ length: 8 }, (_, i) => `2026-07-0${i + 1}`)
/** Where each type keeps one of its series. */
const SERIES = /"[a-z_0-9A-Z]*samples[a-z_]*":\[\{/

let server: SeededServer
let seeded: Seeded

beforeAll(async () => {
  server = await serveSeeded()
  seeded = server.seeded
}, 240_000)
afterAll(() => server?.stop())

const clientAt = (base: string, apiKey = seeded.developers[0]!.api_key) =>
  new TerraClient({ devId: seeded.developers[0]!.dev_id, apiKey, baseUrl: server.url + base })
const usersOf = (provider: string) => seeded.developers[0]!.users.filter((user) => user.provider === provider)
const fetchAll = (client: TerraClient, type: (typeof TYPES)[number], user_id: string, with_samples: boolean) =>
  client[type].fetch({
    user_id,
    start_date: '2026-07-01',
    end_date: '2026-07-09',
    to_webhook: false,
    with_samples,
  }) as Promise<{
    data?: { metadata: { start_time: string } }[]
  }>

describe('the seed', () => {
  it('makes two developers, each with users of three providers, and says the same at a second run', async () => {
    expect(seeded.base_url).toBe(server.url)
    expect(seeded.developers).toHaveLength(2)
    for (const { users } of seeded.developers)
      expect(new Set(users.map(({ provider }) => provider))).toEqual(new Set(['GARMIN', 'OURA', 'WITHINGS']))
    expect(await server.seed()).toEqual(seeded)
  })
  it('gives every user data on every day', async () => {
    for (const { user_id, provider } of seeded.developers[0]!.users) {
      const days = new Set<string>()
      for (const type of TYPES)
        for (const item of (await fetchAll(clientAt('/v2'), type, user_id, false)).data ?? [])
          days.add(item.metadata.start_time.slice(0, 10))
      expect([provider, ...DAYS.filter((day) => !days.has(day))]).toEqual([provider])
    }
  })
})

describe.each(['/v2', '/api/v2'])('terra-api 2.1.0 at %s', (base) => {
  let client: TerraClient
  beforeAll(() => {
    client = clientAt(base)
  })
  it.each(TYPES)('fetches %s inline', async (type) => {
    const found = (
      await Promise.all(seeded.developers[0]!.users.map(({ user_id }) => fetchAll(client, type, user_id, true)))
    ).flatMap(({ data }) => data ?? [])
    expect(found.length).toBeGreaterThan(0)
    for (const item of found) expect(item.metadata.start_time).toMatch(/^2026-0[67]-\d\dT/)
  })
  it('fetches the athlete', async () => {
    const [user] = usersOf('OURA')
    const answer = await client.athlete.fetch({ user_id: user!.user_id, to_webhook: false })
    expect(answer).toMatchObject({ athlete: expect.any(Object), user: { user_id: user!.user_id, provider: 'OURA' } })
  })
  it('gets samples when it asks for them, and only then', async () => {
    for (const type of ['activity', 'daily', 'sleep'] as const) {
      const [user] = usersOf('GARMIN')
      expect(JSON.stringify(await fetchAll(client, type, user!.user_id, true))).toMatch(SERIES)
      expect(JSON.stringify(await fetchAll(client, type, user!.user_id, false))).not.toMatch(SERIES)
    }
  })
  it('lists users, all at once and by page', async () => {
    const expected = seeded.developers[0]!.users.map(({ user_id }) => user_id).sort()
    const all = (await client.user.getalluserids()) as { users: { user_id: string; reference_id: string }[] }
    expect(all.users.map(({ user_id }) => user_id).sort()).toEqual(expected)
    const pages: string[] = []
    for (let page: number | null = 0; page !== null; ) {
      const { data } = (await client.user.getalluserids({ page, per_page: 2 })) as unknown as {
        data: { next: number | null; results: { user_id: string }[] }
      }
      pages.push(...data.results.map(({ user_id }) => user_id))
      page = data.next
    }
    expect(pages.sort()).toEqual(expected)
  })
  it('finds a user by id and by reference', async () => {
    const [user] = seeded.developers[0]!.users
    expect(await client.user.getinfoforuserid({ user_id: user!.user_id })).toMatchObject({
      status: 'success',
      is_authenticated: true,
      user,
    })
    const byReference = (await client.user.getinfoforuserid({ reference_id: user!.reference_id })) as unknown as {
      users: object[]
    }
    expect(byReference.users).toEqual(expect.arrayContaining([expect.objectContaining({ user_id: user!.user_id })]))
  })
  it('authenticates a user whose consent makes them active, and takes them away again', async () => {
    const answer = (await client.authentication.authenticateuser({ resource: 'OURA', reference_id: 'new-person' })) as {
      user_id: string
      auth_url: string
    }
    await giveConsent(answer.auth_url)
    const info = await client.user.getinfoforuserid({ user_id: answer.user_id })
    expect(info).toMatchObject({
      is_authenticated: true,
      user: { provider: 'OURA', reference_id: 'new-person', active: true },
    })
    expect(await client.authentication.deauthenticateuser({ user_id: answer.user_id })).toMatchObject({
      status: 'success',
    })
    await expect(client.user.getinfoforuserid({ user_id: answer.user_id })).rejects.toBeInstanceOf(Terra.NotFoundError)
  })
  it('lists the integrations', async () => {
    const { providers } = (await client.integrations.fetch()) as { providers: string[] }
    expect(providers).toEqual(expect.arrayContaining(['GARMIN', 'OURA', 'WITHINGS']))
  })
  it('tells a wrong request, a wrong key and an unknown user by their error classes', async () => {
    const [user] = usersOf('GARMIN')
    const wrongDate = { user_id: user!.user_id, start_date: 'someday', to_webhook: false }
    await expect(client.daily.fetch(wrongDate)).rejects.toBeInstanceOf(Terra.BadRequestError)
    const nobody = { user_id: 'ffffffff-0000-8000-8000-000000000000', start_date: '2026-07-01', to_webhook: false }
    await expect(client.daily.fetch(nobody)).rejects.toBeInstanceOf(Terra.NotFoundError)
    const stranger = clientAt(base, 'wrong')
    // The client knows 401 by name only where it fetches data.
    await expect(stranger.athlete.fetch({ user_id: user!.user_id })).rejects.toBeInstanceOf(Terra.UnauthorizedError)
  })
  it("cannot see another developer's users", async () => {
    const theirs = seeded.developers[1]!.users[0]!
    await expect(client.user.getinfoforuserid({ user_id: theirs.user_id })).rejects.toBeInstanceOf(Terra.NotFoundError)
    await expect(fetchAll(client, 'daily', theirs.user_id, false)).rejects.toBeInstanceOf(Terra.NotFoundError)
  })
})
