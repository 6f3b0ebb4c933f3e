import { runDurableObjectAlarm } from 'cloudflare:test'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { AlertView, QualityView } from '../../shared/supply/quality-view.ts'
import { takeRecords } from '../../workers/ingest/take-records.ts'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import { contractWith } from '../../workers/suppliers/contract-of.ts'
import { deskAddress } from '../../workers/suppliers/desk-of.ts'
import type { QuarantinedRecord, Redrive } from '../../workers/suppliers/quarantine-views.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { NIGHTS, night } from './nights.ts'
import { consume, done, pushLines } from './pushed.ts'
import { answered, newSupplier, post, type Supplier } from './supplier.ts'

/** A contract whose records are held back on a breach, and what becomes of them when that is over. By the doors and the clock. */

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
/** What hooks were told. */
const said: { type: string; data: object }[] = []
beforeEach(() => {
  said.length = 0
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
    said.push(JSON.parse(init!.body as string))
    return new Response(null, { status: 204 })
  })
})
afterEach(() => vi.restoreAllMocks())

const labs: Supplier[] = []
// What goes on after the tests has no receiver.
afterAll(async () => {
  for (const lab of labs) await lab.ask('DELETE', '/v2/supplier/hook')
})
const SLAS = { validity_share: 0.9, window_days: 1, on_breach: 'quarantine' }
async function newLab({ slas = SLAS, rules }: { slas?: object; rules?: object } = {}) {
  const supplier = await newSupplier(call, account)
  if (rules) expect(await answered(await ruled(supplier, rules))).toMatchObject({ rules })
  await answered(await supplier.ask('POST', '/v2/supplier/contracts', { ...NIGHTS, name: 'nights', slas }))
  await answered(await supplier.ask('PUT', '/v2/supplier/hook', { url: 'https://lab.example/hook' }))
  labs.push(supplier)
  return new Lab(supplier)
}
const ruled = ({ supplier_id }: Supplier, rules: object) =>
  call(`/v2/suppliers/${supplier_id}`, { ...post({ rules }, account.headers), method: 'PATCH' })
class Lab {
  readonly supplier: Supplier
  constructor(supplier: Supplier) {
    this.supplier = supplier
  }
  get address() {
    return deskAddress({ ...account.developer, supplier_id: this.supplier.supplier_id }, 'sandbox')
  }
  get desk() {
    return supplierDesk(house, this.address)
  }
  push(records: object[]): Promise<Response> {
    return pushLines(this.supplier, 'nights@1.0', records)
  }
  async came(records: object[]): Promise<BatchView> {
    return done(this.supplier, await this.push(records))
  }
  of<T>(path: string): Promise<T> {
    return this.supplier.ask('GET', `/v2/supplier${path}`).then((answer) => answered<T>(answer))
  }
  async advance(advance_seconds: number): Promise<void> {
    await answered(await this.supplier.ask('POST', '/v2/supplier/clock', { advance_seconds }))
  }
  /** Records as they should not be, so many that the rest is held back. */
  async breaches(): Promise<void> {
    await this.came(nights(0, 30, { asleep_minutes: -1 }))
    await this.advance(6)
    expect(await this.isHeld()).toBe(true)
  }
  async isHeld(): Promise<boolean> {
    return (await this.of<QualityView>('/quality')).contracts[0]!.held !== null
  }
  async waiting(): Promise<string[]> {
    const { records } = await this.of<{ records: QuarantinedRecord[] }>('/quarantine')
    return records.map(({ reason, tries }) => `${reason}, ${tries} tries`)
  }
  async counts(batch: BatchView) {
    return (await this.of<BatchView>(`/batches/${batch.batch_id}`)).counts
  }
  /** What its hook was told. */
  async told(type: string) {
    await runDurableObjectAlarm(this.desk)
    return said.findLast((one) => one.type === type)?.data
  }
  redrives = async () => (await this.of<{ redrives: Redrive[] }>('/redrives')).redrives
  alerts = async () => (await this.of<{ alerts: AlertView[] }>('/alerts')).alerts
  async lift(query = '', contract = 'nights@1') {
    const path = `/v2/suppliers/${this.supplier.supplier_id}/holds/${contract}?environment=sandbox${query}`
    return answered<{ lifted: boolean; redrive_id: string | null }>(
      await call(path, { method: 'DELETE', headers: account.headers }),
    )
  }
}
const nights = (from: number, count: number, more: object = {}) =>
  Array.from({ length: count }, (_, i) => ({ ...night(from + i, { people: 5 }), ...more }))

