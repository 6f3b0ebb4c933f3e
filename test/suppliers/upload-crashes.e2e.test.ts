import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { UPLOAD } from '../../shared/base/supply-limits.ts'
import { Supplier } from '../../shared/sdk/supplier/supplier.ts'
import type { Upload } from '../../shared/sdk/supplier/wire.ts'
import { batchRound, CONTRACT, pointsOf } from '../harness/supplier-round.ts'
import { openSupplierWorld, SHORT_SENDS, type SupplierWorld } from '../harness/supplier-world.ts'
import { testBuild } from '../harness/test-build.ts'
import { expectWhole } from './expect-whole.ts'
import type { NightFile } from './night-file.ts'
import { askerOf, askToken } from './supplier.ts'

const PATIENCE_MS = 120_000

let world: SupplierWorld
beforeAll(async () => {
  world = await openSupplierWorld(await testBuild(), SHORT_SENDS)
}, 120_000)
afterAll(() => world?.close())

test('an upload in parts whose sender dies, and whose runtime is killed six times: what is there is not sent again, each record is there once', async () => {
  const records = 600
  const points = pointsOf('upload')
  // Three parts: what is between the records is none.
  const blank = Math.ceil((2.2 * UPLOAD.partBytes) / records)
  const round = await batchRound(world, {
    ...{ records, brokenEach: 100, people: 20, blank, points, patienceMs: PATIENCE_MS },
    send: brokenUpload,
  })
  expectWhole(world, round, points)
})

/** Its first sender dies behind the first part, the runtime within the second; another sender goes on. */
async function brokenUpload(world: SupplierWorld, { bytes }: NightFile): Promise<string> {
  const file = new Blob([new Uint8Array(gunzipSync(bytes))])
  let uploadId = ''
  const died = world.supplier.upload(CONTRACT, file, {
    onBegun: (begun) => {
      uploadId = begun
    },
    onPart: () => {
      throw new Error('the sender dies')
    },
  })
  await expect(died).rejects.toThrow('the sender dies')
  await halfAPart(
    world,
    uploadId,
    new Uint8Array(await file.slice(UPLOAD.partBytes, 2 * UPLOAD.partBytes).arrayBuffer()),
  )
  await world.runtime.kill()
  await world.runtime.start()
  const state = await world.supplier.get<Upload>(`/v2/ingest/uploads/${uploadId}`)
  expect(state).toMatchObject({ state: 'open', parts: [{ part: 1, bytes: UPLOAD.partBytes }] })

  const sent: string[] = []
  const other = new Supplier({
    ...{ baseUrl: world.url, credential: world.credential },
    fetch: (url, init) => {
      if (init?.method === 'PUT') sent.push(String(url).split('/').at(-1)!)
      return fetch(url, init)
    },
  })
  const { batch_id } = await other.upload(CONTRACT, file, { uploadId })
  // Of what is there nothing is sent again.
  expect([...new Set(sent)]).toEqual(['2', '3'])
  await expect
    .poll(() => world.supplier.get<Upload>(`/v2/ingest/uploads/${uploadId}`), { timeout: PATIENCE_MS })
    .toMatchObject({ state: 'received', batch_id })
  return batch_id
}

/** The first half is on its way when this returns, and the rest never comes. */
async function halfAPart({ url, credential }: SupplierWorld, uploadId: string, part: Uint8Array): Promise<void> {
  const answer = await askToken(askerOf(url), credential)
  const { access_token } = (await answer.json()) as { access_token: string }
  const sending = request(`${url}/v2/ingest/uploads/${uploadId}/parts/2`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${access_token}`, 'content-length': part.length },
  })
  // The runtime's death ends it.
  sending.on('error', () => {})
  await new Promise<void>((resolve) => sending.write(part.subarray(0, part.length / 2), () => resolve()))
}
