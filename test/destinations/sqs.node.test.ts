import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StoredBody } from '../../shared/delivery/define.ts'
import type { Shipped } from '../../shared/delivery/shipment.ts'
import sqs from '../../shared/destinations/sqs.ts'
import { wrongInCloudEvent } from '../delivery/cloud-events-schema.ts'
import { delivery } from '../delivery/leases.ts'
import type { SqsDouble } from '../doubles/sqs.ts'
import { check, contextFor, counts, KEYS, serveQueues, ship, windowOf } from './queue.ts'

let double: SqsDouble
let now = 0
beforeEach(async () => {
  now = 1_800_000_000_000
  double = await serveQueues({ now: () => now })
})
afterEach(() => double.stop())

/** The seqs of a queue in their order, of one user or of all. */
const seqs = (queue = 'health.fifo', user?: number): number[] =>
  double
    .messages(queue)
    .filter(({ attributes }) => user === undefined || attributes.user_id?.StringValue === `user-${user}`)
    .map(({ attributes }) => Number(attributes.seq?.StringValue))
const reasonOf = (shipped: Shipped): string => (shipped.kind === 'failed' ? shipped.sent.reason : '')

describe('a window', () => {
  test('is in the queue whole: every event as it is, with its ids and place as attributes', async () => {
    const shipment = windowOf([2, 1])
    expect(counts(await ship(double, shipment))).toEqual([2, 1])
    const [first] = shipment.groups
    const stored = double.messages('health.fifo').find(({ dedup }) => dedup === first!.events[1]!.event_id)!
    expect(stored.body).toBe(first!.events[1]!.body)
    expect(stored.group).toBe('user-1')
    expect(
      Object.fromEntries(Object.entries(stored.attributes).map(([name, { StringValue }]) => [name, StringValue])),
    ).toEqual({
      event_id: first!.events[1]!.event_id,
      user_id: 'user-1',
      type: 'daily',
      seq: '200',
      prev_seq: '100',
      origin: 'live',
      schema_version: delivery().api_version,
      ordering_timestamp: '1200',
      reference: first!.events[1]!.event_id,
    })
  })
  test('goes in requests of ten, and of one user never two events in one', async () => {
    const shipment = windowOf([...Array.from({ length: 75 }, () => 3), 9])
    expect(counts(await ship(double, shipment))).toEqual([...Array.from({ length: 75 }, () => 3), 9])
    for (const entries of double.batches) {
      expect(entries.length).toBeLessThanOrEqual(10)
      const users = entries.map(({ MessageGroupId }) => MessageGroupId)
      expect(new Set(users).size).toBe(users.length)
    }
    expect(double.batches.length).toBeLessThan(40)
    for (let user = 1; user <= 76; user++) {
      const order = seqs('health.fifo', user)
      expect(order).toEqual([...order].sort((a, b) => a - b))
    }
  })
  test('has as many requests under way as an invocation has slots', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    double.troubles.push(...Array.from({ length: 9 }, () => ({ kind: 'late' as const, until: promise })))
    const shipping = ship(double, windowOf(Array(90).fill(1)))
    await expect.poll(() => double.atOnce).toBe(6)
    resolve()
    expect(counts(await shipping)).toEqual(Array(90).fill(1))
    expect(double.atOnce).toBe(6)
    expect(double.batches).toHaveLength(9)
  })
  test('keeps the bytes of a request within what the queue takes', async () => {
    const large = () => ({ body: JSON.stringify({ text: 'ä'.repeat(120_000) }) })
    expect(counts(await ship(double, windowOf([1, 1, 1, 1, 1, 1, 1, 1], large)))).toEqual(Array(8).fill(1))
    expect(double.batches.map((entries) => entries.length).sort()).toEqual([4, 4])
  })
  test('goes into a standard queue without group and repetition ids', async () => {
    await ship(double, windowOf([2]), { queue: 'health' })
    expect(double.messages('health').map(({ group, dedup }) => [group, dedup])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ])
    expect(seqs('health')).toEqual([100, 200])
  })
  test('that comes again is in a FIFO queue once for five minutes', async () => {
    await ship(double, windowOf([2, 2]))
    now += 299_999
    await ship(double, windowOf([2, 2]))
    expect(double.messages('health.fifo')).toHaveLength(4)
  })
  test('says what was deleted, and what came of a request', async () => {
    const shipment = windowOf([1, 1], (user) =>
      user === 0 ? { body: undefined } : { request: { reference: 'req_1', chunk: 1, chunks: 2 } },
    )
    await ship(double, shipment)
    const about = double
      .messages('health.fifo')
      .map(({ attributes: a }) => [a.type?.StringValue, a.reference?.StringValue])
    expect(about).toContainEqual(['deletion', shipment.groups[0]!.events[0]!.event_id])
    expect(about).toContainEqual(['daily', 'req_1'])
  })
  test('keeps characters that a queue refuses, as JSON writes them', async () => {
    const given = { text: 'a\uFFFE\uFFFF\u0000\uD800é💥' }
    await ship(
      double,
      windowOf([1], () => ({ body: JSON.stringify(given) })),
    )
    const [message] = double.messages('health.fifo')
    expect((JSON.parse(message!.body) as { data: unknown[] }).data).toEqual([given])
  })
  test('signs with a session token where there is one', async () => {
    await double.stop()
    double = await serveQueues({ sessionToken: 'temporary' })
    expect(counts(await ship(double, windowOf([1]), { secrets: { session_token: 'temporary' } }))).toEqual([1])
    expect(reasonOf(await ship(double, windowOf([1])))).toContain('InvalidClientTokenId')
  })
})

