import { beforeAll, describe, expect, it } from 'vitest'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import { type Account, call, migrate, newAccount } from '../house.ts'
import { NIGHTS } from './nights.ts'
import { done } from './pushed.ts'
import { newSupplier, type Supplier } from './supplier.ts'

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
const lines = (records: object[]) => records.map((one) => JSON.stringify(one)).join('\n')

let account: Account
let supplier: Supplier
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  supplier = await newSupplier(call, account)
  const drafted = await supplier.ask('POST', '/v2/supplier/contracts', NIGHTS)
  expect(drafted.status, await drafted.clone().text()).toBe(201)
})
const push = async (records: object[], query = ''): Promise<BatchView> =>
  done(
    supplier,
    await supplier.ask('POST', `/v2/ingest/sleep-nights@1.0/batches${query}`, lines(records), {
      'content-type': 'application/x-ndjson',
    }),
  )
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
})
