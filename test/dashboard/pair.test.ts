import { renderSVG } from 'uqr'
import { beforeAll, describe, expect, test } from 'vitest'
import { HOUR_MS } from '../../shared/base/time.ts'
import type { LiveState } from '../../workers/dashboard/scripts/live/views.ts'
import { readPairing } from '../../workers/stream/scripts/strap/pairing.ts'
import { type Account, call, migrate, newAccount, newConnection } from '../house.ts'
import { connectAs } from '../stream/live.ts'
import { page, post, signedIn } from './member.ts'

let account: Account
let cookie: { cookie: string }
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  cookie = await signedIn(account)
})

const unescaped = (html: string) => html.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
const inside = (html: string, id: string) => unescaped(new RegExp(`id="${id}"[^>]*>([^<]+)<`).exec(html)?.[1] ?? '')
async function paired(fields: Record<string, string>, as = cookie) {
  const response = await post('/live/pair', fields, as)
  const text = await response.text()
  const deepLink = inside(text, 'deep-link')
  const strap = unescaped(/href="([^"]*\/stream\/strap#[^"]*)"/.exec(text)?.[1] ?? '')
  return { status: response.status, headers: response.headers, text, deepLink, strap, token: inside(text, 'rt-token') }
}
const about = (link: string) =>
  JSON.parse(new URL(link.replace('#', '?')).searchParams.get('p')!) as Record<string, string | number>

describe('pairing in the dashboard', () => {
  test('is for who is signed in', async () => {
    expect((await page('/live/pair', {})).status).toBe(303)
    expect((await post('/live/pair', { reference_id: 'ann' })).status).toBe(303)
  })
  test('of somebody new makes their user, and a token with which an app sends for them', async () => {
    const { headers, text, token, deepLink, strap } = await paired({ reference_id: 'new <ann>' })
    expect(headers.get('cache-control')).toBe('no-store')
    const pairing = about(deepLink)
    expect(pairing).toMatchObject({ rt_token: token, dev_id: account.dev_id, reference_id: 'new <ann>' })
    expect(strap).toMatch(/^https:\/\/fascia\.test\/stream\/strap#p=/)
    expect(readPairing(new URL(strap).hash)).toEqual({
      token,
      name: 'new <ann>',
      expiresAt: pairing.expires_at,
    })
    for (const link of [deepLink, strap]) expect(text).toContain(renderSVG(link, { border: 3 }))
    const ends = Date.parse(/id="expires" datetime="([^"]+)"/.exec(text)![1]!)
    expect(ends - Date.now()).toBeGreaterThan(7 * HOUR_MS)
    const producer = await connectAs('producer', account, undefined, '', token)
    producer.send({ op: 6, t: 'HEART_RATE', d: { val: 61 } })
    producer.send({ op: 0 })
    await producer.until(() => producer.received.some(({ op }) => op === 1))
    expect((await page('/live', cookie)).text).toContain(`data-user="${pairing.user_id}"`)
  })
  test('of a name that is there already is that same user again', async () => {
    const [first, second] = [await paired({ reference_id: 'bob' }), await paired({ reference_id: 'bob' })]
    expect(about(second.deepLink).user_id).toBe(about(first.deepLink).user_id)
  })
  test('is offered for every user, and made for the one that was chosen', async () => {
    const { user_id } = await newConnection(account, { reference_id: 'eve' })
    expect((await page('/live/pair', cookie)).text).toMatch(new RegExp(`<option value="${user_id}">eve `))
    expect(about((await paired({ user_id })).deepLink)).toMatchObject({ user_id, reference_id: 'eve' })
  })
  test('for nobody, for a user of another developer, or with a key that may not, is refused and says why', async () => {
    const nobody = await paired({ user_id: '', reference_id: ' ' })
    expect([nobody.status, nobody.token]).toEqual([400, ''])
    expect(nobody.text).toContain('choose a user, or give the reference_id of somebody new')
    const stranger = await newConnection(await newAccount(), { reference_id: 'not-ours' })
    const foreign = await paired({ user_id: stranger.user_id })
    expect([foreign.status, foreign.token]).toEqual([404, ''])
    expect((await page('/live/pair', cookie)).text).not.toContain(stranger.user_id)
    const headers = { ...account.headers, 'content-type': 'application/json' }
    const body = JSON.stringify({ name: 'reader', scopes: ['destinations:read', 'stream:read', 'users:read'] })
    const made = (await (await call('/v2/keys', { method: 'POST', headers, body })).json()) as { api_key: string }
    const reader = await signedIn({ dev_id: account.dev_id, api_key: made.api_key })
    const { user_id } = await newConnection(account)
    const forbidden = await paired({ user_id }, reader)
    expect([forbidden.status, forbidden.token]).toEqual([403, ''])
    expect(forbidden.text).toContain('stream:write')
  })
})

describe('a synthetic stream from the dashboard', () => {
  const send = (fields: Record<string, string>) => post('/live/synthetic', { user_id: '', hz: '10', ...fields }, cookie)
  const sending = async () => {
    const state = await call('/dashboard/live/state', { headers: { accept: 'application/json', ...cookie } })
    return ((await state.json()) as LiveState).users.filter((user) => user.synthetic)
  }

  test('comes from a person who is made for it, marked as what it is, until it is ended', async () => {
    const sent = await send({ minutes: '1', types: 'HEART_RATE' })
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/dashboard/live'])
    await expect.poll(sending).toMatchObject([{ reference_id: 'synthetic-stream', live: true, synthetic: true }])
    const { user_id } = (await sending())[0]!
    const shown = await page('/live/pair', cookie)
    expect(shown.text.match(new RegExp(`<option value="${user_id}">`, 'g'))).toHaveLength(2)
    expect((await send({ user_id, minutes: '0' })).status).toBe(303)
    expect((await sending()).filter(({ live }) => live)).toEqual([])
  })
  test('of a real person, or for a day, is refused and says why', async () => {
    const { user_id } = await newConnection(account)
    const real = await send({ user_id, minutes: '1' })
    expect(real.status).toBe(400)
    expect(await real.text()).toContain('real person')
    const long = await send({ minutes: '1440' })
    expect(long.status).toBe(400)
    expect(await long.text()).toContain('seconds')
  })
})
