import { beforeAll, describe, expect, test } from 'vitest'
import type { LiveState } from '../../workers/dashboard/scripts/live/views.ts'
import { type Account, call, migrate, newAccount, newConnection } from '../house.ts'
import { connectAs } from '../stream/live.ts'
import { page, signedIn } from './member.ts'

let account: Account
let cookie: { cookie: string }
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  cookie = await signedIn(account)
})

const beat = (val: number) => ({ op: 6, t: 'HEART_RATE', d: { ts: new Date().toISOString(), val } })
const events = async (who: { cookie: string }, more: Record<string, string> = {}, query = '') =>
  call(`/dashboard/live/events${query}`, { headers: { accept: 'text/event-stream', ...who, ...more } })

/** A user whose producer sent these. */
async function sending(values: number[], reference_id: string | null = null) {
  const user = await newConnection(account, { reference_id })
  const producer = await connectAs('producer', account, user.user_id)
  const send = async (more: number[]) => {
    for (const value of more) producer.send(beat(value))
    producer.send({ op: 0 })
    const acks = producer.received.filter(({ op }) => op === 1).length
    await producer.until(() => producer.received.filter(({ op }) => op === 1).length > acks)
  }
  await send(values)
  return { user_id: user.user_id, send }
}
/** Frames of an event stream, read until there are so many. */
async function framesOf(response: Response, count: number) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const frames = () => [...text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)]
  while (frames().length < count) {
    const { value, done } = await reader.read()
    if (done) break
    text += value
  }
  await reader.cancel()
  return frames().map(([, id, data]) => ({ id: id!, ...(JSON.parse(data!) as { uid: string; d: { val: number } }) }))
}
const stateOf = async (who: { cookie: string }) => {
  const response = await call('/dashboard/live/state', { headers: { accept: 'application/json', ...who } })
  expect(response.headers.get('cache-control')).toBe('no-store')
  return (await response.json()) as LiveState
}
async function keyWith(scopes: string[]) {
  const headers = { ...account.headers, 'content-type': 'application/json' }
  const made = await call('/v2/keys', { method: 'POST', headers, body: JSON.stringify({ name: 'a key', scopes }) })
  return signedIn({ dev_id: account.dev_id, api_key: ((await made.json()) as { api_key: string }).api_key })
}

describe('the live page', () => {
  test('is for who is signed in; what its script asks for is refused in a way that a script reads', async () => {
    const asked = await page('/live', {})
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/dashboard/sign-in?next=%2Fdashboard%2Flive'])
    expect((await page('/live/state', { accept: 'application/json' })).status).toBe(401)
    expect((await page('/live/events', { accept: 'text/event-stream' })).status).toBe(401)
    expect((await page('/live/events', {})).status).toBe(303)
  })
  test('says who is live before its script does, and how to begin where nobody is', async () => {
    const other = await newAccount()
    const empty = await page('/live', await signedIn(other))
    expect(empty.text).toMatch(/id="none">/)
    expect(empty.text).toContain('href="/stream/strap"')
    expect(empty.text).toMatch(/<noscript>.*The charts need JavaScript/)
    const { user_id } = await sending([61], 'ann <of> 7')
    const shown = await page('/live', cookie)
    expect(shown.text).toContain(`data-user="${user_id}" data-state="live"`)
    expect(shown.text).toContain('ann &lt;of&gt; 7')
    expect(shown.text).toMatch(/id="none" hidden/)
    expect(shown.text).toMatch(/data-figure="producers">1</)
    expect((await page('/live', await signedIn(other))).text).not.toContain(user_id)
  })
  test('runs its own script alone, asks nobody else, and has nothing inline', async () => {
    const { headers, text } = await page('/live', cookie)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src data:; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/dashboard/assets/live.js">'])
    expect(text).not.toMatch(/ (style|on\w+)="/)
    const script = await call('/dashboard/assets/live.js')
    expect([script.status, script.headers.get('content-type')]).toEqual([200, expect.stringContaining('javascript')])
    expect(await script.text()).not.toMatch(/\beval\(|new Function|localStorage|sessionStorage|indexedDB/)
    expect((await call('/dashboard/assets/none.js')).status).toBe(404)
  })
})

describe('the events of the live page', () => {
  test('are the developer’s own frames, and go on after the last one that came', async () => {
    const { user_id, send } = await sending([71, 72, 73])
    const query = `?users=${user_id}&after=0`
    const first = await framesOf(await events(cookie, {}, query), 3)
    expect(first.map(({ uid, d }) => [uid, d.val])).toEqual([71, 72, 73].map((value) => [user_id, value]))
    await send([74])
    // The address is still that of the first time, as a browser keeps it.
    const again = await framesOf(await events(cookie, { 'last-event-id': first[1]!.id }, query), 2)
    expect(again.map(({ d }) => d.val)).toEqual([73, 74])
  })
  test('are never those of another developer', async () => {
    const { user_id } = await sending([81])
    const other = await newAccount()
    const theirs = await signedIn(other)
    const user = await newConnection(other)
    const producer = await connectAs('producer', other, user.user_id)
    producer.send(beat(99))
    const frames = await framesOf(await events(theirs, {}, '?after=0'), 1)
    expect(frames.map(({ uid }) => uid)).toEqual([user.user_id])
    expect((await stateOf(theirs)).users.map((one) => one.user_id)).toEqual([user.user_id])
    expect((await stateOf(cookie)).users.map((one) => one.user_id)).toContain(user_id)
  })
  test('say why there are none, where the key may not read the stream', async () => {
    const poor = await keyWith(['destinations:read'])
    const response = await events(poor)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
    const text = await response.text()
    expect(text).toMatch(/^event: refused\ndata: \{"status":403,.*stream:read/)
    expect((await stateOf(poor)).detail).toContain('stream:read')
    expect((await page('/live', poor)).text).toContain('stream:read')
  })
  test('refuse a cursor that is none, and a place beyond those that a developer has', async () => {
    expect(await (await events(cookie, {}, '?after=soon')).text()).toContain('"status":400')
    const held = await Promise.all(Array.from({ length: 10 }, () => events(cookie)))
    const text = await (await events(cookie)).text()
    expect(text).toContain('"status":429')
    expect(text).toContain('consumers are connected')
    await Promise.all(held.map((response) => response.body?.cancel()))
  })
})
