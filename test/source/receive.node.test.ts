import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import garmin from '../../shared/providers/garmin.ts'
import oura from '../../shared/providers/oura.ts'
import withings from '../../shared/providers/withings.ts'
import { type RawCall, receive } from '../../shared/source/receive.ts'

const app = { client_id: 'c', client_secret: 'the-client-secret', ingest_secret: 'the-secret-in-the-url' }
const now = Date.UTC(2026, 6, 1, 12)
const call = (body: string | Uint8Array, more: Partial<RawCall> = {}): RawCall => ({
  method: 'POST',
  secret: app.ingest_secret,
  query: new URLSearchParams(),
  headers: new Headers({ 'garmin-client-id': 'c' }),
  body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  ...more,
})
const fromGarmin = (body: string | Uint8Array, more: Partial<RawCall> = {}) =>
  receive(garmin, call(body, more), app, now)
const fromWithings = (body: string, more: Partial<RawCall> = {}) => receive(withings, call(body, more), app, now)
const notice = '{"event_type":"update","data_type":"sleep","object_id":"a","event_time":"t","user_id":"u1"}'
function fromOura(body: string, { secret = app.client_secret, sentAt = now, signed = body } = {}) {
  const timestamp = String(sentAt / 1000)
  const signature = createHmac('sha256', secret)
    .update(timestamp + signed)
    .digest('hex')
    .toUpperCase()
  return receive(
    oura,
    call(body, { headers: new Headers({ 'x-oura-signature': signature, 'x-oura-timestamp': timestamp }) }),
    app,
    now,
  )
}

describe('what is not believed', () => {
  test('a signature of upper-case hex over timestamp and raw body is believed', () => {
    expect(fromOura(notice)).toMatchObject({
      kind: 'slices',
      slices: [{ ownerId: 'u1', resource: 'sleep', kind: 'notice', body: notice, eventId: 'update\nsleep\na\nt' }],
    })
  })
  test.each([
    ['forged', () => fromOura(notice, { secret: 'another' })],
    ['made over other bytes', () => fromOura(notice, { signed: `${notice} ` })],
    ['six minutes old', () => fromOura(notice, { sentAt: now - 6 * 60_000 })],
    ['from the future', () => fromOura(notice, { sentAt: now + 6 * 60_000 })],
    ['missing', () => receive(oura, call(notice), app, now)],
    ['of a provider that signs nothing, at the wrong address', () => fromGarmin('{}', { secret: 'a-guess' })],
    ['of a provider that signs nothing, without its header', () => fromGarmin('{}', { headers: new Headers() })],
  ])('a signature that is %s is refused with 401', (_, received) => {
    expect(received()).toMatchObject({ kind: 'refused', status: 401 })
  })
})

describe('what is malformed', () => {
  test.each([
    ['{"dailies": [{]}', 'malformed JSON at line 1, column 15'],
    ['{"dailies":\n [1,]}', 'malformed JSON at line 2, column 5'],
    ['{"dailies": [', 'malformed JSON at line 1, column 14'],
    ['{"a": "x\\q"}', 'malformed JSON at line 1, column 7'],
    ['', 'malformed JSON at line 1, column 1'],
    ['{"a":1} x', 'malformed JSON at line 1, column 9'],
    ['[]', 'the body should be an object'],
    ['{"dailies": 1}', '/dailies should be a list'],
  ])('%j is refused with 400: %s', (body, reason) => {
    expect(fromGarmin(body)).toEqual({ kind: 'refused', status: 400, reason })
  })
  test('bytes that are not UTF-8 are refused with their place', () => {
    expect(fromGarmin(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))).toMatchObject({
      status: 400,
      reason: 'not UTF-8 from byte 2',
    })
  })
  test.each([
    ['userid=1&appli=%4', 'malformed form at byte 15'],
    ['userid=1&=2', 'malformed form at byte 9'],
    ['userid=1 2', 'malformed form at byte 8'],
    ['userid=1', '/appli is missing'],
  ])('the form %j is refused with 400: %s', (body, reason) => {
    expect(fromWithings(body)).toEqual({ kind: 'refused', status: 400, reason })
  })
})

