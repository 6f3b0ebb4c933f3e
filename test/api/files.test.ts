import { createMessageBatch, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { utf8 } from '../../shared/base/bytes.ts'
import { newFileId } from '../../shared/base/ids.ts'
import {
  FILE_AT_ONCE_BYTES,
  FILE_CHUNK_BYTES,
  FILE_REST_MS,
  FILE_TRIES,
  INBOX_BYTES,
} from '../../shared/base/limits.ts'
import { FILES } from '../../shared/catalog/units.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { cellName, type PayloadNudge } from '../../shared/delivery/cell.ts'
import { DEAUTH } from '../../workers/connect/disconnect.ts'
import { receiveFile } from '../../workers/ingest/receive-file.ts'
import { payloads } from '../../workers/queues/payloads.ts'
import { FitWriter, field, fitSeconds, UINT16, UINT32 } from '../files/fit-writer.ts'
import { type Account, call, house, migrate, newAccount, newConnection } from '../house.ts'

let account: Account
let connection: ConnectionRow
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  connection = await newConnection(account)
})

interface Answer {
  file_id: string
  user_id: string
  state: string
  format: string
  percent: number
  pages: number
  records: number
  quarantined: number
  reason: string | null
  detail: string
}
const send = async (body: BodyInit | null, query: Record<string, string>, headers: HeadersInit = {}, who = account) => {
  const response = await call(`/v2/files?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: { ...who.headers, ...headers },
    body,
  })
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: (await response.json()) as Answer,
  }
}
const look = async (id: string, who = account) => {
  const response = await call(`/v2/files/${id}`, { headers: who.headers })
  return { status: response.status, body: (await response.json()) as Answer }
}
/** What the queue's consumer does with a message about this cell. */
const consume = (row: Pick<ConnectionRow, 'cell' | 'developer_id' | 'region'>, file?: string, env: Env = house) =>
  payloads(
    createMessageBatch<PayloadNudge>('payloads-bulk', [
      {
        id: crypto.randomUUID(),
        timestamp: new Date(),
        attempts: 1,
        body: { cell: cellName(row), ...(file ? { file } : {}) },
      },
    ]),
    env,
    () => {},
  )
const recordsOf = async (row: ConnectionRow, type = 'daily') => {
  const records = await eventLog(house, row).records({
    user_id: row.user_id,
    type: type as 'daily',
    startAt: 0,
    endAt: 1e15,
  })
  return records.map(({ summary_id, revision, body }) => ({ summary_id, revision, data: JSON.parse(body) }))
}
const stored = async (row: ConnectionRow) =>
  (await house.RAW.list({ prefix: `files/${row.developer_id}/${row.user_id}/` })).objects.map(({ key }) => key)
const eventsOf = async (row: ConnectionRow) =>
  (await eventLog(house, row).events({ afterSeq: 0, limit: 500, userId: row.user_id })).map(({ type }) => type)

const weighing = (kg: number, at = '2024-05-04T06:00:00Z') =>
  new FitWriter()
    .define(0, 30, [field(253, UINT32), field(0, UINT16)])
    .data(0, [fitSeconds(at), kg * 100])
    .bytes() as Uint8Array<ArrayBuffer>

/** Observations of a heart rate a minute, one a line: larger than what is read at once. */
const LINES = 4_000
const line = (i: number) =>
  JSON.stringify({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }], text: 'x'.repeat(1_200) },
    effectiveDateTime: new Date(Date.UTC(2024, 0, 1) + i * 10 * 60_000).toISOString(),
    valueQuantity: { value: 50 + (i % 100), code: '/min' },
  })
const large = utf8(Array.from({ length: LINES }, (_, i) => line(i)).join('\n'))
const days = Math.ceil((LINES * 10) / 1440)
const samplesOf = (records: { data: { heart_rate_data: { detailed: { hr_samples: { timestamp: string }[] } } } }[]) =>
  records.flatMap(({ data }) => data.heart_rate_data.detailed.hr_samples.map(({ timestamp }) => timestamp))

describe('a small file', () => {
  it('is safe when it is answered, and becomes records of the user', async () => {
    const row = await newConnection(account)
    const { status, body } = await send(weighing(75.8), { user_id: row.user_id, name: 'scale.fit' })
    expect([status, body]).toEqual([
      202,
      expect.objectContaining({ state: 'processing', format: 'FIT', pages: 1, user_id: row.user_id, percent: 0 }),
    ])
    await consume(row)
    expect((await look(body.file_id)).body).toMatchObject({ state: 'done', percent: 100, records: 1, quarantined: 0 })
    const [record] = await recordsOf(row, 'body')
    expect(record!.data.measurements_data.measurements).toMatchObject([{ weight_kg: 75.8 }])
    expect(await eventsOf(row)).not.toContain('large_request_processing')
  })
  it('sent again is the same file, and makes nothing new', async () => {
    const row = await newConnection(account)
    const first = await send(weighing(75.8), { user_id: row.user_id })
    await consume(row)
    const again = await send(weighing(75.8), { user_id: row.user_id })
    expect(again.body).toMatchObject({ file_id: first.body.file_id, state: 'done' })
    await consume(row)
    expect(await recordsOf(row, 'body')).toMatchObject([{ revision: 1 }])
  })
  it('packed with gzip is unpacked, and told by what is in it', async () => {
    const row = await newConnection(account)
    const packed = new Response(new Blob([weighing(60)]).stream().pipeThrough(new CompressionStream('gzip')))
    const { status, body } = await send(await packed.arrayBuffer(), { user_id: row.user_id, name: 'x.bin.gz' })
    expect([status, body.format]).toEqual([202, 'FIT'])
  })
  it('of somebody with a reference alone opens one connection for them, whose files all stand there', async () => {
    const query = { reference_id: 'somebody' }
    const answers = await Promise.all([send(weighing(70), query), send(weighing(71, '2024-05-05T06:00:00Z'), query)])
    const later = await send(weighing(72, '2024-05-06T06:00:00Z'), query)
    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    const known = await call(`/v2/userInfo?user_id=${later.body.user_id}`, { headers: account.headers })
    expect(await known.json()).toMatchObject({ user: { provider: 'UPLOAD', reference_id: 'somebody', active: true } })
    const all = await call('/v2/userInfo?reference_id=somebody', { headers: account.headers })
    expect(((await all.json()) as { users: unknown[] }).users).toHaveLength(1)
  })
  it('of eight at once with one reference are one connection’s, and no place is taken but its own', async () => {
    const query = { reference_id: 'crowd' }
    const days = Array.from({ length: 8 }, (_, i) => `2024-06-0${i + 1}T06:00:00Z`)
    const answers = await Promise.all(days.map((day) => send(weighing(70, day), query)))
    expect(answers.map(({ status }) => status)).toEqual(days.map(() => 202))
    expect(new Set(answers.map(({ body }) => body.user_id)).size).toBe(1)
    const open = await house.DB.prepare(
      `SELECT count(*) AS n FROM connections WHERE developer_id = ? AND provider_user_id = 'crowd'`,
    )
      .bind(account.dev_id)
      .first<number>('n')
    expect(open).toBe(1)
  })
})

it('uploads are a source like others in the list, that gives what the formats give', async () => {
  const response = await call('/v2/integrations/detailed')
  const { providers } = (await response.json()) as { providers: { provider: string }[] }
  expect(providers.find(({ provider }) => provider === 'UPLOAD')).toMatchObject({
    setup: 'FILE_UPLOAD',
    types: { activity: true, body: true, daily: true, sleep: true },
  })
})

describe('a large file', { timeout: 30_000 }, () => {
  it('is stored sealed, read page by page by a job, and told of at its beginning and its end', async () => {
    const row = await newConnection(account)
    expect(large.length).toBeGreaterThan(FILE_AT_ONCE_BYTES)
    const { status, body } = await send(large, { user_id: row.user_id, name: 'export.ndjson' })
    expect([status, body.state]).toEqual([202, 'reading'])
    const names = await stored(row)
    expect(names).toHaveLength(Math.ceil(large.length / FILE_CHUNK_BYTES))
    const sealed = new TextDecoder().decode(await (await house.RAW.get(names[0]!))!.arrayBuffer())
    expect(sealed).not.toContain('Observation')
    await consume(row, body.file_id)
    await consume(row)
    expect((await look(body.file_id)).body).toMatchObject({
      state: 'done',
      percent: 100,
      pages: LINES / 500,
      records: LINES,
    })
    expect(await stored(row)).toEqual([])
    const records = await recordsOf(row)
    expect(records).toHaveLength(days)
    expect(samplesOf(records)).toHaveLength(LINES)
    const events = await eventsOf(row)
    expect(events.filter((type) => type.startsWith('large'))).toEqual([
      'large_request_processing',
      'large_request_sending',
    ])
  })
  it('whose reading breaks off is gone on with after its last page: nothing is lost or doubled', async () => {
    const row = await newConnection(account)
    const { body } = await send(large, { user_id: row.user_id })
    const broken = (after: number): Env => {
      let calls = 0
      const EVENT_LOG = new Proxy(house.EVENT_LOG, {
        get: (target, name) =>
          name === 'get'
            ? (id: DurableObjectId) =>
                new Proxy(house.EVENT_LOG.get(id), {
                  get: (stub, method) =>
                    method === 'commitPage' && ++calls > after
                      ? () => Promise.reject(new Error('the runtime died'))
                      : Reflect.get(stub, method, stub),
                })
            : (Reflect.get(target, name, target) as (...args: unknown[]) => unknown).bind(target),
      })
      return { ...house, EVENT_LOG } as Env
    }
    await consume(row, body.file_id, broken(2))
    const half = (await look(body.file_id)).body
    expect(half).toMatchObject({ state: 'reading', pages: 2 })
    expect(half.percent).toBeLessThan(50)
    expect(await stored(row)).not.toEqual([])
    // The cell forgets, too.
    await runInDurableObject(eventLog(house, row), (_, state) => state.abort()).catch(() => {})
    await consume(row, body.file_id, broken(5))
    await consume(row, body.file_id)
    await consume(row)
    expect((await look(body.file_id)).body).toMatchObject({ state: 'done', pages: LINES / 500, records: LINES })
    const samples = samplesOf(await recordsOf(row))
    expect([samples.length, new Set(samples).size]).toEqual([LINES, LINES])
  })
  it('that nobody reads is begun again by its cell', async () => {
    const row = await newConnection(account)
    const { body } = await send(large, { user_id: row.user_id })
    const log = eventLog(house, row)
    // As after a restart: nobody is known to be at it, and the message was lost.
    const sent = await runInDurableObject(log, async (instance) => {
      const { cell } = instance as unknown as {
        cell: { files: { open: Map<string, { nudgeUntil: number; leaseUntil: number }> }; env: Env }
      }
      const open = cell.files.open.get(body.file_id)!
      const told: unknown[] = []
      const queue = { send: async (message: unknown) => void told.push(message) }
      const before = cell.env.PAYLOADS_BULK
      Object.defineProperty(cell, 'env', { value: { ...cell.env, PAYLOADS_BULK: queue }, configurable: true })
      for (const [nudgeUntil, leaseUntil] of [
        [Date.now() + 1000, 0],
        [0, Date.now() + 1000],
        [0, 0],
        [0, 0],
      ] as const) {
        Object.assign(open, told.length === 0 ? { nudgeUntil, leaseUntil } : {})
        await instance.alarm()
      }
      Object.defineProperty(cell, 'env', { value: { ...cell.env, PAYLOADS_BULK: before }, configurable: true })
      return told
    })
    expect(sent.filter((message) => (message as PayloadNudge).file !== undefined)).toEqual([
      { cell: cellName(row), file: body.file_id },
    ])
  })
  it('that breaks every reader at the same place is given up', async () => {
    const row = await newConnection(account)
    const { body } = await send(large, { user_id: row.user_id })
    const [first] = await stored(row)
    await house.RAW.delete(first!)
    vi.useFakeTimers({ toFake: ['Date'] })
    for (let i = 0; i <= FILE_TRIES; i++) {
      await consume(row, body.file_id)
      // Storage may only be in trouble: it is not begun again and again at once.
      if (i === 2) expect(await eventLog(house, row).leaseFile(body.file_id)).toBeUndefined()
      vi.setSystemTime(Date.now() + FILE_REST_MS * 4 ** i)
    }
    vi.useRealTimers()
    expect((await look(body.file_id)).body).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('never came further'),
    })
    expect(await stored(row)).toEqual([])
  })
  it('that finds no room in the inbox is not given up, however often', async () => {
    const other = await newAccount()
    const row = await newConnection(other)
    const log = eventLog(house, row)
    const { body } = await send(large, { user_id: row.user_id }, {}, other)
    const fill = (bytes: number) =>
      runInDurableObject(log, (instance) => {
        const { cell } = instance as unknown as { cell: { inbox: { bytes: number } } }
        cell.inbox.bytes += bytes
      })
    await fill(INBOX_BYTES)
    for (let i = 0; i <= 2 * FILE_TRIES; i++) await consume(row, body.file_id)
    await fill(-INBOX_BYTES)
    await consume(row, body.file_id)
    await consume(row)
    expect(await log.file(body.file_id, row.user_id)).toMatchObject({ state: 'done', records: LINES })
  })
  it('with a broken line keeps what stands before, and says which line', async () => {
    const row = await newConnection(account)
    const broken = utf8(`${Array.from({ length: LINES }, (_, i) => line(i)).join('\n')}\n{"resourceType":`)
    const { body } = await send(broken, { user_id: row.user_id })
    await consume(row, body.file_id)
    await consume(row)
    expect((await look(body.file_id)).body).toMatchObject({
      state: 'failed',
      reason: `line ${LINES + 1} is not JSON from column 17 on`,
    })
    expect((await recordsOf(row)).length).toBeGreaterThan(0)
  })
  it('goes with its connection', async () => {
    const other = await newAccount()
    const row = await newConnection(other)
    const { body } = await send(large, { user_id: row.user_id }, {}, other)
    expect(await stored(row)).not.toEqual([])
    const gone = await call(`/v2/auth/deauthenticateUser?user_id=${row.user_id}`, {
      method: 'DELETE',
      headers: other.headers,
    })
    expect(gone.status).toBe(200)
    expect(await stored(row)).toEqual([])
    await consume(row, body.file_id)
    expect((await look(body.file_id, other)).status).toBe(404)
  })
  it('whose connection ends while it comes in leaves nothing behind, though its sender breaks off', async () => {
    const row = await newConnection(account)
    async function* torn() {
      for (let i = 0; i < 3; i++) yield large.subarray(0, FILE_AT_ONCE_BYTES)
      await eventLog(house, row).closeConnection(row.user_id, { ...DEAUTH, silent: true })
      expect(await stored(row)).toEqual([])
      for (let i = 0; i < 3; i++) yield large.subarray(0, FILE_AT_ONCE_BYTES)
      expect(await stored(row)).not.toEqual([])
      throw new Error('the connection was lost')
    }
    const file = { file_id: newFileId(row.user_id), user_id: row.user_id, format: 'fhir', name: null }
    await expect(receiveFile(house, row, FILES.fhir!, file, torn())).rejects.toThrow('did not come wholly')
    expect(await stored(row)).toEqual([])
  })
  it('whose sender breaks off leaves nothing behind', async () => {
    const row = await newConnection(account)
    async function* torn() {
      for (let i = 0; i < 3; i++) yield large.subarray(0, FILE_AT_ONCE_BYTES)
      throw new Error('the connection was lost')
    }
    const file = { file_id: newFileId(row.user_id), user_id: row.user_id, format: 'fhir', name: null }
    await expect(receiveFile(house, row, FILES.fhir!, file, torn())).rejects.toThrow('did not come wholly')
    expect(await stored(row)).toEqual([])
    expect((await look(file.file_id)).status).toBe(404)
  })
})

describe('a file is refused, and told why,', () => {
  const gzip = async (bytes: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(
      await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
    )
  // biome-ignore format: a table reads better in rows.
  it.each([
    ['that is empty', () => new Uint8Array(0), {}, 400, 'the body is empty'],
    ['of a format that nobody knows', () => utf8('<html>no</html>'), {}, 415, 'FIT'],
    ['that is of its name alone', () => utf8('not a FIT file at all'), { name: 'a.fit' }, 422, 'begins with a header'],
    ['that holds no measurements', () => new FitWriter().define(0, 0, [field(0, UINT16)]).data(0, [5]).bytes(), {}, 422, 'planned workout'],
    ['that ends within its header', () => weighing(70).slice(0, 12), {}, 422, 'no measurements'],
    ['that is XML up to a point', () => utf8('<gpx><trk><trkseg><trkpt lat="1" lon='), {}, 422, 'it is not XML'],
    ['whose packing is damaged', async () => (await gzip(weighing(70))).slice(0, 30), {}, 422, 'cannot be unpacked'],
    ['of nobody', () => weighing(70), { user_id: undefined }, 400, 'either user_id or reference_id'],
    ['of two', () => weighing(70), { reference_id: 'x' }, 400, 'either user_id or reference_id'],
    ['of a stranger', () => weighing(70), { user_id: '00000000-0000-8000-8000-000000000000' }, 404, 'user not found'],
  ] as const)('%s', async (_, bytes, query, status, detail) => {
    const asked = Object.fromEntries(Object.entries({ user_id: connection.user_id, ...query }).filter(([, value]) => value !== undefined)) as Record<string, string>
    const answer = await send((await bytes()) as Uint8Array<ArrayBuffer>, asked)
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json'])
    expect(answer.body.detail).toContain(detail)
  })
  it('that is larger than is taken, before it is read', async () => {
    const { status, body } = await send(
      weighing(70),
      { user_id: connection.user_id },
      { 'content-length': String(2 * 1024 ** 3) },
    )
    expect([status, body.detail]).toEqual([413, expect.stringContaining('up to 1 GB')])
  })
  it('of a user who is not active', async () => {
    const row = await newConnection(account)
    await call(`/v2/users/${row.user_id}`, { method: 'PATCH', headers: account.headers, body: '{"active":false}' })
    expect((await send(weighing(70), { user_id: row.user_id })).status).toBe(409)
  })
  it('of another developer, to whom it is not there', async () => {
    const { body } = await send(weighing(77), { user_id: connection.user_id })
    const stranger = await newAccount()
    expect((await send(weighing(70), { user_id: connection.user_id }, {}, stranger)).status).toBe(404)
    expect((await look(body.file_id, stranger)).status).toBe(404)
    expect((await look(body.file_id)).status).toBe(200)
  })
})
