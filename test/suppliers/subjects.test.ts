import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventLog, supplierDesk } from '../../durable-objects/stubs.ts'
import { SupplierDesk } from '../../durable-objects/supplier-desk.ts'
import { cellOf } from '../../shared/base/ids.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import type { QualityView } from '../../shared/supply/quality-view.ts'
import { deskAddress } from '../../workers/suppliers/desk-of.ts'
import type { SubjectView } from '../../workers/suppliers/subject-views.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { sandboxContract, taken } from './held.ts'
import { night } from './nights.ts'
import { answered, newSupplier, post, type Supplier } from './supplier.ts'

let account: Account
let supplier: Supplier
let address: DeskAddress
beforeAll(migrate)
beforeEach(async () => {
  account = await newAccount()
  supplier = await newSupplier(call, account)
  address = deskAddress({ ...account.developer, supplier_id: supplier.supplier_id }, 'sandbox')
})
const path = (subject: string) => `/v2/supplier/subjects/${encodeURIComponent(subject)}`
const put = async (subject: string, about: object = {}) =>
  answered<SubjectView>(await supplier.ask('PUT', path(subject), about))
const get = (subject: string) => supplier.ask('GET', path(subject))
const letters = async (records: object[], contract: string) => {
  const batch = await taken(supplier, contract, records)
  return (await supplierDesk(house, address).batch(batch))!.counts
}

describe('a subject', () => {
  it('is told with a consent, shown to both sides, and is one connection of the developer’s', async () => {
    const made = await put('person 1/é', {
      reference_id: 'user-1',
      consent: 'c-1',
      consent_ends_at: '2031-01-01T00:00:00Z',
    })
    expect(made).toMatchObject({
      ...{ subject: 'person 1/é', reference_id: 'user-1', state: 'active', consent: 'c-1' },
      consent_ends_at: '2031-01-01T00:00:00.000Z',
    })
    expect(await put('person 1/é')).toEqual(made)
    expect(await answered(await get('person 1/é'))).toEqual(made)
    const users = await answered<{ users: { user_id: string; provider: string; reference_id: string }[] }>(
      await call('/v2/subscriptions', { headers: account.headers }),
    )
    expect(users.users).toMatchObject([{ user_id: made.user_id, provider: 'SUPPLIER_SANDBOX', reference_id: 'user-1' }])
    const listed = await call(`/v2/suppliers/${supplier.supplier_id}/subjects?environment=sandbox`, {
      headers: account.headers,
    })
    expect(await answered(listed)).toEqual({ subjects: [made], next_cursor: null })
  })
  it('is nobody’s of another supplier', async () => {
    await put('person-1')
    const other = await newSupplier(call, account)
    expect((await other.ask('GET', path('person-1'))).status).toBe(404)
    expect((await other.ask('DELETE', path('person-1'))).status).toBe(404)
    expect((await get('person-2')).status).toBe(404)
    expect((await supplier.ask('DELETE', `${path('person-2')}/consent`)).status).toBe(404)
  })
  it('is listed page by page', async () => {
    for (const subject of ['a', 'b', 'c']) await put(subject)
    const first = await answered<{ subjects: SubjectView[]; next_cursor: string }>(
      await supplier.ask('GET', '/v2/supplier/subjects?limit=2'),
    )
    expect(first.subjects.map(({ subject }) => subject)).toEqual(['a', 'b'])
    const rest = await answered<{ subjects: SubjectView[]; next_cursor: null }>(
      await supplier.ask('GET', `/v2/supplier/subjects?limit=2&cursor=${first.next_cursor}`),
    )
    expect([rest.subjects.map(({ subject }) => subject), rest.next_cursor]).toEqual([['c'], null])
  })
  it.each([
    { consent_ends_at: '2031-01-01T00:00:00Z' },
    { consent: '' },
    { reference: 'x' },
    { consent: 'c', consent_ends_at: 'soon' },
  ])('is not told with %j', async (about) => {
    expect((await supplier.ask('PUT', path('person-1'), about)).status).toBe(400)
  })
})

describe('a consent that is taken back', () => {
  it('holds records from then on, until another is on record', async () => {
    const contract = await sandboxContract(supplier)
    await put('n-person-0', { consent: 'c-1' })
    expect(await letters([night(0, { people: 1 })], contract)).toMatchObject({ accepted: 1 })
    const withdrawn = await answered<SubjectView>(await supplier.ask('DELETE', `${path('n-person-0')}/consent`))
    expect(withdrawn).toMatchObject({ state: 'withdrawn', consent: null })
    expect(await put('n-person-0')).toMatchObject({ state: 'withdrawn' })
    expect(await letters([night(1, { people: 1 })], contract)).toMatchObject({ quarantined: 1 })
    const held = await answered<{ records: { reason: string }[] }>(await supplier.ask('GET', '/v2/supplier/quarantine'))
    expect(held.records).toMatchObject([{ reason: 'consent_ended' }])
    expect(await put('n-person-0', { consent: 'c-2' })).toMatchObject({ state: 'active', consent: 'c-2' })
    expect(await letters([night(2, { people: 1 })], contract)).toMatchObject({ accepted: 1 })
  })
})

