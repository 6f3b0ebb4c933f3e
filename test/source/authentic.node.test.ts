import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { defineProvider, type Webhook } from '../../shared/source/define.ts'
import { type RawCall, receive } from '../../shared/source/receive.ts'

/** Every way in which providers show that a call is theirs, and ask whether an address is ours. */
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const app = {
  client_id: 'c',
  client_secret: 'the-client-secret',
  ingest_secret: 'the-secret-in-the-url',
  more: {
    notification_secret: 'shown-once',
    verify_code: 'a-code',
    public_key: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  },
}
const now = Date.UTC(2026, 6, 1, 12)
const body = '{"user":"u1","kind":"ride","id":7}'

const calling = (webhook: Partial<Webhook>) =>
  defineProvider({
    slug: 'made-up',
    resource: 'MADE_UP',
    name: 'Made up',
    category: 'training',
    origins: ['https://provider.example'],
    auth: { kind: 'device' },
    connected: { historyDays: 0 },
    webhook: {
      handshake: { kind: 'none' },
      verify: { kind: 'secret-path', headers: [] },
      body: 'json',
      shape: { kind: 'one', owner: 'user', resource: 'kind' },
      kind: 'ping',
      ok: 204,
      ...webhook,
    },
    pulls: {},
    notices: {},
    maps: {},
  })
const call = (webhook: Partial<Webhook>, more: Partial<RawCall> & { text?: string } = {}, known: object = {}) => {
  const { text = body, ...rest } = more
  const raw: RawCall = {
    method: 'POST',
    secret: app.ingest_secret,
    query: new URLSearchParams(),
    headers: new Headers(),
    body: new TextEncoder().encode(text),
    ...rest,
  }
  return receive(calling(webhook), raw, { ...app, ...known }, now)
}
const believed = { kind: 'slices', slices: [{ ownerId: 'u1', resource: 'ride' }], ok: 204 }
const refused = { kind: 'refused', status: 401 }

describe('a signature', () => {
  const hmac = (algorithm: string, key: string, text: string, encoding: 'hex' | 'base64') =>
    createHmac(algorithm, key).update(text).digest(encoding)
  const signed = (value: string) => ({ headers: new Headers({ 'x-signature': value }) })

  test('in base64, over the time in milliseconds and the body', () => {
    const webhook: Partial<Webhook> = {
      verify: {
        kind: 'hmac',
        header: 'x-signature',
        algorithm: 'sha256',
        encoding: 'base64',
        key: 'client_secret',
        over: [{ header: 'x-time' }, 'body'],
        timestamp: { header: 'x-time', unit: 'ms', toleranceMs: 300_000 },
      },
    }
    const at = (time: number) => ({
      headers: new Headers({
        'x-time': String(time),
        'x-signature': hmac('sha256', app.client_secret, `${time}${body}`, 'base64'),
      }),
    })
    expect(call(webhook, at(now))).toMatchObject(believed)
    expect(call(webhook, at(now - 300_001))).toMatchObject({ ...refused, reason: 'the signature is stale' })
    expect(call(webhook, { ...at(now), text: `${body} ` })).toMatchObject(refused)
  })
  test('of the older kind, whose key has a suffix', () => {
    const webhook: Partial<Webhook> = {
      verify: {
        kind: 'hmac',
        header: 'x-signature',
        algorithm: 'sha1',
        encoding: 'base64',
        key: 'client_secret',
        keySuffix: '&',
        over: ['body'],
      },
    }
    expect(call(webhook, signed(hmac('sha1', `${app.client_secret}&`, body, 'base64')))).toMatchObject(believed)
    expect(call(webhook, signed(hmac('sha1', app.client_secret, body, 'base64')))).toMatchObject(refused)
  })
  test('in the fields of its header, over time, dot and body; where some calls are not signed, the address is what is known', () => {
    const verify = {
      kind: 'hmac',
      header: 'x-signature',
      fields: { signature: 'v1', time: 't' },
      algorithm: 'sha256',
      encoding: 'hex',
      key: 'client_secret',
      over: ['time', { text: '.' }, 'body'],
      timestamp: { unit: 's', toleranceMs: 300_000 },
    } as const
    const seconds = now / 1000
    const good = `t=${seconds},v1=${hmac('sha256', app.client_secret, `${seconds}.${body}`, 'hex')}`
    expect(call({ verify }, signed(good))).toMatchObject(believed)
    expect(call({ verify }, signed(good.replace('v1=', 'v0=')))).toMatchObject(refused)
    expect(call({ verify })).toMatchObject(refused)
    expect(call({ verify: { ...verify, optional: true } })).toMatchObject(believed)
    expect(call({ verify: { ...verify, optional: true } }, signed('t=1,v1=00'))).toMatchObject(refused)
  })
  test('with a secret of its own, which the deployment has to have', () => {
    const webhook: Partial<Webhook> = {
      verify: {
        kind: 'hmac',
        header: 'x-signature',
        algorithm: 'sha256',
        encoding: 'hex',
        key: 'notification_secret',
        over: ['body'],
      },
    }
    const good = signed(hmac('sha256', 'shown-once', body, 'hex'))
    expect(call(webhook, good)).toMatchObject(believed)
    expect(call(webhook, good, { more: {} })).toMatchObject({
      ...refused,
      reason: expect.stringContaining('notification_secret'),
    })
  })
  test('by a private key: base64 of DER over the raw bytes', () => {
    const webhook: Partial<Webhook> = { verify: { kind: 'ecdsa', header: 'x-signature', key: 'public_key' } }
    const sign = (text: string) => createSign('sha256').update(text).sign(privateKey, 'base64')
    expect(call(webhook, signed(sign(body)))).toMatchObject(believed)
    expect(call(webhook, signed(sign(`${body} `)))).toMatchObject(refused)
    expect(call(webhook)).toMatchObject(refused)
  })
})