describe('an event that is too large, or wanted as a link', () => {
  const stored: [StoredBody, number][] = []
  const linkTo = async (body: StoredBody, seconds: number) => {
    stored.push([body, seconds])
    return { url: `https://fascia.example/${body.id}`, payload_id: `pld_${body.id}` }
  }
  const more = { linkTo }
  beforeEach(() => stored.splice(0))

  test('is the wire contract’s message, good for ten minutes; the others stay as they are', async () => {
    const shipment = windowOf([2], (_, i) => (i === 0 ? { body: JSON.stringify({ text: 'x'.repeat(3_000) }) } : {}))
    await ship(double, shipment, { settings: { max_inline_bytes: 2_048 }, more })
    const [large, small] = shipment.groups[0]!.events
    const [pointer, whole] = double.messages('health.fifo')
    expect(JSON.parse(pointer!.body)).toEqual({
      type: 's3_payload',
      status: 'success',
      url: `https://fascia.example/${large!.event_id}`,
      expires_in: 600,
      payload_reference: `pld_${large!.event_id}`,
      user_id: 'user-1',
      reference_id: null,
    })
    expect(pointer!.attributes.type?.StringValue).toBe('daily')
    expect(whole!.body).toBe(small!.body)
    const about = { id: large!.event_id, type: 'daily', user_id: 'user-1', text: large!.body, cell: shipment.cell }
    expect(stored).toEqual([[about, 600]])
  })
  test('is judged with its attributes: one byte more is a link', async () => {
    const shipment = windowOf([1], () => ({ body: JSON.stringify({ text: 'x'.repeat(2_000) }) }))
    await ship(double, shipment, { more })
    const { body, attributes } = double.messages('health.fifo')[0]!
    const bytes = Object.entries(attributes).reduce(
      (sum, [name, { DataType, StringValue }]) => sum + name.length + DataType.length + StringValue!.length,
      body.length,
    )
    await ship(double, shipment, { queue: 'health', settings: { max_inline_bytes: bytes }, more })
    expect(stored).toEqual([])
    await ship(double, shipment, { queue: 'health', settings: { max_inline_bytes: bytes - 1 }, more })
    expect(stored).toHaveLength(1)
  })
  test('is always a link in pointer mode, and an address in a CloudEvent', async () => {
    await ship(double, windowOf([1]), { settings: { mode: 'pointer' }, more })
    expect(JSON.parse(double.messages('health.fifo')[0]!.body)).toMatchObject({ type: 's3_payload' })
    await ship(double, windowOf([1]), { queue: 'health', settings: { mode: 'pointer', format: 'cloudevents' }, more })
    const linked = JSON.parse(double.messages('health')[0]!.body) as object
    expect(wrongInCloudEvent(linked)).toEqual([])
    expect(linked).toHaveProperty('dataref')
    await ship(double, windowOf([1]), { queue: 'health', settings: { format: 'cloudevents' }, more })
    const inline = JSON.parse(double.messages('health')[1]!.body) as object
    expect(wrongInCloudEvent(inline)).toEqual([])
    expect(inline).toMatchObject({ subject: 'user-1', data: { type: 'daily' } })
  })
  test('that cannot be stored holds its own user, by our own fault', async () => {
    const failing = async ({ user_id }: StoredBody) => {
      if (user_id === 'user-1') throw new Error('storage is away')
      return { url: 'https://fascia.example/x', payload_id: 'x' }
    }
    const shipped = await ship(double, windowOf([2, 2]), { settings: { mode: 'pointer' }, more: { linkTo: failing } })
    expect(counts(shipped)).toEqual([0, 2])
    expect(shipped).toMatchObject({
      groups: [{ failed: { kind: 'retry', blame: 'ours', reason: 'storage is away' } }, {}],
    })
  })
})

