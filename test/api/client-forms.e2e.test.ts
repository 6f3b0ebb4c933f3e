import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { giveConsent } from '../../shared/sdk/consent.ts'
import { FROM, type SeededServer, type SeededUser, serveSeeded, TO } from './seeded.ts'

/** What clients in other languages send, call by call as they send it, and what they read of the answers. */

type Answer = Record<string, unknown>
const SECONDS = (day: string) => Date.parse(day) / 1_000

let server: SeededServer
let user: SeededUser
let credentials: { 'dev-id': string; 'X-API-Key': string }
beforeAll(async () => {
  server = await serveSeeded()
  const { dev_id, api_key, users } = server.seeded.developers[0]!
  user = users.find(({ provider }) => provider === 'OURA')!
  credentials = { 'dev-id': dev_id, 'X-API-Key': api_key }
}, 240_000)
afterAll(() => server?.stop())

async function send(method: string, path: string, headers: Record<string, string>, body?: string) {
  const response = await fetch(server.url + path, { method, headers: { ...credentials, ...headers }, body })
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, body: JSON.parse(await response.text()) as Answer }
}
async function leave(user_id: unknown): Promise<void> {
  expect((await send('DELETE', `/v2/auth/deauthenticateUser?user_id=${user_id}`, {})).status).toBe(200)
}

