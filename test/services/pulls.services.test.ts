import { gzipSync } from 'node:zlib'
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Local, readPrivate } from '../../shared/cli/home.ts'
import { createClient } from '../../shared/sdk/client.ts'
import { Supplier } from '../../shared/sdk/supplier/supplier.ts'
import type { PulledObjectView, PullView } from '../../workers/suppliers/pull-views.ts'
import { serve } from '../local/spawned.ts'
import { NIGHTS, night } from '../suppliers/nights.ts'
import { startServices } from './services.ts'

const BUCKET = 'lab-exports'
const PATIENCE = { timeout: 60_000, interval: 200 }
const open = () => startServices('s3')
let services: Awaited<ReturnType<typeof open>>
let product: Awaited<ReturnType<typeof serve>>
let supplier: Supplier
beforeAll(async () => {
  services = await open()
  await services.s3.createBucket(BUCKET)
  product = await serve()
  const { operator_token: operatorToken } = readPrivate<Local>('local.json', product.home) as Local
  const operator = createClient({ baseUrl: product.url, operatorToken })
  const { dev_id, api_key } = await operator.operator.createDeveloper({ name: 'Pulls' })
  const developer = createClient({ baseUrl: product.url, devId: dev_id, apiKey: api_key })
  const { invitation } = await developer.suppliers.invite({ name: 'lab' })
  const { credential } = await developer.suppliers.accept(invitation.token)
  supplier = new Supplier({ baseUrl: product.url, credential })
  await supplier.call('POST', '/v2/supplier/contracts', NIGHTS)
})
afterAll(async () => {
  await product?.stop()
  await services?.close()
})

const put = (Key: string, Body: string | Uint8Array) =>
  services.s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }))
const lines = (...numbers: number[]) =>
  numbers.map((number) => `${JSON.stringify(night(number, { people: 2 }))}\n`).join('')
const input = (more: object = {}) => {
  const { url: endpoint, region, account } = services.s3
  const keys = { access_key_id: account.accessKeyId, secret_access_key: account.secretAccessKey }
  return { contract: 'sleep-nights@1.0', bucket: BUCKET, region, endpoint, prefix: 'nights/', ...keys, ...more }
}

test('objects in a real store are listed, read and taken once; one that is put anew is taken anew', async () => {
  await put('nights/1.ndjson.gz', gzipSync(lines(1, 2, 3)))
  await put("nights/it's (2) + ü.json", JSON.stringify([night(4, { people: 2 }), { night: 'broken' }]))
  await put('other/3.ndjson', lines(5))
  const { pull_id } = await supplier.call<PullView>('POST', '/v2/supplier/pulls', input())
  const pull = () => supplier.get<PullView>(`/v2/supplier/pulls/${pull_id}`)
  const objects = async () =>
    (await supplier.get<{ objects: PulledObjectView[] }>(`/v2/supplier/pulls/${pull_id}/objects`)).objects
  await expect.poll(pull, PATIENCE).toMatchObject({ problem: null, objects: { waiting: 0, taken: 2, failed: 0 } })
  const counts = new Map<string, object | undefined>()
  for (const { key, batch_id } of await objects())
    counts.set(key, (await supplier.ended(batch_id!, { timeoutMs: PATIENCE.timeout })).counts)
  expect(Object.fromEntries(counts)).toMatchObject({
    'nights/1.ndjson.gz': { accepted: 3, rejected: 0 },
    "nights/it's (2) + ü.json": { accepted: 1, rejected: 1 },
  })

  await services.s3.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "nights/it's (2) + ü.json" }))
  await put('nights/1.ndjson.gz', gzipSync(lines(1, 2, 3, 6)))
  await supplier.call('POST', `/v2/supplier/pulls/${pull_id}/look`, {})
  await expect.poll(pull, PATIENCE).toMatchObject({ problem: null, objects: { waiting: 0, taken: 3, failed: 0 } })
  const [newest] = await objects()
  const { counts: last } = await supplier.ended(newest!.batch_id!, { timeoutMs: PATIENCE.timeout })
  expect(last).toMatchObject({ accepted: 1, duplicate: 3 })
})
test('a real store’s refusals are told with what to mend', async () => {
  const refused = (more: object) =>
    supplier.call('POST', '/v2/supplier/pulls', input(more)).then(
      () => 'made',
      (error: Error) => error.message,
    )
  expect(await refused({ secret_access_key: 'wrong' })).toContain('SignatureDoesNotMatch')
  expect(await refused({ bucket: 'not-there' })).toContain('NoSuchBucket')
})
