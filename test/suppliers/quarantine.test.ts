import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { exportJWK, generateKeyPair } from 'jose'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import { cellOf } from '../../shared/base/ids.ts'
import { DAY_MS, MINUTE_MS } from '../../shared/base/time.ts'
import { listConnections } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import type { BatchView, ReportLine } from '../../workers/suppliers/batch-views.ts'
import { deskAddress } from '../../workers/suppliers/desk-of.ts'
import type { QuarantinedRecord, Redrive } from '../../workers/suppliers/quarantine-views.ts'
import { redriveChunk } from '../../workers/suppliers/redrive-chunk.ts'
import type { SubjectView } from '../../workers/suppliers/subject-views.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { deskOf, diesBeforeItTells, sandboxContract, taken } from './held.ts'
import { NIGHTS, night } from './nights.ts'
import { endContract, newContract } from './pushed.ts'
import { answered, newSupplier, post, refusal, type Supplier, signedIn } from './supplier.ts'

let account: Account
let supplier: Supplier
let address: DeskAddress
let contract: string
beforeAll(migrate)
beforeEach(async () => {
  account = await newAccount()
  supplier = await newSupplier(call, account)
  address = deskAddress({ ...account.developer, supplier_id: supplier.supplier_id }, 'sandbox')
  contract = await sandboxContract(supplier)
})

const nightsOf = (people: number, count: number) => Array.from({ length: count }, (_, i) => night(i, { people }))
const person = (number: number) => `n-person-${number}`
const know = async (subject: string, consent: string | null = 'consent-1') =>
  answered<SubjectView>(
    await supplier.ask(
      'PUT',
      `/v2/supplier/subjects/${encodeURIComponent(subject)}`,
      consent === null ? {} : { consent },
    ),
  )
type Held = QuarantinedRecord & { record?: unknown }
const held = async (query = '') =>
  (await answered<{ records: Held[] }>(await supplier.ask('GET', `/v2/supplier/quarantine${query}`))).records
const batchOf = async (id: string) =>
  answered<BatchView & { quarantine: Record<string, number> }>(await supplier.ask('GET', `/v2/supplier/batches/${id}`))
const outcomes = async (id: string) =>
  (
    await answered<{ records: ReportLine[] }>(await supplier.ask('GET', `/v2/supplier/batches/${id}/report`))
  ).records.map(({ outcome }) => outcome)
const asDeveloper = (path: string, init: RequestInit = {}) =>
  call(`/v2/suppliers/${supplier.supplier_id}${path}${path.includes('?') ? '&' : '?'}environment=sandbox`, {
    headers: account.headers,
    ...init,
  })
const work = async () => {
  const { name } = deskOf(address)
  while (await redriveChunk(house, name)) {}
}
async function sleepsOf(user_id: string) {
  const log = eventLog(house, { ...account.developer, cell: cellOf(user_id)! })
  return log.records({ user_id, type: 'sleep', startAt: 0, endAt: Date.parse('2030-01-01T00:00:00Z') })
}

