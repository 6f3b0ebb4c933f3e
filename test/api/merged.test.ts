import { beforeAll, describe, expect, it } from 'vitest'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { type Account, appendDaily, appendSession, call, migrate, newAccount, newConnection } from '../house.ts'

interface Merged {
  users: { user_id: string }[]
  data: Record<string, unknown>[]
  sources: { fields: Record<string, { user_id: string; provider: string }>; left_out: object[] }[]
}
const WHO = 'a person with a ring, a watch'
let account: Account
let ring: ConnectionRow
let watch: ConnectionRow
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  watch = await newConnection(account, { reference_id: WHO, provider: 'garmin', created_at: 1_000 })
  ring = await newConnection(account, { reference_id: WHO, provider: 'oura', created_at: 2_000 })
  await newConnection(account, { reference_id: WHO, provider: 'withings', state: 'inactive' })
  await appendDaily(ring, '2026-07-01', { distance_data: { steps: 8_000 }, scores: { recovery: 80 } })
  await appendDaily(watch, '2026-07-01', {
    distance_data: { steps: 9_000, distance_meters: 7_000 },
    heart_rate_data: {
      summary: { avg_hr_bpm: 61 },
      detailed: { hr_samples: [{ timestamp: '2026-07-01T10:00:00.000000+02:00', bpm: 61 }] },
    },
  })
  await appendDaily(watch, '2026-07-02', { distance_data: { steps: 100 } })
  const run = (summary_id: string, start: string, end: string, data: object) => ({
    metadata: {
      summary_id,
      start_time: `2026-07-01T${start}:00.000000+02:00`,
      end_time: `2026-07-01T${end}:00.000000+02:00`,
    },
    ...data,
  })
  await appendSession(ring, 'activity', run('r', '08:00', '09:00', { calories_data: { total_burned_calories: 400 } }))
  await appendSession(watch, 'activity', run('w', '08:05', '09:02', { power_data: { avg_watts: 210 } }))
  await appendSession(watch, 'activity', run('late', '18:00', '18:30', {}))
})

