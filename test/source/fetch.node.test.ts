import { describe, expect, test } from 'vitest'
import { outside } from '../../shared/base/http.ts'
import garmin from '../../shared/providers/garmin.ts'
import oura from '../../shared/providers/oura.ts'
import withings from '../../shared/providers/withings.ts'
import { AccessLost, PullRefused, RetryLater } from '../../shared/source/ask.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import { connectedNotice, fetchPayloads } from '../../shared/source/fetch.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'

const now = Date.UTC(2026, 6, 2)
type Answer = unknown | Response
/** A provider that answers by a function, and what it was asked. */
function asked(answer: (url: URL, body: URLSearchParams, token: string) => Answer) {
  const log: string[] = []
  const http = outside({
    fetch: (async (input: string, init: RequestInit) => {
      const url = new URL(input)
      const form = new URLSearchParams(String(init.body ?? ''))
      log.push(`${init.method ?? 'GET'} ${url.pathname}${url.search}${init.body ? ` ${init.body}` : ''}`)
      const token = new Headers(init.headers).get('authorization') ?? ''
      const given = answer(url, form, token)
      return given instanceof Response ? given : Response.json(given)
    }) as unknown as typeof fetch,
  })
  const run = async (provider: ProviderDefinition, resource: string, notice: object | string) => {
    const { pages } = await fetchPayloads(
      provider,
      { resource, body: typeof notice === 'string' ? notice : JSON.stringify(notice) },
      { http, now: () => now, token: async (fresh) => ({ access_token: fresh ? 'new' : 'old' }) },
    )
    return pages
  }
  return { log, run }
}
const update = { event_type: 'update', data_type: 'vo2_max', object_id: 'x/1', event_time: 't', user_id: 'u' }

describe('what a notification leads to', () => {
  test('an id leads to its document, and a sleep to the score of its night', async () => {
    const sleep = {
      id: 's',
      day: '2026-07-01',
      type: 'long_sleep',
      bedtime_start: '2026-06-30T23:00:00+02:00',
      bedtime_end: '2026-07-01T07:00:00+02:00',
    }
    const { log, run } = asked((url) => {
      if (url.pathname.endsWith('/sleep/s')) return sleep
      if (url.pathname.endsWith('/daily_sleep')) return { data: [{ day: '2026-07-01', score: 63 }], next_token: null }
      return { data: [sleep], next_token: null }
    })
    const pages = await run(oura, 'sleep', { ...update, data_type: 'sleep', object_id: 's' })
    expect(log).toEqual([
      'GET /v2/usercollection/sleep/s',
      'GET /v2/usercollection/daily_sleep?start_date=2026-07-01&end_date=2026-07-01',
      'GET /v2/usercollection/sleep?start_date=2026-07-01&end_date=2026-07-02',
    ])
    const records = pages.flatMap((page) => normalizePayload(oura, { ...page, kind: 'fetched', user_id: 'u' }).records)
    expect(records.map(({ type, part }) => `${type} ${part}`)).toEqual([
      'sleep sleep',
      'daily daily_sleep',
      'sleep daily_sleep',
    ])
    expect(records[0]!.summary_id).toBe(records[2]!.summary_id)
  })
  test('an id beyond 2^53 is asked for by all of its digits', async () => {
    const { log, run } = asked(() => new Response(null, { status: 404 }))
    await run(oura, 'sleep', JSON.stringify({ ...update, object_id: 7 }).replace(':7', ':12345678987654321'))
    expect(log).toEqual(['GET /v2/usercollection/sleep/12345678987654321'])
  })
  test('pages are followed by their cursor', async () => {
    const { log, run } = asked((url) =>
      url.searchParams.has('next_token')
        ? { data: [{ day: '2026-07-02', vo2_max: 41 }] }
        : { data: [{ day: '2026-07-01', vo2_max: 40 }], next_token: 'n2' },
    )
    const pages = await run({ ...oura, notices: { all: [{ pull: 'vO2_max', span: { from: 'a', to: 'b' } }] } }, 'all', {
      a: '2026-07-01',
      b: '2026-07-03',
    })
    expect(log).toEqual([
      'GET /v2/usercollection/vO2_max?start_date=2026-07-01&end_date=2026-07-02',
      'GET /v2/usercollection/vO2_max?start_date=2026-07-01&end_date=2026-07-02&next_token=n2',
    ])
    expect(pages).toHaveLength(2)
  })
  test('a window is asked for by form, and goes on while there is more', async () => {
    const { log, run } = asked((_, form) => ({
      status: 0,
      body: { measuregrps: [{}], more: form.has('offset') ? 0 : 1, offset: 9 },
    }))
    const pages = await run(withings, '1', { userid: '1', appli: '1', startdate: '1782864000', enddate: '1782950400' })
    expect(log).toEqual([
      'POST /measure action=getmeas&category=1&startdate=1782864000&enddate=1782950400',
      'POST /measure action=getmeas&category=1&startdate=1782864000&enddate=1782950400&offset=9',
    ])
    expect(pages.map(({ resource }) => resource)).toEqual(['getmeas', 'getmeas'])
  })
  test('readings without a zone are asked for by the local day that they belong to', async () => {
    const { log, run } = asked((_, form) =>
      form.get('action') === 'getactivity'
        ? { status: 0, body: { activities: [{ date: '2026-07-01', timezone: 'Europe/Paris' }] } }
        : { status: 0, body: { series: [] } },
    )
    await run(withings, '16', { userid: '1', appli: '16', date: '2026-07-01' })
    expect(log.find((line) => line.includes('getintraday'))).toContain('startdate=1782856800&enddate=1782943200')
  })
  test('a moment is asked for by every date that it may have, where the zone is not known', async () => {
    const { log, run } = asked(() => ({ status: 0, body: { series: [] } }))
    // 21:00 UTC on the 1st: already the 2nd in Tokyo.
    await run(withings, '44', { userid: '1', appli: '44', startdate: '1782932400', enddate: '1782939600' })
    expect(log[0]).toContain('startdateymd=2026-07-01&enddateymd=2026-07-02')
  })
  test('a link is followed to the provider only', async () => {
    const { log, run } = asked(() => [{ userId: 'g', calendarDate: '2026-07-01', steps: 3 }])
    const pages = await run(garmin, 'dailies', {
      dailies: [{ userId: 'g', callbackURL: 'https://apis.garmin.com/wellness-api/rest/dailies?token=1' }],
    })
    expect(log).toEqual(['GET /wellness-api/rest/dailies?token=1'])
    expect(normalizePayload(garmin, { ...pages[0]!, kind: 'fetched', user_id: 'u' }).records).toHaveLength(1)
    await expect(
      run(garmin, 'dailies', { dailies: [{ userId: 'g', callbackURL: 'https://evil.example/x' }] }),
    ).rejects.toThrow('foreign origin')
    expect(log).toHaveLength(1)
  })
  test('a new connection asks for its history in windows', async () => {
    const { log, run } = asked(() => new Response('', { status: 202 }))
    const { resource, body } = connectedNotice(garmin, now)
    expect(await run(garmin, resource, JSON.parse(body))).toEqual([])
    expect(log[0]).toBe(
      'GET /wellness-api/rest/backfill/dailies?summaryStartTimeInSeconds=1780358400&summaryEndTimeInSeconds=1782950400',
    )
  })
  test('a deletion fetches nothing', async () => {
    const { log, run } = asked(() => ({}))
    expect(await run(oura, 'workout', { ...update, event_type: 'delete' })).toEqual([])
    expect(log).toEqual([])
  })
})

