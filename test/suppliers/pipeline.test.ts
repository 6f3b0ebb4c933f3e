import { beforeAll, describe, expect, it } from 'vitest'
import type { QualityView } from '../../shared/supply/quality-view.ts'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import { deskAddress } from '../../workers/suppliers/desk-of.ts'
import { type Account, call, migrate, newAccount } from '../house.ts'
import { deskOf } from './held.ts'
import { NIGHTS } from './nights.ts'
import { done, pushLines } from './pushed.ts'
import { answered, newSupplier, type Supplier } from './supplier.ts'

/** From a push to records that a developer reads, through the doors alone. */

const night = (n: number, more: object = {}) => ({
  night: `n-${n}`,
  person: `p-${n % 3}`,
  consent: 'c-1',
  start: `2026-07-${String(1 + (n % 20)).padStart(2, '0')}T22:00:00+02:00`,
  end: `2026-07-${String(2 + (n % 20)).padStart(2, '0')}T06:00:00+02:00`,
  asleep_minutes: 420,
  heart: { avg: 52, min: 44 },
  ...more,
})

let account: Account
let supplier: Supplier
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  supplier = await newSupplier(call, account)
  const drafted = await supplier.ask('POST', '/v2/supplier/contracts', NIGHTS)
  expect(drafted.status, await drafted.clone().text()).toBe(201)
})
const push = (records: object[], query = '') => pushTo(`sleep-nights@1.0`, records, query)
const pushTo = async (contract: string, records: object[], query = ''): Promise<BatchView> =>
  done(supplier, await pushLines(supplier, contract, records, query))
const developer = async <T>(path: string) => (await (await call(path, { headers: account.headers })).json()) as T

describe('a batch', () => {
  it('becomes records of whose it is, each told of', async () => {
    const batch = await push([night(1), night(2), night(3), night(4, { heart: { avg: 'fast' } })])
    expect(batch).toMatchObject({
      state: 'done',
      records: 4,
      counts: { accepted: 3, updated: 0, duplicate: 0, rejected: 1, quarantined: 0 },
    })
    const { users } = await developer<{ users: { user_id: string; provider: string; reference_id: string }[] }>(
      '/v2/subscriptions',
    )
    expect(users.map(({ provider, reference_id }) => `${provider} ${reference_id}`).sort()).toEqual([
      'SUPPLIER_SANDBOX p-0',
      'SUPPLIER_SANDBOX p-1',
      'SUPPLIER_SANDBOX p-2',
    ])
    const { user_id } = users.find(({ reference_id }) => reference_id === 'p-1')!
    const { data } = await developer<{ data: { metadata: { summary_id: string }; heart_rate_data: object }[] }>(
      `/v2/sleep?user_id=${user_id}&start_date=2026-07-01&end_date=2026-07-25&to_webhook=false`,
    )
    expect(data).toMatchObject([
      {
        heart_rate_data: { summary: { avg_hr_bpm: 52 } },
        sleep_durations_data: { asleep: { duration_asleep_state_seconds: 25_200 } },
      },
    ])
    const { summary_id } = data[0]!.metadata
    expect(await developer(`/v2/provenance?user_id=${user_id}&type=sleep&summary_id=${summary_id}`)).toMatchObject({
      provider: 'SUPPLIER_SANDBOX',
      supplied: { supplier_id: supplier.supplier_id, batch_id: batch.batch_id, line: 1, contract: 'sleep-nights@1.0' },
    })
  })
  it('says of a second one what changed and what did not', async () => {
    await push([night(10), night(11)])
    const again = await push([night(10), night(11, { asleep_minutes: 400 }), night(12)])
    expect(again.counts).toEqual({ accepted: 1, updated: 1, duplicate: 1, rejected: 0, quarantined: 0 })
  })

  it('of a contract whose first records stay, refuses a change and says that it is one', async () => {
    await supplier.ask('POST', '/v2/supplier/contracts', { ...NIGHTS, name: 'firsts', updates: { rule: 'refuse' } })
    const firsts = (records: object[]) => pushTo('firsts@1.0', records)
    await firsts([night(10)])
    const again = await firsts([night(10), night(10, { asleep_minutes: 1 })])
    expect(again.counts).toEqual({ accepted: 0, updated: 0, duplicate: 1, rejected: 1, quarantined: 0 })
    const { records } = await answered<{ records: { line: number; problems?: { rule: string }[] }[] }>(
      await supplier.ask('GET', `/v2/supplier/batches/${again.batch_id}/report?outcome=rejected`),
    )
    expect(records).toMatchObject([{ line: 2, problems: [{ rule: 'immutable' }] }])
  })
  it('of a contract that tells versions, keeps the newest, in whatever order they come', async () => {
    const { schema } = NIGHTS
    const versioned = {
      ...NIGHTS,
      name: 'versions',
      schema: { ...schema, properties: { ...schema.properties, changed: { type: 'string', format: 'date-time' } } },
      updates: { rule: 'newest', version: { path: 'changed' } },
    }
    await answered(await supplier.ask('POST', '/v2/supplier/contracts', versioned))
    const at = (hour: number, asleep_minutes: number) =>
      night(1, { night: 'v-1', person: 'versioned', changed: `2026-07-05T0${hour}:00:00Z`, asleep_minutes })
    const first = await pushTo('versions@1.0', [at(2, 420)])
    expect(first.counts).toMatchObject({ accepted: 1 })
    const older = await pushTo('versions@1.0', [at(1, 100), at(3, 430), at(2, 200)])
    expect(older.counts).toEqual({ accepted: 0, updated: 1, duplicate: 2, rejected: 0, quarantined: 0 })
    const { users } = await developer<{ users: { user_id: string; reference_id: string }[] }>('/v2/subscriptions')
    const { user_id } = users.find(({ reference_id }) => reference_id === 'versioned')!
    const { data } = await developer<{ data: object[] }>(
      `/v2/sleep?user_id=${user_id}&start_date=2026-07-01&end_date=2026-07-25&to_webhook=false`,
    )
    expect(data).toMatchObject([{ sleep_durations_data: { asleep: { duration_asleep_state_seconds: 430 * 60 } } }])
  })
  it.each([
    ['newest', ['backfill', 'live']],
    ['merge', ['backfill', undefined]],
  ])('that is live waits for one of the past as its contract has the order of records: %s', async (rule, origins) => {
    const lab = await newSupplier(call, account)
    const updates = rule === 'newest' ? { rule, version: { path: 'start' } } : { rule }
    await answered(await lab.ask('POST', '/v2/supplier/contracts', { ...NIGHTS, updates }))
    for (const query of ['?origin=backfill', ''])
      await answered(await pushLines(lab, 'sleep-nights@1.0', [night(1)], query))
    const { desk } = deskOf(deskAddress({ ...account.developer, supplier_id: lab.supplier_id }, 'sandbox'))
    const leases = [await desk.takePiece(), await desk.takePiece()]
    expect(leases.map((lease) => lease?.origin)).toEqual(origins)
  })
  it('in strict mode takes none where one cannot be taken', async () => {
    const batch = await push([night(15, { night: 's-1' }), night(16, { night: 's-2', start: 'late' })], '?mode=strict')
    expect(batch).toMatchObject({ state: 'refused', counts: { accepted: 0, rejected: 2 } })
    expect(batch.reason).toMatch(/1 of 2 records cannot be taken/)
    const mended = await push([night(15, { night: 's-1' }), night(16, { night: 's-2' })], '?mode=strict')
    expect(mended).toMatchObject({ state: 'done', counts: { accepted: 2, rejected: 0 } })
  })
})