const get = (path: string, who = account) => call(`/api/v2${path}`, { headers: who.headers })
const put = (body: unknown, who = account) =>
  call('/api/v2/merged/rules', {
    method: 'PUT',
    headers: { ...who.headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const path = (type: string, more = '', reference = WHO) =>
  `/merged/${type}?reference_id=${encodeURIComponent(reference)}&start_date=2026-07-01&end_date=2026-07-02${more}`
const merged = async (url: string): Promise<Merged> => {
  const response = await get(url)
  expect(response.status).toBe(200)
  return (await response.json()) as Merged
}
const refusal = async (response: Response) => [response.status, ((await response.json()) as { detail: string }).detail]
const text = (words: string): unknown => expect.stringContaining(words)

describe('a merged view', () => {
  it('has each day once, by the newest of equals, and tells whose each section is', async () => {
    const { users, data, sources } = await merged(path('daily'))
    expect(users.map(({ user_id }) => user_id)).toEqual([watch.user_id, ring.user_id])
    expect(data).toMatchObject([{ distance_data: { steps: 8_000 } }, { distance_data: { steps: 100 } }])
    expect(data[0]).toMatchObject({ scores: { recovery: 80 }, heart_rate_data: { summary: { avg_hr_bpm: 61 } } })
    expect(data[0]!.distance_data).toEqual({ steps: 8_000 })
    expect(JSON.stringify(data)).not.toContain('hr_samples')
    expect(sources[0]!.fields).toMatchObject({
      '/distance_data': { user_id: ring.user_id, provider: 'OURA' },
      '/heart_rate_data': { user_id: watch.user_id, provider: 'GARMIN' },
    })
  })
  it('has samples where they are asked for, and leaves what each connection has as it is', async () => {
    expect(JSON.stringify((await merged(path('daily', '&with_samples=true'))).data)).toContain('"hr_samples":[{')
    const own = await get(`/daily?user_id=${watch.user_id}&start_date=2026-07-01&end_date=2026-07-01&to_webhook=false`)
    expect(await own.text()).toContain('"steps":9000')
  })
  it('has a run that both recorded once, with what the better one lacks', async () => {
    const { data, sources } = await merged(path('activity'))
    expect(data).toMatchObject([
      { metadata: { summary_id: 'r' }, calories_data: { total_burned_calories: 400 }, power_data: { avg_watts: 210 } },
      { metadata: { summary_id: 'late' } },
    ])
    expect(sources[0]!.fields['/power_data']).toEqual({ user_id: watch.user_id, provider: 'GARMIN' })
  })
  it('of a profile needs no dates', async () => {
    expect(await merged(`/merged/athlete?reference_id=${encodeURIComponent(WHO)}`)).toMatchObject({
      data: [],
      sources: [],
    })
  })
  it('is nobody’s for a reference that is unknown or another developer’s', async () => {
    const expected = [404, 'reference_id not found']
    expect(await refusal(await get(path('daily', '', 'nobody')))).toEqual(expected)
    expect(await refusal(await get(path('daily'), await newAccount()))).toEqual(expected)
  })
  it('counts as a read of each connection, and tells the least that is left', async () => {
    const left = async (url: string) => Number((await get(url)).headers.get('x-terra-ratelimit-remaining'))
    const before = await left(path('daily'))
    const own = (who: ConnectionRow) =>
      left(`/daily?user_id=${who.user_id}&start_date=2026-07-01&end_date=2026-07-02&to_webhook=false`)
    expect(await own(watch)).toBeLessThan(before)
    const after = await own(ring)
    expect(await left(path('daily'))).toBeLessThan(after)
  })
  it('refuses more days and connections than it can hold, and says what to do', async () => {
    const month = (end: string) =>
      `/merged/daily?reference_id=${encodeURIComponent(WHO)}&start_date=2026-07-01&end_date=${end}`
    expect((await get(month('2026-07-31'))).status).toBe(200)
    expect(await refusal(await get(month('2026-08-01')))).toEqual([400, text('at most 31 days')])
    expect(await refusal(await get('/merged/daily?start_date=2026-07-01'))).toEqual([400, text('reference_id')])
    for (let n = 0; n <= 20; n++) await newConnection(account, { reference_id: 'many' })
    expect(await refusal(await get(path('daily', '', 'many')))).toEqual([400, text('21 active connections')])
  })
})

describe('a merged view of much', () => {
  it('refuses more samples than it can hold at once, and gives the same without them', async () => {
    const timestamp = '2026-07-01T10:00:00.000000+02:00'
    const hr_samples = Array.from({ length: 100_000 }, (_, bpm) => ({ timestamp, bpm }))
    for (const provider of ['oura', 'garmin', 'withings']) {
      const row = await newConnection(account, { reference_id: 'much', provider })
      await appendDaily(row, '2026-07-01', { heart_rate_data: { detailed: { hr_samples } }, scores: { recovery: 80 } })
    }
    const refused = await refusal(await get(path('daily', '&with_samples=true', 'much')))
    expect(refused).toEqual([413, text('ask for fewer days, or without with_samples')])
    const { data } = await merged(path('daily', '', 'much'))
    expect(data).toEqual([{ metadata: expect.anything(), scores: { recovery: 80 } }])
  })
  it('is refused when the days of one of the connections are used up', async () => {
    const row = await newConnection(account, { reference_id: 'busy' })
    await newConnection(account, { reference_id: 'busy' })
    for (const _ of [1, 2, 3]) await get(`/daily?user_id=${row.user_id}&start_date=2021-01-01&end_date=2025-12-31`)
    await get(`/daily?user_id=${row.user_id}&start_date=2024-07-28&end_date=2025-12-31`)
    const response = await get(`/merged/daily?reference_id=busy&start_date=2026-07-01&end_date=2026-07-31`)
    expect([response.status, response.headers.get('x-terra-ratelimit-rule')]).toEqual([429, 'r2'])
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('merge rules', () => {
  const standard = { priorities: {}, samples: 'best', gap_seconds: 900, overlap: 0.5 }
  it('are the standard ones until they are set, and then hold', async () => {
    expect(await (await get('/merged/rules')).json()).toEqual(standard)
    const asked = { priorities: { '*': ['garmin'], 'daily.scores': ['OURA'] }, overlap: 0.98 }
    const set = { ...standard, ...asked, priorities: { '*': ['GARMIN'], 'daily.scores': ['OURA'] } }
    expect(await (await put(asked)).json()).toEqual(set)
    expect(await (await get('/merged/rules')).json()).toEqual(set)
    const { data } = await merged(path('daily'))
    expect(data[0]).toMatchObject({ distance_data: { steps: 9_000, distance_meters: 7_000 }, scores: { recovery: 80 } })
    expect((await merged(path('activity'))).data).toHaveLength(3)
    expect(await (await get('/merged/rules', await newAccount())).json()).toEqual(standard)
    expect(await (await put({})).json()).toEqual(standard)
  })
  it.each([
    ['a type that is none', { priorities: { steps: ['OURA'] } }, 'steps is no place'],
    ['a section that is none', { priorities: { 'daily.feelings': ['OURA'] } }, 'feelings is no section of daily'],
    ['a provider that is none', { priorities: { '*': ['OURA', 'ABACUS'] } }, 'priorities.*: ABACUS is not known'],
    ['a way that is none', { samples: 'mix' }, 'samples'],
    ['an overlap of more than all', { overlap: 2 }, 'overlap'],
    ['a rule that is none', { average: true }, 'average'],
  ])('refuse %s', async (_, body, words) => {
    expect(await refusal(await put(body))).toEqual([400, text(words)])
  })
})
