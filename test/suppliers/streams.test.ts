import { runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Hub } from '../../durable-objects/stream-hub/hub.ts'
import { streamSession } from '../../durable-objects/stubs.ts'
import { utf8 } from '../../shared/base/bytes.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import type { LiveStream } from '../../shared/sdk/supplier/wire.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { evictHub, evictSessions, hubOf } from '../stream/eviction.ts'
import { connectAs, type Live } from '../stream/live.ts'
import { beat, presenceOf, stored, values } from '../stream/stage.ts'
import { intoProduction } from './into-production.ts'
import { NIGHTS, night } from './nights.ts'
import { newContract } from './pushed.ts'
import { answered, newSupplier, post, refusal, type Supplier, signedIn, tokenOf } from './supplier.ts'

const LIVE = { ...NIGHTS, name: 'straps', live: { types: ['HEART_RATE', 'RR_INTERVAL'] } }
const REGISTERED = { ...LIVE, name: 'known-straps', identity: { ...NIGHTS.identity, connect: 'registered' } }

let account: Account
let supplier: Supplier
beforeAll(migrate)
beforeEach(async () => {
  account = await newAccount()
  supplier = await newSupplier(call, account)
  for (const document of [LIVE, REGISTERED, NIGHTS]) await newContract(supplier, { document })
})
afterEach(() => vi.restoreAllMocks())
const open = (body: object, contract = 'straps', as: Pick<Supplier, 'ask'> = supplier) =>
  as.ask('POST', `/v2/ingest/${contract}/streams`, body)
const PERSON = { subject: 'p-1', consent: 'c-1' }
const opened = async (body: object = PERSON) => answered<LiveStream>(await open(body))
const produce = (token: string, name?: string) => connectAs('producer', account, undefined, '', token, name)
const live = async (body: object = PERSON) => produce((await opened(body)).token)
const ended = async (one: Live) => {
  await one.until(() => one.closed !== undefined)
  return one.closed
}
const put = async (subject: string, about: object) =>
  answered<{ user_id: string }>(await supplier.ask('PUT', `/v2/supplier/subjects/${subject}`, about))
const developer = (method: string, path: string, body?: object) =>
  call(`/v2${path}`, { ...post(body ?? {}, account.headers), method })

describe('a supplier’s stream', { timeout: 20_000 }, () => {
  it('brings a new subject’s samples to the developer’s consumers, marked as of the sandbox', async () => {
    const consumer = await connectAs('consumer', account)
    const asked = Date.now()
    const { token, url, expires_at, ends_at, ...rest } = await opened({ ...PERSON, reference_id: 'user-1' })
    expect(rest).toEqual({ subject: 'p-1', types: ['HEART_RATE', 'RR_INTERVAL'] })
    expect(url).toMatch(/^wss?:\/\/[^/]+\/connect$/)
    for (const [at, minutes] of [
      [expires_at, 3],
      [ends_at, 15],
    ] as const) {
      expect(Date.parse(at)).toBeGreaterThanOrEqual(asked + minutes * MINUTE_MS)
      expect(Date.parse(at)).toBeLessThanOrEqual(Date.now() + minutes * MINUTE_MS)
    }
    const producer = await produce(token, 'strap')
    producer.send(beat(61))
    producer.send({ op: 9, d: { n: 1, frames: [{ t: 'RR_INTERVAL', d: { val: 820 } }] } })
    await consumer.until(() => consumer.dispatched().length === 2)
    const { users } = await answered<{ users: { user_id: string; provider: string; reference_id: string }[] }>(
      await call('/v2/subscriptions', { headers: account.headers }),
    )
    expect(users).toMatchObject([{ provider: 'SUPPLIER_SANDBOX', reference_id: 'user-1' }])
    for (const frame of consumer.dispatched()) expect(frame).toMatchObject({ uid: users[0]!.user_id, synthetic: true })
    expect(values(consumer)).toEqual([61, 820])
    // One token is one socket; another one is the same person.
    expect(await ended(await produce(token))).toMatchObject({ code: 4001 })
    expect((await live()).closed).toBeUndefined()
    expect(await presenceOf(account)).toMatchObject([{ user_id: users[0]!.user_id, live: true, producers: 2 }])
    // What comes by a token of the developer's is marked as well.
    ;(await connectAs('producer', account, users[0]!.user_id)).send(beat(62))
    await consumer.until(() => values(consumer).includes(62))
    expect(consumer.dispatched().at(-1)).toMatchObject({ synthetic: true })
  })
  it('takes the samples that its contract has, also after its object slept, and says so of others', async () => {
    const consumer = await connectAs('consumer', account)
    const [one, two, other] = [await live(), await produce((await opened()).token, 'strap'), await live()]
    for (const producer of [one, two, other]) producer.send(beat(1))
    await consumer.until(() => values(consumer).length === 3)
    await evictSessions()
    one.send(beat(2, 'STEPS'))
    two.send({
      op: 9,
      d: {
        n: 1,
        frames: [
          { t: 'HEART_RATE', d: { val: 3 } },
          { t: 'MOOD', d: {} },
        ],
      },
    })
    const words = 'may not come; the contract has HEART_RATE, RR_INTERVAL'
    expect(await ended(one)).toEqual({ code: 4006, reason: `STEPS ${words}` })
    expect(await ended(two)).toEqual({ code: 4006, reason: `MOOD ${words}` })
    other.send(beat(4))
    await consumer.until(() => values(consumer).includes(4))
    expect(values(consumer)).toEqual([1, 1, 1, 4])
  })
  it('is let in with as many types as a contract has, of the longest', async () => {
    const types = Array.from({ length: 20 }, (_, i) => `${String.fromCharCode(65 + i)}${'X'.repeat(47)}_HEART_RATE`)
    await newContract(supplier, { document: { ...LIVE, name: 'many', live: { types } } })
    const { token } = await answered<LiveStream>(await open(PERSON, 'many'))
    const producer = await produce(token)
    await evictSessions()
    producer.send(beat(1, types[19]))
    await stored(producer)
  })
})