describe('a secret', () => {
  test('in a header, word for word', () => {
    const webhook: Partial<Webhook> = {
      verify: { kind: 'header', name: 'authorization', value: 'Bearer {ingest_secret}' },
    }
    const withHeader = (value: string) => ({ headers: new Headers({ authorization: value }) })
    expect(call(webhook, withHeader(`Bearer ${app.ingest_secret}`))).toMatchObject(believed)
    expect(call(webhook, withHeader('Bearer no'))).toMatchObject(refused)
    expect(call(webhook)).toMatchObject(refused)
  })
  test('in the body', () => {
    const webhook: Partial<Webhook> = {
      verify: { kind: 'field', path: 'token', secret: 'notification_secret' },
      shape: { kind: 'one', owner: 'user', resource: { fixed: 'ride' } },
    }
    expect(call(webhook, { text: '{"user":"u1","token":"shown-once"}' })).toMatchObject(believed)
    expect(call(webhook, { text: '{"user":"u1","token":"guessed"}' })).toMatchObject(refused)
    expect(call(webhook, { text: '{"user":"u1"}' })).toMatchObject(refused)
  })
  test('of several, all have to hold', () => {
    const verify: Webhook['verify'] = [
      { kind: 'secret-path', headers: ['x-client'] },
      { kind: 'header', name: 'authorization', value: '{ingest_secret}' },
    ]
    const both = { 'x-client': '1', authorization: app.ingest_secret }
    expect(call({ verify }, { headers: new Headers(both) })).toMatchObject(believed)
    for (const one of Object.keys(both)) {
      const { [one as keyof typeof both]: _, ...rest } = both
      expect(call({ verify }, { headers: new Headers(rest) })).toMatchObject(refused)
    }
  })
})

