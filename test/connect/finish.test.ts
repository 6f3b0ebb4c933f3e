import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { connectionObject, eventLog, orphanBox } from '../../durable-objects/stubs.ts'
import { newUserId } from '../../shared/base/ids.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { findConnection } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import type { Oauth2 } from '../../shared/source/define.ts'
import { exchangeCode } from '../../shared/source/oauth.ts'
import { placeConnection } from '../../workers/cells.ts'
import { finishConnection } from '../../workers/connect/finish.ts'
import { type Account, house, migrate, newAccount } from '../house.ts'

const app = { client_id: 'app', client_secret: 'app-secret', ingest_secret: 'ingest-secret-of-the-tests' }
let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

/** A provider that grants tokens, and subscribes as told. */
function provider(account: number, subscribed: () => object = () => ({ status: 0 })) {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url) => {
    if (!String(url).endsWith('/v2/oauth2')) return Response.json(subscribed())
    const body = { userid: account, access_token: 'access', refresh_token: 'refresh', expires_in: 10_800, scope: 'x' }
    return Response.json({ status: 0, body })
  })
}
async function signIn(env: Env = house, of = account) {
  const { developer } = of
  const cell = await placeConnection(house, developer)
  const user_id = newUserId(cell)
  const signIn = {
    user_id,
    cell,
    provider: 'withings',
    reference_id: 'person',
    verifier: 'v',
    redirectUri: 'https://fascia.test/r',
  }
  const withings = PROVIDERS.withings!
  const grant = () =>
    exchangeCode(
      withings.auth as Oauth2,
      { ...signIn, code: 'code' },
      { http: (url, init) => fetch(url, init), app, now: Date.now, answers: withings.answers },
    )
  const claimed = { flow: { flow_id: 'flw_test' }, grant, claim: async () => true }
  const finishing = { developer, provider: withings, app, signIn, ...claimed, baseUrl: 'https://fascia.test' }
  return { user_id, cell: { ...developer, cell }, done: () => finishConnection(env, finishing) }
}
const find = (userId: string) => findConnection(open(house.DB), account.dev_id, userId)

describe('the end of a sign-in', () => {
  it('that the provider does not let us subscribe for leaves nothing behind', async () => {
    provider(101, () => ({ status: 2554, error: 'callback' }))
    const { user_id, cell, done } = await signIn()
    await expect(done()).rejects.toThrow('refused to prepare the connection')
    expect(await find(user_id)).toBeUndefined()
    expect(await eventLog(house, cell).connection(user_id)).toBeUndefined()
    expect(await connectionObject(house, user_id).accessToken(false)).toMatchObject({ kind: 'lost' })
  })
  it('that fails leaves the earlier connection of the account alone', async () => {
    provider(102)
    const first = await signIn()
    await first.done()
    provider(102, () => ({ status: 2554 }))
    await expect((await signIn()).done()).rejects.toThrow()
    expect((await find(first.user_id))?.state).toBe('active')
    expect(await connectionObject(house, first.user_id).accessToken(false)).toMatchObject({ kind: 'token' })
  })
  it('takes all that came early out of the orphan box, also more than one call carries', async () => {
    const box = orphanBox(house, 'withings')
    const body = `appli=1&${'x'.repeat(3_000_000)}`
    const about = { kind: 'push', resource: 'none', origin: 'live', trace: 't', ownerId: '103', body } as const
    for (let i = 0; i < 12; i++) await box.put([{ ...about, payload_id: `pay_${i}`, receivedAt: Date.now() + i }])
    provider(103)
    // A cell of its own, whose inbox nobody works off meanwhile.
    const other = await newAccount()
    const env = { ...house, PAYLOADS: { send: async () => {} } } as unknown as Env
    const { cell, done } = await signIn(env, other)
    await done()
    expect((await eventLog(house, cell).health()).inboxPayloads).toBe(13)
    expect(await box.peek('103')).toEqual([])
  })
  it('is a success once the connection is born, even where its first payloads have to wait', async () => {
    provider(104)
    const broken = { peek: async () => Promise.reject(new Error('box is down')) }
    const env = { ...house, ORPHAN_BOX: { idFromName: () => 'box', get: () => broken } } as unknown as Env
    const { user_id, done } = await signIn(env)
    await done()
    expect((await find(user_id))?.state).toBe('active')
  })
})
