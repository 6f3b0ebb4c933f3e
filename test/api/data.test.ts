import { beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { type Account, appendDaily, call, migrate, newAccount, newConnection } from '../house.ts'

let account: Account
let row: ConnectionRow
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  row = await newConnection(account, { reference_id: 'a@b.c' })
  await appendDaily(row, '2026-07-01', { heart_rate_data: { detailed: { hr_samples: [{ bpm: 60 }] } } })
  await appendDaily(row, '2026-07-02', { distance_data: { steps: 8250 } })
})
const get = (path: string, who = account) => call(path, { headers: who.headers })
const days = (query: string) => `/v2/daily?user_id=${row.user_id}&${query}`
const detail = async (response: Response) =>
  [response.status, ((await response.json()) as { detail: string }).detail] as const

describe('reading data', () => {
  it('answers inline with the user and the days asked for, the last included', async () => {
    const read = async (range: string) => {
      const answer = (await (await get(days(`to_webhook=false&${range}`))).json()) as {
        type: string
        user: object
        data: { metadata: { start_time: string } }[]
      }
      expect(answer).toMatchObject({ type: 'daily', user: { user_id: row.user_id, provider: 'OURA', active: true } })
      return answer.data.map(({ metadata }) => metadata.start_time.slice(0, 10))
    }
    expect(await read('start_date=2026-07-01&end_date=2026-07-02')).toEqual(['2026-07-01', '2026-07-02'])
    expect(await read('start_date=2026-07-01&end_date=2026-07-01')).toEqual(['2026-07-01'])
    expect(await read('start_date=2026-07-02&end_date=1783123200')).toEqual(['2026-07-02'])
    expect(await read('start_date=2026-06-01&end_date=2026-06-30')).toEqual([])
  })
  it('gives samples only where they are asked for', async () => {
    const text = async (more: string) =>
      (await get(days(`to_webhook=false&start_date=2026-07-01&end_date=2026-07-01${more}`))).text()
    expect(await text('')).not.toContain('hr_samples')
    expect(await text('&with_samples=true')).toContain('"hr_samples":[{"bpm":60}]')
  })
  it('takes a request without to_webhook as one for the destinations, in each base path’s own words', async () => {
    const range = 'start_date=2026-07-01&end_date=2026-07-02'
    const old = await get(days(range))
    const oldBody = (await old.json()) as { reference: string }
    expect(oldBody).toMatchObject({ status: 'success', type: 'webhook', message: 'Data sent to webhook' })
    expect(old.headers.get('terra-reference')).toBe(oldBody.reference)
    const current = await get(`/api${days(range)}`)
    const body = (await current.json()) as { reference: string; trace_id: string; message?: string }
    expect(body).toMatchObject({ status: 'success', type: 'daily', user: { user_id: row.user_id } })
    expect([body.trace_id, current.headers.get('terra-reference')]).toEqual([body.reference, body.reference])
    expect(body.message).toBeUndefined()
  })
  it('says that a long range is under way, and refuses it inline', async () => {
    const range = 'start_date=2026-05-01&end_date=2026-07-02'
    expect(((await (await get(`/api${days(range)}`)).json()) as { message: string }).message).toBe(
      'Large request is processing',
    )
    expect(await detail(await get(days(`${range}&to_webhook=false`)))).toEqual([
      400,
      'a range over one calendar month must be asked for with to_webhook=true',
    ])
  })
  it('answers for an athlete without dates', async () => {
    const answer = await (await get(`/v2/athlete?user_id=${row.user_id}&to_webhook=false`)).json()
    expect(answer).toMatchObject({ type: 'no_data', user: { user_id: row.user_id } })
  })
  it.each([
    ['a date that is none', 'start_date=someday', 'invalid start_date'],
    ['a day that no month has', 'start_date=2026-02-30', 'invalid start_date'],
    ['an end before the start', 'start_date=2026-07-02&end_date=2026-07-01', 'invalid end_date'],
    ['no start', 'end_date=2026-07-01', 'start_date'],
    ['a flag that is none', 'start_date=2026-07-01&to_webhook=maybe', 'to_webhook'],
  ])('refuses %s', async (_, query, words) => {
    const [status, text] = await detail(await get(days(query)))
    expect([status, text]).toEqual([400, expect.stringContaining(words)])
  })
  it('knows nobody by a foreign, malformed or far-fetched id', async () => {
    const other = await newAccount()
    const theirs = await newConnection(other)
    for (const user_id of [theirs.user_id, 'x', 'ffffffff-0000-8000-8000-000000000000', '%27;--'])
      expect(await detail(await get(`/v2/daily?user_id=${user_id}&start_date=2026-07-01`))).toEqual([
        404,
        'user not found',
      ])
  })
})