describe('a record of somebody whom nobody has told', () => {
  it('is held, listed to both sides with what mends it, and redriven when that is mended', async () => {
    await know(person(0))
    const batch = await taken(supplier, contract, nightsOf(2, 4))
    expect(await outcomes(batch)).toEqual(['accepted', 'quarantined', 'accepted', 'quarantined'])
    const listed = await held()
    expect(listed.map(({ line, reason, state }) => [line, reason, state])).toEqual([
      [4, 'unknown_subject', 'waiting'],
      [2, 'unknown_subject', 'waiting'],
    ])
    expect(listed[0]).toMatchObject({
      remedy: expect.stringContaining('register'),
      contract: 'sleep-nights@1.0',
      tries: 0,
    })
    expect(await answered(await asDeveloper('/quarantine'))).toEqual({ records: listed, next_cursor: null })

    const { user_id } = await know(person(1))
    const begun = await supplier.ask('POST', '/v2/supplier/quarantine/redrive', { reason: 'unknown_subject' })
    expect(begun.status).toBe(202)
    const redrive = await answered<Redrive>(begun)
    expect(redrive).toMatchObject({ matched: 2, state: 'running', contracts: { 'sleep-nights@1': 'sleep-nights@1.0' } })
    await work()
    const path = `/redrives/${redrive.redrive_id}`
    const done = await answered<Redrive>(await supplier.ask('GET', `/v2/supplier${path}`))
    expect(done).toMatchObject({ state: 'done', accepted: 2, kept: 0 })
    expect(await answered(await asDeveloper(path))).toEqual(done)
    expect(await outcomes(batch)).toEqual(Array(4).fill('accepted'))
    expect(await batchOf(batch)).toMatchObject({
      counts: { accepted: 4, quarantined: 0 },
      quarantine: { waiting: 0, taken: 2 },
    })
    expect(await held()).toEqual([])
    expect(await sleepsOf(user_id)).toHaveLength(2)
  })
  it('stays, with its reason of now, where something is still missing', async () => {
    const open = { identity: { subject: 'person', connect: 'registered' } }
    const batch = await taken(supplier, await sandboxContract(supplier, open, '2.0'), nightsOf(2, 2))
    await know(person(0), null)
    await answered(await supplier.ask('POST', '/v2/supplier/quarantine/redrive', { batch_id: batch }))
    await work()
    expect((await held()).map(({ line, reason, tries }) => [line, reason, tries])).toEqual([
      [2, 'unknown_subject', 1],
      [1, 'no_consent', 1],
    ])
    expect(await batchOf(batch)).toMatchObject({ counts: { quarantined: 2 }, quarantine: { waiting: 2 } })
    await know(person(0))
    await answered(await supplier.ask('POST', '/v2/supplier/quarantine/redrive', { subject: person(0) }))
    await work()
    expect(await outcomes(batch)).toEqual(['accepted', 'quarantined'])
  })
  it('is not redriven where no version of its contract takes data', async () => {
    const registered = { ...NIGHTS, version: '2.0', identity: { ...NIGHTS.identity, connect: 'registered' } }
    const contract_id = await newContract(supplier, { document: registered })
    const batch = await taken(supplier, 'sleep-nights@2.0', nightsOf(1, 1))
    await endContract(supplier, contract_id, Date.now() - MINUTE_MS)
    // Until then its version is believed to be as it was.
    const now = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(now + MINUTE_MS)
    const refused = await supplier.ask('POST', '/v2/supplier/quarantine/redrive', {})
    vi.restoreAllMocks()
    expect(await refusal(refused)).toEqual([410, 'contract_retired'])
    expect((await batchOf(batch)).quarantine).toMatchObject({ waiting: 1 })
  })
})

