import { beforeAll, describe, expect, it } from 'vitest'
import { type Account, call, migrate, newAccount } from '../house.ts'
import { answered, askToken, invite, join, newSupplier, post, refusal } from './supplier.ts'

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
describe('a supplier', () => {
  it('is invited by a developer, comes in with the invitation, and begins in the sandbox', async () => {
    const invited = await invite(call, account, { name: 'Sleep lab' })
    expect(invited).toMatchObject({ state: 'invited', name: 'Sleep lab', region: 'global', joined_at: null })
    expect(invited.invitation.url).toBe(`https://fascia.test/suppliers/invitations/${invited.invitation.token}`)
    const look = await call('/v2/supplier-invitations/look', post({ token: invited.invitation.token }))
    expect(await answered(look)).toMatchObject({ developer: 'Test', supplier: 'Sleep lab' })
    await join(call, invited.invitation.token)
    const seen = await call(`/v2/suppliers/${invited.supplier_id}`, { headers: account.headers })
    expect(await answered(seen)).toMatchObject({ state: 'sandbox', joined_at: expect.any(String) })
  })
  it('takes an invitation once, also where two come with it at the same time', async () => {
    const { invitation } = await invite(call, account)
    const accept = () => call('/v2/supplier-invitations/accept', post({ token: invitation.token }))
    const answers = await Promise.all([accept(), accept(), accept()])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 410, 410])
    expect(await refusal(await accept())).toEqual([410, 'invitation_used'])
  })
  it('does not come in with what is no invitation', async () => {
    const { invitation } = await invite(call, account)
    for (const token of ['fsi_1', `${invitation.token}0`, invitation.token.replace('fsi_', 'fsk_')])
      expect(await refusal(await call('/v2/supplier-invitations/accept', post({ token })))).toEqual([
        404,
        'invitation_unknown',
      ])
  })
})

describe('a token', () => {
  it('is taken with a client secret, in the form or by Basic, and its keys are published', async () => {
    const { client_id, client_secret } = await newSupplier(call, account)
    const basic = { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` }
    for (const response of [await askToken(call, { client_id, client_secret }), await askToken(call, {}, basic)]) {
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await answered(response)).toEqual({
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 900,
        scope: 'ingest:write batches:read contracts:write subjects:write account:write',
      })
    }
    const { keys } = await answered<{ keys: object[] }>(await call('/oauth/jwks.json'))
    expect(keys).toEqual([
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        alg: 'ES256',
        use: 'sig',
        kid: expect.any(String),
      },
    ])
  })
  it('lets the supplier in, and says who it is', async () => {
    const supplier = await newSupplier(call, account)
    expect(await answered(await supplier.ask('GET', '/v2/supplier'))).toMatchObject({
      supplier_id: supplier.supplier_id,
      developer: 'Test',
      environment: 'sandbox',
      credential_id: supplier.client_id,
      ingest_url: 'https://fascia.test/v2/ingest',
    })
    expect(await refusal(await call('/v2/supplier'))).toEqual([401, 'token_missing'])
    expect(await refusal(await call('/v2/supplier', { headers: account.headers }))).toEqual([401, 'token_missing'])
    const broken = { authorization: `Bearer ${supplier.token.slice(0, -4)}AAAA` }
    expect(await refusal(await call('/v2/supplier', { headers: broken }))).toEqual([401, 'token_invalid'])
  })
})