describe('a handshake', () => {
  test('by a code: one status for the right one, another for any other', () => {
    const handshake = { kind: 'verify', param: 'verify', secret: 'verify_code', right: 204, wrong: 404 } as const
    const get = (code: string) => call({ handshake }, { method: 'GET', query: new URLSearchParams({ verify: code }) })
    expect(get('a-code')).toMatchObject({ kind: 'answer', status: 204 })
    expect(get('another')).toMatchObject({ kind: 'answer', status: 404 })
  })
  test('by a challenge under dotted names, echoed as JSON', () => {
    const handshake = {
      kind: 'challenge',
      token: 'hub.verify_token',
      challenge: 'hub.challenge',
      answer: 'hub.challenge',
    } as const
    const query = new URLSearchParams({ 'hub.verify_token': app.ingest_secret, 'hub.challenge': '15f7' })
    expect(call({ handshake }, { method: 'GET', query })).toMatchObject({
      status: 200,
      body: '{"hub.challenge":"15f7"}',
    })
    query.set('hub.verify_token', 'no')
    expect(call({ handshake }, { method: 'GET', query })).toMatchObject(refused)
  })
  test('by a message: only where it is authentic', () => {
    const webhook: Partial<Webhook> = {
      handshake: { kind: 'message', path: 'type', is: 'verification', ok: 201, verified: true },
      verify: { kind: 'header', name: 'authorization', value: '{ingest_secret}' },
    }
    const text = '{"type":"verification"}'
    const headers = new Headers({ authorization: app.ingest_secret })
    expect(call(webhook, { text, headers })).toMatchObject({ kind: 'answer', status: 201 })
    expect(call(webhook, { text })).toMatchObject(refused)
    expect(call(webhook, { headers })).toMatchObject(believed)
  })
  test('by a message that is not signed, when the address is made: anything else is refused', () => {
    const webhook: Partial<Webhook> = {
      handshake: { kind: 'message', path: 'event', is: 'PING', ok: 200, verified: false },
      verify: {
        kind: 'hmac',
        header: 'x-signature',
        algorithm: 'sha256',
        encoding: 'hex',
        key: 'client_secret',
        over: ['body'],
      },
    }
    expect(call(webhook, { text: '{"event":"PING"}' })).toMatchObject({ kind: 'answer', status: 200 })
    expect(call(webhook, { text: '{"event":"PONG"}' })).toMatchObject(refused)
    expect(call(webhook, { text: 'no JSON' })).toMatchObject(refused)
  })
})

describe('a body', () => {
  const list: Webhook['shape'] = { kind: 'list', items: '', owner: 'user', resource: 'kind' }
  const [a, b, c] = ['{"user":"u1","kind":"ride","id":1}', '{"user":"u2","kind":"ride"}', '{"user":"u1","kind":"run"}']
  test('that is a list is cut by owner and resource', () => {
    expect(call({ shape: list }, { text: `[${a},${b},${c},{"kind":"run"}]` })).toMatchObject({
      slices: [
        { ownerId: 'u1', resource: 'ride', body: `[${a}]` },
        { ownerId: 'u2', resource: 'ride', body: `[${b}]` },
        { ownerId: 'u1', resource: 'run', body: `[${c}]` },
      ],
      ownerless: 1,
    })
  })
  test('of one notification, bare or in a list, is what came', () => {
    expect(call({ shape: list }, { text: a })).toMatchObject({ slices: [{ ownerId: 'u1', body: a }] })
    expect(call({ shape: list }, { text: `[ ${a} ]` })).toMatchObject({ slices: [{ body: `[ ${a} ]` }] })
  })
  test('whose list is somewhere inside', () => {
    const shape: Webhook['shape'] = { kind: 'list', items: 'notifications', owner: 'user', resource: 'kind' }
    expect(call({ shape }, { text: `{"notifications":[${a}]}` })).toMatchObject({ slices: [{ body: `[${a}]` }] })
    expect(call({ shape }, { text: '{}' })).toMatchObject({
      kind: 'refused',
      status: 400,
      reason: '/notifications should be a list',
    })
  })
  test('whose words are not those of our resources', () => {
    expect(call({ words: { ride: 'workout' } })).toMatchObject({ slices: [{ resource: 'workout' }] })
  })
  test('that may be a form', () => {
    const form = new Headers({ 'content-type': 'application/x-www-form-urlencoded' })
    expect(call({ body: 'either' }, { text: 'user=u1&kind=ride', headers: form })).toMatchObject(believed)
    expect(call({ body: 'either' })).toMatchObject(believed)
  })
})
