import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { KEY_LIFE_MS, PUBLISHED_BEFORE_MS } from '../../shared/access/signing-keys.ts'
import { TOKEN_MS } from '../../shared/access/supplier-tokens.ts'
import { DAY_MS, MINUTE_MS } from '../../shared/base/time.ts'
import { sweepTokens } from '../../workers/crons/sweep-tokens.ts'
import { signer } from '../../workers/suppliers/signing-keys.ts'
import { call, house } from '../house.ts'
import { ownSupplier } from './own-supplier.ts'
import { answered, askToken, refusal, tokenOf } from './supplier.ts'

const supplier = ownSupplier()
afterEach(() => vi.useRealTimers())

const get = (token: string) => call('/v2/supplier', { headers: { authorization: `Bearer ${token}` } })
const kids = async () =>
  (await answered<{ keys: { kid: string }[] }>(await call('/oauth/jwks.json'))).keys.map(({ kid }) => kid)

describe('a token', () => {
  it('says whose it is, where it is good and what for', () => {
    expect(decodeJwt(supplier.token)).toMatchObject({
      iss: 'https://fascia.test',
      aud: 'https://fascia.test/v2/ingest',
      sub: supplier.client_id,
      client_id: supplier.client_id,
      sup: supplier.supplier_id,
      dev: supplier.account.dev_id,
      env: 'sandbox',
      region: 'global',
      scope: 'ingest:write batches:read contracts:write subjects:write account:write',
      jti: expect.any(String),
    })
  })
  it('is good for 15 minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + TOKEN_MS - MINUTE_MS })
    expect((await get(supplier.token)).status).toBe(200)
    vi.setSystemTime(Date.now() + 2 * MINUTE_MS)
    const late = await get(supplier.token)
    expect(late.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect(await refusal(late)).toEqual([401, 'token_expired'])
  })
  it('signed by us and changed since, by another, or by nobody is refused', async () => {
    const ours = await signer(house)
    const claims = decodeJwt(supplier.token)
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const theirs = { ...(await exportJWK(privateKey)), alg: 'ES256' }
    const signed = (jwk: object, kid: string, change: object = {}, typ = 'at+jwt') =>
      new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'ES256', kid, typ }).sign(jwk as never)
    expect((await get(await signed(ours.jwk, ours.kid))).status).toBe(200)
    const [head, , signature] = supplier.token.split('.') as [string, string, string]
    const payload = btoa(JSON.stringify({ ...claims, scope: 'account:write' })).replaceAll('=', '')
    const none = `${btoa(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).replaceAll('=', '')}.${payload}.`
    for (const token of [
      `${head}.${payload}.${signature}`,
      none,
      await signed(theirs, ours.kid),
      await signed(theirs, 'unknown'),
      await signed(ours.jwk, ours.kid, { iss: 'https://elsewhere.example' }),
      await signed(ours.jwk, ours.kid, { aud: 'https://elsewhere.example/v2/ingest' }),
      await signed(ours.jwk, ours.kid, { sub: `crd_${'0'.repeat(32)}` }),
      await signed(ours.jwk, ours.kid, { sup: `sup_${'0'.repeat(32)}` }),
      await signed(ours.jwk, ours.kid, { env: 'production' }),
      await signed(ours.jwk, ours.kid, { env: undefined }),
      await signed(ours.jwk, ours.kid, {}, 'JWT'),
      'a.b.c',
      'fss_0',
    ])
      expect(await refusal(await get(token))).toEqual([401, 'token_invalid'])
  })
})

