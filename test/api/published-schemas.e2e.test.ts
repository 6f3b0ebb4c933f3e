import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebhookEvent } from '../../shared/schema/event.ts'
import { connectUser } from '../../shared/sdk/connect.ts'
import { giveConsent } from '../../shared/sdk/consent.ts'
import { sendDays } from '../../shared/sdk/sandbox.ts'
import { type Judgement, type Published, readPublished } from '../schema/published.ts'
import { catchEvents, type EventCatcher } from './event-catcher.ts'
import { clientOf, FROM, headersOf, type SeededServer, serveSeeded, TO } from './seeded.ts'
import { UNDECLARED } from './undeclared.ts'

/** What we answer and send, held against the published JSON Schemas: nothing is refused, and nothing is added unless said why. */

const directory = process.env.REFERENCE_DIR ?? ''
const published: Published | undefined =
  directory !== '' && existsSync(directory) ? readPublished(directory) : undefined
const TYPES = ['activity', 'body', 'daily', 'menstruation', 'nutrition', 'sleep'] as const
const PATIENCE = { timeout: 30_000, interval: 50 }

it('the published document is there wherever it has to be', () => {
  if (process.env.CI) expect(published, `REFERENCE_DIR=${directory} holds specs/v2-bundled.yaml`).toBeDefined()
  else if (!published) console.warn('REFERENCE_DIR is not set: answers are not held against the published schemas')
})

let server: SeededServer
let catcher: EventCatcher
beforeAll(async () => {
  if (published) [server, catcher] = await Promise.all([serveSeeded(), catchEvents()])
}, 240_000)
afterAll(() => Promise.all([server?.stop(), catcher?.close()]))

const used = new Set<string>()
/** What is left of a judgement when the listed additions are taken away. */
function unexplained({ errors, undeclared }: Judgement, place: string): string[] {
  const known = UNDECLARED.filter(({ at }) => at.test(place))
  const extra = undeclared.filter((property) => {
    const reason = known.find(({ properties }) => properties.includes(property))
    if (reason) used.add(`${reason.at} ${property}`)
    return !reason
  })
  return [...errors.slice(0, 5), ...extra.map((property) => `undeclared: ${property}`)].map((one) => `${place}: ${one}`)
}

describe.skipIf(!published).each(['/v2', '/api/v2'])('answers under %s', (base) => {
  const ask = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const response = await fetch(server.url + base + path, {
      method,
      headers: headers ?? headersOf(server.seeded.developers[0]!),
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await response.text()
    return { status: response.status, value: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) }
  }
  /** Asks, and holds the answer against its schema. → the answer */
  const held = async (
    method: string,
    path: string,
    status: number,
    body?: unknown,
    headers?: Record<string, string>,
  ) => {
    const answer = await ask(method, path, body, headers)
    const place = `${base} ${method} ${path.split('?')[0]} ${status}`
    expect([place, answer.status]).toEqual([place, status])
    const schema = published!.answer(method, path.split('?')[0]!, status)
    expect(schema, `${place} is published`).toBeDefined()
    expect(unexplained(published!.judge(schema!, answer.value), place)).toEqual([])
    return answer.value as Record<string, unknown>
  }
  const users = () => server.seeded.developers[0]!.users

  it.each(TYPES)(
    'of %s are as published: inline with and without samples, of a day without data, and accepted',
    async (type) => {
      let items = 0
      for (const { user_id } of users())
        for (const query of [
          `start_date=${FROM}&end_date=${TO}&to_webhook=false&with_samples=true`,
          `start_date=${FROM}&end_date=${TO}&to_webhook=false`,
          'start_date=2020-01-01&end_date=2020-01-02&to_webhook=false',
          `start_date=${FROM}&end_date=${TO}`,
          `start_date=2026-05-01&end_date=${TO}`,
        ]) {
          const { data } = await held('GET', `/${type}?user_id=${user_id}&${query}`, 200)
          items += (data as unknown[] | undefined)?.length ?? 0
        }
      expect(items).toBeGreaterThan(0)
    },
  )
  it('of athlete are as published', async () => {
    for (const { user_id } of users())
      for (const query of ['&to_webhook=false', '']) await held('GET', `/athlete?user_id=${user_id}${query}`, 200)
  })
  it('about users are as published', async () => {
    const { user_id, reference_id } = users()[0]!
    await held('GET', `/userInfo?user_id=${user_id}`, 200)
    await held('GET', `/userInfo?reference_id=${reference_id}`, 200)
    await held('GET', '/subscriptions', 200)
    await held('GET', '/subscriptions?page=0&per_page=2', 200)
    await held(
      'POST',
      '/bulkUserInfo',
      200,
      users().map((user) => user.user_id),
    )
  })
  it('about integrations are as published, with a dev-id and without', async () => {
    for (const path of ['/integrations', '/integrations/detailed', '/integrations/detailed?sdk=true'])
      for (const headers of [{}, { 'dev-id': server.seeded.developers[0]!.dev_id }])
        await held('GET', path, 200, undefined, headers as Record<string, string>)
  })
  it('of signing in and out are as published', async () => {
    await held('POST', '/auth/generateAuthToken', 200)
    await held('POST', '/auth/generateWidgetSession', 200, { reference_id: 'someone' })
    const { user_id, auth_url } = await held('POST', '/auth/authenticateUser?resource=OURA', 200, {})
    await giveConsent(String(auth_url))
    await held('DELETE', `/auth/deauthenticateUser?user_id=${user_id}`, 200)
  })
  it('that refuse are the published problem', async () => {
    const nobody = 'ffffffff-0000-8000-8000-000000000000'
    await held('GET', `/daily?user_id=${users()[0]!.user_id}&start_date=someday`, 400)
    await held('GET', `/daily?user_id=${nobody}&start_date=${FROM}`, 404)
    await held('GET', `/daily?user_id=${nobody}&start_date=${FROM}`, 401, undefined, {})
    await held('GET', '/userInfo', 400)
    await held('GET', '/subscriptions?page=x', 400)
    await held('POST', '/auth/authenticateUser?resource=NOBODY', 404, {})
    await held('DELETE', `/auth/deauthenticateUser?user_id=${nobody}`, 404)
  })
})

