import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { sweep } from '../../workers/crons/sweep.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'

let account: Account
beforeAll(migrate)
beforeEach(async () => {
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

const post = (path: string, key: string | undefined, body = '{"name":"made"}', who = account) =>
  call(path, {
    method: 'POST',
    headers: { ...who.headers, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    body,
  })
const countKeys = async () => {
  const { keys } = (await (await call('/v2/keys', { headers: account.headers })).json()) as { keys: object[] }
  return keys.length
}
const shown = async (response: Response) => ({
  status: response.status,
  type: response.headers.get('content-type'),
  reference: response.headers.get('terra-reference'),
  body: await response.text(),
})
const later = (ms: number) => {
  const now = Date.now()
  vi.spyOn(Date, 'now').mockReturnValue(now + ms)
}
const kept = async () =>
  (await house.DB.prepare('SELECT * FROM idempotent_answers WHERE developer_id = ?').bind(account.dev_id).all()).results

describe.each(['/v2', '/api/v2'])('a POST to %s with an idempotency key', (base) => {
  it('is done once, and answered again as the first time, secret and reference included', async () => {
    const first = await post(`${base}/keys`, 'once')
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    const again = await post(`${base}/keys`, 'once')
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await shown(again)).toEqual(await shown(first))
    expect([first.status, await countKeys()]).toEqual([201, 2])
  })
})

describe('an idempotency key', () => {
  it('keeps a refusal too', async () => {
    const first = await shown(await post('/v2/keys', 'refused', '{}'))
    const again = await post('/v2/keys', 'refused', '{}')
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await shown(again)).toEqual(first)
    expect(first).toMatchObject({ status: 400, type: 'application/problem+json' })
  })
  it.each([
    ['path', '/v2/destinations', '{"name":"made"}'],
    ['base', '/api/v2/keys', '{"name":"made"}'],
    ['query', '/v2/keys?a=1', '{"name":"made"}'],
    ['body', '/v2/keys', '{"name":"other"}'],
  ])('is refused for another %s', async (_, path, body) => {
    expect((await post('/v2/keys', 'bound')).status).toBe(201)
    const other = await post(path, 'bound', body)
    expect([other.status, other.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
    expect(((await other.json()) as { detail: string }).detail).toContain('another request')
    expect(await countKeys()).toBe(2)
  })
  it('of another developer is another', async () => {
    const first = await shown(await post('/v2/keys', 'mine'))
    const other = await newAccount()
    const theirs = await post('/v2/keys', 'mine', '{"name":"made"}', other)
    expect(theirs.headers.get('idempotent-replayed')).toBeNull()
    expect(await theirs.text()).not.toBe(first.body)
  })
  it.each([
    ['nothing', ''],
    ['256 characters', 'x'.repeat(256)],
    ['a letter outside ASCII', 'schl\u00fcssel'],
    ['a tab', 'a\tb'],
  ])('is not %s', async (_, key) => {
    expect((await post('/v2/keys', key)).status).toBe(400)
    expect(await countKeys()).toBe(1)
  })
  it('may have 255 characters', async () => {
    expect((await post('/v2/keys', 'k'.repeat(255))).status).toBe(201)
  })
  it('is told to wait while the first request runs: of many at once, one is done', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => post('/v2/keys', 'crowd')))
    const made = answers.filter((one) => one.status === 201 && !one.headers.has('idempotent-replayed'))
    expect([made.length, await countKeys()]).toEqual([1, 2])
    for (const waiting of answers.filter((one) => one.status === 409))
      expect(waiting.headers.get('retry-after')).toBe('1')
    expect(answers.every((one) => one.status === 201 || one.status === 409)).toBe(true)
  })
  it('waits for a request that died no longer than a minute', async () => {
    await post('/v2/keys', 'died')
    await house.DB.prepare('UPDATE idempotent_answers SET sealed = NULL, expires_at = ? WHERE developer_id = ?')
      .bind(Date.now() + 60_000, account.dev_id)
      .run()
    const waiting = await post('/v2/keys', 'died')
    expect([waiting.status, waiting.headers.get('retry-after')]).toEqual([409, '1'])
    later(60_000)
    const again = await post('/v2/keys', 'died')
    expect([again.status, again.headers.has('idempotent-replayed'), await countKeys()]).toEqual([201, false, 3])
  })
  it('does not keep a mistake of ours: it may be tried again', async () => {
    await house.DB.prepare('ALTER TABLE api_keys RENAME COLUMN prefix TO away').run()
    const failed = await post('/v2/keys', 'mistake')
    await house.DB.prepare('ALTER TABLE api_keys RENAME COLUMN away TO prefix').run()
    expect(failed.status).toBe(500)
    const again = await post('/v2/keys', 'mistake')
    expect([again.status, again.headers.has('idempotent-replayed'), await countKeys()]).toEqual([201, false, 2])
  })
  it('does not open an answer to a key that may not ask', async () => {
    await post('/v2/keys', 'secret')
    const made = await post('/v2/keys', undefined, '{"name":"weak","scopes":["data:read"]}')
    const { api_key } = (await made.json()) as { api_key: string }
    const weak = { ...account, headers: { ...account.headers, 'x-api-key': api_key } }
    expect((await post('/v2/keys', 'secret', undefined, weak)).status).toBe(403)
  })
  it('is forgotten after a day', async () => {
    await post('/v2/keys', 'old')
    later(23 * 3_600_000)
    expect((await post('/v2/keys', 'old')).headers.get('idempotent-replayed')).toBe('true')
    later(3_600_000)
    expect((await post('/v2/keys', 'old')).headers.has('idempotent-replayed')).toBe(false)
  })
})

describe('what is kept', () => {
  it('is sealed, and swept when its day is over', async () => {
    const { api_key } = (await (await post('/v2/keys', 'sealed')).json()) as { api_key: string }
    expect(await kept()).toMatchObject([{ sealed: expect.any(String) }])
    expect(JSON.stringify(await kept())).not.toContain(api_key)
    later(24 * 3_600_000)
    await sweep(house)
    expect(await kept()).toEqual([])
  })
  it('is nothing without a key, and for another method than POST', async () => {
    await post('/v2/keys', undefined)
    const headers = { ...account.headers, 'idempotency-key': 'get' }
    expect((await call('/v2/keys', { headers })).status).toBe(200)
    expect(await kept()).toEqual([])
  })
})
