import { beforeAll, expect, it } from 'vitest'
import { call, migrate, newAccount } from '../house.ts'
import { night } from './nights.ts'
import { newContract, pushLines } from './pushed.ts'
import { answered, newSupplier } from './supplier.ts'

beforeAll(migrate)

it('a supplier over its limits is told so at the door, and comes in when it has waited as long as it was told', async () => {
  const account = await newAccount()
  const supplier = await newSupplier(call, account)
  await newContract(supplier)
  const limits = { records_per_second: 1, burst_records: 2, bytes_per_day: 100_000, concurrent_batches: 1 }
  const change = { method: 'PATCH', headers: account.headers, body: JSON.stringify({ limits }) }
  await answered(await call(`/v2/suppliers/${supplier.supplier_id}`, change))
  const one = (number: number) => night(number, { people: 3 })
  const push = (number: number) => pushLines(supplier, 'sleep-nights', [one(number)])

  const first = await push(1)
  expect([first.status, first.headers.get('ratelimit-policy')]).toEqual([
    202,
    '"records";q=2;w=2, "bytes";q=100000;qu="content-bytes";w=86400, "batches";q=1;qu="concurrent-requests"',
  ])
  // The first is not worked at yet.
  const second = await push(2)
  expect([second.status, second.headers.get('retry-after')]).toEqual([429, '5'])
  expect(await second.json()).toMatchObject({ code: 'too_many_batches', detail: expect.stringContaining('try again') })

  const large = await supplier.ask('POST', '/v2/ingest/sleep-nights/batches', 'x'.repeat(100_001), {
    'content-type': 'application/x-ndjson',
    'content-length': '100001',
  })
  expect([large.status, ((await large.json()) as { code: string }).code]).toEqual([429, 'too_many_bytes'])
  const tomorrow = () => 86_400 - ((Date.now() / 1_000) % 86_400)
  expect(Math.abs(Number(large.headers.get('retry-after')) - tomorrow())).toBeLessThan(60)

  const { limits: told } = await answered<{ limits: { name: string; limit: number; used: number }[] }>(
    await supplier.ask('GET', '/v2/supplier/limits'),
  )
  expect(told).toMatchObject([
    { name: 'records', limit: 2 },
    { name: 'bytes', used: JSON.stringify(one(1)).length },
    { name: 'batches', limit: 1, used: 1 },
  ])
  await answered(await supplier.ask('POST', '/v2/supplier/clock', { advance_seconds: 86_400 }))
  const records = () =>
    supplier.ask(
      'POST',
      '/v2/ingest/sleep-nights/records',
      [3, 4].map((n) => night(n, { people: 3 })),
    )
  expect((await records()).status).toBeLessThan(300)
  const over = await records()
  expect([over.status, ((await over.json()) as { code: string }).code]).toEqual([429, 'too_many_records'])
  expect(Number(over.headers.get('retry-after'))).toBeLessThanOrEqual(2)
  await answered(await supplier.ask('POST', '/v2/supplier/clock', { advance_seconds: 2 }))
  expect((await records()).status).toBeLessThan(300)
})