describe('no stream is opened', () => {
  it.each<[string, object, string, number, string]>([
    ['for nobody who was told', { subject: 'p-9', consent: 'c' }, 'known-straps', 404, 'unknown_subject'],
    ['without a consent', { subject: 'p-9' }, 'straps', 403, 'no_consent'],
    ['where nothing comes live', PERSON, 'sleep-nights', 409, 'live_not_in_contract'],
    ['of a contract that is not there', PERSON, 'nothing', 404, 'contract_not_found'],
  ])('%s', async (_, body, contract, status, code) => {
    expect(await refusal(await open(body, contract))).toEqual([status, code])
  })
  it.each([{}, { subject: '' }, { subject: 'a\nb' }, { subject: 'p', types: ['STEPS'] }, { subject: 1 }])(
    'for %j',
    async (body) => {
      expect((await open(body)).status).toBe(400)
    },
  )
  it('to a token for records of one type', async () => {
    const token = await tokenOf(call, supplier, { scope: 'ingest:write:sleep' })
    const asked = await call('/v2/ingest/straps/streams', post(PERSON, { authorization: `Bearer ${token}` }))
    expect(await refusal(asked)).toEqual([403, 'scope_missing'])
  })
  it('to another supplier for one’s own subject: theirs of the same name is another person', async () => {
    const { user_id } = await put('p-1', { consent: 'c-1' })
    const other = await newSupplier(call, account)
    for (const document of [LIVE, REGISTERED]) await newContract(other, { document })
    expect(await refusal(await open({ subject: 'p-1' }, 'known-straps', other))).toEqual([404, 'unknown_subject'])
    const { token } = await answered<LiveStream>(await open(PERSON, 'straps', other))
    const consumer = await connectAs('consumer', account)
    ;(await produce(token)).send(beat(1))
    await consumer.until(() => values(consumer).length === 1)
    expect(consumer.dispatched()[0]!.uid).not.toBe(user_id)
  })
  it('in production for a subject of the sandbox, nor the other way round', async () => {
    await put('p-1', { consent: 'c-1' })
    await intoProduction(supplier)
    const wish = { name: 'nightly', environment: 'production' }
    const made = await supplier.ask('POST', '/v2/supplier/credentials', wish)
    const nightly = await signedIn(call, await answered<{ client_id: string; client_secret: string }>(made))
    expect(await refusal(await open({ subject: 'p-1' }, 'known-straps', nightly))).toEqual([404, 'unknown_subject'])
    const { token } = await answered<LiveStream>(await open({ ...PERSON, subject: 'p-2' }, 'straps', nightly))
    const consumer = await connectAs('consumer', account)
    ;(await produce(token)).send(beat(1))
    await consumer.until(() => values(consumer).length === 1)
    expect(consumer.dispatched()[0]).not.toHaveProperty('synthetic')
    expect(await refusal(await open({ subject: 'p-2' }, 'known-straps'))).toEqual([404, 'unknown_subject'])
  })
  it('for a subject whom the developer has stopped', async () => {
    const { user_id } = await put('p-1', { consent: 'c-1' })
    await answered(await developer('PATCH', `/users/${user_id}`, { active: false }))
    expect(await refusal(await open(PERSON))).toEqual([403, 'subject_inactive'])
  })
  it('under a contract that a rule holds back', async () => {
    const slas = { validity_share: 0.9, on_breach: 'quarantine' }
    await newContract(supplier, { document: { ...LIVE, name: 'promised', slas } })
    expect((await open(PERSON, 'promised')).status).toBe(201)
    const bad = Array.from({ length: 50 }, (_, i) => ({ ...night(i, { people: 5 }), mood: 'well' }))
    await answered(await supplier.ask('POST', '/v2/ingest/promised/records', bad))
    await answered(await supplier.ask('POST', '/v2/supplier/clock', { advance_seconds: 3_600 }))
    expect(await refusal(await open(PERSON, 'promised'))).toEqual([403, 'contract_quarantined'])
    expect((await open(PERSON)).status).toBe(201)
  })
  it('for more than may come in a second', async () => {
    const limits = { records_per_second: 1, burst_records: 1 }
    await answered(await developer('PATCH', `/suppliers/${supplier.supplier_id}`, { limits }))
    await opened()
    const refused = await open(PERSON)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await refusal(refused)).toEqual([429, 'too_many_records'])
  })
})

