import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { open } from '../../shared/db/open.ts'
import { changeSupplier } from '../../shared/db/suppliers.ts'
import { forgetSupplier } from '../../workers/suppliers/known-suppliers.ts'
import { call, house } from '../house.ts'
import { intoProduction } from './into-production.ts'
import { ownSupplier } from './own-supplier.ts'
import { answered, askToken, newSupplier, refusal, type Supplier, signedIn, tokenOf } from './supplier.ts'

const supplier = ownSupplier()
afterEach(() => vi.useRealTimers())

interface Made {
  credential_id: string
  client_id: string
  client_secret: string
  scopes: string[]
  expires_at: string | null
}
const make = async (body: object = {}, as = supplier as Pick<Supplier, 'ask'>) =>
  answered<Made>(await as.ask('POST', '/v2/supplier/credentials', { name: 'another', ...body }))
const get = (headers: Record<string, string>, more: Record<string, string> = {}) =>
  call('/v2/supplier', { headers: { ...headers, ...more } })
const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })

describe('a credential', () => {
  it('stands beside others, and each takes tokens of its own', async () => {
    const second = await signedIn(call, await make())
    expect((await get(second.headers)).status).toBe(200)
    expect((await get(supplier.headers)).status).toBe(200)
    const { credentials } = await answered<{ credentials: Made[] }>(
      await supplier.ask('GET', '/v2/supplier/credentials'),
    )
    expect(credentials.map(({ credential_id }) => credential_id).sort()).toEqual(
      [supplier.client_id, second.client_id].sort(),
    )
    expect(JSON.stringify(credentials)).not.toContain(second.client_secret.slice(12))
  })
  it('that is deleted takes its tokens with it, and others stay', async () => {
    const second = await signedIn(call, await make())
    expect((await supplier.ask('DELETE', `/v2/supplier/credentials/${second.client_id}`)).status).toBe(200)
    expect(await refusal(await get(second.headers))).toEqual([401, 'credential_revoked'])
    expect(
      await refusal(await askToken(call, { client_id: second.client_id, client_secret: second.client_secret })),
    ).toEqual([401, 'invalid_client'])
    expect((await get(supplier.headers)).status).toBe(200)
    expect((await supplier.ask('DELETE', `/v2/supplier/credentials/${second.client_id}`)).status).toBe(200)
  })
  it('is rotated without a gap: the old one is good until its overlap ends', async () => {
    const old = await signedIn(call, await make({ scopes: ['batches:read'] }))
    const response = await supplier.ask('POST', `/v2/supplier/credentials/${old.client_id}/rotate`, {
      overlap_seconds: 60,
    })
    const fresh = await answered<Made>(response)
    expect(fresh).toMatchObject({ scopes: ['batches:read'], expires_at: null })
    expect(fresh.client_id).not.toBe(old.client_id)
    expect((await get(old.headers)).status).toBe(200)
    expect((await get((await signedIn(call, fresh)).headers)).status).toBe(200)
    later(60_000)
    expect(await refusal(await get(old.headers))).toEqual([401, 'credential_expired'])
    expect(await refusal(await askToken(call, { client_id: old.client_id, client_secret: old.client_secret }))).toEqual(
      [401, 'invalid_client'],
    )
    expect(await tokenOf(call, fresh)).toEqual(expect.any(String))
  })
  it('that ends soon gives tokens that end with it', async () => {
    later(0)
    const made = await make({ expires_at: new Date(Date.now() + 60_000).toISOString() })
    const token = await answered<{ expires_in: number }>(await askToken(call, made as never))
    expect(token.expires_in).toBe(60)
  })
  it('of another supplier is not there', async () => {
    const other = await newSupplier(call, supplier.account)
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { name: 'mine now' }],
      ['DELETE', ''],
      ['POST', '/rotate', {}],
    ] as const)
      expect(
        await refusal(await supplier.ask(method, `/v2/supplier/credentials/${other.client_id}${path}`, body)),
      ).toEqual([404, undefined])
  })
  it('that could never be used is refused', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const wrong: [object, RegExp][] = [
      [{ method: 'private_key_jwt' }, /public_keys/],
      [{ signatures: 'required' }, /public_keys/],
      [{ method: 'private_key_jwt', public_keys: [await exportJWK(privateKey)] }, /"public_keys.0.d"/],
      [{ addresses: ['203.0.113.7/24'] }, /addresses.0: has bits beyond/],
      [{ addresses: ['lab.example'] }, /addresses.0/],
      [{ scopes: ['ingest:write:everything'] }, /scopes.0/],
      [{ expires_at: '2020-01-01T00:00:00Z' }, /expires_at/],
    ]
    for (const [body, detail] of wrong) {
      const response = await supplier.ask('POST', '/v2/supplier/credentials', { name: 'x', ...body })
      expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
        400,
        expect.stringMatching(detail),
      ])
    }
  })
})