describe('a subject whom the developer stops', () => {
  it('has nothing taken or kept until the developer resumes them, and the report says so', async () => {
    const contract = await sandboxContract(supplier)
    const { user_id } = await put('n-person-0', { consent: 'c-1' })
    const active = async (active: boolean) =>
      answered(await call(`/v2/users/${user_id}`, { ...post({ active }, account.headers), method: 'PATCH' }))
    await active(false)
    const batch = await taken(supplier, contract, [night(0, { people: 1 })])
    const report = await answered<{ records: { outcome: string; problems: { message: string }[] }[] }>(
      await supplier.ask('GET', `/v2/supplier/batches/${batch}/report`),
    )
    expect(report.records).toMatchObject([
      { outcome: 'rejected', problems: [{ rule: 'subject_closed', message: expect.stringContaining('resume') }] },
    ])
    const held = await answered<{ records: object[] }>(await supplier.ask('GET', '/v2/supplier/quarantine?state=all'))
    expect(held.records).toEqual([])
    await active(true)
    expect(await letters([night(0, { people: 1 })], contract)).toMatchObject({ accepted: 1 })
  })
})

describe('a subject who is erased', () => {
  it('leaves no data, nothing in quarantine and no name behind, and is new when told again', async () => {
    const contract = await sandboxContract(supplier)
    const { user_id } = await put('n-person-0', { consent: 'c-1' })
    await letters([night(0, { people: 1 })], contract)
    await supplier.ask('DELETE', `${path('n-person-0')}/consent`)
    expect(await letters([night(1, { people: 1 })], contract)).toMatchObject({ quarantined: 1 })
    expect((await supplier.ask('DELETE', path('n-person-0'))).status).toBe(204)
    expect((await get('n-person-0')).status).toBe(404)
    const log = eventLog(house, { ...account.developer, cell: cellOf(user_id)! })
    const asked = { user_id, type: 'sleep', startAt: 0, endAt: Date.parse('2030-01-01T00:00:00Z') } as const
    expect(await log.records(asked)).toEqual([])
    const erased = await supplier.ask('GET', '/v2/supplier/quarantine?state=erased')
    expect((await answered<{ records: unknown[] }>(erased)).records).toHaveLength(1)
    const found = await supplier.ask('GET', '/v2/supplier/quarantine?state=all&subject=n-person-0')
    expect((await answered<{ records: unknown[] }>(found)).records).toEqual([])
    const [listed] = Object.values(await supplierDesk(house, address).subjectRows(0, 10))
    expect(listed).toBeUndefined()
    // What comes all the same is not taken, and kept nowhere: its line says why.
    const late = await taken(supplier, contract, [night(2, { people: 1 })])
    const report = await supplier.ask('GET', `/v2/supplier/batches/${late}/report`)
    expect(await answered(report)).toMatchObject({
      records: [{ line: 1, outcome: 'rejected', problems: [{ pointer: '', rule: 'subject_closed' }] }],
    })
    const { records } = await answered<{ records: object[] }>(
      await supplier.ask('GET', '/v2/supplier/quarantine?state=all'),
    )
    expect(records).toMatchObject([{ state: 'erased' }])
    // The supplier may not know yet: it is no fault of its data.
    const { contracts } = await answered<QualityView>(await supplier.ask('GET', '/v2/supplier/quality'))
    expect(contracts[0]).toMatchObject({
      counts: { rejected: 0 },
      rejections: [{ rule: 'subject_closed', pointer: '', records: 1 }],
    })
    // It may be asked for again, and changes nothing.
    expect((await supplier.ask('DELETE', path('n-person-0'))).status).toBe(204)
    const anew = await put('n-person-0', { consent: 'c-3' })
    expect(anew.user_id).not.toBe(user_id)
    expect(await letters([night(3, { people: 1 })], contract)).toMatchObject({ accepted: 1 })
  })
  it('while their records are read leaves none of them in quarantine', async () => {
    const contract = await sandboxContract(supplier)
    await put('n-person-0', { consent: 'c-1' })
    await supplier.ask('DELETE', `${path('n-person-0')}/consent`)
    // Read with the consent taken back, and kept once they are gone.
    const desk = supplierDesk(house, address)
    const { wholeBatch } = SupplierDesk.prototype
    const kept = vi.spyOn(SupplierDesk.prototype, 'wholeBatch').mockImplementationOnce(async function (
      this: SupplierDesk,
      ...told
    ) {
      for (const { subject_hash } of told[2].held) await this.closeSubject(subject_hash!)
      return wholeBatch.apply(this, told)
    })
    const batch = await taken(supplier, contract, [night(0, { people: 1 })])
    expect(kept).toHaveBeenCalledOnce()
    expect(await desk.quarantineOf(batch)).toEqual({ erased: 1 })
    const [item] = (await desk.quarantined({ limit: 1 })).items
    expect((await desk.quarantinedItem(batch, item!.line))!.sealed).toBeNull()
  })
})