describe('a hold that ends', () => {
  it('as all is well lets what it held go on by itself, and its alert says so', async () => {
    const lab = await newLab()
    await lab.breaches()
    const batch = await lab.came(nights(100, 12))
    expect(batch.counts).toMatchObject({ accepted: 0, quarantined: 12 })
    await lab.advance(25 * 3_600)

    expect(await lab.isHeld()).toBe(false)
    const [redrive] = await lab.redrives()
    expect(redrive).toMatchObject({ state: 'running', matched: 12, contracts: { 'nights@1': 'nights@1.0' } })
    expect(await lab.alerts()).toMatchObject([{ state: 'cleared', redrive_id: redrive!.redrive_id }])
    await consume(lab.supplier)
    expect(await lab.redrives()).toMatchObject([{ state: 'done', accepted: 12, kept: 0 }])
    expect(await lab.counts(batch)).toMatchObject({ accepted: 12, quarantined: 0 })
    expect(await lab.waiting()).toEqual([])
    expect(await lab.told('alert.cleared')).toMatchObject({
      redrive_id: redrive!.redrive_id,
      message: 'validity of nights@1 is as promised again; 12 records that were held back are read again',
    })
  })
  it('lets go on what waited for nothing else; the rest has its own reason then', async () => {
    const lab = await newLab()
    await lab.breaches()
    const { supplier } = lab
    const [one] = nights(200, 1)
    const subject = `/v2/supplier/subjects/${one!.person}`
    await answered(await supplier.ask('PUT', subject, { consent: 'c' }))
    await lab.came(nights(200, 4))
    expect((await supplier.ask('DELETE', `${subject}/consent`)).status).toBeLessThan(300)
    // Of the same person: what is wanting of a person comes first.
    await lab.came(nights(205, 1))
    await lab.lift()
    await consume(supplier)
    expect(await lab.redrives()).toMatchObject([{ matched: 4, accepted: 3, kept: 1 }])
    expect(await lab.waiting()).toEqual(['consent_ended, 0 tries', 'consent_ended, 1 tries'])
  })
  it('by the developer’s word lets them go on as well, and where they say so does not', async () => {
    const lab = await newLab()
    await lab.breaches()
    const batch = await lab.came(nights(300, 4))
    const { lifted, redrive_id } = await lab.lift()
    expect([lifted, (await lab.redrives())[0]!.redrive_id]).toEqual([true, redrive_id])
    await consume(lab.supplier)
    expect(await lab.counts(batch)).toMatchObject({ accepted: 4, quarantined: 0 })

    await lab.advance(25 * 3_600)
    await lab.breaches()
    await lab.came(nights(400, 4))
    expect(await lab.lift('&redrive=false')).toMatchObject({ lifted: true, redrive_id: null })
    expect(await lab.lift()).toMatchObject({ lifted: false, redrive_id: null })
    await consume(lab.supplier)
    expect(await lab.waiting()).toEqual(Array(4).fill('contract_quarantined, 0 tries'))
    expect(await lab.redrives()).toHaveLength(1)
  })
  it('lets go on what is of its contract alone', async () => {
    const lab = await newLab()
    const { supplier } = lab
    const others = async (records: object[]) => done(supplier, await pushLines(supplier, 'others@1.0', records))
    await answered(await supplier.ask('POST', '/v2/supplier/contracts', { ...NIGHTS, name: 'others', slas: SLAS }))
    await others(nights(0, 30, { asleep_minutes: -1 }))
    await lab.breaches()
    await lab.came(nights(100, 5))
    await others(nights(200, 5))
    expect(await lab.lift('&redrive=false', 'others@1')).toMatchObject({ lifted: true, redrive_id: null })
    // Both contracts hold something of this person; one of them is held back still.
    const { person } = nights(100, 1)[0]!
    await answered(await supplier.ask('POST', '/v2/supplier/quarantine/redrive', { subject: person }))
    await consume(supplier)
    expect(await lab.redrives()).toMatchObject([{ state: 'done', matched: 2, accepted: 1, kept: 1 }])
    expect(await lab.waiting()).toHaveLength(9)
  })
  it('while nothing waits begins no redrive', async () => {
    const lab = await newLab()
    await lab.breaches()
    await lab.advance(25 * 3_600)
    expect([await lab.isHeld(), await lab.redrives()]).toEqual([false, []])
    expect((await lab.alerts())[0]!.redrive_id).toBeUndefined()
    expect(await lab.told('alert.cleared')).toMatchObject({ message: 'validity of nights@1 is as promised again' })
  })
  it('while a piece is being read that it holds back lets that go on too', async () => {
    const lab = await newLab()
    await lab.breaches()
    const pushed = await answered<BatchView>(await lab.push(nights(500, 2)))
    const lease = (await lab.desk.takePiece())!
    expect(lease).toMatchObject({ batch_id: pushed.batch_id, held: true })
    const { compiled } = await contractWith(house, lease.contract_id)
    const read = await takeRecords(house, {
      ...{ ...lease, address: lab.address, contract: compiled, seed: lease.lease, onlyCheck: false },
      receivedAt: lease.received_at,
      records: nights(500, 2).map((one, i) => ({ line: i + 1, text: JSON.stringify(one) })),
    })
    expect(await lab.lift()).toMatchObject({ lifted: true, redrive_id: null })
    await lab.desk.commitPiece({ lease: lease.lease, batch_id: lease.batch_id, piece: 0, ...read })
    expect(await lab.redrives()).toMatchObject([{ state: 'running', matched: 2 }])
    await consume(lab.supplier)
    expect(await lab.counts(pushed)).toMatchObject({ accepted: 2, quarantined: 0 })
  })
})

