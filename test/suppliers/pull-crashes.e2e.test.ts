import { Buffer } from 'node:buffer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PulledObjectView, PullView } from '../../workers/suppliers/pull-views.ts'
import { S3Double } from '../doubles/s3.ts'
import { batchRound, CONTRACT, pointsOf } from '../harness/supplier-round.ts'
import { openSupplierWorld, type SupplierWorld } from '../harness/supplier-world.ts'
import { testBuild } from '../harness/test-build.ts'
import { KEYS, PLACE } from './bucket-place.ts'
import { expectWhole } from './expect-whole.ts'
import type { NightFile } from './night-file.ts'

const PATIENCE_MS = 120_000

let world: SupplierWorld
let bucket: S3Double
beforeAll(async () => {
  world = await openSupplierWorld(await testBuild())
  const { bucket: name, region } = PLACE
  bucket = new S3Double({
    ...{ bucket: name, region, accessKeyId: KEYS.access_key_id, secretAccessKey: KEYS.secret_access_key },
  })
}, 120_000)
afterAll(() => Promise.all([world?.close(), bucket?.stop()]))

test('an object that is fetched while the runtime is killed three times: each record is there once, and the object is one batch', async () => {
  const points = pointsOf('pull')
  const round = await batchRound(world, {
    ...{ records: 600, brokenEach: 100, people: 20, points, patienceMs: PATIENCE_MS },
    send: fetched,
  })
  expectWhole(world, round, points)
  const { batches } = await world.supplier.get<{ batches: { batch_id: string }[] }>('/v2/supplier/batches')
  expect(batches.map(({ batch_id }) => batch_id)).toEqual([round.batch.batch_id])
})

async function fetched({ supplier }: SupplierWorld, { bytes }: NightFile): Promise<string> {
  const endpoint = await bucket.start()
  const body = Buffer.from(bytes)
  bucket.objects.set('nights/1.ndjson.gz', { body, headers: {}, written: 1, modifiedAt: Date.now() })
  const pull = { contract: CONTRACT, ...PLACE, ...KEYS, endpoint, prefix: 'nights/' }
  const { pull_id } = await supplier.call<PullView>('POST', '/v2/supplier/pulls', pull)
  const objects = async () =>
    (await supplier.get<{ objects: PulledObjectView[] }>(`/v2/supplier/pulls/${pull_id}/objects`)).objects
  await expect.poll(objects, { timeout: PATIENCE_MS }).toMatchObject([{ state: 'taken', bytes: body.length }])
  return (await objects())[0]!.batch_id!
}
