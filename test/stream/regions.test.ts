import { createExecutionContext } from 'cloudflare:test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { wrongHost } from '../../shared/access/region-hosts.ts'
import { findDeveloper } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import type { LiveStream } from '../../shared/sdk/supplier/wire.ts'
import { app } from '../../workers/app.ts'
import { type Account, type call, house, migrate, newConnection, OPERATOR } from '../house.ts'
import { NIGHTS } from '../suppliers/nights.ts'
import { newContract } from '../suppliers/pushed.ts'
import { answered, newSupplier, post, refusal } from '../suppliers/supplier.ts'
import { evictSessions, setSessions } from './eviction.ts'
import { identified, openSocket } from './live.ts'

const BASE_URL = 'https://fascia.test'
const HOSTS = { eu: 'eu.fascia.test', us: 'us.fascia.test:8443' }
const env = { ...house, BASE_URL, REGION_HOSTS: JSON.stringify(HOSTS) } as Env
/** Knocks at one host of a deployment that has several. */
const at =
  (host: string): typeof call =>
  async (path, init) =>
    app.fetch(new Request(`https://${host}${path}`, init), env, createExecutionContext())
const [everywhere, eu, us] = [at('fascia.test'), at(HOSTS.eu), at(HOSTS.us)]

let asBefore: () => Promise<unknown>
beforeAll(async () => {
  await migrate()
  await openSocket('', everywhere)
  asBefore = await setSessions({ BASE_URL, REGION_HOSTS: HOSTS })
})
afterAll(() => asBefore())

async function developerOf(region: string): Promise<Account> {
  const made = await everywhere('/operator/developers', post({ name: 'Regional', region }, OPERATOR))
  const { dev_id, api_key } = await answered<{ dev_id: string; api_key: string }>(made)
  const developer = (await findDeveloper(open(house.DB), dev_id))!
  return { dev_id, api_key, developer, headers: { 'dev-id': dev_id, 'x-api-key': api_key } }
}
/** A token may be asked for anywhere: it holds nothing of anybody's data. */
async function tokenOf(role: 'producer' | 'consumer', account: Account): Promise<string> {
  const path = role === 'consumer' ? '/auth/developer' : `/auth/user?id=${(await newConnection(account)).user_id}`
  return (await answered<{ token: string }>(await us(path, { method: 'POST', headers: account.headers }))).token
}
const opened = async (host: typeof call, role: 'producer' | 'consumer', token: string) =>
  identified(await openSocket('', host), role, token)
const ELSEWHERE = { code: 4007, reason: 'use eu.fascia.test: us.fascia.test:8443 is of the region us, yours is eu' }

describe.each(['producer', 'consumer'] as const)('a %s', (role) => {
  it('is sent from the socket of another region to the right one, where the same token lets it in', async () => {
    const token = await tokenOf(role, await developerOf('eu'))
    expect((await opened(us, role, token)).closed).toEqual(ELSEWHERE)
    const here = await opened(eu, role, token)
    expect([here.closed, here.received.at(-1)]).toEqual([undefined, { op: 4 }])
  })
  it('of any region is let in at the host that takes all', async () => {
    for (const region of ['eu', 'us', 'ap']) {
      const live = await opened(everywhere, role, await tokenOf(role, await developerOf(region)))
      expect([live.closed, live.received.at(-1)]).toEqual([undefined, { op: 4 }])
    }
  })
  it('of a region without a host of its own is sent to the one that takes all', async () => {
    const live = await opened(us, role, await tokenOf(role, await developerOf('ap')))
    expect(live.closed).toEqual({
      code: 4007,
      reason: 'use fascia.test: us.fascia.test:8443 is of the region us, yours is ap',
    })
  })
})

describe('a region without a host of its own, where no other address is known', () => {
  it.each(['', `https://${HOSTS.us}`])('is taken where it comes: BASE_URL is %j', (base) => {
    const asked = (region: string) =>
      wrongHost({ BASE_URL: base, REGION_HOSTS: HOSTS }, `https://${HOSTS.us}/connect`, region)
    expect([asked('ap'), asked('us'), asked('eu')?.host]).toEqual([undefined, undefined, HOSTS.eu])
  })
})

describe('at the wrong host', () => {
  it('a socket is found out also where its object slept before it said who it is', async () => {
    const live = await openSocket('?after=1', us)
    await evictSessions()
    await identified(live, 'consumer', await tokenOf('consumer', await developerOf('eu')))
    expect(live.closed).toEqual(ELSEWHERE)
  })
  it('a supplier’s samples are not taken, and the address that it was given is the right one', async () => {
    const supplier = await newSupplier(eu, await developerOf('eu'))
    await newContract(supplier, { document: { ...NIGHTS, live: { types: ['HEART_RATE'] } } })
    const asked = post({ subject: 'p-1', consent: 'c-1' }, supplier.headers)
    const { token, url } = await answered<LiveStream>(await eu('/v2/ingest/sleep-nights/streams', asked))
    expect((await opened(us, 'producer', token)).closed).toEqual(ELSEWHERE)
    expect(url).toBe('wss://eu.fascia.test/connect')
    expect((await opened(at(new URL(url).host), 'producer', token)).closed).toBeUndefined()
  })
  it('a developer’s events do not come', async () => {
    const { headers } = await developerOf('eu')
    const wrong = await us('/v2/stream?types=STEPS', { headers })
    expect(wrong.headers.get('location')).toBe('https://eu.fascia.test/v2/stream?types=STEPS')
    expect(await refusal(wrong)).toEqual([421, 'wrong_region'])
    for (const host of [everywhere, eu]) {
      const events = await host('/v2/stream', { headers })
      expect(events.status).toBe(200)
      await events.body!.cancel()
    }
  })
})