describe('a developer’s rule for a supplier', () => {
  it('holds its records back where its contracts would not, and not where they would', async () => {
    const held = await newLab({ slas: { ...SLAS, on_breach: 'alert' }, rules: { on_breach: 'quarantine' } })
    await held.breaches()
    expect(await held.alerts()).toMatchObject([{ state: 'raised', action: 'quarantine' }])
    const open = await newLab({ rules: { on_breach: 'alert' } })
    await open.came(nights(0, 30, { asleep_minutes: -1 }))
    await open.advance(6)
    expect(await open.alerts()).toMatchObject([{ state: 'raised', action: 'alert' }])
    expect([await open.isHeld(), (await open.came(nights(100, 2))).counts.accepted]).toEqual([false, 2])
    expect(await open.of('')).toMatchObject({ rules: { on_breach: 'alert' } })
  })
  it('leaves what was held back where it is, when all is well and when it is lifted, but for a word to the contrary', async () => {
    const lab = await newLab({ rules: { after_hold: 'wait' } })
    await lab.breaches()
    await lab.came(nights(100, 3))
    await lab.advance(25 * 3_600)
    await lab.breaches()
    expect(await lab.lift()).toMatchObject({ lifted: true, redrive_id: null })
    expect([await lab.redrives(), (await lab.waiting()).length]).toEqual([[], 3])
    await lab.advance(25 * 3_600)
    await lab.breaches()
    await lab.lift('&redrive=true')
    expect(await lab.redrives()).toMatchObject([{ matched: 3 }])
  })
  it('is given back by none, and refused where it is no rule', async () => {
    const { supplier } = await newLab({ rules: { on_breach: 'suspend' } })
    expect((await ruled(supplier, { on_breach: 'shout' })).status).toBe(400)
    expect(await answered(await ruled(supplier, {}))).toMatchObject({ rules: {} })
  })
})
