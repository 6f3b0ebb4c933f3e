import { runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connectionObject } from '../../durable-objects/stubs.ts'
import { house } from '../house.ts'

/** Oura's token endpoint: rotating refresh tokens, each good for one use. */
function tokenEndpoint(answers: (refreshToken: string) => Response | undefined = () => undefined) {
  const good = new Set(['refresh-1'])
  const used: string[] = []
  let n = 1
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
    const token = new URLSearchParams(String(init?.body)).get('refresh_token') ?? ''
    used.push(token)
    await scheduler.wait(5)
    const commanded = answers(token)
    if (commanded) return commanded
    if (!good.delete(token)) return Response.json({ error: 'invalid_grant' }, { status: 400 })
    n++
    good.add(`refresh-${n}`)
    return Response.json({ access_token: `access-${n}`, refresh_token: `refresh-${n}`, expires_in: 86_400 })
  })
  return used
}
const about = (user_id: string) => ({
  user_id,
  developer_id: 'dev_1',
  region: 'global',
  provider: 'oura',
  provider_user_id: 'o-1',
})
async function connected(user: string, expiresAt: number) {
  const connection = connectionObject(house, user)
  await connection.keep(about(user), { access_token: 'access-1', refresh_token: 'refresh-1', expiresAt })
  return connection
}
afterEach(() => vi.restoreAllMocks())

describe('the tokens of a connection', () => {
  it('are given as they are while they last', async () => {
    const used = tokenEndpoint()
    const connection = await connected('u-1', Date.now() + 3_600_000)
    expect(await connection.accessToken(false)).toEqual({ kind: 'token', access_token: 'access-1' })
    expect(used).toEqual([])
  })
  it('are renewed once for everybody who asks at the same time', async () => {
    const used = tokenEndpoint()
    const connection = await connected('u-2', Date.now() + 10_000)
    const answers = await Promise.all(Array.from({ length: 50 }, () => connection.accessToken(false)))
    expect(answers).toEqual(Array(50).fill({ kind: 'token', access_token: 'access-2' }))
    expect(used).toEqual(['refresh-1'])
  })
  it('never use a refresh token twice', async () => {
    const used = tokenEndpoint()
    const connection = await connected('u-3', 0)
    await connection.accessToken(true)
    await connection.accessToken(true)
    expect(used).toEqual(['refresh-1', 'refresh-2'])
  })
  it('that are refused for good are lost; a provider in trouble is asked again later', async () => {
    let trouble = true
    tokenEndpoint((token) =>
      trouble
        ? new Response('', { status: 503 })
        : token === 'refresh-1'
          ? Response.json({ error: 'invalid_grant' }, { status: 400 })
          : undefined,
    )
    const connection = await connected('u-4', 0)
    expect(await connection.accessToken(false)).toMatchObject({ kind: 'later' })
    trouble = false
    expect(await connection.accessToken(false)).toMatchObject({ kind: 'lost' })
  })
  it('are gone after disconnecting, which takes the access back at the provider', async () => {
    const connection = await connected('u-5', Date.now() + 3_600_000)
    const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(null, { status: 200 }))
    expect(await connection.disconnect({ revoke: true })).toEqual({ revoked: true })
    expect(String(fetched.mock.calls[0]![0])).toBe('https://api.ouraring.com/oauth/revoke?access_token=access-1')
    expect(await connection.accessToken(false)).toMatchObject({ kind: 'lost' })
  })
  it('do not come back by a renewal that was under way when they were erased', async () => {
    const connection = await connected('u-7', 0)
    let [asked, answers] = [false, false]
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
      asked = true
      while (!answers) await scheduler.wait(1)
      return Response.json({ access_token: 'access-2', refresh_token: 'refresh-2', expires_in: 86_400 })
    })
    const renewing = connection.accessToken(false)
    await expect.poll(() => asked).toBe(true)
    const erasing = connection.disconnect({ revoke: false })
    // Either it is done now, or it waits for the renewal.
    await Promise.race([erasing, scheduler.wait(50)])
    answers = true
    await Promise.all([renewing, erasing])
    expect(await connection.accessToken(false)).toEqual({ kind: 'lost', reason: 'not connected' })
  })
  it.each([
    ['a page of maintenance', () => new Response('<html>back soon</html>', { status: 200 })],
    ['too many requests told in the body', () => Response.json({ status: 601, body: {} })],
    ['a time-out told in the body', () => Response.json({ status: 522, body: {} })],
  ])('are asked for again later after %s', async (what, response) => {
    const connection = connectionObject(house, `later ${what}`)
    await connection.keep(
      { ...about('u'), provider: 'withings' },
      { access_token: 'a', refresh_token: 'r', expiresAt: 0 },
    )
    const env = {
      withings: { client_id: 'app', client_secret: 'app-secret', ingest_secret: 'ingest-secret-of-the-tests' },
    }
    await runInDurableObject(connection, (object) => {
      Object.assign(object, { env: { ...house, PROVIDER_APPS: JSON.stringify(env) } })
    })
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => response())
    expect(await connection.accessToken(false)).toMatchObject({ kind: 'later' })
  })
  it('stay at the provider where the account goes on under a new connection', async () => {
    const connection = await connected('u-6', Date.now() + 3_600_000)
    const fetched = vi.spyOn(globalThis, 'fetch')
    expect(await connection.disconnect({ revoke: false })).toEqual({ revoked: false })
    expect(fetched).not.toHaveBeenCalled()
  })
})
