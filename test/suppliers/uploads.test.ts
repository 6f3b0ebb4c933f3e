import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../shared/base/bytes.ts'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import { call, house } from '../house.ts'
import { night } from './nights.ts'
import { ownSupplier } from './own-supplier.ts'
import { consume, newContract } from './pushed.ts'
import { answered, newSupplier, refusal } from './supplier.ts'
import { whenFetched } from './when-fetched.ts'

interface Upload {
  upload_id: string
  state: string
  part_bytes: number
  parts: { part: number; bytes: number; sha256: string }[]
  batch_id: string | null
  reason: string | null
}
const lab = ownSupplier(newContract)

const people = { people: 2 }
/** Two parts: the first line is mostly a value that no contract takes, which makes it long. */
const long = `{"night":"${'x'.repeat(9 * 1024 ** 2)}"}\n`
const good = [1, 2, 3].map((number) => `${JSON.stringify(night(number, people))}\n`).join('')
const begin = async (bytes: number, more: object = {}) =>
  answered<Upload>(await lab.ask('POST', '/v2/ingest/sleep-nights/uploads', { bytes, ...more }))
const put = (upload: Upload, file: Uint8Array, part: number, headers: Record<string, string> = {}) =>
  lab.ask(
    'PUT',
    `/v2/ingest/uploads/${upload.upload_id}/parts/${part}`,
    file.subarray((part - 1) * upload.part_bytes, part * upload.part_bytes),
    { 'content-type': 'application/octet-stream', ...headers },
  )
const complete = ({ upload_id }: Upload) => lab.ask('POST', `/v2/ingest/uploads/${upload_id}/complete`, {})
const look = async ({ upload_id }: Upload) => answered<Upload>(await lab.ask('GET', `/v2/ingest/uploads/${upload_id}`))
const batchOf = async (id: string) => answered<BatchView>(await lab.ask('GET', `/v2/supplier/batches/${id}`))
const kept = async () =>
  (await house.RAW.list({ prefix: 'supply/' })).objects.filter(({ key }) => key.includes(lab.supplier_id)).length