describe('an entry that is refused', () => {
  const failing = (user: number, code: string, SenderFault: boolean) => ({
    kind: 'entries' as const,
    fails: ({ MessageGroupId }: { MessageGroupId?: string }) =>
      MessageGroupId === `user-${user}` ? { Code: code, SenderFault, Message: 'told so' } : undefined,
  })
  test('holds its user alone, and nothing of that user goes in behind it', async () => {
    double.troubles.push(failing(2, 'InternalError', false))
    const shipped = await ship(double, windowOf([3, 3, 3]))
    expect(counts(shipped)).toEqual([3, 0, 3])
    expect(shipped).toMatchObject({
      groups: [{}, { failed: { kind: 'retry', blame: 'event', reason: 'InternalError: told so' } }, {}],
    })
    expect(seqs('health.fifo', 2)).toEqual([])
    expect(counts(await ship(double, windowOf([0, 3])))).toEqual([0, 3])
    expect(seqs('health.fifo', 2)).toEqual([101, 201, 301])
  })
  test('for what it holds is parked at once: no queue will ever take it', async () => {
    double.troubles.push(failing(1, 'InvalidMessageContents', true))
    expect(await ship(double, windowOf([1, 1]))).toMatchObject({
      groups: [
        { delivered: 0, failed: { kind: 'rejected', reason: 'InvalidMessageContents: told so' } },
        { delivered: 1 },
      ],
    })
  })
  test('for its size at a queue that takes less is tried again, until the setting says so', async () => {
    await double.stop()
    double = await serveQueues({ queues: [{ name: 'health.fifo', maximumMessageSize: 2_048 }] })
    const large = (user: number) => (user === 0 ? { body: JSON.stringify({ text: 'x'.repeat(3_000) }) } : {})
    expect(await ship(double, windowOf([1, 1], large))).toMatchObject({
      groups: [
        { failed: { kind: 'retry', blame: 'event', reason: expect.stringContaining('shorter than 2048') } },
        { delivered: 1 },
      ],
    })
    expect(counts(await ship(double, windowOf([1], large), { settings: { max_inline_bytes: 2_048 } }))).toEqual([1])
  })
  test('with all others of its request is the queue’s trouble: nobody is held', async () => {
    double.troubles.push({
      kind: 'entries',
      fails: () => ({ Code: 'InternalError', SenderFault: false, Message: 'away' }),
    })
    expect(await ship(double, windowOf([2, 2]))).toMatchObject({
      kind: 'failed',
      sent: { kind: 'retry', blame: 'destination', reason: 'InternalError: away' },
    })
  })
  test('as a whole request because of one message is found by sending each by itself', async () => {
    const refuse = { kind: 'error', status: 400, code: 'InvalidParameterValue', message: 'one of them' } as const
    double.troubles.push(refuse, failing(9, '', true), refuse, failing(9, '', true))
    const shipped = await ship(double, windowOf([1, 1, 1]))
    expect(counts(shipped)).toEqual([1, 0, 1])
    expect(shipped).toMatchObject({ groups: [{}, { failed: { kind: 'retry', blame: 'event' } }, {}] })
    double.troubles.push(refuse, refuse, refuse)
    expect(await ship(double, windowOf([1, 1]))).toMatchObject({ kind: 'failed', sent: { blame: 'destination' } })
  })
  test('or kept as something else is not taken for delivered', async () => {
    double.troubles.push({ kind: 'garbled' })
    expect(await ship(double, windowOf([1]))).toMatchObject({
      groups: [{ delivered: 0, failed: { kind: 'retry', blame: 'event', reason: expect.stringContaining('MD5') } }],
    })
  })
})