describe('one held record', () => {
  it('is shown to its supplier with what it says; to a developer’s key only where it may see data', async () => {
    await taken(supplier, contract, nightsOf(1, 1))
    const [item] = await held()
    const path = `/quarantine/${item!.quarantine_id}`
    const seen = await answered<Held>(await supplier.ask('GET', `/v2/supplier${path}`))
    expect(seen.record).toEqual(night(0, { people: 1 }))
    expect((await answered<Held>(await asDeveloper(path))).record).toEqual(seen.record)
    const narrow = await answered<{ api_key: string }>(
      await call('/v2/keys', post({ name: 'support', scopes: ['suppliers:read'] }, account.headers)),
    )
    const headers = { 'dev-id': account.dev_id, 'x-api-key': narrow.api_key }
    const without = await answered<Held>(await asDeveloper(path, { headers }))
    expect(without).not.toHaveProperty('record')
    expect(without.quarantine_id).toBe(item!.quarantine_id)
  })
  it('is shown to its supplier alone where its subject has not agreed', async () => {
    const registered = { identity: { subject: 'person', connect: 'registered' } }
    await know(person(0), null)
    await taken(supplier, await sandboxContract(supplier, registered, '2.0'), nightsOf(1, 1))
    const [item] = await held()
    const path = `/quarantine/${item!.quarantine_id}`
    const seen = await answered<Held>(await supplier.ask('GET', `/v2/supplier${path}`))
    expect([item!.reason, seen.record]).toEqual(['no_consent', night(0, { people: 1 })])
    expect(await answered<Held>(await asDeveloper(path))).toEqual(item)
  })
  it('is taken corrected, in its own line, with the subject that it names then', async () => {
    const { user_id } = await know('the right one')
    const batch = await taken(supplier, contract, nightsOf(1, 1))
    const [item] = await held()
    const path = `/v2/supplier/quarantine/${item!.quarantine_id}/redrive`
    const wrong = await answered<Held>(
      await supplier.ask('POST', path, { record: { ...night(0, { people: 1 }), end: 7 } }),
    )
    expect(wrong).toMatchObject({
      state: 'waiting',
      tries: 1,
      problems: [{ pointer: '/end', rule: 'type', kind: 'number' }],
    })
    expect(await outcomes(batch)).toEqual(['quarantined'])
    const record = { ...night(0, { people: 1 }), person: 'the right one' }
    const right = await answered<Held>(await supplier.ask('POST', path, { record }))
    expect(right).toMatchObject({ state: 'taken', tries: 2, outcome: 'accepted' })
    expect(await outcomes(batch)).toEqual(['accepted'])
    expect(await sleepsOf(user_id)).toHaveLength(1)
    expect((await supplier.ask('POST', path, {})).status).toBe(409)
    const gone = await answered<Held>(await supplier.ask('GET', `/v2/supplier/quarantine/${item!.quarantine_id}`))
    expect(gone).not.toHaveProperty('record')
  })
  it('is not the developer’s to correct, but to redrive as it is', async () => {
    await taken(supplier, contract, nightsOf(1, 1))
    const [item] = await held()
    const path = `/quarantine/${item!.quarantine_id}/redrive`
    const refused = await asDeveloper(path, post({ record: night(0, { people: 1 }) }, account.headers))
    expect(refused.status).toBe(403)
    await know(person(0))
    expect(await answered(await asDeveloper(path, post({}, account.headers)))).toMatchObject({ state: 'taken' })
  })
  it('is not corrected by who may not push what it becomes, or pushes signed alone', async () => {
    await taken(supplier, contract, nightsOf(1, 1))
    const [item] = await held()
    const path = `/v2/supplier/quarantine/${item!.quarantine_id}/redrive`
    const correct = async (wish: object) => {
      const made = await supplier.ask('POST', '/v2/supplier/credentials', { name: 'x', ...wish })
      const as = await signedIn(call, await answered(made))
      return refusal(await as.ask('POST', path, { record: night(0, { people: 1 }) }))
    }
    expect(await correct({ scopes: ['ingest:write:body'] })).toEqual([403, 'scope_missing'])
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    const public_keys = [await exportJWK(publicKey)]
    expect(await correct({ signatures: 'required', public_keys })).toEqual([403, 'signature_missing'])
  })
  it('is read by the newest minor version of its contract', async () => {
    await know(person(0))
    // Its mapping knows nights of another kind only.
    const [rule] = NIGHTS.mapping.rules
    const mapping = { rules: [{ ...rule, when: { path: 'night', is: ['another'] } }] }
    const batch = await taken(supplier, await sandboxContract(supplier, { mapping }, '1.1'), nightsOf(1, 1))
    const [item] = await held()
    expect(item).toMatchObject({ reason: 'unmapped', contract: 'sleep-nights@1.1' })
    await sandboxContract(supplier, {}, '1.2')
    const redriven = await supplier.ask('POST', `/v2/supplier/quarantine/${item!.quarantine_id}/redrive`, {})
    expect(await answered(redriven)).toMatchObject({ state: 'taken', outcome: 'accepted' })
    expect(await outcomes(batch)).toEqual(['accepted'])
  })
  it.each(['qrn_1', `qrn_${'0'.repeat(32)}_1`, 'bat_1'])('%s is not there', async (id) => {
    expect((await supplier.ask('GET', `/v2/supplier/quarantine/${id}`)).status).toBe(404)
    expect((await supplier.ask('POST', `/v2/supplier/quarantine/${id}/redrive`, {})).status).toBe(404)
  })
})

