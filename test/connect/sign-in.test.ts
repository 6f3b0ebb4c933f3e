import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { AuthErrorEvent } from '../../shared/schema/event.ts'
import { sweep } from '../../workers/crons/sweep.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { consent, eventsOf, led, newDestination, oura, start, userInfo, Visitor } from './visitor.ts'

let account: Account
let destination: string
beforeAll(migrate)
beforeEach(async () => {
  account = await newAccount()
  destination = await newDestination(account)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a sign-in', () => {
  it('leads to the provider with a state, and back to the app with its own query kept', async () => {
    oura('a1')
    const visitor = new Visitor()
    const started = await start(account)
    const to = led(await visitor.open(started.auth_url))
    expect(to.to).toBe('https://cloud.ouraring.com/oauth/authorize')
    expect(to.params).toMatchObject({ response_type: 'code', client_id: 'app', state: expect.stringMatching(/^flw_/) })
    const end = await visitor.open((await consent(visitor, started)).href)
    expect(end.status).toBe(303)
    expect(end.headers.get('location')).toBe(
      `myapp://connected?from=fascia&user_id=${started.user_id}&resource=OURA&reference_id=person`,
    )
    expect(await (await userInfo(account, started.user_id)).json()).toMatchObject({ is_authenticated: true })
  })
  it('without a redirect address ends on a page that says so, shut in by its policy', async () => {
    oura('a2')
    const visitor = new Visitor()
    const started = await start(account, { auth_success_redirect_url: null, reference_id: null })
    const end = await visitor.open((await consent(visitor, started)).href)
    expect(end.status).toBe(200)
    expect(await end.text()).toContain('Oura')
    expect(end.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(end.headers.get('x-frame-options')).toBe('DENY')
  })
})

const failed = (reason: string) => ({
  to: 'https://app.test/failed',
  params: { step: '2', resource: 'OURA', reference_id: 'person', reason },
})

describe('a sign-in ends on the failure redirect', () => {
  it('when the user denies, and destinations hear auth_cancelled', async () => {
    const visitor = new Visitor()
    const started = await start(account)
    const back = await consent(visitor, started)
    back.searchParams.delete('code')
    back.searchParams.set('error', 'access_denied')
    expect(led(await visitor.open(back.href))).toEqual(failed('access_denied'))
    const [event] = await eventsOf(account, destination, started.user_id)
    expect(AuthErrorEvent.parse(event)).toEqual(event)
    expect(event).toEqual({
      type: 'auth_cancelled',
      status: 'error',
      flow_id: new URL(started.auth_url).pathname.split('/').at(-1),
      reason: 'access_denied',
      reference_id: 'person',
    })
    expect((await userInfo(account, started.user_id)).status).toBe(404)
  })
  it('when the provider refuses the code', async () => {
    oura('a3', { token: () => Response.json({ error: 'invalid_grant' }, { status: 400 }) })
    const visitor = new Visitor()
    const back = await consent(visitor, await start(account))
    expect(led(await visitor.open(back.href))).toEqual(failed('refused_by_provider'))
  })
  it('when the provider is in trouble', async () => {
    oura('a4', { token: () => new Response('down', { status: 503 }) })
    const visitor = new Visitor()
    const back = await consent(visitor, await start(account))
    expect(led(await visitor.open(back.href))).toEqual(failed('provider_unavailable'))
  })
  it('when the state is forged, and nothing is used up', async () => {
    oura('a5')
    const visitor = new Visitor()
    const back = await consent(visitor, await start(account))
    const forged = new URL(back)
    forged.searchParams.set('state', `${back.searchParams.get('state')!.split('.')[0]}.${'0'.repeat(64)}`)
    expect(led(await visitor.open(forged.href))).toEqual(failed('state_mismatch'))
    expect(led(await visitor.open(back.href)).params).toMatchObject({ from: 'fascia' })
  })
  it('when it comes back a second time', async () => {
    oura('a6')
    const visitor = new Visitor()
    const back = await consent(visitor, await start(account))
    await visitor.open(back.href)
    expect(led(await visitor.open(back.href))).toEqual(failed('already_used'))
  })
  it('when its link is opened after its end, also in a second tab', async () => {
    oura('a7')
    const visitor = new Visitor()
    const started = await start(account)
    const [first, second] = [await consent(visitor, started), await consent(visitor, started)]
    await visitor.open(first.href)
    expect(led(await visitor.open(second.href))).toEqual(failed('already_used'))
    expect(led(await visitor.open(started.auth_url))).toEqual(failed('already_used'))
  })
  it('when the browser lost its cookie, or is another', async () => {
    oura('a8')
    const visitor = new Visitor()
    const started = await start(account)
    const back = await consent(visitor, started)
    expect(led(await new Visitor().open(back.href))).toEqual(failed('cookie_missing'))
    await consent(new Visitor(), started)
    expect(led(await visitor.open(back.href))).toEqual(failed('opened_elsewhere'))
  })
  it('when nobody finished it within 15 minutes, and destinations hear it once', async () => {
    const visitor = new Visitor()
    const started = await start(account)
    const back = await consent(visitor, started)
    vi.useFakeTimers({ now: Date.now() + 15 * 60_000 + 1, toFake: ['Date'] })
    expect(led(await visitor.open(back.href))).toEqual(failed('expired'))
    expect(led(await visitor.open(started.auth_url))).toEqual(failed('expired'))
    await sweep(house)
    await sweep(house)
    const events = await eventsOf(account, destination, started.user_id)
    expect(events).toMatchObject([{ type: 'auth_cancelled', reason: 'expired', reference_id: 'person' }])
  })
})

describe('a link that is nobody’s', () => {
  it.each([
    ['/connect/flow/flw_unknown', 'a sign-in link'],
    ['/connect/return/oura?state=flw_unknown.0&code=x', 'a return'],
    ['/connect/return/oura', 'a return without a state'],
    ['/connect/session/wgt_unknown', 'a session'],
  ])('is a page that says so: %s', async (path) => {
    const answer = await call(path)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toContain('text/html')
  })
})
