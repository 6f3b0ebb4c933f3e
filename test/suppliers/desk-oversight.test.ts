import { runDurableObjectAlarm } from 'cloudflare:test'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { NewBatch } from '../../durable-objects/supplier-desk-api.ts'
import { newId } from '../../shared/base/ids.ts'
import { Slas } from '../../shared/supply/document.ts'
import { problem } from '../../shared/supply/problem.ts'
import { addToTally, newTally } from '../../shared/supply/tally.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { NIGHTS } from './nights.ts'
import { newContract } from './pushed.ts'
import { newSupplier, type Supplier } from './supplier.ts'

let account: Account
let supplier: Supplier
let other: Supplier
let contract_id: string
const slas = Slas.parse({ validity_share: 0.9, window_days: 1, on_breach: 'quarantine' })
const desk = () => {
  const { region, developer_id } = account.developer
  return supplierDesk(house, { region, developer_id, supplier_id: supplier.supplier_id, environment: 'sandbox' })
}
/** A batch of one piece goes its way through the desk. → what its lease said */
async function batch(codes: string) {
  const batch_id = newId('bat')
  const about: NewBatch = {
    ...{ batch_id, contract_id, contract: 'nights@1.0', kind: 'push', mode: 'partial', origin: 'live' },
    ...{ idempotency_key: undefined, hash: undefined, report_days: 1, quarantine_days: 1 },
  }
  await desk().beginBatch(about)
  await desk().commitBatch({ batch_id, hash: batch_id, bytes: 100, unpacked: 900, pieces: [codes.length] })
  const lease = (await desk().takePiece())!
  const document = { name: 'nights', version: '1.0', slas }
  const tally = newTally({ contract_id, document }, { receivedAt: Date.now(), origin: 'live' })
  for (const code of codes)
    addToTally(tally, {
      outcome: code as 'a' | 'r',
      problems: code === 'r' ? [problem('/bpm', 'maximum', 'at most 300', 'number')] : [],
    })
  await desk().commitPiece({ lease: lease.lease, batch_id, piece: 0, codes, problems: [], held: [], tally })
  return lease
}
const asked = async (path: string) => (await (await supplier.ask('GET', path)).json()) as never
const advanced = (advance_seconds: number) => supplier.ask('POST', '/v2/supplier/clock', { advance_seconds })

beforeAll(async () => {
  await migrate()
  account = await newAccount()
  supplier = await newSupplier(call, account)
  other = await newSupplier(call, account)
  contract_id = await newContract(supplier, { document: { ...NIGHTS, name: 'nights', slas } })
})
/** What the supplier's hook was told. */
const said: { type: string }[] = []
beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
    said.push(JSON.parse(init!.body as string))
    return new Response(null, { status: 204 })
  })
})
afterEach(() => vi.restoreAllMocks())
// What goes on after the tests has no receiver.
afterAll(() => supplier.ask('DELETE', '/v2/supplier/hook'))

describe('a desk that watches over its batches', () => {
  it('tells a breach and its end to both sides, holds records back meanwhile, and counts them', async () => {
    const set = await supplier.ask('PUT', '/v2/supplier/hook', { url: 'https://lab.example/hook' })
    expect((await set.json()) as object).toMatchObject({ secret: expect.stringMatching(/^whsec_/), waiting: 0 })
    expect((await batch('a'.repeat(15) + 'r'.repeat(5))).held).toBe(false)
    await advanced(6)
    expect(await asked('/v2/supplier/alerts?state=raised')).toMatchObject({
      alerts: [{ contract: 'nights@1', objective: 'validity', measured: 0.75, action: 'quarantine' }],
      next: null,
    })
    const scorecard = `/v2/suppliers/${supplier.supplier_id}/scorecard?environment=sandbox`
    const ofDeveloper = await (await call(scorecard, { headers: account.headers })).json()
    expect(ofDeveloper).toMatchObject({
      contracts: [{ counts: { accepted: 15, rejected: 5 }, held: { why: 'validity is not as promised' } }],
      alerts: [{ objective: 'validity' }],
    })
    expect((await batch('q')).held).toBe(true)
    await advanced(25 * 3_600)
    const { alerts } = (await asked('/v2/supplier/alerts')) as { alerts: object[] }
    expect(alerts).toMatchObject([{ state: 'cleared' }])
    expect((await batch('a')).held).toBe(false)
    await runDurableObjectAlarm(desk())
    expect(said.map(({ type }) => type).sort()).toEqual([
      ...['alert.cleared', 'alert.raised', 'batch.done', 'batch.done', 'batch.done'],
    ])
    expect(await asked('/v2/supplier/limits')).toMatchObject({ days: [{ batches: 1 }, { batches: 2, bytes: 200 }] })
  })
  it('lifts a hold when the developer says so', async () => {
    await batch('r'.repeat(40))
    await advanced(6)
    const hold = `/v2/suppliers/${supplier.supplier_id}/holds/nights@1?environment=sandbox`
    const lift = async () => (await call(hold, { method: 'DELETE', headers: account.headers })).json()
    expect(await lift()).toEqual({ contract: 'nights@1', lifted: true, redrive_id: null })
    expect(await lift()).toEqual({ contract: 'nights@1', lifted: false, redrive_id: null })
    expect((await batch('a')).held).toBe(false)
  })
  it('knows nothing of another supplier’s, and pages of alerts end', async () => {
    expect(await (await other.ask('GET', '/v2/supplier/quality')).json()).toMatchObject({ score: null, contracts: [] })
    const first = (await asked('/v2/supplier/alerts?limit=1')) as { alerts: { alert_id: string }[]; next: string }
    expect(first.next).toBe(first.alerts[0]!.alert_id)
    const second = (await asked(`/v2/supplier/alerts?limit=1&after=${first.next}`)) as typeof first
    expect(second).toMatchObject({ alerts: [{ state: 'cleared' }], next: null })
    expect((await other.ask('GET', `/v2/supplier/alerts?after=${first.next}`)).status).toBe(400)
  })
  it('tells each thing once, though its alarm rings while it is telling', async () => {
    await advanced(25 * 3_600)
    await runDurableObjectAlarm(desk())
    said.length = 0
    await batch('r'.repeat(40))
    let taken = () => {}
    const answer = new Promise<void>((resolve) => {
      taken = resolve
    })
    const begun = new Promise<void>((resolve) => {
      vi.mocked(globalThis.fetch).mockImplementation(async (_, init) => {
        said.push(JSON.parse(init!.body as string))
        resolve()
        await answer
        return new Response(null, { status: 204 })
      })
    })
    const first = advanced(6)
    await begun
    const second = advanced(6)
    taken()
    await Promise.all([first, second])
    const told = said.map(({ type }) => type).sort()
    expect(told).toEqual(['alert.raised', 'batch.done'])
  })
  it('has no clock to put forward in production, and none without end', async () => {
    expect((await other.ask('POST', '/v2/supplier/clock', { advance_seconds: -1 })).status).toBe(400)
    const year = () => other.ask('POST', '/v2/supplier/clock', { advance_seconds: 400 * 86_400 })
    for (let i = 0; i < 9; i++) expect((await year()).status).toBe(200)
    const answer = await year()
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([409, 'clock_too_far'])
  })
})
