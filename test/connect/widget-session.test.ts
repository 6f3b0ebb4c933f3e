import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Account, call, migrate, newAccount } from '../house.ts'
import { connect, consent, eventsOf, led, newDestination, oura, REDIRECTS, userInfo, Visitor } from './visitor.ts'

let account: Account
beforeAll(migrate)
beforeEach(async () => {
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

interface Session {
  status: string
  session_id: string
  url: string
  expires_in: number
  warnings?: string[]
}
const post = (path: string, body: object = {}, headers: Record<string, string> = account.headers) =>
  call(path, { method: 'POST', headers, body: JSON.stringify(body) })
async function session(body: object = {}): Promise<Session> {
  return (await (await post('/v2/auth/generateWidgetSession', body)).json()) as Session
}
const patch = (body: object) =>
  call('/v2/widget', { method: 'PATCH', headers: account.headers, body: JSON.stringify(body) })
/** The sources of a page, in its order. */
const sources = async (page: Response) =>
  [...(await page.text()).matchAll(/name="resource" value="(\w+)"/g)].map(([, name]) => name)

describe('a widget session', () => {
  it.each([
    ['/v2/auth/generateWidgetSession', 200],
    ['/api/v2/auth/generateWidgetSession', 200],
    ['/widget/api/session', 200],
    ['/api/widget/session', 200],
    ['/widget/session', 201],
  ])('is made at %s', async (path, status) => {
    const answer = await post(path, { providers: 'GARMIN, OURA', webhook_url: 'ignored' })
    expect(answer.status).toBe(status)
    const made = (await answer.json()) as Session
    expect(made).toEqual({
      status: 'success',
      session_id: expect.stringMatching(/^wgt_/),
      url: `https://fascia.test/connect/session/${made.session_id}`,
      expires_in: 900,
    })
    expect(await sources(await call(new URL(made.url).pathname))).toEqual(['GARMIN', 'OURA'])
  })
  it('is refused with a 403 outside /v2, for a wrong key and for one that may not', async () => {
    const wrong = await post('/widget/session', {}, { 'dev-id': account.dev_id, 'x-api-key': 'wrong' })
    expect([wrong.status, await wrong.json()]).toMatchObject([403, { status: 'error', message: expect.any(String) }])
    const made = await post('/v2/keys', { name: 'reader', scopes: ['data:read'] })
    const { api_key } = (await made.json()) as { api_key: string }
    expect((await post('/widget/session', {}, { 'dev-id': account.dev_id, 'x-api-key': api_key })).status).toBe(403)
  })
  it('warns of sources that it does not know', async () => {
    expect(await session({ providers: 'OURA,NOBODY' })).toMatchObject({ warnings: ['provider NOBODY is not known'] })
  })
  it.each(['javascript:alert(1)', 'data:text/html,x', 'not an address'])('does not lead to %s', async (url) => {
    expect((await post('/v2/auth/generateWidgetSession', { auth_success_redirect_url: url })).status).toBe(400)
  })
})

describe('the hosted page', () => {
  it('offers what the developer enabled, in their order, under their name', async () => {
    const answer = await patch({ name: 'Example Health', providers: ['OURA', 'GARMIN'], color: '#2f6fed' })
    expect(await answer.json()).toMatchObject({ name: 'Example Health', providers: ['OURA', 'GARMIN'] })
    const page = await call(new URL((await session()).url).pathname)
    expect(await page.clone().text()).toContain('Example Health')
    expect(await sources(page)).toEqual(['OURA', 'GARMIN'])
  })
  it('may be embedded by the origins that the developer named, and by no other', async () => {
    const path = new URL((await session()).url).pathname
    expect((await call(path)).headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    await patch({ allowed_origins: ['https://app.example.com'] })
    const page = await call(path)
    expect(page.headers.get('content-security-policy')).toContain('frame-ancestors https://app.example.com')
    expect(page.headers.get('x-frame-options')).toBeNull()
  })
  it.each([
    { color: 'red' },
    { logo_url: 'http://insecure.example/logo.png' },
    { allowed_origins: ['https://app.example.com/path'] },
    { providers: ['NOBODY'] },
    { colour: '#000000' },
  ])('cannot be set to %j', async (body) => {
    expect((await patch(body)).status).toBe(400)
  })
  it('leads a choice to the provider and back, and the auth event names the session', async () => {
    const destination = await newDestination(account)
    oura('w1')
    const made = await session({ ...REDIRECTS, reference_id: 'person' })
    const visitor = new Visitor()
    const leaving = await visitor.submit(`${made.url}/connect`, { resource: 'OURA' })
    const auth_url = /href="([^"]*\/connect\/flow\/[^"]+)"/.exec(await leaving.text())![1]!
    const end = led(await visitor.open((await consent(visitor, { user_id: '', auth_url })).href))
    expect(end.params).toMatchObject({ from: 'fascia', resource: 'OURA', reference_id: 'person' })
    const user_id = end.params.user_id!
    expect(await (await userInfo(account, user_id)).json()).toMatchObject({ is_authenticated: true })
    const [event] = await eventsOf(account, destination, user_id)
    expect(event).toMatchObject({ type: 'auth', widget_session_id: made.session_id, reference_id: 'person' })
  })
  it('goes back to the list after each of several, and from there to the app', async () => {
    oura('w2')
    const made = await session({ ...REDIRECTS, reference_id: 'person', multi_auth: true })
    const visitor = new Visitor()
    const leaving = await visitor.submit(`${made.url}/connect`, { resource: 'OURA' })
    const auth_url = /href="([^"]*\/connect\/flow\/[^"]+)"/.exec(await leaving.text())![1]!
    const back = await visitor.open((await consent(visitor, { user_id: '', auth_url })).href)
    expect(back.headers.get('location')).toBe(`/connect/session/${made.session_id}?connected=OURA`)
    const list = await (await visitor.open(back.headers.get('location')!)).text()
    expect(list).toContain(`/connect/session/${made.session_id}/done`)
    const end = led(await visitor.open(`${made.url}/done`))
    expect(end).toMatchObject({ params: { from: 'fascia', resource: 'OURA', reference_id: 'person' } })
  })
  it('shows what is connected already', async () => {
    await connect(account, 'w3')
    const made = await session({ reference_id: 'person', providers: 'OURA,GARMIN', language: 'en' })
    const page = await (await call(new URL(made.url).pathname)).text()
    expect(page.match(/Connected/g)?.length).toBe(1)
  })
  it('says of a source on the phone what the app must do, and leads back with a null user_id', async () => {
    const made = await session({ ...REDIRECTS, reference_id: 'person' })
    const page = await new Visitor().submit(`${made.url}/connect`, { resource: 'APPLE' })
    expect(await page.text()).toContain('user_id=null&amp;resource=APPLE&amp;reference_id=person')
  })
  it('offers a way out that says so', async () => {
    const made = await session({ ...REDIRECTS, reference_id: 'person' })
    expect(led(await call(`${new URL(made.url).pathname}/cancel`, { redirect: 'manual' }))).toEqual({
      to: 'https://app.test/failed',
      params: { step: '2', resource: 'null', reference_id: 'person', reason: 'cancelled' },
    })
  })
})

describe('a body', () => {
  it('of a type that is not read here is a 415; one of no type is read as JSON', async () => {
    const send = (type: string, body: string) =>
      call('/v2/auth/authenticateUser', { method: 'POST', headers: { ...account.headers, 'content-type': type }, body })
    expect((await send('application/xml', '<resource/>')).status).toBe(415)
    expect((await send('multipart/form-data; boundary=x', '--x--')).status).toBe(415)
    expect((await send('application/json; charset=utf-8', '{"resource":"OURA"}')).status).toBe(200)
    expect((await send('application/vnd.api+json', '{"resource":"OURA"}')).status).toBe(200)
    expect((await send('application/x-www-form-urlencoded', 'resource=OURA')).status).toBe(200)
    expect((await send('application/x-www-form-urlencoded', '{"resource":"OURA"}')).status).toBe(200)
    expect((await send('text/plain', '{"resource":"OURA"}')).status).toBe(200)
  })
})