describe('a queue in trouble', () => {
  const errors = (status: number, code: string, times: number) =>
    Array.from({ length: times }, () => ({ kind: 'error' as const, status, code }))
  test('that passes at once is not noticed: a request is made three times', async () => {
    double.troubles.push(...errors(500, 'InternalFailure', 1), ...errors(503, 'ServiceUnavailable', 1))
    expect(counts(await ship(double, windowOf([1, 1])))).toEqual([1, 1])
  })
  test('fails the window, with its own words and what to mend', async () => {
    for (const [troubles, sending, words] of [
      [errors(503, 'ServiceUnavailable', 3), {}, 'ServiceUnavailable'],
      [errors(400, 'RequestThrottled', 1), {}, 'fewer calls'],
      [errors(400, 'KmsAccessDenied', 1), {}, 'kms:GenerateDataKey'],
      [
        [],
        { settings: { queue_url: `${double.urlOf('none')}.fifo` } },
        'QueueDoesNotExist: The specified queue does not exist; create the queue',
      ],
      [[], { secrets: { access_key_id: 'AKIDUNKNOWN' } }, 'InvalidClientTokenId'],
      [[], { secrets: { secret_access_key: 'wrong' } }, 'give the secret that belongs to the access key'],
      [[], { settings: { region: 'eu-west-1' } }, 'Credential should be scoped to a valid region'],
      [Array(3).fill({ kind: 'reset' }), {}, 'connection failed'],
      [[{ kind: 'text', status: 200, body: '<html>' }], {}, 'not one of a queue'],
      [[{ kind: 'text', status: 403, body: '<html>' }], {}, 'status 403'],
    ] as const) {
      double.troubles.push(...troubles)
      const shipped = await ship(double, windowOf([1, 1]), sending)
      expect(shipped).toMatchObject({ kind: 'failed', sent: { kind: 'retry', blame: 'destination' } })
      expect(reasonOf(shipped)).toContain(words)
    }
    expect(double.messages('health.fifo')).toEqual([])
  })
  test('in the middle of a window: what went in is told, the rest comes again', async () => {
    double.troubles.push({ kind: 'entries', fails: () => undefined }, ...errors(403, 'AccessDeniedException', 1))
    const shipped = await ship(double, windowOf([3, 3]))
    expect(counts(shipped)).toEqual([1, 1])
    expect(JSON.stringify(shipped)).not.toContain('failed')
  })
  test('that has taken a request and breaks before the answer has each event once in a FIFO queue', async () => {
    double.troubles.push({ kind: 'reset', after: true })
    expect(counts(await ship(double, windowOf([2, 2])))).toEqual([2, 2])
    expect(double.messages('health.fifo')).toHaveLength(4)
    double.troubles.push({ kind: 'reset', after: true })
    expect(counts(await ship(double, windowOf([2]), { queue: 'health' }))).toEqual([2])
    expect(seqs('health')).toEqual([100, 100, 200])
  })
  test('that does not answer in time fails, and its late messages are no second ones', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    double.troubles.push({ kind: 'late', until: promise })
    const abort = new AbortController()
    const shipping = ship(double, windowOf([2]), { more: { signal: abort.signal } })
    await expect.poll(() => double.messages('health.fifo')).toHaveLength(1)
    abort.abort()
    expect(await shipping).toMatchObject({ kind: 'failed', sent: { status: 504, reason: 'no answer in time' } })
    resolve()
    expect(counts(await ship(double, windowOf([2])))).toEqual([2])
    expect(seqs()).toEqual([100, 200])
  })
  test('that is slow gets no request in the second half of the time-out', async () => {
    // Each request takes a second.
    const slow = { now: () => Date.now() + double.batches.length * 1_000, timeoutMs: 8_000 }
    expect(counts(await ship(double, windowOf([50]), { more: slow }))).toEqual([4])
    expect(seqs()).toEqual([100, 200, 300, 400])
  })
  test('that repeats our keys does not get them shown', async () => {
    double.troubles.push({
      kind: 'error',
      status: 403,
      code: 'AccessDenied',
      message: `key ${KEYS.access_key_id} ${KEYS.secret_access_key}`,
    })
    const shown = JSON.stringify(await ship(double, windowOf([1])))
    expect(shown).toContain('key … …')
    expect(shown).not.toContain(KEYS.secret_access_key)
  })
  test('says how long to wait where it does', async () => {
    double.troubles.push({ kind: 'error', status: 400, code: 'RequestThrottled', headers: { 'retry-after': '7' } })
    expect(await ship(double, windowOf([1]))).toMatchObject({ sent: { retryAfterMs: 7_000 } })
  })
})

