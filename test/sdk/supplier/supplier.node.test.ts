import { beforeEach, describe, expect, test } from 'vitest'
import { Producer } from '../../../shared/sdk/producer/producer.ts'
import type { SupplierOptions } from '../../../shared/sdk/supplier/caller.ts'
import type { PrivateKey } from '../../../shared/sdk/supplier/signing-key.ts'
import { Supplier, SupplierError } from '../../../shared/sdk/supplier/supplier.ts'
import { CLIENT_ID, CLIENT_SECRET, problem, SupplierApi } from '../../doubles/supplier-api.ts'
import { stage, vals } from '../producer/stage.ts'

const SECRET = { client_id: CLIENT_ID, client_secret: CLIENT_SECRET }
const nights = (count: number) => Array.from({ length: count }, (_, i) => ({ night: i, place: 'Malmö' }))

let now: number
let waits: number[]
let api: SupplierApi
beforeEach(() => {
  now = Date.parse('2031-03-01T00:00:00Z')
  waits = []
  api = new SupplierApi(() => now)
})
const supplier = (more: Partial<SupplierOptions> = {}) =>
  new Supplier({
    baseUrl: `${api.url}/`,
    credential: SECRET,
    fetch: api.fetch,
    now: () => now,
    random: () => 0.5,
    wait: async (ms) => {
      waits.push(ms)
      now += ms
    },
    ...more,
  })
async function newKey(algorithm: Parameters<SubtleCrypto['generateKey']>[0]): Promise<PrivateKey> {
  const { privateKey } = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  const jwk = (await crypto.subtle.exportKey('jwk', privateKey)) as JsonWebKey
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, key_ops: _ops, ext: _ext, alg: _alg, ...open } = jwk
  api.keys.push({ ...open, kid: 'mine' } as never)
  return { ...jwk, kid: 'mine' }
}
const receiptsOf = async <T>(all: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const one of all) found.push(one)
  return found
}
const failure = (promise: Promise<unknown>): Promise<SupplierError> =>
  promise.then(
    () => expect.fail('it was taken'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(SupplierError)
      return error as SupplierError
    },
  )
/** Once, at the first request that it fits. */
const onceAt = (path: string, trouble: Response | 'cut before' | 'cut after') => {
  let left = 1
  api.trouble = (request) => (request.url.includes(path) && left-- > 0 ? trouble : undefined)
}

describe('records', () => {
  test('go in batches of a size, whole and in their order', async () => {
    const receipts = await receiptsOf(supplier().push('nights@1', nights(2_500), { size: { records: 1_000 } }))
    expect(receipts.map(({ records }) => records)).toEqual([1_000, 1_000, 500])
    expect(api.made.records).toEqual(nights(2_500))
    const bytes = { size: { bytes: 200 } }
    expect(await receiptsOf(supplier().push('nights@1', nights(20), bytes))).toHaveLength(4)
  })
  test('that come by and by, and texts that are JSON already, go too', async () => {
    async function* came() {
      yield '{\n  "night": 0,\r\n  "place": "Malmö" }'
      yield nights(2)[1]
    }
    await receiptsOf(supplier().push('nights', came()))
    expect(api.made.records).toEqual(nights(2))
  })
  test('that are none are refused before anything of their batch is sent', async () => {
    await expect(receiptsOf(supplier().push('nights', [undefined]))).rejects.toThrow('a record is an object')
    expect(api.made.batches.size).toBe(0)
  })
  test('are waited for, and their report is read line by line', async () => {
    const seen: string[] = []
    const client = supplier()
    const [batch] = await client.pushAll('nights', nights(3), { onProgress: ({ state }) => seen.push(state) })
    expect(batch).toMatchObject({ batch_id: 'bat_1', state: 'done' })
    expect(seen).toEqual(['processing', 'processing', 'done'])
    const lines = await receiptsOf(client.report('bat_1'))
    expect(lines).toEqual([1, 2, 3].map((line) => ({ line, outcome: 'accepted', ü: 'ü' })))
  })
  test('that take longer than one waits are not lost sight of', async () => {
    api.looksUntilDone = 1_000
    const client = supplier()
    const [receipt] = await receiptsOf(client.push('nights', nights(1)))
    expect(await failure(client.ended(receipt!.batch_id, { timeoutMs: 5_000 }))).toMatchObject({
      code: 'still_running',
    })
  })
  test('are looked at alone by a dry run', async () => {
    expect(await supplier().dryRun('nights', nights(7))).toMatchObject({ records: 7 })
    expect(api.made.records).toEqual([])
  })
})