describe('a scope', () => {
  it('is narrowed for a token, and not widened', async () => {
    const { client_id, client_secret } = await make({ scopes: ['ingest:write', 'account:write'] })
    const client = { client_id, client_secret }
    const token = async (scope: string) => answered<{ scope: string }>(await askToken(call, { ...client, scope }))
    expect((await token('ingest:write:sleep')).scope).toBe('ingest:write:sleep')
    expect(await refusal(await askToken(call, { ...client, scope: 'contracts:write' }))).toEqual([400, 'invalid_scope'])
    expect(await refusal(await askToken(call, { ...client, scope: 'no:such' }))).toEqual([400, 'invalid_scope'])
  })
  it('that a token lacks is named, and is given to nobody by it', async () => {
    const reader = await signedIn(call, await make({ scopes: ['batches:read'] }))
    expect(await refusal(await reader.ask('GET', '/v2/supplier/credentials'))).toEqual([403, 'scope_missing'])
    const manager = await signedIn(call, await make({ scopes: ['account:write', 'ingest:write:sleep'] }))
    const ask = (scopes: string[]) => manager.ask('POST', '/v2/supplier/credentials', { name: 'x', scopes })
    for (const more of [
      ['ingest:write'],
      ['ingest:write:daily'],
      ['batches:read'],
      ['account:write', 'contracts:write'],
    ])
      expect(await refusal(await ask(more))).toEqual([403, 'scope_missing'])
    expect((await ask(['ingest:write:sleep'])).status).toBe(201)
    const patched = await manager.ask('PATCH', `/v2/supplier/credentials/${reader.client_id}`, {
      scopes: ['contracts:write'],
    })
    expect(await refusal(patched)).toEqual([403, 'scope_missing'])
  })
  it('is not had by changing a credential that has more: its keys, its networks, its end', async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    const manager = await signedIn(call, await make({ scopes: ['account:write', 'batches:read'] }))
    const strong = await make({
      signatures: 'required',
      public_keys: [{ ...(await exportJWK(publicKey)), kid: 'theirs' }],
    })
    const path = `/v2/supplier/credentials/${strong.client_id}`
    const mine = {
      ...(await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey)),
      kid: 'mine',
    }
    for (const change of [{ public_keys: [mine] }, { addresses: [] }, { signatures: 'optional' }])
      expect(await refusal(await manager.ask('PATCH', path, change))).toEqual([403, 'scope_missing'])
    expect(await refusal(await manager.ask('POST', `${path}/rotate`, { public_keys: [mine] }))).toEqual([
      403,
      'scope_missing',
    ])
    expect((await manager.ask('PATCH', path, { name: 'renamed', scopes: ['batches:read'] })).status).toBe(200)
    expect((await manager.ask('PATCH', path, { public_keys: [mine] })).status).toBe(200)
  })
  it('that a credential loses is lost to the tokens that it has taken', async () => {
    const worker = await signedIn(call, await make({ scopes: ['ingest:write', 'batches:read', 'account:write'] }))
    const scopes = ['ingest:write:sleep', 'batches:read']
    expect((await worker.ask('GET', '/v2/supplier/credentials')).status).toBe(200)
    await answered(await supplier.ask('PATCH', `/v2/supplier/credentials/${worker.client_id}`, { scopes }))
    expect(await answered(await get(worker.headers))).toMatchObject({ scopes: ['batches:read'] })
    expect(await refusal(await worker.ask('GET', '/v2/supplier/credentials'))).toEqual([403, 'scope_missing'])
  })
  it('is of one environment: the sandbox makes the first credential of production, and none after it', async () => {
    const wanted = { name: 'night', environment: 'production' }
    const ask = (as: Pick<Supplier, 'ask'>) => as.ask('POST', '/v2/supplier/credentials', wanted)
    expect(await refusal(await ask(supplier))).toEqual([403, 'not_in_production'])
    await intoProduction(supplier)
    const first = await signedIn(call, await answered<Made>(await ask(supplier)))
    expect(await answered(await get(first.headers))).toMatchObject({ environment: 'production' })
    expect(await refusal(await ask(supplier))).toEqual([403, 'wrong_environment'])
    expect(await refusal(await supplier.ask('DELETE', `/v2/supplier/credentials/${first.client_id}`))).toEqual([
      403,
      'wrong_environment',
    ])
    expect((await ask(first)).status).toBe(201)
    expect((await first.ask('DELETE', `/v2/supplier/credentials/${supplier.client_id}`)).status).toBe(200)
  })
})