describe('an upload', () => {
  test('comes in parts, in any order and again, and is then a batch whose records are all accounted for', async () => {
    const file = utf8(long + good)
    const upload = await begin(file.length)
    expect(upload).toMatchObject({ state: 'open', parts: [], batch_id: null })
    expect((await put(upload, file, 2)).status).toBe(200)
    expect(await refusal(await complete(upload))).toEqual([409, 'parts_missing'])
    expect((await put(upload, file, 2)).status).toBe(200)
    expect((await put(upload, file, 1)).status).toBe(200)
    expect((await look(upload)).parts.map(({ bytes }) => bytes)).toEqual([
      upload.part_bytes,
      file.length - upload.part_bytes,
    ])
    const completed = await complete(upload)
    expect(completed.status).toBe(202)
    const { batch_id, state, kind } = await answered<BatchView>(completed)
    expect({ state, kind }).toEqual({ state: 'receiving', kind: 'upload' })
    expect((await answered<BatchView>(await complete(upload))).batch_id).toBe(batch_id)
    await consume(lab)
    expect(await batchOf(batch_id)).toMatchObject({
      state: 'done',
      bytes: file.length,
      records: 4,
      counts: { accepted: 3, rejected: 1 },
    })
    expect(await look(upload)).toMatchObject({ state: 'received', batch_id })
    expect(await refusal(await put(upload, file, 1))).toEqual([409, 'upload_over'])
    await expect.poll(kept).toBe(0)
  })
  test('is read after those that were complete before it, as it may correct what they hold', async () => {
    const file = utf8(good)
    const uploads: Upload[] = []
    while (uploads.length < 6) uploads.push(await begin(file.length))
    const completed: string[] = []
    for (const upload of uploads.reverse()) {
      await answered(await put(upload, file, 1))
      completed.push((await answered<BatchView>(await complete(upload))).batch_id)
    }
    await consume(lab)
    const read = await Promise.all(completed.map(async (id) => (await batchOf(id)).received_at!))
    expect(read).toEqual([...read].sort())
  })
  test('whose batch is cancelled while it is read is cancelled too, and nothing of it is kept', async () => {
    const file = utf8(good)
    const upload = await begin(file.length)
    await answered(await put(upload, file, 1))
    const { batch_id } = await answered<BatchView>(await complete(upload))
    await consume(
      lab,
      whenFetched(async () => void (await answered(await lab.ask('DELETE', `/v2/supplier/batches/${batch_id}`)))),
    )
    expect(await look(upload)).toMatchObject({ state: 'cancelled', reason: null })
    expect(await batchOf(batch_id)).toMatchObject({ state: 'cancelled', counts: { accepted: 0 } })
    await expect.poll(kept).toBe(0)
  })
  test('may be packed as a whole, and is refused as a batch where it cannot be unpacked', async () => {
    const packed = new Uint8Array(gzipSync(good))
    const whole = await begin(packed.length, { encoding: 'gzip' })
    expect((await put(whole, packed, 1)).status).toBe(200)
    const { batch_id } = await answered<BatchView>(await complete(whole))
    await consume(lab)
    expect(await batchOf(batch_id)).toMatchObject({ state: 'done', counts: { accepted: 3 } })
    const cut = packed.subarray(0, -20)
    const broken = await begin(cut.length, { encoding: 'gzip' })
    await put(broken, cut, 1)
    const failed = await answered<BatchView>(await complete(broken))
    await consume(lab)
    expect(await batchOf(failed.batch_id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('ends before its end'),
    })
    expect(await look(broken)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('ends before its end'),
    })
  })
  test('takes no part that is not what it has to be', async () => {
    const file = utf8(long)
    const upload = await begin(file.length)
    expect(await refusal(await put(upload, file, 3))).toEqual([404, 'part_unknown'])
    expect(await refusal(await put(upload, file.subarray(0, 5), 1))).toEqual([400, 'part_length'])
    expect(await refusal(await put(upload, utf8(`${long}${long}`).subarray(0, 100), 1))).toEqual([400, 'part_length'])
    const digest = (body: Uint8Array) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
    const wrong = await put(upload, file, 1, { 'content-digest': digest(utf8('other')) })
    expect(await refusal(wrong)).toEqual([400, 'digest_mismatch'])
    const first = file.subarray(0, upload.part_bytes)
    expect((await put(upload, file, 1, { 'content-digest': digest(first) })).status).toBe(200)
    expect((await look(upload)).parts).toEqual([
      { part: 1, bytes: upload.part_bytes, sha256: createHash('sha256').update(first).digest('hex') },
    ])
  })
  test('that is cancelled, or not complete in a week, takes nothing more and leaves nothing', async () => {
    const file = utf8(good)
    const one = await begin(file.length)
    await put(one, file, 1)
    expect(await answered(await lab.ask('DELETE', `/v2/ingest/uploads/${one.upload_id}`))).toMatchObject({
      state: 'cancelled',
    })
    expect(await refusal(await complete(one))).toEqual([409, 'upload_over'])
    const other = await begin(file.length)
    await put(other, file, 1)
    await answered(await lab.ask('POST', '/v2/supplier/clock', { advance_seconds: 8 * 86_400 }))
    expect(await refusal(await complete(other))).toEqual([409, 'upload_over'])
    await expect.poll(kept).toBe(0)
  })
  test('that is cancelled while a part comes leaves nothing of it', async () => {
    const file = utf8(good)
    const upload = await begin(file.length)
    const halves = [file.subarray(0, 50), file.subarray(50)]
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(stream) {
          const half = halves.shift()
          if (!half) return stream.close()
          if (halves.length === 0) {
            await answered(await lab.ask('DELETE', `/v2/ingest/uploads/${upload.upload_id}`))
            // What is to be taken away is, when this answers.
            await answered(await lab.ask('POST', '/v2/supplier/clock', { advance_seconds: 1 }))
          }
          stream.enqueue(half)
        },
      },
      { highWaterMark: 0 },
    )
    const sent = await lab.ask('PUT', `/v2/ingest/uploads/${upload.upload_id}/parts/1`, body, {
      'content-type': 'application/octet-stream',
    })
    expect(await refusal(sent)).toEqual([409, 'upload_over'])
    await expect.poll(kept).toBe(0)
  })
  test('is nobody else’s', async () => {
    const upload = await begin(10)
    const stranger = await newSupplier(call, lab.account)
    const asked = await stranger.ask('GET', `/v2/ingest/uploads/${upload.upload_id}`)
    expect(await refusal(asked)).toEqual([404, 'upload_unknown'])
  })
})
