import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Doubles, startProviderDoubles } from './start.ts'

const SLUGS = ['garmin', 'oura', 'withings']
const appOf = (slug: string) => ({
  client_id: `app-${slug}`,
  client_secret: `secret-${slug}`,
  ingest_secret: `ingest-secret-of-${slug}`,
})
const BACK = 'https://fascia.test/connect/return'
const VERIFIER = 'a-verifier-of-forty-three-characters-or-more-1'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
const AUTHORIZE: Record<string, string> = {
  garmin: '/garmin/connect/oauth2Confirm',
  oura: '/oura/cloud/oauth/authorize',
  withings: '/withings/account/oauth2_user/authorize2',
}
const TOKEN: Record<string, string> = {
  garmin: '/garmin/diauth/di-oauth2-service/oauth/token',
  oura: '/oura/api/oauth/token',
  withings: '/withings/wbsapi/v2/oauth2',
}

/** Stands where Fascia is: keeps what arrives at its ingest door. */
const arrivals: { path: string; headers: Record<string, unknown>; body: string }[] = []
const door = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  if (request.method === 'POST') arrivals.push({ path: request.url!, headers: request.headers, body })
  response.end()
})
let doubles: Doubles
beforeAll(async () => {
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  const fasciaUrl = `http://127.0.0.1:${(door.address() as AddressInfo).port}`
  const apps = Object.fromEntries(SLUGS.map((slug) => [slug, appOf(slug)]))
  doubles = await startProviderDoubles({ apps, fasciaUrl })
})
afterAll(async () => {
  await doubles.close()
  door.close()
})
beforeEach(() => {
  arrivals.length = 0
})

const at = (path: string, init?: RequestInit) => fetch(doubles.url + path, { redirect: 'manual', ...init })
function authorize(slug: string, change: Record<string, string | undefined> = {}) {
  const asked = {
    response_type: 'code',
    client_id: appOf(slug).client_id,
    redirect_uri: BACK,
    state: 's',
    login_hint: '4711',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...change,
  }
  const query = Object.entries(asked).filter((one): one is [string, string] => one[1] !== undefined)
  return at(`${AUTHORIZE[slug]}?${new URLSearchParams(query)}`)
}
const codeOf = async (slug: string) =>
  new URL((await authorize(slug)).headers.get('location')!).searchParams.get('code')!
async function token(slug: string, change: Record<string, string>) {
  const { client_id, client_secret } = appOf(slug)
  const form = { action: 'requesttoken', client_id, client_secret, ...change }
  const response = await at(TOKEN[slug]!, { method: 'POST', body: new URLSearchParams(form) })
  const answer = (await response.json()) as Record<string, unknown>
  // Wrapped, and HTTP 200 also for errors.
  const wrapped = slug === 'withings'
  const ok = wrapped ? response.status === 200 && answer.status === 0 : response.ok
  return { ok, ...((wrapped ? answer.body : answer) as { access_token: string; refresh_token: string } | undefined) }
}
const redeem = async (slug: string, change: Record<string, string> = {}) =>
  token(slug, {
    grant_type: 'authorization_code',
    code: await codeOf(slug),
    redirect_uri: BACK,
    code_verifier: VERIFIER,
    ...change,
  })
const bearer = (access: string | undefined) => ({ authorization: `Bearer ${access}` })
const withings = async (access: string | undefined, path: string, form: Record<string, string>) => {
  const init = { method: 'POST', headers: bearer(access), body: new URLSearchParams(form) }
  const response = await at(`/withings/wbsapi${path}`, init)
  return { http: response.status, ...((await response.json()) as { status: number; body: Record<string, unknown> }) }
}

describe.each(SLUGS)('%s signs in', (slug) => {
  it.each([
    ['another client', { client_id: 'somebody' }],
    ['no redirect', { redirect_uri: undefined }],
    ['no state', { state: undefined }],
    ['another response type', { response_type: 'token' }],
  ])('not with %s', async (_, change) => {
    expect((await authorize(slug, change)).status).toBe(400)
  })
  it('with the state it was given, and once per code', async () => {
    const back = new URL((await authorize(slug)).headers.get('location')!)
    expect(back.searchParams.get('state')).toBe('s')
    const code = back.searchParams.get('code')!
    expect((await redeem(slug, { code })).ok).toBe(true)
    expect((await redeem(slug, { code })).ok).toBe(false)
  })
  it.each([
    ['another secret', { client_secret: 'wrong' }],
    ['another redirect than before', { redirect_uri: 'https://other.test' }],
    ['an unknown code', { code: 'made-up' }],
    ['an unknown grant', { grant_type: 'password' }],
  ])('not with %s for the token', async (_, change) => {
    expect((await redeem(slug, change)).ok).toBe(false)
  })
  it('and takes a refresh token once', async () => {
    const { refresh_token } = await redeem(slug)
    const renew = () => token(slug, { grant_type: 'refresh_token', refresh_token: refresh_token! })
    const renewed = await renew()
    expect(renewed.ok).toBe(true)
    expect(renewed.refresh_token).not.toBe(refresh_token)
    const before = doubles.double(slug).oauth!.reused
    expect((await renew()).ok).toBe(false)
    expect(doubles.double(slug).oauth!.reused).toBe(before + 1)
  })
})