describe('a content type that is wrong', () => {
  test('changes nothing: what a provider sends is read as what its table says', () => {
    const headers = new Headers({ 'garmin-client-id': 'c', 'content-type': 'text/html' })
    expect(fromGarmin('{"dailies":[{"userId":"u1"}]}', { headers })).toMatchObject({
      kind: 'slices',
      slices: [{ ownerId: 'u1', resource: 'dailies' }],
    })
    expect(fromGarmin('<html>', { headers })).toMatchObject({ kind: 'refused', status: 400 })
  })
})

describe('handshakes', () => {
  const challenge = (token: string) =>
    receive(
      oura,
      call('', { method: 'GET', query: new URLSearchParams({ verification_token: token, challenge: 'xyz' }) }),
      app,
      now,
    )
  test('a challenge with our token is echoed as JSON', () => {
    expect(challenge(app.ingest_secret)).toMatchObject({ kind: 'answer', status: 200, body: '{"challenge":"xyz"}' })
  })
  test('a challenge with another token is refused', () => expect(challenge('another')).toMatchObject({ status: 401 }))
  test('HEAD and an empty POST are answered', () => {
    expect(fromWithings('', { method: 'HEAD' })).toMatchObject({ kind: 'answer', status: 200 })
    expect(fromWithings('')).toMatchObject({ kind: 'answer', status: 200 })
  })
  test('any other method is refused with 405', () =>
    expect(fromGarmin('', { method: 'PUT' })).toMatchObject({ status: 405 }))
})

describe('cutting', () => {
  test('a call of one owner and one type is kept as it came', () => {
    const body = '{ "dailies": [ {"userId":"a"}, {"userId":"a"} ] }'
    expect(fromGarmin(body)).toMatchObject({
      ownerless: 0,
      slices: [{ ownerId: 'a', resource: 'dailies', kind: 'push', body }],
    })
  })
  test('a call of several owners and types is cut, in order, and links are notices', () => {
    const body = JSON.stringify({
      dailies: [{ userId: 'a', n: 1 }, { userId: 'b', n: 2 }, { userId: 'a', n: 3 }, { n: 4 }],
      sleeps: [{ userId: 'a', callbackURL: 'https://apis.garmin.com/x' }],
    })
    const received = fromGarmin(body)
    expect(received).toMatchObject({ kind: 'slices', ownerless: 1 })
    expect(
      received.kind === 'slices' &&
        received.slices.map(({ ownerId, resource, kind, body }) => [ownerId, resource, kind, body]),
    ).toEqual([
      ['a', 'dailies', 'push', '{"dailies":[{"userId":"a","n":1},{"userId":"a","n":3}]}'],
      ['b', 'dailies', 'push', '{"dailies":[{"userId":"b","n":2}]}'],
      ['a', 'sleeps', 'notice', '{"sleeps":[{"userId":"a","callbackURL":"https://apis.garmin.com/x"}]}'],
    ])
  })
  test('the same bytes later are a second change, of one that sends each notification once', () => {
    const once = {
      ...oura,
      webhook: { ...oura.webhook, verify: { kind: 'secret-path', headers: [] }, unrepeated: true },
    } as const
    const ids = [now, now + 1].map((at) => {
      const received = receive(once, call(notice), app, at)
      return received.kind === 'slices' && received.slices[0]!.eventId
    })
    expect(ids[0]).toMatch(/update\nsleep\na\nt$/)
    expect(ids[1]).not.toBe(ids[0])
  })
  test('what a call says of the connection comes as notices', () => {
    const body = JSON.stringify({
      deregistrations: [{ userId: 'a' }],
      userPermissionsChange: [{ userId: 'b', permissions: ['HEALTH_EXPORT'] }],
    })
    expect(fromGarmin(body)).toMatchObject({
      slices: [
        { notices: [{ kind: 'access_revoked' }] },
        { notices: [{ kind: 'permission_change', scopes: ['HEALTH_EXPORT'] }] },
      ],
    })
    expect(fromWithings('userid=7&appli=46&action=unlink')).toMatchObject({
      slices: [{ ownerId: '7', notices: [{ kind: 'access_revoked' }] }],
    })
  })
  test('a form becomes JSON', () => {
    expect(fromWithings('userid=12&appli=1&startdate=1&enddate=2')).toMatchObject({
      slices: [
        {
          ownerId: '12',
          resource: '1',
          kind: 'notice',
          body: '{"userid":"12","appli":"1","startdate":"1","enddate":"2"}',
        },
      ],
    })
  })
})
