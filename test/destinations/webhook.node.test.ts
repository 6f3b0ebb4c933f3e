import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { hmacSha256 } from '../../shared/base/hash.ts'
import type { Parcel, SendContext, StoredBody } from '../../shared/delivery/define.ts'
import { batch, parcels } from '../../shared/delivery/parcel.ts'
import { rotated } from '../../shared/delivery/signing.ts'
import webhook from '../../shared/destinations/webhook.ts'
import { context, event as daily, delivery, group } from '../delivery/leases.ts'

/** A real server on loopback for each test, and one call of the unit to it. */
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
}
const [parcel] = parcels(group(1, [daily(7, { prevSeq: 5 })], { skipped: [6] }), 'dst_1', delivery())
const send = (url: string, timeoutMs = 5_000) =>
  webhook.send(parcel!, context(webhook.settings.parse({ url }), {}, { signal: AbortSignal.timeout(timeoutMs) }))
const answering = (status: number, headers: Record<string, string> = {}, body = 'no') =>
  serve((_, response) => response.writeHead(status, headers).end(body))

describe('a webhook that carries links', () => {
  const event = { type: 's3_payload', status: 'success', expires_in: 300 }
  /** What arrived, and what was stored for it; links are numbered. */
  async function sent(of: Parcel, times = 1) {
    const seen: { body: string; headers: IncomingHttpHeaders }[] = []
    const stored: [StoredBody, number][] = []
    const url = await serve(async (request, response) => {
      seen.push({ headers: request.headers, body: await text(request) })
      response.end()
    })
    const linkTo: SendContext<unknown, unknown>['linkTo'] = async (body, seconds) => {
      stored.push([body, seconds])
      return { url: `https://fascia.example/${stored.length}`, payload_id: body.id }
    }
    for (let i = 0; i < times; i++)
      expect(
        await webhook.send(of, context(webhook.settings.parse({ url, payload: 'link' }), {}, { linkTo })),
      ).toMatchObject({ kind: 'delivered' })
    return { seen, stored }
  }
  test('has the contract’s message in the event’s place, signed, under the event’s own headers', async () => {
    const { seen, stored } = await sent(parcel!)
    expect(JSON.parse(seen[0]!.body)).toEqual({ ...event, url: 'https://fascia.example/1' })
    const { trace_id: id, type, user_id, body } = parcel!
    expect(stored).toEqual([[{ id, type, user_id, text: body }, 300]])
    expect(seen[0]!.headers).toMatchObject({ 'x-terra-trace-id': id, 'fascia-event-seq': '7', 'terra-reference': id })
    const [, at, signature] = /^t=(\d+),v1=(\w+)$/.exec(String(seen[0]!.headers['terra-signature']))!
    expect(signature).toBe(hmacSha256(context({}, {}).signing.signing_secret, 'hex', `${at}.`, seen[0]!.body))
  })
  test('leads a retry to the same payload by a new link', async () => {
    const { seen, stored } = await sent(parcel!, 2)
    expect(stored[1]).toEqual(stored[0])
    expect(JSON.parse(seen[1]!.body)).toEqual({ ...event, url: 'https://fascia.example/2' })
  })
  test('has a link for each event of a batch, stored by itself: one can be erased without the other', async () => {
    const [other] = parcels(group(2, [daily(9)]), 'dst_1', delivery())
    const { seen, stored } = await sent(batch([parcel!, other!], '2022-03-16'))
    expect(JSON.parse(seen[0]!.body)).toEqual({
      type: 'batch',
      version: '2022-03-16',
      deliveries: [expect.objectContaining({ seqs: [7] }), expect.objectContaining({ seqs: [9] })],
      events: [1, 2].map((n) => ({ ...event, url: `https://fascia.example/${n}` })),
    })
    expect(stored.map(([body]) => [body.user_id, body.text])).toEqual([
      ['user-1', parcel!.body],
      ['user-2', other!.body],
    ])
  })
})