describe('a check', () => {
  test('sends a healthcheck to either kind of queue', async () => {
    for (const queue of ['health', 'health.fifo']) {
      await check(double, { queue })
      expect(JSON.parse(double.messages(queue)[0]!.body)).toMatchObject({ type: 'healthcheck', status: 'normal' })
    }
  })
  test('needs no right to look at the queue', async () => {
    await double.stop()
    double = await serveQueues({ denied: ['GetQueueAttributes'] })
    await check(double)
    expect(double.messages('health.fifo')).toHaveLength(1)
  })
  test('refuses what deliveries would fail on, with the service’s words and the setting', async () => {
    await double.stop()
    double = await serveQueues({
      queues: [{ name: 'small', maximumMessageSize: 65_536 }],
      denied: ['SendMessageBatch'],
    })
    for (const [sending, message, field] of [
      [{ queue: 'small' }, 'at most 65536 bytes', 'max_inline_bytes'],
      [{ queue: 'none' }, 'QueueDoesNotExist', 'queue_url'],
      [{ queue: 'small', settings: { max_inline_bytes: 65_536 } }, 'allow sqs:SendMessage', undefined],
      [{ queue: 'small', secrets: { secret_access_key: 'another-secret' } }, 'InvalidSignature', 'secret_access_key'],
      [{ queue: 'small', secrets: { access_key_id: 'AKIDUNKNOWN' } }, 'InvalidClientTokenId', 'access_key_id'],
    ] as const)
      await expect(check(double, sending)).rejects.toMatchObject({ message: expect.stringContaining(message), field })
    await double.stop()
    await expect(check(double, { queue: 'small' })).rejects.toMatchObject({
      message: expect.stringContaining('connection failed'),
    })
  })
})

describe('its settings', () => {
  const parse = (settings: object) => sqs.settings.safeParse(settings)
  test.each([
    ['https://sqs.eu-central-1.amazonaws.com/123456789012/health', 'eu-central-1'],
    ['https://sqs-fips.us-west-2.amazonaws.com/123456789012/health', 'us-west-2'],
    ['https://sqs.cn-north-1.amazonaws.com.cn/123456789012/health', 'cn-north-1'],
    ['https://sqs.eu-west-1.api.aws/123456789012/health', 'eu-west-1'],
    ['https://vpce-1a2b-3c4d.sqs.us-east-1.vpce.amazonaws.com/123456789012/health', 'us-east-1'],
    ['https://eu-west-2.queue.amazonaws.com/123456789012/health', 'eu-west-2'],
    ['https://queue.amazonaws.com/123456789012/health', 'us-east-1'],
  ])('%s is in %s', async (queue_url, region) => {
    const settings = sqs.settings.parse({ queue_url })
    let scope = ''
    const fetch = async (_: unknown, init?: RequestInit) => {
      scope = new Headers(init?.headers).get('authorization') ?? ''
      return new Response('{"Successful":[]}')
    }
    await sqs.ship(windowOf([1]), { ...contextFor(double), settings, fetch: fetch as never })
    expect(scope).toContain(`/${region}/sqs/aws4_request`)
  })
  test('refuse addresses without a region, other protocols, credentials and unknown fields', () => {
    const queue_url = 'https://sqs.eu-central-1.amazonaws.com/123456789012/health'
    expect(parse({ queue_url })).toMatchObject({ success: true })
    expect(parse({ queue_url: 'https://queue.example/health', region: 'eu-1' })).toMatchObject({ success: true })
    expect(parse({ queue_url: 'https://queue.example/health' }).error?.issues).toEqual([
      expect.objectContaining({ path: ['region'] }),
    ])
    for (const wrong of [
      { queue_url: 'ftp://sqs.eu-central-1.amazonaws.com/1/a' },
      { queue_url: 'https://user:word@sqs.eu-central-1.amazonaws.com/1/a' },
      { queue_url, max_inline_bytes: 1_048_577 },
      { queue_url, delay: 1 },
    ])
      expect(parse(wrong).success).toBe(false)
    expect(sqs.hosts(sqs.settings.parse({ queue_url }))).toEqual(['sqs.eu-central-1.amazonaws.com'])
  })
})
