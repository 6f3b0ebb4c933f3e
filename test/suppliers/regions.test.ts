import { createExecutionContext } from 'cloudflare:test'
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { app } from '../../workers/app.ts'
import { house, migrate, OPERATOR } from '../house.ts'
import { NIGHTS } from './nights.ts'
import { type Asker, answered, askToken, invite, newSupplier, post, refusal, type Supplier } from './supplier.ts'

const REGION_HOSTS = JSON.stringify({ eu: 'eu.fascia.test', us: 'us.fascia.test:8443' })
const env = { ...house, BASE_URL: 'https://fascia.test', REGION_HOSTS } as Env
/** Knocks at one host of a deployment that has several. */
const at =
  (host: string): Asker =>
  async (path, init) =>
    app.fetch(new Request(`https://${host}${path}`, init), env, createExecutionContext())
const [everywhere, eu, us] = [at('fascia.test'), at('eu.fascia.test'), at('us.fascia.test:8443')]

let developer: { headers: Record<string, string> }
let supplier: Supplier
beforeAll(async () => {
  await migrate()
  const made = await everywhere('/operator/developers', post({ name: 'European', region: 'eu' }, OPERATOR))
  const { dev_id, api_key } = await answered<{ dev_id: string; api_key: string }>(made)
  developer = { headers: { 'dev-id': dev_id, 'x-api-key': api_key } }
  supplier = await newSupplier(everywhere, developer)
})
const asked = (host: Asker, token = supplier.token) =>
  host('/v2/supplier?x=1', { headers: { authorization: `Bearer ${token}` } })
const client = () => ({ client_id: supplier.client_id, client_secret: supplier.client_secret })

describe('a supplier of a region', () => {
  it('is told its region’s host, and its tokens are for it', async () => {
    expect(decodeJwt(supplier.token)).toMatchObject({ aud: 'https://eu.fascia.test/v2/ingest', region: 'eu' })
    expect(await answered(await asked(everywhere))).toMatchObject({ ingest_url: 'https://eu.fascia.test/v2/ingest' })
  })
  it('is let in at its region’s host and at the global one, whichever gave the token', async () => {
    const { access_token } = await answered<{ access_token: string }>(await askToken(eu, client()))
    for (const token of [supplier.token, access_token])
      for (const host of [everywhere, eu]) expect((await asked(host, token)).status).toBe(200)
  })
  it('is sent from the host of another region to the right one', async () => {
    const wrong = await asked(us)
    expect(wrong.headers.get('location')).toBe('https://eu.fascia.test/v2/supplier?x=1')
    const { detail } = (await wrong.clone().json()) as { detail: string }
    expect(detail).toBe('us.fascia.test:8443 is of the region us, yours is eu: use eu.fascia.test')
    expect(await refusal(wrong)).toEqual([421, 'wrong_region'])
    expect(await refusal(await askToken(us, client()))).toEqual([421, 'wrong_region'])
  })
  it('opens live streams at the socket of its region, and none at the host of another', async () => {
    const headers = { authorization: `Bearer ${supplier.token}` }
    const document = { ...NIGHTS, live: { types: ['HEART_RATE'] } }
    await answered(await eu('/v2/supplier/contracts', post(document, headers)))
    const open = (host: Asker) =>
      host('/v2/ingest/sleep-nights@1.0/streams', post({ subject: 'p-1', consent: 'c-1' }, headers))
    for (const host of [everywhere, eu])
      expect(await answered(await open(host))).toMatchObject({ url: 'wss://eu.fascia.test/connect' })
    expect(await refusal(await open(us))).toEqual([421, 'wrong_region'])
  })
  it('does not take its invitation at the wrong host either', async () => {
    const { invitation } = await invite(everywhere, developer)
    const accept = (host: Asker) => host('/v2/supplier-invitations/accept', post({ token: invitation.token }))
    expect(await refusal(await accept(us))).toEqual([421, 'wrong_region'])
    expect((await accept(eu)).status).toBe(201)
  })
})