describe('a token', () => {
  test('is shared by all calls while it is good, and taken anew before it ends', async () => {
    const client = supplier()
    await Promise.all([1, 2, 3].map((n) => receiptsOf(client.push('nights', nights(n)))))
    expect(api.tokens).toBe(1)
    now += 850_000
    await receiptsOf(client.push('nights', nights(1)))
    expect(api.tokens).toBe(2)
  })
  test('that is refused is renewed once, and only once', async () => {
    const client = supplier()
    onceAt('/batches', problem(401, 'token_invalid'))
    await receiptsOf(client.push('nights', nights(1)))
    expect(api.tokens).toBe(2)
    api.trouble = ({ url }) => (url.includes('/batches') ? problem(401, 'token_invalid') : undefined)
    expect(await failure(receiptsOf(client.push('nights', nights(1))))).toMatchObject({ code: 'token_invalid' })
    expect(api.tokens).toBe(3)
  })
  test('is not given for a wrong secret, which no error repeats', async () => {
    const error = await failure(
      supplier({ credential: { client_id: CLIENT_ID, client_secret: 'a-wrong-one' } }).get('/v2/supplier'),
    )
    expect(error).toMatchObject({ status: 401, code: 'invalid_client' })
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('a-wrong-one')
    expect(waits).toEqual([])
  })
  test.each([
    ['seconds', '7'],
    ['a date', new Date(Date.parse('2031-03-01T00:00:07Z')).toUTCString()],
  ])('is asked for again no sooner than it was said, in %s, also for what is sent once only', async (_, said) => {
    const busy = new Response('{"error":"temporarily_unavailable"}', { status: 503, headers: { 'retry-after': said } })
    onceAt('/oauth/token', busy)
    const client = supplier()
    expect(await failure(client.call('POST', '/v2/supplier/credentials', {}))).toMatchObject({ status: 404 })
    expect(waits).toEqual([7_000 + 250])
    expect(api.calls).toEqual(['POST /oauth/token', 'POST /oauth/token', 'POST /v2/supplier/credentials'])
  })
  test.each([
    ['P-256', { name: 'ECDSA', namedCurve: 'P-256' }],
    ['P-384', { name: 'ECDSA', namedCurve: 'P-384' }],
    ['Ed25519', { name: 'Ed25519' }],
    ['RSA', { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2_048, publicExponent: Uint8Array.of(1, 0, 1) }],
  ])('is given for an assertion by a key, and requests are signed: %s', async (_, algorithm) => {
    const key = await newKey(algorithm)
    api.mustSign = true
    // The second try of a request has a signature of its own.
    onceAt('/batches', 'cut after')
    const client = supplier({ credential: { client_id: CLIENT_ID, key }, signingKey: key })
    await receiptsOf(client.push('nights@1.2', nights(100), { mode: 'strict' }))
    expect(api.made.records).toEqual(nights(100))
    expect(api.made.batches.size).toBe(1)
    // Its small bodies are signed like the large ones: by their digests.
    api.made.records = []
    await client.upload('nights', new Blob(['{"night":0}\n{"night":1}\n']))
    expect(api.made.records).toEqual([{ night: 0 }, { night: 1 }])
  })
  test('and a key of a kind that nobody knows is refused in words', async () => {
    const key = { kty: 'EC', crv: 'secp256k1', kid: 'mine' } as PrivateKey
    const client = supplier({ credential: { client_id: CLIENT_ID, key } })
    await expect(client.get('/v2/supplier')).rejects.toThrow('none of EC P-256')
  })
})

describe('trouble', () => {
  test.each(['cut before', 'cut after'] as const)('a connection that is %s: one batch, once', async (trouble) => {
    onceAt('/batches', trouble)
    const [receipt] = await receiptsOf(supplier().push('nights', nights(10)))
    expect(receipt).toMatchObject({ batch_id: 'bat_1', records: 10 })
    expect(api.made.records).toEqual(nights(10))
    expect(waits).toHaveLength(1)
  })
  test('an answer that breaks off while it is read is asked for again', async () => {
    const broken = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"batch_id":')),
      pull: (controller) => controller.error(new TypeError('terminated')),
    })
    onceAt('/batches', new Response(broken))
    const [receipt] = await receiptsOf(supplier().push('nights', nights(10)))
    expect(receipt).toMatchObject({ batch_id: 'bat_1', records: 10 })
  })
  test('429 is asked again after what it says, never before', async () => {
    onceAt('/batches', problem(429, 'rate_limited', { 'retry-after': '7' }))
    await receiptsOf(supplier().push('nights', nights(1)))
    expect(waits).toHaveLength(1)
    expect(waits[0]).toBeGreaterThanOrEqual(7_000)
  })
  test('503 until a date is waited for', async () => {
    onceAt('/batches', problem(503, 'busy', { 'retry-after': new Date(now + 30_000).toUTCString() }))
    await receiptsOf(supplier().push('nights', nights(1)))
    expect(waits[0]).toBeGreaterThanOrEqual(30_000)
  })
  test('a call with the same key that is under way elsewhere is waited for', async () => {
    onceAt('/batches', problem(409, 'batch_running', { 'retry-after': '1' }))
    await receiptsOf(supplier().push('nights', nights(1)))
    expect(api.made.batches.size).toBe(1)
  })
  test('that lasts longer than patience is told, with when to come again', async () => {
    api.trouble = ({ url }) =>
      url.includes('/batches') ? problem(429, 'quota_used_up', { 'retry-after': '3600' }) : undefined
    const error = await failure(receiptsOf(supplier().push('nights', nights(1))))
    expect(error).toMatchObject({ status: 429, code: 'quota_used_up', retryAfterMs: 3_600_000 })
    api.trouble = () => 'cut before'
    const cut = await failure(supplier({ patienceMs: 20_000 }).get('/v2/supplier'))
    expect(cut).toMatchObject({ status: 0, code: 'unreachable' })
    expect(waits.length).toBeGreaterThan(2)
  })
  test.each([
    [400, 'digest_mismatch'],
    [403, 'scope_missing'],
    [409, 'idempotency_key_reused'],
    [421, 'wrong_region'],
  ])('%s %s is not asked again: it would be the same', async (status, code) => {
    api.trouble = ({ url }) => (url.includes('/batches') ? problem(status, code) : undefined)
    expect(await failure(receiptsOf(supplier().push('nights', nights(1))))).toMatchObject({ status, code })
    expect(waits).toEqual([])
  })
  test('a key that the caller gives stays over two runs: one batch, and another body is refused', async () => {
    const push = (count: number) => receiptsOf(supplier().push('nights', nights(count), { idempotencyKey: 'night-7' }))
    expect(await push(4)).toEqual(await push(4))
    expect(api.made.batches.size).toBe(1)
    expect(await failure(push(5))).toMatchObject({ code: 'idempotency_key_reused' })
  })
  test('a POST that is not repeatable is sent once', async () => {
    onceAt('/contracts', 'cut before')
    expect(await failure(supplier().call('POST', '/v2/supplier/contracts', {}))).toMatchObject({ status: 0 })
    expect(api.calls.filter((call) => call.includes('/contracts'))).toHaveLength(1)
  })
})