describe('the token endpoint', () => {
  const client = () => ({ client_id: supplier.client_id, client_secret: supplier.client_secret })
  it.each<[string, Record<string, string>, Record<string, string>, [number, string]]>([
    ['another grant', { grant_type: 'password' }, {}, [400, 'unsupported_grant_type']],
    ['a secret that is not whole', { client_secret: 'fss_1' }, {}, [401, 'invalid_client']],
    ['another client', { client_id: `crd_${'0'.repeat(32)}` }, {}, [401, 'invalid_client']],
    ['two ways at once', {}, { authorization: `Basic ${btoa('a:b')}` }, [400, 'invalid_request']],
    ['a scope that is none', { scope: 'everything' }, {}, [400, 'invalid_scope']],
    ['another place', { resource: 'https://elsewhere.example/' }, {}, [400, 'invalid_target']],
  ])('refuses %s as OAuth has it', async (_, form, headers, expected) => {
    const response = await askToken(call, { ...client(), ...form }, headers)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.has('www-authenticate')).toBe(expected[0] === 401)
    expect(await refusal(response)).toEqual(expected)
  })
  it('refuses a client who does not say who it is, and one whose Basic is no pair', async () => {
    expect(await refusal(await askToken(call, {}))).toEqual([401, 'invalid_client'])
    for (const pair of ['no-colon', '%:x', ''])
      expect(await refusal(await askToken(call, {}, { authorization: `Basic ${btoa(pair)}` }))).toEqual([
        400,
        'invalid_request',
      ])
  })
  it('is open to pages of any origin, as the doors are that its tokens are for', async () => {
    const ask = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }
    const origin = 'https://lab.example'
    const asked = await call('/oauth/token', { method: 'OPTIONS', headers: { origin, ...ask } })
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
    expect(asked.headers.get('access-control-allow-headers')).toContain('authorization')
    for (const path of ['/oauth/token', '/oauth/jwks.json']) {
      const method = path.endsWith('token') ? 'POST' : 'GET'
      const answer = await call(path, { method, headers: { origin } })
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    }
  })
  it('tells what it takes', async () => {
    expect(await answered(await call('/.well-known/oauth-authorization-server'))).toMatchObject({
      issuer: 'https://fascia.test',
      token_endpoint: 'https://fascia.test/oauth/token',
      jwks_uri: 'https://fascia.test/oauth/jwks.json',
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    })
  })
})

describe('keys that sign', () => {
  it('follow each other: the next is published before it signs, and the last as long as its tokens live', async () => {
    // What was known before is looked at anew.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6 * MINUTE_MS })
    await tokenOf(call, supplier)
    const [first] = await kids()
    const start = Date.now()
    vi.setSystemTime(start + KEY_LIFE_MS - 2 * PUBLISHED_BEFORE_MS)
    await sweepTokens(house, Date.now())
    expect(await kids()).toEqual([first])
    vi.setSystemTime(start + KEY_LIFE_MS - PUBLISHED_BEFORE_MS / 2)
    await sweepTokens(house, Date.now())
    await sweepTokens(house, Date.now())
    vi.setSystemTime(Date.now() + 6 * MINUTE_MS)
    const both = await kids()
    expect(both).toEqual([first, expect.any(String)])
    expect((await signer(house)).kid).toBe(first)
    const last = await tokenOf(call, supplier)
    vi.setSystemTime(start + KEY_LIFE_MS + MINUTE_MS)
    expect((await signer(house)).kid).toBe(both[1])
    const next = await tokenOf(call, supplier)
    vi.setSystemTime(Date.now() + 6 * MINUTE_MS)
    expect((await get(next)).status).toBe(200)
    expect(await kids()).toEqual(both)
    expect(await refusal(await get(last))).toEqual([401, 'token_expired'])
    vi.setSystemTime(start + KEY_LIFE_MS + DAY_MS)
    await sweepTokens(house, Date.now())
    vi.setSystemTime(Date.now() + 6 * MINUTE_MS)
    expect(await kids()).toEqual([both[1]])
  })
  it('are sealed where they are kept', async () => {
    const { results } = await house.DB.prepare('SELECT * FROM signing_keys').all()
    const { jwk } = await signer(house)
    expect(JSON.stringify(results)).not.toContain(jwk.d)
  })
})

describe('what was good once', () => {
  it('is forgotten when its time is over, however much there is of it, and not before', async () => {
    const now = Date.now()
    const insert = house.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
       INSERT INTO used_assertions SELECT 'of-this-test/' || i, ?1 + (i % 2) * 60000 FROM n`,
    )
    await insert.bind(now - 1).run()
    await sweepTokens(house, now)
    const left =
      "SELECT count(*) AS n, min(expires_at) AS first FROM used_assertions WHERE id_hash LIKE 'of-this-test/%'"
    expect(await house.DB.prepare(left).first()).toEqual({ n: 2_500, first: now + 59_999 })
  })
})
