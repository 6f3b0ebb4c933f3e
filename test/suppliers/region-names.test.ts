import { createExecutionContext, createMessageBatch, waitOnExecutionContext } from 'cloudflare:test'
import { beforeAll, expect, it } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import type { BatchNudge } from '../../shared/supply/desk.ts'
import { app } from '../../workers/app.ts'
import { batches } from '../../workers/queues/batches.ts'
import { house, migrate, OPERATOR } from '../house.ts'
import { night } from './nights.ts'
import { newContract } from './pushed.ts'
import { type Asker, answered, newSupplier, post, refusal, type Supplier } from './supplier.ts'

/** Objects that count, and hold nothing of anybody's data. */
const COUNTERS = ['RATE_BUDGET', 'PROVIDER_HEALTH']
const named = new Map<string, Set<string>>()
/** A deployment with two regions that tells by which names its objects are asked. */
const env = new Proxy(
  { ...house, BASE_URL: 'https://fascia.test', REGION_HOSTS: '{"eu":"eu.fascia.test","us":"us.fascia.test"}' } as Env,
  {
    get(target, name: keyof Env) {
      const binding = target[name] as unknown as DurableObjectNamespace
      if (typeof binding?.idFromName !== 'function') return binding
      return {
        get: (id: DurableObjectId) => binding.get(id),
        idFromName(text: string) {
          named.set(name, (named.get(name) ?? new Set()).add(text))
          return binding.idFromName(text)
        },
      }
    },
  },
)
const at =
  (host: string): Asker =>
  async (path, init) => {
    const context = createExecutionContext()
    const answer = await app.fetch(new Request(`https://${host}${path}`, init), env, context)
    await waitOnExecutionContext(context)
    return answer
  }
const [eu, us] = [at('eu.fascia.test'), at('us.fascia.test')]
let developerId: string
let lab: Supplier
beforeAll(async () => {
  await migrate()
  const made = await eu('/operator/developers', post({ name: 'European', region: 'eu' }, OPERATOR))
  const { dev_id, api_key } = await answered<{ dev_id: string; api_key: string }>(made)
  lab = await newSupplier(eu, { headers: { 'dev-id': dev_id, 'x-api-key': api_key } })
  await newContract(lab)
  developerId = dev_id
})

const nights = (...numbers: number[]) =>
  numbers.map((number) => JSON.stringify(night(number, { people: 2 }))).join('\n')
const push = (host: Asker, door: string, body: BodyInit, method = 'POST') =>
  host(`/v2/ingest/${door}`, { method, headers: { ...lab.headers, 'content-type': 'application/x-ndjson' }, body })
async function keysOf(bucket: R2Bucket): Promise<string[]> {
  const keys: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await bucket.list({ cursor })
    keys.push(...page.objects.map(({ key }) => key))
    if (!page.truncated) return keys.filter((key) => key.includes(developerId) || key.includes(lab.supplier_id))
    cursor = page.cursor
  }
}
/** Rows of the ledger that tell a region, and are this developer's. */
async function regions(): Promise<string[]> {
  const { results } = await house.DB.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all<{
    name: string
  }>()
  const found: string[] = []
  for (const { name } of results) {
    if (name.startsWith('_') || name.startsWith('sqlite')) continue
    const rows = (await house.DB.prepare(`SELECT * FROM "${name}"`).all<Record<string, unknown>>()).results
    for (const row of rows) if (row.developer_id === developerId && 'region' in row) found.push(`${name} ${row.region}`)
  }
  return found
}

it('a supplier of the region eu leaves no object, row or key outside of names of eu', async () => {
  expect((await push(eu, 'sleep-nights/batches', nights(1, 2, 3))).status).toBe(202)
  const waiting = await keysOf(house.RAW)
  expect(waiting).toHaveLength(1)
  // What a desk says of itself on the queue is the name that it was asked by.
  for (const desk of [...named.get('SUPPLIER_DESK')!])
    await batches(
      createMessageBatch<BatchNudge>('batches', [
        { id: crypto.randomUUID(), timestamp: new Date(), attempts: 1, body: { desk, turn: 'trn_of_the_test' } },
      ]),
      env,
    )
  expect(await answered(await push(eu, 'sleep-nights/records', nights(4)))).toMatchObject({
    records: [{ outcome: 'accepted' }],
  })
  const begun = await eu('/v2/ingest/sleep-nights/uploads', post({ bytes: 3 }, lab.headers))
  const { upload_id } = await answered<{ upload_id: string }>(begun)
  expect((await push(eu, `uploads/${upload_id}/parts/1`, '{}\n', 'PUT')).status).toBe(200)

  const keys = [...waiting, ...(await keysOf(house.RAW)), ...(await keysOf(house.KEYS))]
  expect(keys.length).toBeGreaterThanOrEqual(4)
  expect(keys.filter((key) => !/^(supply\/|raw\/)?eu\//.test(key))).toEqual([])
  const objects = [...named].filter(([binding]) => !COUNTERS.includes(binding)).flatMap(([, names]) => [...names])
  expect(objects.some((name) => name.endsWith('/sandbox'))).toBe(true)
  expect(objects.filter((name) => !name.startsWith(`eu/${developerId}/`))).toEqual([])
  const rows = await regions()
  expect(new Set(rows.map((row) => row.split(' ')[1]))).toEqual(new Set(['eu']))
  expect(rows).toContain('suppliers eu')
  expect(rows).toContain('connections eu')
})

it('at the host of another region nothing of it is taken, and the right one is told', async () => {
  const before = [named.get('SUPPLIER_DESK')?.size, (await keysOf(house.RAW)).length]
  for (const door of ['sleep-nights/batches', 'sleep-nights/records', 'sleep-nights/uploads']) {
    const wrong = await push(us, door, nights(5))
    expect(wrong.headers.get('location')).toBe(`https://eu.fascia.test/v2/ingest/${door}`)
    expect(await refusal(wrong)).toEqual([421, 'wrong_region'])
  }
  expect([named.get('SUPPLIER_DESK')?.size, (await keysOf(house.RAW)).length]).toEqual(before)
})
