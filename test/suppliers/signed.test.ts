import { createExecutionContext } from 'cloudflare:test'
import { Hono } from 'hono'
import { createSigner, httpbis } from 'http-message-signatures'
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from '../../shared/base/zod.ts'
import type { ApiEnv } from '../../workers/access.ts'
import { newApi } from '../../workers/api/route.ts'
import { onError } from '../../workers/problem.ts'
import { supplierRoute } from '../../workers/suppliers/route.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { answered, newSupplier, refusal, signedIn } from './supplier.ts'

/** A door for data, as those of the product are made. */
const api = newApi()
supplierRoute(
  api,
  {
    id: 'pushTest',
    method: 'post',
    path: '/ingest/:contract/batches',
    push: true,
    scope: 'ingest:write',
    tag: 'Push',
    summary: 'Takes',
    description: 'Takes.',
    answer: z.object({ taken: z.int() }),
    example: { taken: 1 },
  },
  async (c) => c.json({ taken: (await c.req.text()).length }),
)
supplierRoute(
  api,
  {
    id: 'beginTest',
    method: 'post',
    path: '/ingest/:contract/uploads',
    scope: 'ingest:write',
    tag: 'Push',
    summary: 'Begins',
    description: 'Begins.',
    body: z.strictObject({ night: z.int() }),
    bodyExample: { night: 1 },
    answer: z.object({ night: z.int() }),
    example: { night: 1 },
  },
  async (c) => c.json((await c.req.json()) as { night: number }),
)
const door = new Hono<ApiEnv>()
door.route('/v2', api)
door.onError(onError)
const knock = async (headers: Record<string, string>, body: string | undefined = BODY, url = URL_) =>
  door.fetch(new Request(url, { method: 'POST', headers, body }), house, createExecutionContext())

const URL_ = 'https://fascia.test/v2/ingest/sleep/batches?mode=strict'
const BEGIN_URL = 'https://fascia.test/v2/ingest/sleep/uploads'
const BODY = '{"night":1}\n'
let account: Account
let digest: string
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(BODY))
  digest = `sha-256=:${btoa(String.fromCharCode(...new Uint8Array(bytes)))}:`
})

let as: Awaited<ReturnType<typeof signing>>
beforeEach(async () => {
  as = await signing('required')
})
/** A credential whose requests are signed, and what signs them. */
async function signing(signatures: 'optional' | 'required') {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const supplier = await newSupplier(call, account)
  const wish = { name: 'signer', signatures, public_keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] }
  const made = await answered<{ client_id: string; client_secret: string }>(
    await supplier.ask('POST', '/v2/supplier/credentials', wish),
  )
  const { headers } = await signedIn(call, made)
  const key = createSigner(await exportPKCS8(privateKey), 'ecdsa-p256-sha256', 'one')
  let turn = 0
  const sign = async (nonce = `nonce-${turn++}-of-this-test`, url = URL_) => {
    const message = { method: 'POST', url, headers: { ...headers, 'content-digest': digest } }
    const fields = ['@method', '@target-uri', 'content-digest', 'authorization']
    const params = ['created', 'keyid', 'nonce']
    return (await httpbis.signMessage({ key, fields, params, paramValues: { nonce } }, message)).headers as Record<
      string,
      string
    >
  }
  return { supplier, credential: made, headers, sign }
}

describe('a credential that wants requests signed', () => {
  it('takes a signed request once', async () => {
    const headers = await as.sign()
    expect(await answered(await knock(headers))).toEqual({ taken: BODY.length })
    expect(await refusal(await knock(headers))).toEqual([401, 'signature_replayed'])
    expect((await knock(await as.sign())).status).toBe(200)
    const twice = await as.sign()
    const answers = await Promise.all([knock(twice), knock(twice), knock(twice)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401])
  })
  it('refuses one that is not signed, and says what it asks for', async () => {
    const response = await knock(as.headers)
    expect(response.headers.get('accept-signature')).toContain('"@method" "@target-uri" "content-digest"')
    expect(await refusal(response)).toEqual([401, 'signature_missing'])
  })
  it('refuses one that was changed on its way', async () => {
    const headers = await as.sign()
    expect(await refusal(await knock({ ...headers, 'content-digest': digest.replace(':', ':A') }))).toEqual([
      401,
      'signature_invalid',
    ])
  })
  it('refuses one that is not signed by whatever way its path is written', async () => {
    for (const path of ['/v2/%69ngest/sleep/batches', '/%762/ingest/sleep/batches', '/v2/ingest/sleep/%62atches'])
      expect(await refusal(await knock(as.headers, BODY, `https://fascia.test${path}`))).toEqual([
        401,
        'signature_missing',
      ])
  })
  it('holds small bodies to their digests as well', async () => {
    const signed = async () => ({ ...(await as.sign(undefined, BEGIN_URL)), 'content-type': 'application/json' })
    expect(await answered(await knock(await signed(), BODY, BEGIN_URL))).toEqual({ night: 1 })
    expect(await refusal(await knock(await signed(), '{"night":2}\n', BEGIN_URL))).toEqual([400, 'digest_mismatch'])
  })
  it('is managed by calls that are not signed: pages sign nothing', async () => {
    expect((await call('/v2/supplier', { headers: as.headers })).status).toBe(200)
  })
})
describe('a credential that takes requests as they come', () => {
  it('takes one without a signature, and refuses one whose signature is wrong', async () => {
    as = await signing('optional')
    expect((await knock(as.headers)).status).toBe(200)
    const headers = await as.sign()
    expect((await knock(headers)).status).toBe(200)
    expect(await refusal(await knock({ ...headers, 'content-digest': 'sha-256=:AAAA:' }))).toEqual([
      401,
      'signature_invalid',
    ])
  })
})
describe('a door for data', () => {
  it('is open to who may push one type, and closed to who may push none', async () => {
    const supplier = await newSupplier(call, account)
    const token = async (scopes: string[]) =>
      (
        await signedIn(
          call,
          await answered(await supplier.ask('POST', '/v2/supplier/credentials', { name: 'x', scopes })),
        )
      ).headers
    expect((await knock(await token(['ingest:write:sleep']))).status).toBe(200)
    expect(await refusal(await knock(await token(['batches:read', 'account:write'])))).toEqual([403, 'scope_missing'])
  })
})