describe('an upload', () => {
  const file = () =>
    new Blob([
      nights(20)
        .map((night) => `${JSON.stringify(night)}\n`)
        .join(''),
    ])
  test('goes in parts, each as often as it takes', async () => {
    onceAt('/parts/2', 'cut after')
    const parts: number[] = []
    await supplier().upload('nights', file(), { onPart: ({ part }) => parts.push(part) })
    expect(parts.length).toBeGreaterThan(5)
    expect(api.made.records).toEqual(nights(20))
  })
  test('that broke off goes on, and sends only what is missing', async () => {
    let uploadId = ''
    api.trouble = ({ url }) => (url.includes('/parts/4') ? 'cut before' : undefined)
    const onBegun = (id: string) => {
      uploadId = id
    }
    await failure(supplier({ patienceMs: 5_000 }).upload('nights', file(), { onBegun }))
    api.trouble = () => undefined
    api.calls.length = 0
    await supplier().upload('nights', file(), { uploadId })
    expect(api.calls.filter((call) => /parts\/[123]$/.test(call))).toEqual([])
    expect(api.made.records).toEqual(nights(20))
  })
})

describe('a live stream', () => {
  test('is opened for a subject, again where the answer was lost', async () => {
    onceAt('/streams', 'cut after')
    const opened = await supplier().streams.open('nights@1', { subject: 'p-1', consent: 'c-1' })
    expect(opened).toMatchObject({ token: 'st.1', url: 'wss://stream.test/connect', subject: 'p-1' })
    expect(api.calls.filter((call) => call === 'POST /v2/ingest/nights%401/streams')).toHaveLength(2)
  })
  test('feeds a producer, with a token of its own for each connection; what was sent meanwhile is not lost', async () => {
    const { clock, server, network } = stage()
    api.streamToken = () => server.token()
    const { url, token } = await supplier().streams.producer('nights@1', { subject: 'p-1' })
    const producer = new Producer({ url, token, open: network.open, clock, random: () => 0.5 })
    const opens = () => api.calls.filter((call) => call.endsWith('/streams')).length
    await producer.start()
    await clock.until(() => producer.state.kind === 'live')
    expect(opens()).toBe(1)
    producer.submit('HEART_RATE', { val: 61 })
    await clock.until(() => producer.counts.acknowledged === 1)
    server.closeAll(4001, 'the time of this token is over; ask for a new one')
    producer.submit('HEART_RATE', { val: 62 })
    await clock.until(() => producer.counts.acknowledged === 2)
    expect([opens(), vals(server)]).toEqual([2, [61, 62]])
    await producer.close()
  })
  test('whose producer has lost its right tells why, and is asked for again by the producer alone', async () => {
    const { clock, server, network } = stage()
    api.streamToken = () => server.token()
    const options = await supplier().streams.producer('nights@1', { subject: 'p-1' })
    const producer = new Producer({ ...options, open: network.open, clock, random: () => 0.5 })
    await producer.start()
    await clock.until(() => producer.state.kind === 'live')
    api.trouble = () => problem(503, 'overloaded', { 'retry-after': '1' })
    server.closeAll(4001, 'what lets you in has ended; ask for a new token')
    await clock.until(() => producer.state.kind === 'waiting')
    expect(producer.state).toMatchObject({ reason: expect.stringContaining('because of overloaded') })
    expect(waits).toEqual([])
    api.trouble = () => undefined
    await clock.until(() => producer.state.kind === 'live')
    await producer.close()
  })
})
