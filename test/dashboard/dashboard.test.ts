import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type Account, call, migrate, newAccount, newConnection } from '../house.ts'
import { page, post, signedIn as signedInAs, signIn } from './member.ts'

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})

const signedIn = (who = account) => signedInAs(who)
const HOOK = { 'settings.url': 'https://receiver.example/hook' }

describe('signing in', () => {
  it('takes a key by a form, and keeps it in a cookie that no script and no other site sees', async () => {
    const response = await signIn(account)
    expect([response.status, response.headers.get('location')]).toEqual([303, '/dashboard'])
    const cookie = response.headers.get('set-cookie')!
    expect(cookie).toMatch(/; Path=\/dashboard; HttpOnly; Secure; SameSite=Strict/)
    expect(cookie).not.toContain(account.api_key)
  })
  it('refuses a wrong key, and says so without repeating it', async () => {
    const response = await signIn({ dev_id: account.dev_id, api_key: 'fsk_wrong' })
    const text = await response.text()
    expect(response.status).toBe(403)
    expect(text).toContain('do not go together')
    expect(text).not.toContain('fsk_wrong')
  })
  it('leads back to the page that one wanted, and to no other site', async () => {
    const asked = await page('/destinations/new', {})
    expect(asked.headers.get('location')).toBe('/dashboard/sign-in?next=%2Fdashboard%2Fdestinations%2Fnew')
    expect((await signIn(account, '/dashboard/destinations/new')).headers.get('location')).toBe(
      '/dashboard/destinations/new',
    )
    for (const next of ['https://elsewhere.example/', '//elsewhere.example', '/dashboard/../v2'])
      expect((await signIn(account, next)).headers.get('location')).toBe('/dashboard')
  })
  it('ends where one signs out, and a cookie that was made up is none', async () => {
    const out = await post('/sign-out', {}, await signedIn())
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0')
    expect((await page('', { cookie: 'fascia-dashboard=bm9uc2Vuc2U' })).status).toBe(303)
  })
  it('is not done in the name of a person by another site', async () => {
    const cookie = await signedIn()
    const forged = await post('/destinations/new/webhook', HOOK, { ...cookie, origin: 'https://elsewhere.example' })
    expect(forged.status).toBe(403)
  })
})

describe('a destination in the dashboard', () => {
  async function made(
    fields: Record<string, string> = HOOK,
  ): Promise<{ id: string; secret: string; cookie: Record<string, string> }> {
    const cookie = await signedIn()
    const text = await (await post('/destinations/new/webhook', fields, cookie)).text()
    return {
      id: /destinations\/(dst_\w+)/.exec(text)![1]!,
      secret: /id="signing-secret">([^<]+)</.exec(text)![1]!.trim(),
      cookie,
    }
  }
  it('is made by the form of its kind, whose fields are those of the kind', async () => {
    const cookie = await signedIn()
    const form = await page('/destinations/new/webhook', cookie)
    expect(form.text).toMatch(/<input [^>]*name="settings.url"[^>]*type="url"/)
    expect(form.text).toContain('Where events are posted')
    const { id, secret } = await made()
    expect(secret).toMatch(/^whsec_/)
    const shown = await page(`/destinations/${id}`, cookie)
    expect(shown.text).toContain('receiver.example')
    expect(shown.text).not.toContain(secret)
  })
  it('that is refused shows what is wrong at its field, and what was typed', async () => {
    const response = await post(
      '/destinations/new/webhook',
      { 'settings.url': 'ftp://receiver.example/x' },
      await signedIn(),
    )
    const text = await response.text()
    expect(response.status).toBe(400)
    expect(text).toContain('settings.url')
    expect(text).toMatch(/value="ftp:\/\/receiver.example\/x"[^>]*|aria-invalid="true"/)
  })
  it('is paused, changed, tested, given a new secret and removed; each is what the API then shows', async () => {
    const { id, secret, cookie } = await made()
    const seen = async () =>
      (await (await call(`/v2/destinations/${id}`, { headers: account.headers })).json()) as Record<string, never>
    await post(`/destinations/${id}/pause`, {}, cookie)
    expect(await seen()).toMatchObject({ state: 'paused' })
    await post(`/destinations/${id}/resume`, {}, cookie)
    expect(await seen()).toMatchObject({ state: 'active' })
    await post(
      `/destinations/${id}`,
      { ...HOOK, 'delivery.timeout_ms': '5000', 'delivery.users': 'ann, bob', 'delivery.event_types': 'sleep' },
      cookie,
    )
    expect(await seen()).toMatchObject({
      delivery: { timeout_ms: 5_000, users: ['ann', 'bob'], event_types: ['sleep'], with_samples: false },
    })
    vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response(null, { status: 204 }))
    expect(await (await post(`/destinations/${id}/test`, {}, cookie)).text()).toContain('The test arrived')
    const rotated = await (await post(`/destinations/${id}/rotate`, {}, cookie)).text()
    expect(/whsec_[\w+/=]+/.exec(rotated)![0]).not.toBe(secret)
    expect((await post(`/destinations/${id}/delete`, {}, cookie)).status).toBe(400)
    expect((await post(`/destinations/${id}/delete`, { sure: 'on' }, cookie)).status).toBe(303)
    expect((await call(`/v2/destinations/${id}`, { headers: account.headers })).status).toBe(404)
  })
  it('is listed with what waits for it', async () => {
    const { id, cookie } = await made()
    await newConnection(account)
    const list = await page('', cookie)
    expect(list.text).toContain(id)
    expect(list.text).toMatch(/Waiting<\/dt><dd>1</)
  })
  it('of another developer is not there, and neither is a kind that nobody knows', async () => {
    const { id } = await made()
    const stranger = await signedIn(await newAccount())
    expect((await page(`/destinations/${id}`, stranger)).status).toBe(404)
    expect((await page('/destinations/new/pigeon', stranger)).status).toBe(404)
  })
  it('is kept by nobody, framed by nobody, and runs no script', async () => {
    const { headers } = await page('', await signedIn())
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
  })
})
