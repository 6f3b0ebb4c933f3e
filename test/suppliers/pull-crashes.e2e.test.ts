import { Buffer } from 'node:buffer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Pull, PulledObject } from '../../shared/sdk/supplier/wire.ts'
import { S3Double } from '../doubles/s3.ts'
import { batchRound, CONTRACT, pointsOf } from '../harness/supplier-round.ts'
import { openSupplierWorld, SHORT_SENDS, type SupplierWorld } from '../harness/supplier-world.ts'
import { testBuild } from '../harness/test-build.ts'
import { KEYS, PLACE } from './bucket-place.ts'
import { expectWhole } from './expect-whole.ts'
import { type NightFile, nightFile } from './night-file.ts'

const PATIENCE_MS = 120_000
const PATIENCE = { timeout: PATIENCE_MS }

let world: SupplierWorld
let bucket: S3Double
let endpoint: string
beforeAll(async () => {
  world = await openSupplierWorld(await testBuild(), SHORT_SENDS)
  const { bucket: name, region } = PLACE
  bucket = new S3Double({
    ...{ bucket: name, region, accessKeyId: KEYS.access_key_id, secretAccessKey: KEYS.secret_access_key },
  })
  endpoint = await bucket.start()
}, 120_000)
afterAll(() => Promise.all([world?.close(), bucket?.stop()]))

const put = (key: string, { bytes }: Pick<NightFile, 'bytes'>, headers: Record<string, string> = {}) =>
  bucket.objects.set(key, { body: Buffer.from(bytes), headers, written: 1, modifiedAt: Date.now() })
const pullOf = (prefix: string): Promise<Pull> =>
  world.supplier.pulls.create({ contract: CONTRACT, ...PLACE, ...KEYS, endpoint, prefix })
async function objectsOf({ pull_id }: Pull): Promise<PulledObject[]> {
  const found: PulledObject[] = []
  for await (const object of world.supplier.pulls.objects(pull_id)) found.push(object)
  return found
}

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
async function fetched(_: SupplierWorld, file: NightFile): Promise<string> {
  put('nights/1.ndjson.gz', file)
  const pull = await pullOf('nights/')
  await expect.poll(() => objectsOf(pull), PATIENCE).toMatchObject([{ state: 'taken', bytes: file.bytes.length }])
  return (await objectsOf(pull))[0]!.batch_id!
}

test('an object that breaks off in the middle is no batch of its first half: it is read again', async () => {
  const pull = await pullOf('halves/')
  const view = () => world.supplier.pulls.get(pull.pull_id)
  await expect.poll(view, PATIENCE).toMatchObject({ looked_at: expect.any(String) })
  const records = 600
  put('halves/1.ndjson', await nightFile({ records, brokenEach: 0, people: 20, samples: 20, series: 'half' }))
  const listed = bucket.answered.length + 1
  bucket.troubles.push({ kind: 'none' }, { kind: 'half' })
  await world.supplier.pulls.look(pull.pull_id)
  await expect.poll(view, PATIENCE).toMatchObject({
    problem: { message: expect.stringContaining('an object broke off before its end') },
    objects: { waiting: 1, taken: 0, failed: 0 },
  })
  expect(bucket.answered.slice(listed)).toEqual(['GET 200'])
  await world.supplier.call('POST', '/v2/supplier/clock', { advance_seconds: 3_600 })
  await expect.poll(() => objectsOf(pull), PATIENCE).toMatchObject([{ state: 'taken' }])
  const [object] = await objectsOf(pull)
  expect(await world.supplier.ended(object!.batch_id!)).toMatchObject({ records, counts: { accepted: records } })
})

test('an object that is not packed as its content-encoding says is given up after five tries, and what is behind it is taken', async () => {
  const pull = await pullOf('wrong/')
  const view = () => world.supplier.pulls.get(pull.pull_id)
  await expect.poll(view, PATIENCE).toMatchObject({ looked_at: expect.any(String) })
  const file = await nightFile({ records: 3, brokenEach: 0, people: 1, series: 'wrong' })
  put('wrong/1.ndjson', { bytes: new Uint8Array(Buffer.from('{"night":"n-1"}')) }, { 'content-encoding': 'gzip' })
  put('wrong/2.ndjson', file, { 'content-encoding': 'gzip' })
  await world.supplier.pulls.look(pull.pull_id)
  for (let times = 1; times < 5; times++) {
    await expect.poll(view, PATIENCE).toMatchObject({ problem: { times }, objects: { waiting: 2 } })
    await world.supplier.call('POST', '/v2/supplier/clock', { advance_seconds: 3_600 })
  }
  await expect.poll(view, PATIENCE).toMatchObject({ problem: null, objects: { waiting: 0, taken: 1, failed: 1 } })
})
