import http from 'node:http'
import https from 'node:https'
import { Terra } from 'terra-api-1'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { signatureHeaders } from '../../shared/delivery/sign.ts'
import { giveConsent } from '../../shared/sdk/consent.ts'
import { FROM, type SeededServer, type SeededUser, serveSeeded, TO } from './seeded.ts'

/** The official client of the generation before, unmodified. Its host is compiled in: the requests are led here on their way out. */

const HOST = 'api.tryterra.co'
const TYPES = ['Activity', 'Body', 'Daily', 'Menstruation', 'Nutrition', 'Sleep'] as const
const RANGE = { startDate: new Date(FROM), endDate: new Date(TO) }

let server: SeededServer
let client: Terra
let user: SeededUser
beforeAll(async () => {
  server = await serveSeeded()
  const [developer] = server.seeded.developers
  client = new Terra(developer!.dev_id, developer!.api_key, 'signing secret')
  user = developer!.users.find(({ provider }) => provider === 'OURA')!
  leadHere(server.url)
}, 240_000)
afterAll(() => {
  vi.restoreAllMocks()
  return server?.stop()
})

function leadHere(url: string): void {
  const { hostname, port } = new URL(url)
  vi.spyOn(https, 'request').mockImplementation(((options: https.RequestOptions, answer: undefined) => {
    if (options.hostname !== HOST) throw new Error(`a request to ${options.hostname}`)
    const headers = { ...options.headers, host: `${hostname}:${port}` }
    return http.request(
      { ...options, protocol: 'http:', hostname, host: hostname, port, agent: undefined, headers },
      answer,
    )
  }) as typeof https.request)
}

describe('terra-api 1.4.8', () => {
  it.each(TYPES)('gets %s, inline and by webhook', async (type) => {
    const asked = { userId: user.user_id, ...RANGE, retryIfRateLimited: false }
    const inline = await client[`get${type}`]({ ...asked, toWebhook: false, withSamples: true })
    expect(inline).toMatchObject({ type: type.toLowerCase(), user: { user_id: user.user_id }, data: expect.any(Array) })
    const sent = await client[`get${type}`]({ ...asked, toWebhook: true })
    expect(sent).toMatchObject({ status: 'success', type: 'webhook', reference: expect.any(String) })
    const open = await client[`get${type}`]({ userId: user.user_id, startDate: new Date() })
    expect(open).toMatchObject({ status: 'success', type: 'webhook' })
  })
  it('gets the athlete', async () => {
    const answer = await client.getAthlete({ userId: user.user_id, toWebhook: false })
    expect(answer).toMatchObject({ type: 'athlete', athlete: expect.any(Object) })
  })
  it('authenticates a user, with the resource in the body, and takes them away again', async () => {
    const answer = await client.authUser({ resource: 'OURA', referenceId: 'from before', facilityId: 'of no meaning' })
    expect(answer.status).toBe('success')
    await giveConsent(answer.auth_url!)
    expect(await client.getUser({ userID: answer.user_id })).toMatchObject({
      is_authenticated: true,
      user: { reference_id: 'from before', active: true },
    })
    await client.deauthUser(answer.user_id!)
    await expect(client.getUser({ userID: answer.user_id })).rejects.toMatchObject({
      status: 'error',
      message: 'user not found',
    })
  })
  it('generates tokens and widget sessions', async () => {
    expect(await client.generateAuthToken()).toMatchObject({ status: 'success', token: expect.any(String) })
    const asked = { referenceID: 'someone', language: 'en', providers: ['OURA', 'GARMIN'], showDisconnect: true }
    expect(await client.generateWidgetSession(asked)).toMatchObject({
      status: 'success',
      url: expect.stringContaining('http'),
      session_id: expect.any(String),
    })
  })
  it('lists providers without a key, and users with one', async () => {
    expect((await client.getProviders()).providers).toEqual(expect.arrayContaining(['OURA', 'GARMIN', 'WITHINGS']))
    expect((await client.getUsers()).users).toContainEqual(expect.objectContaining(user))
  })
  it('finds users by reference', async () => {
    expect(await client.getUser({ referenceID: user.reference_id })).toMatchObject({
      users: expect.arrayContaining([expect.objectContaining(user)]),
    })
  })
  it('changes a user; null changes nothing of the reference', async () => {
    await client.patchUser(user.user_id, null, false)
    expect(await client.getUser({ userID: user.user_id })).toMatchObject({
      user: { reference_id: user.reference_id, active: false },
    })
    await client.patchUser(user.user_id, user.reference_id, true)
    expect(await client.getUser({ userID: user.user_id })).toMatchObject({ user: { ...user, active: true } })
  })
  it('is refused in the shape that it reads', async () => {
    const someday = client.getDaily({ userId: user.user_id, startDate: new Date(Number.NaN), toWebhook: false })
    await expect(someday).rejects.toMatchObject({ status: 'error', message: expect.stringContaining('start_date') })
    const [developer] = server.seeded.developers
    const stranger = new Terra(developer!.dev_id, 'wrong', '')
    await expect(stranger.getUsers()).rejects.toMatchObject({ status: 'error', message: expect.any(String) })
  })
  it('believes our signature', () => {
    const body = '{"type":"auth","status":"success"}'
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    const headers = signatureHeaders(body, 'evt_1', [secret], Date.now())
    const receiver = new Terra('dev', 'key', secret)
    expect(receiver.checkTerraSignature(headers['Terra-Signature']!, body)).toBe(true)
    expect(receiver.checkTerraSignature(headers['Terra-Signature']!, `${body} `)).toBe(false)
  })
})