describe.skipIf(!published)('events', () => {
  it('of every kind that a receiver gets are as published', async () => {
    const developer = server.seeded.developers[1]!
    const client = clientOf(server, developer)
    const { destination_id, signing_secret } = await client.destinations.add({
      type: 'webhook',
      settings: { url: catcher.url },
    })
    await client.destinations.test(destination_id)
    // What a provider pushes, of a person who then signs in again.
    const person = { resource: 'GARMIN', reference_id: 'grace', account: 'account-of-grace' }
    const user_id = await connectUser(client, person)
    const days = { provider: 'garmin', provider_user_id: person.account, from: FROM, to: TO }
    const { items } = await sendDays(server.sandboxUrl, days)
    expect(items.length).toBeGreaterThan(0)
    await expect.poll(() => catcher.ofType('sleep').length, PATIENCE).toBeGreaterThan(0)
    // What is asked for, whole and in parts.
    const ask = (path: string) => fetch(`${server.url}/v2${path}`, { headers: headersOf(developer) })
    for (const user of developer.users) {
      for (const type of TYPES) await ask(`/${type}?user_id=${user.user_id}&start_date=${FROM}&end_date=${TO}`)
      await ask(`/athlete?user_id=${user.user_id}`)
      await ask(`/daily?user_id=${user.user_id}&start_date=2026-05-01&end_date=${TO}&with_samples=true`)
    }
    const again = await connectUser(client, person)
    expect(again).not.toBe(user_id)
    await client.deauthenticateUser(again)
    // Who says no.
    const { auth_url } = await client.authenticateUser('OURA', { reference_id: 'grace' })
    await giveConsent(String(auth_url), { account: 'deny' })

    const expected = [
      ...['activity', 'athlete', 'body', 'daily', 'menstruation', 'nutrition', 'sleep'],
      ...['auth', 'auth_cancelled', 'deauth', 'user_reauth', 'healthcheck'],
      ...['large_request_processing', 'large_request_sending'],
    ]
    const missing = () => expected.filter((type) => catcher.ofType(type).length === 0)
    await expect.poll(missing, PATIENCE).toEqual([])
    const wrong = catcher.events.flatMap(({ type, body }) => {
      const schema = published!.event(type)
      if (!schema) return type in EVENTS_OF_OURS ? [] : [`${type} is not published`]
      return unexplained(published!.judge(schema, body), `event ${type}`)
    })
    expect([...new Set(wrong)]).toEqual([])
    // And as our own document has them.
    const undescribed = catcher.events.filter(({ body }) => !isDeepStrictEqual(WebhookEvent.parse(body), body))
    expect([...new Set(undescribed.map(({ type }) => type))]).toEqual([])
    expect(await catcher.refused(signing_secret)).toBe(0)
  })
})
/** Events that are not in the document, with why we send them. */
const EVENTS_OF_OURS: Record<string, string> = {
  healthcheck: 'an event of the generation before, which its clients still handle; the test of a destination sends it',
}

describe.skipIf(!published)('the list of additions', () => {
  it('holds nothing that is not there any more', () => {
    const all = UNDECLARED.flatMap(({ at, properties }) => properties.map((property) => `${at} ${property}`))
    expect(all.filter((one) => !used.has(one))).toEqual([])
  })
})