describe.each(['/v2', '/api/v2'])('at %s', (base) => {
  describe('the Ruby gem', () => {
    // All parameters stand in the query; the content type is that of a form without fields, the length 0.
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    it('authenticates a user', async () => {
      const query = 'reference_id=ruby&resource=OURA&language=en'
      const answer = await send('POST', `${base}/auth/authenticateUser?${query}`, form)
      expect(answer).toMatchObject({ status: 200, body: { status: 'success', user_id: expect.any(String) } })
      // It parses application/json only.
      expect(answer.type).toMatch(/^application\/json/)
      await giveConsent(String(answer.body.auth_url))
      await leave(answer.body.user_id)
    })
    it('generates a widget session and a token', async () => {
      const query = 'reference_id=ruby&providers=OURA,GARMIN&language=en'
      const session = await send('POST', `${base}/auth/generateWidgetSession?${query}`, form)
      expect(session).toMatchObject({ status: 200, body: { status: 'success', url: expect.any(String) } })
      const token = await send('POST', `${base}/auth/generateAuthToken`, form)
      expect(token).toMatchObject({ status: 200, body: { token: expect.any(String) } })
    })
    it('reads user_info.user, subscriptions.users and activity.data', async () => {
      const info = await send('GET', `${base}/userInfo?user_id=${user.user_id}`, form)
      expect(info.body.user).toMatchObject(user)
      const { users } = (await send('GET', `${base}/subscriptions`, form)).body
      expect(users).toContainEqual(expect.objectContaining(user))
      const range = `start_date=${FROM}&end_date=${TO}&to_webhook=false&with_samples=false`
      const activity = await send('GET', `${base}/activity?user_id=${user.user_id}&${range}`, form)
      expect(activity.body.data).toEqual(expect.any(Array))
    })
    it('shows the message of an error', async () => {
      for (const path of ['/userInfo?user_id=nobody', '/userInfo', '/daily?user_id=nobody&start_date=2026-07-01'])
        expect((await send('GET', base + path, form)).body.message).toEqual(expect.stringMatching(/user/))
    })
  })

  describe('the Java client', () => {
    // Dates are Unix seconds; a parameter that nobody else sends comes along; JSON is announced on every request.
    const json = { 'content-type': 'application/json; charset=utf-8' }
    it.each(['activity', 'body', 'daily', 'menstruation', 'nutrition', 'sleep'])('gets %s', async (type) => {
      const range = `start_date=${SECONDS(FROM)}&end_date=${SECONDS(TO)}&to_webhook=false&with_samples=true`
      const path = `${base}/${type}?user_id=${user.user_id}&${range}&retry_if_rate_limited=false`
      expect(await send('GET', path, json)).toMatchObject({ status: 200, body: { data: expect.any(Array), user } })
    })
    it('gets the athlete, users and providers', async () => {
      const asked = `${base}/athlete?user_id=${user.user_id}&to_webhook=false`
      expect((await send('GET', asked, json)).body.athlete).toEqual(expect.any(Object))
      expect((await send('GET', `${base}/subscriptions`, json)).body.users).toEqual(expect.any(Array))
      expect((await send('GET', `${base}/integrations`, json)).body.providers).toContain('OURA')
    })
    it('authenticates with everything in a JSON body', async () => {
      const asked = { resource: 'OURA', reference_id: 'java', language: 'EN', auth_success_redirect_url: null }
      const answer = await send('POST', `${base}/auth/authenticateUser`, json, JSON.stringify(asked))
      expect(answer).toMatchObject({ status: 200, body: { status: 'success' } })
    })
    it('generates a token with a JSON content type and no body', async () => {
      expect((await send('POST', `${base}/auth/generateAuthToken`, json)).status).toBe(200)
    })
  })

  describe('the Python client', () => {
    // As the current JavaScript client, but for its names; booleans are words, ids in paths are percent-encoded.
    const python = {
      'user-agent': 'terra-python/1.1.0',
      'x-fern-language': 'Python',
      'x-fern-sdk-name': 'terra-python',
      'x-fern-sdk-version': '1.1.0',
      accept: '*/*',
    }
    const json = { ...python, 'content-type': 'application/json' }
    it('authenticates a user and changes them', async () => {
      const asked = JSON.stringify({ reference_id: 'python' })
      const { body } = await send('POST', `${base}/auth/authenticateUser?resource=OURA`, json, asked)
      await giveConsent(String(body.auth_url))
      const change = JSON.stringify({ reference_id: 'new', active: false })
      const changed = await send('PATCH', `${base}/users/${body.user_id}`, json, change)
      expect(changed).toMatchObject({ status: 200, body: { user: { reference_id: 'new', active: false } } })
      await leave(body.user_id)
    })
    it('gets data, users in bulk, and integrations', async () => {
      const range = `start_date=${FROM}&end_date=${TO}&to_webhook=false&with_samples=true`
      const daily = await send('GET', `${base}/daily?user_id=${user.user_id}&${range}`, python)
      expect(daily).toMatchObject({ status: 200, body: { type: 'daily', data: expect.any(Array) } })
      const bulk = await send('POST', `${base}/bulkUserInfo`, json, JSON.stringify([user.user_id]))
      expect(bulk).toMatchObject({ status: 200, body: [user] })
      expect((await send('GET', `${base}/integrations/detailed?sdk=false`, python)).status).toBe(200)
    })
    it('deletes with a body', async () => {
      const log_ids = JSON.stringify({ log_ids: ['1'] })
      expect(await send('DELETE', `${base}/body?user_id=${user.user_id}`, json, log_ids)).toMatchObject({
        status: 400,
        body: { detail: expect.any(String) },
      })
    })
  })

  describe('the React Native app', () => {
    // Goes back to its own scheme; names providers with blanks after the commas, and sends members that we do not know.
    const app = { accept: 'application/json', 'content-type': 'application/json' }
    const home = {
      auth_success_redirect_url: 'terraficapp://request',
      auth_failure_redirect_url: 'terraficapp://login',
    }
    it('opens a widget session and a sign-in', async () => {
      const asked = {
        ...home,
        reference_id: 'app',
        providers: 'OURA, GARMIN,WITHINGS',
        webhook_url: 'https://app.example',
      }
      const session = await send('POST', `${base}/auth/generateWidgetSession`, app, JSON.stringify(asked))
      expect(session).toMatchObject({ status: 200, body: { status: 'success', session_id: expect.any(String) } })
      const signIn = await send('POST', `${base}/auth/authenticateUser?resource=OURA`, app, JSON.stringify(asked))
      const back = await goBack(String(signIn.body.auth_url))
      expect(back.href).toContain('terraficapp://request')
      expect(Object.fromEntries(back.searchParams)).toEqual({
        user_id: signIn.body.user_id,
        resource: 'OURA',
        reference_id: 'app',
      })
      await leave(signIn.body.user_id)
    })
  })
})

/** To the address that leaves the web, which no browser fetches. */
const goBack = (start: string): Promise<URL> =>
  giveConsent(start, {
    send: async (url, init) => (String(url).startsWith('http') ? fetch(url, init) : new Response()),
  })
