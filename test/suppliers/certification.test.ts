import { describe, expect, it } from 'vitest'
import { call } from '../house.ts'
import { sandboxContract, taken } from './held.ts'
import { proveDomain } from './into-production.ts'
import { NIGHTS, night } from './nights.ts'
import { ownSupplier } from './own-supplier.ts'
import { newContract } from './pushed.ts'
import { answered, post, refusal, signedIn } from './supplier.ts'

const supplier = ownSupplier(undefined, { domain: 'lab.example' })

interface Seen {
  passed: boolean
  state: string
  certified_at: string | null
  checks: { check: string; passed: boolean; seen: string }[]
}
const look = async () => answered<Seen>(await supplier.ask('GET', '/v2/supplier/certification'))
const run = async () => answered<Seen>(await supplier.ask('POST', '/v2/supplier/certification'))
const missing = ({ checks }: Seen) => checks.flatMap(({ check, passed }) => (passed ? [] : [check]))

const nights = (from: number, count: number) => Array.from({ length: count }, (_, i) => night(from + i, { people: 1 }))
const BROKEN = { ...night(0, { people: 1 }), asleep_minutes: 2_000 }
const activate = (minor = 1, state: 'active' | 'draft' | 'deprecated' = 'active', sunset_at?: number) =>
  newContract(supplier, { state, sunset_at, document: { ...NIGHTS, name: 'sleep', version: `1.${minor}` } })
async function ready(): Promise<void> {
  await activate()
  await proveDomain(supplier)
  for (const records of [nights(0, 60), [...nights(60, 48), BROKEN, BROKEN], nights(0, 10)])
    await taken(supplier, 'sleep@1.1', records)
}

describe('a supplier in its sandbox', () => {
  it('sees what is missing for production, and a run changes nothing while something is', async () => {
    expect(missing(await look())).toEqual([
      ...['contract_active', 'domain_proved', 'records_accepted', 'batches_valid', 'repetition_seen', 'nothing_waits'],
    ])
    await activate(0, 'draft')
    await activate(5, 'deprecated', Date.now() - 1)
    expect(missing(await look())).toContain('contract_active')
    await ready()
    await taken(supplier, await sandboxContract(supplier), [night(0, { people: 1, series: 'unknown' })])
    expect(missing(await run())).toEqual(['nothing_waits'])
    expect(await look()).toMatchObject({ state: 'sandbox', certified_at: null })
    const seen = await call(`/v2/suppliers/${supplier.supplier_id}/certification`, {
      headers: supplier.account.headers,
    })
    expect(await answered(seen)).toEqual(await look())
  })
  it('goes into production where the run passes, and makes credentials of production', async () => {
    await ready()
    expect(await look()).toMatchObject({ passed: true, state: 'sandbox', certified_at: null })
    const wish = { name: 'nightly', environment: 'production' }
    expect(await refusal(await supplier.ask('POST', '/v2/supplier/credentials', wish))).toEqual([
      403,
      'not_in_production',
    ])
    const passed = await run()
    expect(passed).toMatchObject({ passed: true, state: 'production', certified_at: expect.any(String) })
    expect(await run()).toEqual(passed)
    const made = await answered<{ client_id: string; client_secret: string }>(
      await supplier.ask('POST', '/v2/supplier/credentials', wish),
    )
    const production = await signedIn(call, made)
    expect(await answered(await production.ask('GET', '/v2/supplier'))).toMatchObject({
      state: 'production',
      environment: 'production',
      limits: { records_per_second: 2_000 },
    })
    expect(await answered(await supplier.ask('GET', '/v2/supplier'))).toMatchObject({ environment: 'sandbox' })
  })
  it('does not run it with a token that may not manage the account', async () => {
    const scopes = ['batches:read']
    const made = await answered<{ client_id: string; client_secret: string }>(
      await supplier.ask('POST', '/v2/supplier/credentials', { name: 'reader', scopes }),
    )
    const reader = await signedIn(call, made)
    expect((await reader.ask('GET', '/v2/supplier/certification')).status).toBe(200)
    expect(await refusal(await reader.ask('POST', '/v2/supplier/certification'))).toEqual([403, 'scope_missing'])
  })
  it('that is suspended stays where it is, and comes back into production from there', async () => {
    await ready()
    await run()
    const path = `/v2/suppliers/${supplier.supplier_id}`
    await answered(await call(`${path}/suspend`, post({ reason: 'late' }, supplier.account.headers)))
    expect(await refusal(await supplier.ask('POST', '/v2/supplier/certification'))).toEqual([403, 'supplier_suspended'])
    expect(await answered(await call(`${path}/resume`, post({}, supplier.account.headers)))).toMatchObject({
      state: 'production',
    })
  })
})