describe('users', () => {
  it('are found by id and by reference, and pages start at zero', async () => {
    const one = (await (await get(`/v2/userInfo?user_id=${row.user_id.toUpperCase()}`)).json()) as object
    expect(one).toMatchObject({
      status: 'success',
      is_authenticated: true,
      user: { user_id: row.user_id, most_recent_data_at: '2026-07-03T00:00:00.000Z' },
    })
    const many = (await (await get('/v2/userInfo?reference_id=a%40b.c')).json()) as { users: object[] }
    expect(many).toMatchObject({ status: 'success', users: [{ user_id: row.user_id, reference_id: 'a@b.c' }] })
    const second = await newConnection(account)
    const page = async (n: number) =>
      ((await (await get(`/v2/subscriptions?page=${n}&per_page=1`)).json()) as { data: { results: [] } }).data
    expect(await page(0)).toMatchObject({ next: 1, max_page: 1, results: [{ user_id: row.user_id }] })
    expect(await page(1)).toMatchObject({ next: null, max_page: 1, results: [{ user_id: second.user_id }] })
    expect((await page(2)).results).toEqual([])
  })
  it.each([
    '/v2/userInfo',
    '/v2/userInfo?user_id=a&reference_id=b',
    '/v2/subscriptions?page=-1',
    '/v2/subscriptions?page=x',
    '/v2/subscriptions?page=0&per_page=0',
    '/v2/subscriptions?page=0&per_page=501',
  ])('refuses %s', async (path) => {
    expect((await get(path)).status).toBe(400)
  })
})

describe('the feed', () => {
  it('lists what happened, page by page, and goes on where it ended', async () => {
    const page = async (after?: string) =>
      (await (await get(`/v2/events?limit=2&user_id=${row.user_id}${after ? `&after=${after}` : ''}`)).json()) as {
        events: { type: string; summary_id: string; seq: number }[]
        next: string
      }
    const first = await page()
    expect(first.events.map(({ type }) => type)).toEqual(['auth', 'daily'])
    const second = await page(first.next)
    expect(second.events[0]).toMatchObject({ type: 'daily', summary_id: '2026-07-02' })
    let last = second
    for (let i = 0; i < 10 && last.events.length > 0; i++) last = await page(last.next)
    await appendDaily(row, '2026-07-03')
    expect((await page(last.next)).events).toMatchObject([{ type: 'daily', summary_id: '2026-07-03' }])
  })
  it('refuses a cursor and a limit that it never gave', async () => {
    for (const query of ['after=yesterday', 'limit=0', 'limit=501', 'limit=x'])
      expect((await get(`/v2/events?${query}`)).status).toBe(400)
  })
  it('lists what did not normalize', async () => {
    expect(await (await get('/v2/quarantine')).json()).toEqual({ items: [], next_cursor: null })
  })
})

describe('signing in', () => {
  const post = (path: string, init: RequestInit = {}) =>
    call(path, { method: 'POST', ...init, headers: { ...account.headers, ...init.headers } })
  it.each([
    ['nowhere', '', {}, 400],
    ['unknown, in the query', '?resource=NOBODY', {}, 404],
    [
      'unknown, in a form',
      '',
      { body: 'resource=NOBODY', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      404,
    ],
    ['unknown, in JSON', '', { body: '{"resource":"NOBODY","more":1}' }, 404],
    ['known but not set up here', '?resource=UNKNOWN_HERE', { headers: { 'content-type': 'application/json' } }, 404],
  ])('finds the resource %s', async (_, query, init, status) => {
    expect((await post(`/v2/auth/authenticateUser${query}`, init)).status).toBe(status)
  })
  it('refuses malformed JSON by position, a body that is no object, and a redirect that would run', async () => {
    expect(await detail(await post('/v2/auth/authenticateUser?resource=OURA', { body: '{"a":1,}' }))).toEqual([
      400,
      expect.stringContaining('line 1, column 8'),
    ])
    expect((await post('/v2/auth/authenticateUser?resource=OURA', { body: '7' })).status).toBe(400)
    const body = JSON.stringify({ auth_success_redirect_url: 'javascript:alert(1)' })
    expect((await post('/v2/auth/authenticateUser?resource=OURA', { body })).status).toBe(400)
  })
  it('refuses a body over the limit while it streams', async () => {
    const chunk = new Uint8Array(64 * 1024).fill(32)
    let sent = 0
    const body = new ReadableStream({
      pull(controller) {
        if (++sent > 1_000) controller.close()
        else controller.enqueue(chunk)
      },
    })
    const response = await post('/v2/auth/authenticateUser?resource=OURA', { body, duplex: 'half' } as RequestInit)
    expect(response.status).toBe(413)
    expect(sent).toBeLessThan(1_000)
  })
  it('ends a connection once: then nobody is there', async () => {
    const gone = await newConnection(account)
    const end = () =>
      call(`/v2/auth/deauthenticateUser?user_id=${gone.user_id}`, { method: 'DELETE', headers: account.headers })
    expect(await (await end()).json()).toEqual({ status: 'success' })
    expect((await end()).status).toBe(404)
    expect((await get(`/v2/userInfo?user_id=${gone.user_id}`)).status).toBe(404)
  })
})