describe('when the provider does not give', () => {
  test('401 renews the token once', async () => {
    const { log, run } = asked((_, __, token) =>
      token === 'Bearer new' ? { day: '2026-07-01', vo2_max: 40 } : new Response('', { status: 401 }),
    )
    expect(await run(oura, 'vo2_max', update)).toHaveLength(1)
    expect(log).toEqual(['GET /v2/usercollection/vO2_max/x%2F1', 'GET /v2/usercollection/vO2_max/x%2F1'])
  })
  test.each([
    ['401 twice', oura, 'vo2_max', () => new Response('', { status: 401 }), AccessLost, undefined],
    ['a code of 401 twice', withings, '1', () => ({ status: 401 }), AccessLost, undefined],
    [
      '429 with seconds',
      oura,
      'vo2_max',
      () => new Response('', { status: 429, headers: { 'retry-after': '7' } }),
      RetryLater,
      7000,
    ],
    [
      '429 with a date',
      oura,
      'vo2_max',
      () => new Response('', { status: 429, headers: { 'retry-after': new Date(now + 9000).toUTCString() } }),
      RetryLater,
      9000,
    ],
    ['a code of 601', withings, '1', () => ({ status: 601 }), RetryLater, 60_000],
    ['503', oura, 'vo2_max', () => new Response('', { status: 503 }), RetryLater, 30_000],
    ['a page of a proxy', oura, 'vo2_max', () => new Response('<html>'), RetryLater, 30_000],
    ['403', oura, 'vo2_max', () => new Response('', { status: 403 }), PullRefused, undefined],
  ] as const)('%s is told as what it is', async (_, provider, resource, answer, kind, delayMs) => {
    const { run } = asked(answer)
    const failure = await run(provider, resource, { ...update, startdate: 1, enddate: 2 }).catch((error) => error)
    expect(failure).toBeInstanceOf(kind)
    expect(failure.delayMs).toBe(delayMs)
  })
  test('404 for a document means that it is gone', async () => {
    const { run } = asked(() => new Response('', { status: 404 }))
    expect(await run(oura, 'vo2_max', update)).toEqual([])
  })
})