describe('a strict batch', () => {
  const quality = async (name: string) => {
    const { contracts } = await answered<QualityView>(await supplier.ask('GET', '/v2/supplier/quality'))
    return contracts.find(({ contract }) => contract === `${name}@1`)
  }
  const nights = (name: string, broken: number, of = 40) =>
    Array.from({ length: of }, (_, i) => night(i, { night: `${name}-${i}`, ...(i < broken && { asleep_minutes: -1 }) }))
  const contractOf = async (name: string) =>
    answered(await supplier.ask('POST', '/v2/supplier/contracts', { ...NIGHTS, name, slas: { validity_share: 0.9 } }))

  it('that is refused tells of its records’ validity, once, and of nothing else', async () => {
    await contractOf('all-or-none')
    const refused = await pushTo('all-or-none@1.0', nights('all-or-none', 10), '?mode=strict')
    expect(refused).toMatchObject({ state: 'refused', counts: { accepted: 0, rejected: 40 } })
    expect(await quality('all-or-none')).toMatchObject({
      counts: { accepted: 0, updated: 0, duplicate: 0, rejected: 10, quarantined: 0 },
      objectives: [{ objective: 'validity', total: 40, bad: 10, measured: 0.75, state: 'breached' }],
      rejections: [{ rule: 'minimum', pointer: '/asleep_minutes', records: 10 }],
      freshness_seconds: { p50: null },
    })
  })
  it('that is taken counts once, as any other', async () => {
    await contractOf('taken-whole')
    const taken = await pushTo('taken-whole@1.0', nights('taken-whole', 0), '?mode=strict')
    expect(taken).toMatchObject({ state: 'done', counts: { accepted: 40 } })
    expect(await quality('taken-whole')).toMatchObject({
      counts: { accepted: 40, rejected: 0 },
      objectives: [{ total: 40, bad: 0, measured: 1 }],
    })
  })
})