describe('garmin', () => {
  it('asks for PKCE, and for the verifier that fits it', async () => {
    expect((await authorize('garmin', { code_challenge: undefined })).status).toBe(400)
    expect((await authorize('garmin', { code_challenge_method: 'plain' })).status).toBe(400)
    expect((await redeem('garmin', { code_verifier: 'another' })).ok).toBe(false)
  })
  it('knows nobody without a token, nor after deregistration', async () => {
    const who = (access?: string) => at('/garmin/apis/wellness-api/rest/user/id', { headers: bearer(access) })
    expect((await who()).status).toBe(401)
    const { access_token } = await redeem('garmin')
    expect(await (await who(access_token)).json()).toEqual({ userId: '4711' })
    const registration = '/garmin/apis/partner-gateway/rest/user/registration'
    expect((await at(registration, { method: 'DELETE', headers: bearer(access_token) })).status).toBe(204)
    expect((await who(access_token)).status).toBe(401)
  })
  it('answers a backfill 202, the same again 409, and more than 30 days 400', async () => {
    const { access_token } = await redeem('garmin')
    const ask = async (days: number) => {
      const query = `summaryStartTimeInSeconds=1000&summaryEndTimeInSeconds=${1000 + days * 86_400}`
      return (await at(`/garmin/apis/wellness-api/rest/backfill/dailies?${query}`, { headers: bearer(access_token) }))
        .status
    }
    expect([await ask(30), await ask(30), await ask(31)]).toEqual([202, 409, 400])
  })
  it('pushes whole days with its client id in a header', async () => {
    await doubles.days({ provider: 'garmin', provider_user_id: '4711', from: '2026-07-01', to: '2026-07-01' })
    expect(arrivals).toHaveLength(1)
    expect(arrivals[0]!.headers['garmin-client-id']).toBe('app-garmin')
    expect(arrivals[0]!.body.length).toBeGreaterThan(3_000)
  })
})

describe('oura', () => {
  it('refuses data without a token and without a start', async () => {
    expect((await at('/oura/api/v2/usercollection/sleep?start_date=2026-07-01')).status).toBe(401)
    const { access_token } = await redeem('oura')
    expect((await at('/oura/api/v2/usercollection/sleep', { headers: bearer(access_token) })).status).toBe(400)
  })
  it('gives a page at a time: who ignores next_token misses days', async () => {
    await doubles.days({ provider: 'oura', provider_user_id: '4711', from: '2026-07-01', to: '2026-07-12' })
    const { access_token } = await redeem('oura')
    const url = '/oura/api/v2/usercollection/sleep?start_date=2026-07-01&end_date=2026-07-12'
    const page = async (more = '') =>
      (await (await at(url + more, { headers: bearer(access_token) })).json()) as {
        data: { day: string }[]
        next_token: string | null
      }
    const first = await page()
    expect(first.data).toHaveLength(10)
    const second = await page(`&next_token=${first.next_token}`)
    expect([second.data.length, second.next_token]).toEqual([2, null])
  })
  it('has no document it was not given', async () => {
    const { access_token } = await redeem('oura')
    const response = await at('/oura/api/v2/usercollection/sleep/none', { headers: bearer(access_token) })
    expect(response.status).toBe(404)
  })
})

describe('withings', () => {
  it('tells errors in the status of a 200', async () => {
    const { access_token } = await redeem('withings')
    expect(await withings('wrong', '/measure', { action: 'getmeas' })).toMatchObject({ http: 200, status: 401 })
    expect(await withings(access_token, '/measure', { action: 'none' })).toMatchObject({ http: 200, status: 2_555 })
  })
  it('gives intraday series of 24 hours at most', async () => {
    const { access_token } = await redeem('withings')
    const ask = (enddate: string) =>
      withings(access_token, '/v2/measure', { action: 'getintradayactivity', startdate: '1000', enddate })
    expect((await ask('87400')).status).toBe(0)
    expect((await ask('87401')).status).not.toBe(0)
  })
  it('subscribes only addresses that answer its HEAD, and notifies only what is subscribed', async () => {
    const { access_token } = await redeem('withings')
    const subscribe = (callbackurl: string, appli: string) =>
      withings(access_token, '/notify', { action: 'subscribe', callbackurl, appli })
    expect((await subscribe('http://127.0.0.1:9/none', '1')).status).not.toBe(0)
    const day = { provider: 'withings', provider_user_id: '4711', from: '2026-07-01', to: '2026-07-01' }
    await expect(doubles.days(day)).rejects.toThrow('no subscription')
    const here = `http://127.0.0.1:${(door.address() as AddressInfo).port}/hook`
    for (const appli of ['1', '16', '44']) expect((await subscribe(here, appli)).status).toBe(0)
    await doubles.days(day)
    expect(arrivals.map((one) => new URLSearchParams(one.body).get('appli'))).toEqual(['1', '16', '44'])
  })
})

describe('the control', () => {
  it('makes the next calls fail as often as told, with its headers, and no more', async () => {
    const { access_token } = await redeem('oura')
    const fault = { provider: 'oura', status: 429, times: 2, headers: { 'retry-after': '7' } }
    await at('/sandbox/faults', { method: 'POST', body: JSON.stringify(fault) })
    const ask = () => at('/oura/api/v2/usercollection/personal_info', { headers: bearer(access_token) })
    const answers = [await ask(), await ask(), await ask()]
    expect(answers.map((one) => one.status)).toEqual([429, 429, 200])
    expect(answers[0]!.headers.get('retry-after')).toBe('7')
  })
})