describe('a rotated secret', () => {
  const DAY_MS = 86_400_000
  const before = { signing_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }
  const now = 1_800_000_000_000
  async function signed(double_signature: boolean, at: number): Promise<string> {
    let seen = ''
    const url = await serve((request, response) => {
      seen = String(request.headers['terra-signature'])
      response.end()
    })
    const signing = rotated(before, now + DAY_MS)
    await webhook.send(
      parcel!,
      context(webhook.settings.parse({ url, double_signature }), {}, { signing, now: () => at }),
    )
    return seen
  }
  test('is the only one that signs, unless the destination takes two', async () => {
    expect(await signed(false, now)).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/)
    expect(await signed(true, now)).toMatch(/^t=\d+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/)
  })
  test('is the only one again when the overlap is over', async () => {
    expect(await signed(true, now + DAY_MS)).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/)
  })
})

describe('a webhook', () => {
  test('posts the event with its ids, order and both signatures', async () => {
    let seen: { headers: Record<string, unknown>; body: string } | undefined
    const url = await serve((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += chunk))
      request.on('end', () => {
        seen = { headers: request.headers, body }
        response.end()
      })
    })
    expect(await send(url)).toMatchObject({ kind: 'delivered', status: 200 })
    expect(seen!.body).toBe(parcel!.body)
    expect(seen!.headers).toMatchObject({
      'content-type': 'application/json',
      'terra-reference': parcel!.trace_id,
      'x-terra-trace-id': parcel!.trace_id,
      'x-terra-ordering-timestamp': '1007',
      'fascia-event-seq': '7',
      'fascia-prev-seq': '5',
      'fascia-skipped': '6',
      'webhook-id': parcel!.trace_id,
      'terra-signature': expect.stringMatching(/^t=\d+,v1=[0-9a-f]{64}$/),
    })
  })
  test.each([500, 502, 503, 429, 404, 401])('%i is the destination’s trouble', async (status) => {
    expect(await send(await answering(status))).toMatchObject({
      kind: 'retry',
      blame: 'destination',
      status,
      response: 'no',
    })
  })
  test.each([400, 413, 422])('%i is about the event', async (status) => {
    expect(await send(await answering(status))).toMatchObject({ kind: 'retry', blame: 'event', status })
  })
  test('a redirect is a failure and is not followed', async () => {
    let followed = 0
    const elsewhere = await serve((_, response) => {
      followed++
      response.end()
    })
    const sent = await send(await answering(302, { location: elsewhere }))
    expect(sent).toMatchObject({ kind: 'retry', status: 302, reason: expect.stringContaining('redirect') })
    expect(followed).toBe(0)
  })
  test('Retry-After is kept, in seconds and as a date', async () => {
    expect(await send(await answering(429, { 'retry-after': '7' }))).toMatchObject({ retryAfterMs: 7_000 })
    const date = new Date(Date.now() + 60_000).toUTCString()
    const sent = (await send(await answering(503, { 'retry-after': date }))) as { retryAfterMs: number }
    expect(sent.retryAfterMs).toBeGreaterThan(55_000)
  })
  test('no answer in time is a failure of the destination', async () => {
    expect(await send(await serve(() => undefined), 150)).toMatchObject({
      kind: 'retry',
      blame: 'destination',
      status: 504,
    })
  })
  test('a reset and a refused connection too', async () => {
    expect(await send(await serve((request) => request.socket.destroy()))).toMatchObject({
      kind: 'retry',
      blame: 'destination',
      status: 503,
    })
    expect(await send('http://127.0.0.1:1/')).toMatchObject({ kind: 'retry', blame: 'destination', status: 503 })
  })
  test('of a long answer only the beginning is kept, and a slow one is cut at the time-out', async () => {
    const long = (await send(await answering(500, {}, 'x'.repeat(100_000)))) as { response: string }
    expect(long.response).toHaveLength(16 * 1024)
    const slow = await serve((_, response) => {
      response.writeHead(500)
      response.write('begun')
    })
    expect(await send(slow, 300)).toMatchObject({ kind: 'retry', status: 500, response: 'begun' })
  })
  test('its settings refuse other protocols, credentials and unknown fields', () => {
    const accepts = (settings: object) => webhook.settings.safeParse(settings).success
    expect(accepts({ url: 'https://example.com/hook' })).toBe(true)
    expect(accepts({ url: 'ftp://example.com' })).toBe(false)
    expect(accepts({ url: 'https://user:pass@example.com' })).toBe(false)
    expect(accepts({ url: 'https://example.com', retries: 3 })).toBe(false)
  })
})