describe('a stream ends, and a token that was given before lets nobody in,', { timeout: 30_000 }, () => {
  const ENDED = { code: 4001, reason: 'what lets you in has ended; ask for a new token' }
  const OVER = { code: 4001, reason: 'the time of this token is over; ask for a new one' }
  const LATE = { code: 4001, reason: 'what this token was given by has ended; ask for a new one' }
  /** A socket of this subject, and a token more. */
  const begun = async (as: Pick<Supplier, 'ask'> = supplier) => {
    const tokens = [await open(PERSON, 'straps', as), await open(PERSON, 'straps', as)]
    const [first, kept] = await Promise.all(tokens.map((one) => answered<LiveStream>(one)))
    return { producer: await produce(first!.token), kept: kept!.token }
  }
  type Supplied = Awaited<ReturnType<typeof signedIn>>
  /** Another credential of the supplier. */
  const newGateway = async () => {
    const made = await supplier.ask('POST', '/v2/supplier/credentials', { name: 'gateway' })
    return signedIn(call, await answered<{ client_id: string; client_secret: string }>(made))
  }
  const revoke = ({ client_id }: Supplied) => supplier.ask('DELETE', `/v2/supplier/credentials/${client_id}`)
  const over = async ({ producer, kept }: Awaited<ReturnType<typeof begun>>) => {
    const closed = await ended(producer)
    await evictHub(account)
    return [closed, await ended(await produce(kept))]
  }

  it('when the consent is taken back; one that is given anew lets in again', async () => {
    const stays = await live({ subject: 'p-2', consent: 'c-2' })
    const begins = await begun()
    await evictSessions()
    await answered(await supplier.ask('DELETE', '/v2/supplier/subjects/p-1/consent'))
    expect(await over(begins)).toEqual([ENDED, LATE])
    expect(await refusal(await open(PERSON))).toEqual([403, 'consent_ended'])
    await put('p-1', { consent: 'c-3' })
    const again = await live({ subject: 'p-1' })
    again.send(beat(1))
    await stored(again)
    await stored(stays)
  })
  it('also where somebody has been let in, and does not know it yet', async () => {
    await connectAs('consumer', account)
    await runInDurableObject(hubOf(account), (instance) => {
      const { made } = instance as unknown as { made: Hub }
      const enter = made.enterProducer.bind(made)
      made.enterProducer = async (entry) => {
        const entered = await enter(entry)
        void made.endGrants(entry.claims.grants!, Date.now())
        // Answered after what was asked before: the session has heard of the end, and not of the entrance.
        await streamSession(house, entry.session).standing(entry.socket)
        return entered
      }
    })
    const producer = await live()
    expect(await ended(producer)).toEqual(ENDED)
    expect(await presenceOf(account)).toEqual([])
  })
  it('when the consent ends by its time', async () => {
    const endsAt = Date.now() + 4_000
    await put('p-1', { consent: 'c-1', consent_ends_at: new Date(endsAt).toISOString() })
    const { token, expires_at, ends_at } = await opened({ subject: 'p-1' })
    expect(expires_at).toBe(ends_at)
    expect(Date.parse(ends_at)).toBeLessThanOrEqual(endsAt)
    const [silent, busy] = [await produce(token), await live({ subject: 'p-1' })]
    const { token: kept } = await opened({ subject: 'p-1' })
    // Each waits for what it sends.
    while (!busy.closed) {
      busy.send(beat(1))
      await stored(busy).catch(() => ended(busy))
    }
    expect(busy.closed).toEqual(OVER)
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(ends_at))
    expect(await ended(silent)).toEqual(busy.closed)
    expect(await ended(await produce(kept))).toMatchObject({ code: 4001 })
    expect(await refusal(await open({ subject: 'p-1' }))).toEqual([403, 'consent_ended'])
  }, 30_000)
  it('when the consent ends by the sandbox’s clock', async () => {
    await put('p-1', { consent: 'c-1', consent_ends_at: new Date(Date.now() + 86_400_000).toISOString() })
    const begins = await begun()
    await answered(await supplier.ask('POST', '/v2/supplier/clock', { advance_seconds: 86_400 }))
    expect(await over(begins)).toEqual([ENDED, LATE])
    expect(await refusal(await open({ subject: 'p-1' }))).toEqual([403, 'consent_ended'])
  })
  it('when the subject is erased', async () => {
    const begins = await begun()
    expect((await supplier.ask('DELETE', '/v2/supplier/subjects/p-1')).status).toBe(204)
    expect(await over(begins)).toEqual([
      { code: 4001, reason: 'the user is gone' },
      { code: 4001, reason: 'the user of this token is gone' },
    ])
    expect(await refusal(await open(PERSON))).toEqual([403, 'subject_closed'])
  })
  it('when the developer stops the connection', async () => {
    const begins = await begun()
    const { user_id } = (await presenceOf(account))[0]!
    await answered(await developer('PATCH', `/users/${user_id}`, { active: false }))
    expect(await over(begins)).toEqual([
      { code: 4001, reason: 'the user is not active' },
      { code: 4001, reason: 'the user of this token is not active' },
    ])
  })
  it('when the supplier is suspended, and goes on when it is resumed', async () => {
    const other = await newSupplier(call, account)
    await newContract(other, { document: LIVE })
    const stays = await produce((await answered<LiveStream>(await open(PERSON, 'straps', other))).token)
    const begins = await begun()
    await answered(await developer('POST', `/suppliers/${supplier.supplier_id}/suspend`, { reason: 'a look' }))
    expect(await over(begins)).toEqual([ENDED, LATE])
    expect(await refusal(await open(PERSON))).toEqual([403, 'supplier_suspended'])
    await stored(stays)
    await answered(await developer('POST', `/suppliers/${supplier.supplier_id}/resume`))
    expect((await open(PERSON)).status).toBe(201)
  })
  it('when the supplier is closed', async () => {
    const begins = await begun()
    await answered(await developer('DELETE', `/suppliers/${supplier.supplier_id}`))
    expect(await over(begins)).toEqual([ENDED, LATE])
  })
  it('when the credential is revoked, and not the streams of another one', async () => {
    const gateway = await newGateway()
    const begins = await begun(gateway)
    const stays = await live()
    expect((await revoke(gateway)).status).toBe(200)
    expect(await over(begins)).toEqual([ENDED, LATE])
    await stored(stays)
  })
  it('also for whoever had asked by then, and said only later whose it is', async () => {
    const gateway = await newGateway()
    const [asked, said] = [Promise.withResolvers<void>(), Promise.withResolvers<Uint8Array>()]
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          asked.resolve()
          controller.enqueue(await said.promise)
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    // So that who asks is known at once.
    await open(PERSON, 'straps', gateway)
    const opening = gateway.ask('POST', '/v2/ingest/straps/streams', body, { 'content-type': 'application/json' })
    await asked.promise
    expect((await revoke(gateway)).status).toBe(200)
    const now = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => now() + MINUTE_MS)
    said.resolve(utf8(JSON.stringify(PERSON)))
    const { token } = await answered<LiveStream>(await opening)
    expect(await ended(await produce(token))).toEqual(LATE)
  })
  it.each<[string, (gateway: Supplied) => Promise<Response>]>([
    ['of a credential', (gateway: Supplied) => revoke(gateway)],
    ['of the supplier', () => developer('DELETE', `/suppliers/${supplier.supplier_id}`)],
  ])('when the end %s broke off, and is asked for again', async (_, end) => {
    const gateway = await newGateway()
    const begins = await begun(gateway)
    await runInDurableObject(hubOf(account), (instance) => {
      const { made } = instance as unknown as { made: Hub }
      const whole = made.endGrants.bind(made)
      made.endGrants = async () => {
        made.endGrants = whole
        throw new Error('not now')
      }
    })
    expect((await end(gateway)).status).toBe(500)
    expect(begins.producer.closed).toBeUndefined()
    expect((await end(gateway)).status).toBeLessThan(300)
    expect(await over(begins)).toEqual([ENDED, LATE])
  })
  it('with the last day of its contract', async () => {
    const sunset_at = Date.now() + 2_000
    await newContract(supplier, { document: { ...LIVE, name: 'old' }, state: 'deprecated', sunset_at })
    const { token, ends_at } = await answered<LiveStream>(await open(PERSON, 'old@1.0'))
    expect(Date.parse(ends_at)).toBe(sunset_at)
    expect(await ended(await produce(token))).toEqual(OVER)
    expect(await refusal(await open(PERSON, 'old@1.0'))).toEqual([410, 'contract_retired'])
  })
})