describe('a credential of production', () => {
  it('is good for nothing while its supplier is not there', async () => {
    await intoProduction(supplier)
    const made = await make({ environment: 'production' })
    const { headers } = await signedIn(call, made)
    // No door leads back; whoever has the ledger can.
    await changeSupplier(open(house.DB), supplier.supplier_id, { state: 'sandbox' })
    forgetSupplier(supplier.supplier_id)
    expect(await refusal(await get(headers))).toEqual([403, 'not_in_production'])
    const client = { client_id: made.client_id, client_secret: made.client_secret }
    expect(await refusal(await askToken(call, client))).toEqual([400, 'unauthorized_client'])
  })
})

describe('an allow-list', () => {
  it('takes a credential from its networks alone, for tokens and for calls', async () => {
    const { client_id, client_secret } = await make({ addresses: ['203.0.113.0/24', '2001:db8::/32'] })
    const client = { client_id, client_secret }
    const from = (ip: string) => ({ 'cf-connecting-ip': ip })
    const token = await answered<{ access_token: string }>(await askToken(call, client, from('203.0.113.9')))
    const headers = { authorization: `Bearer ${token.access_token}` }
    for (const ip of ['203.0.113.9', '2001:db8::7', '::ffff:203.0.113.1'])
      expect((await get(headers, from(ip))).status).toBe(200)
    for (const ip of ['203.0.114.9', '2001:db9::7', 'unknown']) {
      expect(await refusal(await get(headers, from(ip)))).toEqual([403, 'address_not_allowed'])
      expect(await refusal(await askToken(call, client, from(ip)))).toEqual([400, 'unauthorized_client'])
    }
    expect(await refusal(await get(headers))).toEqual([403, 'address_not_allowed'])
    const opened = await supplier.ask('PATCH', `/v2/supplier/credentials/${client_id}`, { addresses: [] })
    expect(opened.status).toBe(200)
    expect((await get(headers)).status).toBe(200)
  })
})

describe('a key of the supplier’s own', () => {
  const ENDPOINT = 'https://fascia.test/oauth/token'
  async function keyed(more: object = {}) {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'first' }
    const { client_id } = await make({ method: 'private_key_jwt', public_keys: [jwk], ...more })
    const assert = (claims: object = {}, kid = 'first') =>
      new SignJWT({ iss: client_id, sub: client_id, aud: ENDPOINT, jti: crypto.randomUUID(), ...claims })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setExpirationTime('2m')
        .sign(privateKey)
    return { client_id, jwk, privateKey, assert }
  }
  const asked = (client_assertion: string, more: Record<string, string> = {}) =>
    askToken(call, {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
      ...more,
    })

  it('takes tokens by assertions, each of which is good once', async () => {
    const { client_id, assert } = await keyed()
    const assertion = await assert()
    const { access_token } = await answered<{ access_token: string }>(await asked(assertion, { client_id }))
    expect(await answered(await get({ authorization: `Bearer ${access_token}` }))).toMatchObject({
      credential_id: client_id,
    })
    expect(await refusal(await asked(assertion))).toEqual([401, 'invalid_client'])
    const twice = await assert()
    const answers = await Promise.all([asked(twice), asked(twice), asked(twice)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
  })
  it('follows another without a gap', async () => {
    const { client_id, jwk, assert } = await keyed()
    const next = await generateKeyPair('Ed25519', { extractable: true })
    const nextJwk = { ...(await exportJWK(next.publicKey)), kid: 'next' }
    const path = `/v2/supplier/credentials/${client_id}`
    const byNext = () =>
      new SignJWT({ iss: client_id, sub: client_id, aud: ENDPOINT, jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'Ed25519', kid: 'next' })
        .setExpirationTime('2m')
        .sign(next.privateKey)
    expect((await supplier.ask('PATCH', path, { public_keys: [jwk, nextJwk] })).status).toBe(200)
    expect([(await asked(await assert())).status, (await asked(await byNext())).status]).toEqual([200, 200])
    expect((await supplier.ask('PATCH', path, { public_keys: [nextJwk] })).status).toBe(200)
    expect([(await asked(await assert())).status, (await asked(await byNext())).status]).toEqual([401, 200])
  })
  it.each<[string, object]>([
    ['another audience', { aud: 'https://elsewhere.example/oauth/token' }],
    ['another client', { sub: `crd_${'0'.repeat(32)}` }],
    ['no id', { jti: undefined }],
  ])('is refused for %s', async (_, claims) => {
    const { assert } = await keyed()
    expect(await refusal(await asked(await assert(claims)))).toEqual([401, 'invalid_client'])
  })
  it('is not mixed with a secret, and a secret is not of a client with keys', async () => {
    const { client_id, assert } = await keyed()
    const mixed = await asked(await assert(), { client_secret: supplier.client_secret })
    expect(await refusal(mixed)).toEqual([400, 'invalid_request'])
    expect(await refusal(await askToken(call, { client_id, client_secret: supplier.client_secret }))).toEqual([
      401,
      'invalid_client',
    ])
    expect(await refusal(await askToken(call, { client_assertion: await assert() }))).toEqual([400, 'invalid_request'])
  })
})
