import { afterEach, beforeAll, expect, expectTypeOf, test, vi } from 'vitest'
import type { z } from '../../../shared/base/zod.ts'
import { Supplier as Client } from '../../../shared/sdk/supplier/supplier.ts'
import type { Batch, NewPull, Pull, PullChange, PulledObject } from '../../../shared/sdk/supplier/wire.ts'
import type { PulledFrom } from '../../../workers/suppliers/batch-views.ts'
import type { PullChangeInput, PulledObjectView, PullInput, PullView } from '../../../workers/suppliers/pull-views.ts'
import { call, migrate, newAccount } from '../../house.ts'
import { openBucket } from '../../suppliers/bucket.ts'
import { KEYS, PLACE } from '../../suppliers/bucket-place.ts'
import { night } from '../../suppliers/nights.ts'
import { consume, newContract } from '../../suppliers/pushed.ts'
import { newSupplier, type Supplier } from '../../suppliers/supplier.ts'

let lab: Supplier
let client: Client
beforeAll(async () => {
  await migrate()
  lab = await newSupplier(call, await newAccount())
  await newContract(lab)
  const baseUrl = 'https://fascia.test'
  client = new Client({
    ...{ baseUrl, credential: lab, patienceMs: 0 },
    // Pages so small that a few objects have several.
    fetch: (url, init) => call(String(url).slice(baseUrl.length).replace('limit=100', 'limit=2'), init),
  })
})
afterEach(() => vi.restoreAllMocks())

test('a client’s pull is made, changed, looked at and deleted, and tells its objects over all pages', async () => {
  const { put } = openBucket()
  for (let n = 1; n <= 4; n++) put(`nights/${n}.ndjson`, `${JSON.stringify(night(n, { people: 2 }))}\n`)
  put('nights/broken.ndjson.gz', Uint8Array.of(0x1f, 0x8b, 8, 0))
  const input = { contract: 'sleep-nights@1', ...PLACE, prefix: 'nights/', ...KEYS }
  const { pull_id } = await client.pulls.create(input)
  expect(await client.pulls.list()).toMatchObject([{ pull_id, every_minutes: 15, mode: null }])
  expect(await client.pulls.change(pull_id, { every_minutes: 60, mode: 'strict', state: 'paused' })).toMatchObject({
    ...{ state: 'paused', every_minutes: 60, mode: 'strict', next_look_at: null },
  })
  await expect(client.pulls.look(pull_id)).rejects.toMatchObject({ status: 409, code: 'pull_paused' })
  await client.pulls.change(pull_id, { state: 'active', ...KEYS })
  expect(await client.pulls.look(pull_id)).toMatchObject({ pull_id, state: 'active' })
  await consume(lab)
  expect((await client.pulls.get(pull_id)).objects).toEqual({ waiting: 0, taken: 4, failed: 1 })
  const found: PulledObject[] = []
  for await (const object of client.pulls.objects(pull_id)) found.push(object)
  const keys = ['broken.ndjson.gz', '4.ndjson', '3.ndjson', '2.ndjson', '1.ndjson']
  expect(found.map(({ key }) => key)).toEqual(keys.map((name) => `nights/${name}`))
  const { key, etag, batch_id } = found.at(-1)!
  expect(await client.batch(batch_id!)).toMatchObject({ object: { pull_id, key, etag } })
  const failed: PulledObject[] = []
  for await (const object of client.pulls.objects(pull_id, { state: 'failed' })) failed.push(object)
  expect(failed.map(({ key }) => key)).toEqual(['nights/broken.ndjson.gz'])
  expect(await client.batch(failed[0]!.batch_id!)).toMatchObject({ state: 'failed', reason: failed[0]!.reason })
  expect(await client.pulls.delete(pull_id)).toBeUndefined()
  expect(await client.pulls.list()).toEqual([])
})
test('a secret that does not open the bucket is refused, and not repeated in the error', async () => {
  openBucket()
  const input = { contract: 'sleep-nights@1', ...PLACE, ...KEYS, secret_access_key: 'not-the-one-of-the-key' }
  const error = await client.pulls.create(input).then(
    () => expect.fail('it was taken'),
    (thrown: Error) => thrown,
  )
  expect(error).toMatchObject({ status: 400, code: 'bucket_not_opened' })
  expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(input.secret_access_key)
})
test('the client’s types are the API’s', () => {
  expectTypeOf<PullView>().toEqualTypeOf<Pull>()
  expectTypeOf<PulledObjectView>().toEqualTypeOf<PulledObject>()
  expectTypeOf<PulledFrom>().toEqualTypeOf<NonNullable<Batch['object']>>()
  expectTypeOf<NewPull>().toExtend<z.input<typeof PullInput>>()
  expectTypeOf<z.input<typeof PullInput>>().toExtend<NewPull>()
  expectTypeOf<PullChange>().toExtend<z.input<typeof PullChangeInput>>()
})
