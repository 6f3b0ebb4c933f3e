import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { claimsOf } from '../../workers/stream/stream-token.ts'
import { type Account, call, house, migrate, newAccount, newConnection } from '../house.ts'

/** A phone registers with a token of its app's backend, or with that of a pairing, and streams for one user. */

interface Registered {
  user_id: string
  reference_id: string | null
  token: string
}
let account: Account
beforeAll(migrate)
beforeEach(async () => {
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

const asked = (path: string, init: RequestInit = {}) => call(`/v2${path}`, { ...init, headers: account.headers })
const json = async <T>(answer: Promise<Response>) => (await (await answer).json()) as T
const post = (path: string, body: object = {}) => asked(path, { method: 'POST', body: JSON.stringify(body) })
const appToken = async (reference_id?: string) => {
  const path = reference_id === undefined ? '/auth/generateAuthToken' : `/auth/tokens?reference_id=${reference_id}`
  return (await json<{ token: string }>(post(path))).token
}
const phone = (token: string, body?: object) =>
  call('/v2/stream/phones', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: body && JSON.stringify(body),
  })
const registered = async (token: string, body?: object): Promise<Registered> => {
  const answer = await phone(token, body)
  expect(answer.status, await answer.clone().text()).toBe(200)
  return (await answer.json()) as Registered
}
const refusal = async (answer: Promise<Response>) => {
  const response = await answer
  return [response.status, ((await response.json()) as { detail: string }).detail]
}
const claims = (token: string) => claimsOf(house, token)
const authsOf = async (user_id: string) => {
  const { events } = await json<{ events: { type: string }[] }>(asked(`/events?user_id=${user_id}`))
  return events.filter(({ type }) => type === 'auth')
}
const later = (ms: number) => {
  const now = Date.now()
  vi.spyOn(Date, 'now').mockReturnValue(now + ms)
}

describe('a phone', () => {
  it('that registers is a user of the provider LIVE, of whom destinations hear', async () => {
    const made = await registered(await appToken(), { reference_id: 'person-17' })
    expect(made.reference_id).toBe('person-17')
    expect(claims(made.token)).toMatchObject({
      kind: 'producer',
      developer_id: account.dev_id,
      user_id: made.user_id,
      region: account.developer.region,
    })
    expect(claims(made.token)).not.toHaveProperty('synthetic')
    const { user } = await json<{ user: object }>(asked(`/userInfo?user_id=${made.user_id}`))
    expect(user).toMatchObject({ provider: 'LIVE', reference_id: 'person-17', active: true })
    expect(await authsOf(made.user_id)).toHaveLength(1)
  })
  it('of a name that has uploads too is a user of its own', async () => {
    const track =
      '<gpx version="1.1" creator="test"><trk><trkseg><trkpt lat="1" lon="1"><time>2026-07-01T08:00:00Z</time></trkpt>' +
      '<trkpt lat="1.001" lon="1"><time>2026-07-01T08:01:00Z</time></trkpt></trkseg></trk></gpx>'
    const sent = asked('/files?reference_id=both&name=walk.gpx', { method: 'POST', body: track })
    const { user_id } = await json<{ user_id: string }>(sent)
    const made = await registered(await appToken(), { reference_id: 'both' })
    expect(made.user_id).not.toBe(user_id)
    const { users } = await json<{ users: { provider: string }[] }>(asked('/userInfo?reference_id=both'))
    expect(users.map(({ provider }) => provider).sort()).toEqual(['LIVE', 'UPLOAD'])
  })
  it('of the same reference_id is the same user, and the user is not told of anew', async () => {
    const first = await registered(await appToken(), { reference_id: 'person-17' })
    const again = await registered(await appToken('person-17'))
    expect(again).toMatchObject({ user_id: first.user_id, reference_id: 'person-17' })
    expect(await authsOf(first.user_id)).toHaveLength(1)
    const other = await registered(await appToken(), { reference_id: 'person-18' })
    expect(other.user_id).not.toBe(first.user_id)
  })
  it('without a reference_id is somebody new each time', async () => {
    const [one, other] = [await registered(await appToken()), await registered(await appToken(), {})]
    expect(one.reference_id).toBeNull()
    expect(one.user_id).not.toBe(other.user_id)
  })
  it('is one user where eight of a reference_id register at once, and their places are given back', async () => {
    const tokens = await Promise.all(Array.from({ length: 8 }, () => appToken()))
    const made = await Promise.all(tokens.map((token) => registered(token, { reference_id: 'crowd' })))
    expect(new Set(made.map(({ user_id }) => user_id)).size).toBe(1)
    expect(await authsOf(made[0]!.user_id)).toHaveLength(1)
    const { users } = await json<{ users: object[] }>(asked('/userInfo?reference_id=crowd'))
    expect(users).toHaveLength(1)
    const taken = await house.DB.prepare('SELECT sum(taken) AS n FROM cells WHERE developer_id = ?')
      .bind(account.dev_id)
      .first<number>('n')
    expect(taken).toBe(1)
  })
  it('is somebody new after its user has ended', async () => {
    const first = await registered(await appToken(), { reference_id: 'person-17' })
    await asked(`/auth/deauthenticateUser?user_id=${first.user_id}`, { method: 'DELETE' })
    const next = await registered(await appToken(), { reference_id: 'person-17' })
    expect(next.user_id).not.toBe(first.user_id)
  })
  it('is of who is called so now', async () => {
    const first = await registered(await appToken(), { reference_id: 'old name' })
    await asked(`/users/${first.user_id}`, { method: 'PATCH', body: JSON.stringify({ reference_id: 'new name' }) })
    expect((await registered(await appToken('new name'))).user_id).toBe(first.user_id)
    const next = await registered(await appToken('old name'))
    expect(next.user_id).not.toBe(first.user_id)
    expect((await registered(await appToken('old name'))).user_id).toBe(next.user_id)
  })
  it('of a user that is switched off is told so', async () => {
    const { user_id } = await registered(await appToken(), { reference_id: 'person-17' })
    await asked(`/users/${user_id}`, { method: 'PATCH', body: '{"active":false}' })
    expect(await refusal(phone(await appToken('person-17')))).toEqual([409, expect.stringContaining('active true')])
  })
  it('is not one of another developer of the same reference_id', async () => {
    const mine = await registered(await appToken(), { reference_id: 'person-17' })
    account = await newAccount()
    const theirs = await registered(await appToken(), { reference_id: 'person-17' })
    expect(theirs.user_id).not.toBe(mine.user_id)
    expect(claims(theirs.token)?.developer_id).toBe(account.dev_id)
  })
})

describe('a token of an app', () => {
  it('is good once, also where two come with it at the same time', async () => {
    const token = await appToken()
    const answers = await Promise.all([1, 2, 3].map((n) => phone(token, { reference_id: `person-${n}` })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
    expect(await refusal(phone(token))).toEqual([401, expect.stringContaining('was used')])
  })
  it('ends after three minutes', async () => {
    const token = await appToken()
    later(181_000)
    expect((await phone(token)).status).toBe(401)
  })
  it('for one reference_id takes no other, and stays good for its own', async () => {
    const token = await appToken('person-17')
    expect(await refusal(phone(token, { reference_id: 'person-18' }))).toEqual([
      403,
      expect.stringContaining('another reference_id'),
    ])
    expect(await registered(token, { reference_id: 'person-17' })).toMatchObject({ reference_id: 'person-17' })
  })
  it('is not used up by a body that is wrong', async () => {
    const token = await appToken()
    expect((await phone(token, { reference_id: '' })).status).toBe(400)
    expect((await phone(token)).status).toBe(200)
  })
  it.each(['', 'Basic abc', 'Bearer', 'Bearer zzz', `Bearer ${'0'.repeat(64)}`, 'Bearer rt.abc', 'Bearer st.abc'])(
    'is not %j',
    async (authorization) => {
      const answer = call('/v2/stream/phones', { method: 'POST', headers: authorization ? { authorization } : {} })
      expect((await answer).status).toBe(401)
    },
  )
})

describe('a pairing', () => {
  const pairing = async (user_id: string) =>
    json<Registered & { rt_token: string; dev_id: string; expires_at: number; deep_link: string }>(
      post('/stream/pairings', { user_id }),
    )
  it('has a token that is good again and again, for its user', async () => {
    const row = await newConnection(account, { reference_id: 'person-17' })
    const made = await pairing(row.user_id)
    expect(made).toMatchObject({ dev_id: account.dev_id, user_id: row.user_id, reference_id: 'person-17' })
    expect(claims(made.rt_token)).toMatchObject({ kind: 'pairing', user_id: row.user_id })
    for (const body of [undefined, {}, { reference_id: 'person-17' }])
      expect(await registered(made.rt_token, body)).toEqual({
        user_id: row.user_id,
        reference_id: 'person-17',
        token: made.rt_token,
      })
    expect((await phone(made.rt_token, { reference_id: 'person-18' })).status).toBe(403)
  })
  it('is a link that apps open', async () => {
    const { user_id } = await newConnection(account)
    const { deep_link, ...about } = await pairing(user_id)
    expect(deep_link.startsWith('terrastreaming://pair?p=')).toBe(true)
    expect(JSON.parse(new URL(deep_link).searchParams.get('p')!)).toEqual(about)
    expect(about.expires_at - Date.now()).toBeGreaterThan(7.9 * 3_600_000)
  })
  it('is over after eight hours, and with its user', async () => {
    const { user_id } = await newConnection(account)
    const { rt_token } = await pairing(user_id)
    later(8 * 3_600_000 + 1)
    expect((await phone(rt_token)).status).toBe(401)
    vi.restoreAllMocks()
    expect((await phone(rt_token)).status).toBe(200)
    await asked(`/auth/deauthenticateUser?user_id=${user_id}`, { method: 'DELETE' })
    expect(await refusal(phone(rt_token))).toEqual([401, expect.stringContaining('pair the phone anew')])
  })
  it('is only of a user who is there and active', async () => {
    const { user_id } = await newConnection(account)
    expect((await post('/stream/pairings', {})).status).toBe(400)
    expect((await post('/stream/pairings', { user_id: '00000001-0000-8000-8000-000000000000' })).status).toBe(404)
    await asked(`/users/${user_id}`, { method: 'PATCH', body: '{"active":false}' })
    expect((await post('/stream/pairings', { user_id })).status).toBe(409)
  })
  it('of a test user says that it is one', async () => {
    const { user_id } = await json<Registered>(post('/sandbox/users', { history_days: 0, live: 'off' }))
    expect(claims((await pairing(user_id)).rt_token)).toMatchObject({ synthetic: true })
  })
})

describe('the settings of streams', () => {
  it('keep what is not named, and are each developer’s own', async () => {
    const read = () => json(asked('/stream/settings'))
    const set = (change: object) => asked('/stream/settings', { method: 'PATCH', body: JSON.stringify(change) })
    expect(await read()).toEqual({ minute_aggregates: false })
    expect(await json(set({ minute_aggregates: true }))).toEqual({ minute_aggregates: true })
    expect(await json(set({}))).toEqual({ minute_aggregates: true })
    expect(await read()).toEqual({ minute_aggregates: true })
    expect((await set({ minutes: true })).status).toBe(400)
    account = await newAccount()
    expect(await read()).toEqual({ minute_aggregates: false })
  })
})