describe('a redrive that is killed midway', () => {
  it('neither loses nor doubles: what was appended and not committed is told as the first run did it', async () => {
    const batch = await taken(supplier, contract, nightsOf(1, 5))
    const { user_id } = await know(person(0))
    await answered(await supplier.ask('POST', '/v2/supplier/quarantine/redrive', {}))
    const { desk, name } = deskOf(address)
    await expect(redriveChunk(diesBeforeItTells, name)).rejects.toThrow('killed')
    expect(await sleepsOf(user_id)).toHaveLength(5)
    expect(await outcomes(batch)).toEqual(Array(5).fill('quarantined'))
    // The desk starts anew and gives the same chunk out again.
    await runInDurableObject(desk, (_, state) => state.abort()).catch(() => {})
    expect(await redriveChunk(house, name)).toBe(true)
    expect(await outcomes(batch)).toEqual(Array(5).fill('accepted'))
    expect(await batchOf(batch)).toMatchObject({ counts: { accepted: 5, quarantined: 0 }, quarantine: { taken: 5 } })
    const sleeps = await sleepsOf(user_id)
    expect(sleeps.map(({ revision }) => revision)).toEqual(Array(5).fill(1))
  })
})

describe('what is held', () => {
  it('ends when its time is over, and the batch says so', async () => {
    const batch = await taken(supplier, contract, nightsOf(1, 2))
    const { desk } = deskOf(address)
    await desk.advance(31 * DAY_MS)
    const rung = async () => {
      await runDurableObjectAlarm(desk)
      return (await batchOf(batch)).quarantine
    }
    await expect.poll(rung).toMatchObject({ waiting: 0, expired: 2 })
    expect(await held()).toEqual([])
    expect((await held('?state=expired')).map(({ line }) => line)).toEqual([2, 1])
    expect((await batchOf(batch)).counts).toMatchObject({ quarantined: 2 })
  })
  it('goes with the connection of its subject, also where the developer ends that', async () => {
    await know(person(0), null)
    await know(person(1))
    // Held for the lack of a consent.
    const batch = await taken(
      supplier,
      await sandboxContract(supplier, { identity: { subject: 'person', connect: 'registered' } }, '2.0'),
      nightsOf(2, 2),
    )
    expect((await held()).map(({ reason }) => reason)).toEqual(['no_consent'])
    const rows = await listConnections(open(house.DB), account.dev_id)
    const row = rows.find(({ provider_user_id }) => provider_user_id.endsWith(person(0)))!
    const ended = await call(`/v2/auth/deauthenticateUser?user_id=${row.user_id}`, {
      method: 'DELETE',
      headers: account.headers,
    })
    expect(ended.status).toBe(200)
    expect((await batchOf(batch)).quarantine).toMatchObject({ waiting: 0, erased: 1 })
    expect((await supplier.ask('GET', `/v2/supplier/subjects/${person(0)}`)).status).toBe(404)
  })
  it('is found by its subject, its contract and when it came', async () => {
    await taken(supplier, contract, nightsOf(2, 2))
    const lines = async (query: string) => (await held(query)).map(({ line }) => line)
    expect(await lines(`?subject=${person(1)}`)).toEqual([2])
    expect(await lines('?contract=sleep-nights@1')).toEqual([2, 1])
    expect(await lines('?contract=sleep-nights@2')).toEqual([])
    expect(await lines('?contract=sleep-nights')).toEqual([2, 1])
    expect(await lines('?reason=no_consent')).toEqual([])
    expect(await lines('?to=2020-01-01T00:00:00Z')).toEqual([])
    expect(await lines('?limit=1')).toEqual([2])
    expect((await supplier.ask('GET', '/v2/supplier/quarantine?contract=%20')).status).toBe(400)
  })
})
