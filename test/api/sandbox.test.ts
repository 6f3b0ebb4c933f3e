import { runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectionObject, eventLog } from '../../durable-objects/stubs.ts'
import { cellOf } from '../../shared/base/ids.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { type DataType, SCHEMAS } from '../../shared/schema/data-types.ts'
import { processPending } from '../../workers/ingest/process.ts'
import { led, Visitor } from '../connect/visitor.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { strict } from '../providers/strict.ts'

const STARTS = '2026-07-01'
// biome-ignore lint/suspicious/noExplicitAny: records of all types, and answers.
type Data = Record<string, any>

beforeAll(migrate)
afterEach(() => {
  vi.useRealTimers()
})

describe('a synthetic person', () => {
  it('is connected at once, with a past that can be read', async () => {
    const person = await Person.connect({ person: 'marathon-runner', history_days: 12, live: 'off' })
    await person.settle()
    expect(person.said).toMatchObject({ name: 'Noor Essai', next_day: STARTS, time_zone: 'Europe/Berlin' })
    for (const type of ['daily', 'sleep', 'body', 'nutrition', 'menstruation', 'activity'] as const) {
      const records = await person.read(type, '2026-06-19', '2026-06-30')
      expect(records.length, type).toBeGreaterThan(type === 'activity' ? 5 : type === 'sleep' ? 10 : 11)
      for (const record of records) expect(strict(SCHEMAS[type]).safeParse(record).error).toBeUndefined()
    }
    expect(await person.read('daily', '2026-06-01', '2026-06-18')).toEqual([])
    expect(await person.read('athlete')).toMatchObject([
      { first_name: 'Noor', bio: expect.stringContaining('Synthetic') },
    ])
    const [backfill] = (await person.get(`/v2/users/${person.id}/backfills`)).backfills
    expect(backfill).toMatchObject({ state: 'done', slices: 1 })
  })
  it('lives the next days when asked to, and no day twice', async () => {
    const person = await Person.connect({ person: 'office-worker', history_days: 0, live: 'off' })
    expect(await person.advance({ days: 3 })).toMatchObject({ from: STARTS, to: '2026-07-04', odd: [] })
    await person.settle()
    expect(await person.read('daily', STARTS, '2026-07-05')).toHaveLength(3)
    const before = await person.events()
    expect(await person.advance({ until: '2026-07-03' })).toMatchObject({
      from: '2026-07-04',
      to: '2026-07-04',
      payloads: 0,
    })
    expect(await person.events()).toEqual(before)
    // Two at once share no day.
    await Promise.all([person.advance({ days: 2 }), person.advance({ days: 2 })])
    await person.settle()
    expect(await person.read('daily', STARTS, '2026-07-10')).toHaveLength(7)
    expect((await person.get(`/v2/sandbox/users/${person.id}`)).next_day).toBe('2026-07-08')
  })
  it('gives the same data as another of the same name', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(() => Person.connect({ person: 'somebody 42', history_days: 5, live: 'off' })),
    )
    const told = async (person: Person) => {
      await person.advance({ days: 2 })
      await person.settle()
      const records = await Promise.all(
        ['daily', 'body', 'sleep'].map((type) => person.read(type as DataType, '2026-06-20', '2026-07-05')),
      )
      return JSON.stringify(records).replace(/"summary_id":"[^"]+"/g, '')
    }
    const [first, second] = [await told(one!), await told(other!)]
    expect(first).toEqual(second)
    expect(first.length).toBeGreaterThan(10_000)
  })
  it('is let in through the form that people see, and can be disconnected like anybody', async () => {
    const account = await newAccount()
    const asked = await call('/v2/auth/authenticateUser?resource=SANDBOX', {
      method: 'POST',
      headers: account.headers,
      body: JSON.stringify({ auth_success_redirect_url: 'https://app.test/done' }),
    })
    const { auth_url, user_id } = (await asked.json()) as { auth_url: string; user_id: string }
    const visitor = new Visitor()
    expect(await (await visitor.open(auth_url)).text()).toContain('Synthetic')
    const wrong = await visitor.submit(auth_url, { person: 'new-parent', anomalies: 'earthquake' })
    expect(wrong.status).toBe(400)
    const done = await visitor.submit(auth_url, { person: 'new-parent', anomalies: 'illness, gaps' })
    expect(led(done).to).toBe('https://app.test/done')
    const person = new Person(account, user_id, {})
    expect(await person.get(`/v2/sandbox/users/${user_id}`)).toMatchObject({
      live: 'as_it_happens',
      anomalies: ['illness', 'gaps'],
    })
    await person.settle()
    expect((await person.read('daily', day(-10), day(-1))).length).toBeGreaterThan(8)
    await call(`/v2/auth/deauthenticateUser?user_id=${user_id}`, { method: 'DELETE', headers: account.headers })
    expect((await call(`/v2/userInfo?user_id=${user_id}`, { headers: account.headers })).status).toBe(404)
    expect((await person.post(`/v2/sandbox/users/${user_id}/advance`, { days: 1 })).status).toBe(404)
  })
  it('sends what happens when it happens', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(new Date('2026-07-01T03:00:00Z'))
    const person = await Person.connect({ person: 'office-worker', history_days: 0, live: 'as_it_happens' })
    await person.ring()
    expect(await person.read('sleep', '2026-06-29', STARTS)).toEqual([])
    vi.setSystemTime(new Date('2026-07-01T10:30:00Z'))
    await person.ring()
    expect(await person.read('sleep', '2026-06-29', STARTS)).toHaveLength(1)
    expect(await person.read('daily', STARTS, STARTS)).toEqual([])
    vi.setSystemTime(new Date('2026-07-01T12:00:00Z'))
    await person.ring()
    const [noon] = await person.read('daily', STARTS, STARTS)
    vi.setSystemTime(new Date('2026-07-02T00:00:00Z'))
    await person.ring()
    const [night] = await person.read('daily', STARTS, STARTS)
    expect(night!.distance_data.steps).toBeGreaterThan(noon!.distance_data.steps)
  })
  it('sends as many payloads an hour as asked for', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const person = await Person.connect({ person: 'office-worker', history_days: 0, live: 7200 })
    for (let second = 0; second < 6; second++) {
      vi.setSystemTime(Date.now() + 1_000)
      await runDurableObjectAlarm(connectionObject(house, person.id))
    }
    const sent = (await person.pending()).filter(({ kind }) => kind === 'push')
    expect(sent.length).toBeGreaterThanOrEqual(12)
    expect(sent.length).toBeLessThanOrEqual(14)
  })
  it('is nobody that others could make or see', async () => {
    const person = await Person.connect({ person: 'office-worker', history_days: 0, live: 'off' })
    const stranger = await newAccount()
    const path = `/v2/sandbox/users/${person.id}`
    expect((await call(path, { headers: stranger.headers })).status).toBe(404)
    for (const body of [
      { person: '' },
      { anomalies: ['earthquake'] },
      { live: 0 },
      { history_days: -1 },
      { starts_on: 'July' },
      { starts_on: '1999-12-31' },
      { starts_on: '2000-01-01', live: 'as_it_happens' },
    ])
      expect((await person.post('/v2/sandbox/users', body)).status, JSON.stringify(body)).toBe(400)
    for (const body of [{}, { days: 1, until: STARTS }, { days: 32 }, { until: '2027-07-01' }])
      expect((await person.post(`${path}/advance`, body)).status, JSON.stringify(body)).toBe(400)
  })
})

describe('what goes wrong', () => {
  const anomalies = ['duplicates', 'updates', 'late', 'gaps', 'illness', 'clock_change']
  it('is what was asked for, on its day of the fortnight', async () => {
    const person = await Person.connect({ person: 'marathon-runner', history_days: 0, live: 'off', anomalies })

    const control = await Person.connect({ person: 'marathon-runner', history_days: 0, live: 'off' })
    expect((await control.advance({ days: 2 })).odd).toEqual([])
    const twice = await person.advance({ days: 2 })
    expect(new Set(twice.odd.map(({ as, date }: Data) => `${as} ${date}`))).toEqual(new Set(['duplicate 2026-07-02']))
    // What came again took no place in the feed.
    expect(await person.seqs()).toEqual(await control.seqs())

    await person.advance({ days: 1 })
    const [short, heavy] = [await person.sleepOf('2026-07-03'), await person.weightOf('2026-07-03')]
    const before = await person.eventOf('sleep', short.metadata.summary_id)
    const update = await person.advance({ days: 1 })
    expect(update.odd).toEqual([
      { sent_on: '2026-07-04', date: '2026-07-03', resource: 'sleeps', as: 'update' },
      { sent_on: '2026-07-04', date: '2026-07-03', resource: 'scales', as: 'update' },
    ])
    const [long, right] = [await person.sleepOf('2026-07-03'), await person.weightOf('2026-07-03')]
    // The same record, a revision further, at a new place in the feed.
    const after = await person.eventOf('sleep', short.metadata.summary_id)
    expect(after.revision).toBe(before.revision + 1)
    expect(after.seq).toBeGreaterThan(before.seq)
    expect(long.metadata.summary_id).toBe(short.metadata.summary_id)
    expect(Date.parse(long.metadata.end_time) - Date.parse(short.metadata.end_time)).toBe(40 * 60_000)
    expect(heavy - right).toBeCloseTo(1.3, 5)

    await person.advance({ days: 3 })
    expect((await person.daysOf('2026-07-01', '2026-07-07')).join()).toBe(
      '2026-07-01,2026-07-02,2026-07-03,2026-07-04,2026-07-06',
    )
    const late = await person.advance({ days: 1 })
    expect(new Set(late.odd.map(({ as, date }: Data) => `${as} ${date}`))).toEqual(new Set(['late 2026-07-05']))
    expect(await person.daysOf('2026-07-04', '2026-07-08')).toEqual([
      '2026-07-04',
      '2026-07-05',
      '2026-07-06',
      '2026-07-08',
    ])

    await person.advance({ days: 6 })
    const [well, ill] = await Promise.all(['2026-07-08', '2026-07-10'].map((date) => person.vitalsOf(date)))
    expect(ill!.resting - well!.resting).toBeGreaterThan(5)
    expect(ill!.variability).toBeLessThan(well!.variability * 0.8)
    expect(ill!.celsius).toBeGreaterThan(37.5)
    const offsets = (await person.read('daily', '2026-07-11', '2026-07-14')).map(({ metadata }) =>
      metadata.start_time.slice(-6),
    )
    expect(offsets.slice(0, 2)).toEqual(['+02:00', '+02:00'])
    expect(offsets[2]).not.toBe('+02:00')
    expect(offsets[3]).toBe(offsets[2])
  })
})

const day = (by: number) => new Date(Date.now() + by * 86_400_000).toISOString().slice(0, 10)

class Person {
  readonly account: Account
  readonly id: string
  readonly said: Data
  constructor(account: Account, id: string, said: Data) {
    this.account = account
    this.id = id
    this.said = said
  }
  static async connect(input: object): Promise<Person> {
    const account = await newAccount()
    const answer = await new Person(account, '', {}).post('/v2/sandbox/users', { starts_on: STARTS, ...input })
    expect(answer.status, await answer.clone().text()).toBe(201)
    const said = (await answer.json()) as Data
    return new Person(account, said.user_id, said)
  }
  post(path: string, body: object): Promise<Response> {
    return call(path, { method: 'POST', headers: this.account.headers, body: JSON.stringify(body) })
  }
  async get(path: string): Promise<Data> {
    const answer = await call(path, { headers: this.account.headers })
    expect(answer.status, path).toBe(200)
    return (await answer.json()) as Data
  }
  async advance(by: object): Promise<Data> {
    const answer = await this.post(`/v2/sandbox/users/${this.id}/advance`, by)
    expect(answer.status, await answer.clone().text()).toBe(200)
    return (await answer.json()) as Data
  }
  private get address() {
    return { ...this.account.developer, cell: cellOf(this.id)! }
  }
  async pending() {
    return eventLog(house, this.address).pending({ bulk: false, limit: 50 })
  }
  /** As the queues' consumers do. */
  async settle(): Promise<void> {
    for (let idle = 0; idle < 2; )
      for (const bulk of [false, true]) {
        const pending = await eventLog(house, this.address).pending({ bulk, limit: 50 })
        idle = pending.length === 0 ? idle + 1 : 0
        if (pending.length > 0) await processPending(house, cellName(this.address), pending, { lease: false })
      }
  }
  async ring(): Promise<void> {
    await runDurableObjectAlarm(connectionObject(house, this.id))
    await this.settle()
  }
  async read(type: DataType, from = '', to = ''): Promise<Data[]> {
    const path = `/v2/${type}?user_id=${this.id}&start_date=${from}&end_date=${to}&to_webhook=false&with_samples=true`
    if (type === 'athlete') {
      const { athlete } = await this.get(`/v2/athlete?user_id=${this.id}&to_webhook=false`)
      return athlete ? [athlete] : []
    }
    const { data } = await this.get(path)
    return data.toSorted((a: Data, b: Data) => (a.metadata.start_time < b.metadata.start_time ? -1 : 1))
  }
  async events(): Promise<{ seq: number; type: string; summary_id: string; revision: number }[]> {
    return (await this.get(`/v2/events?user_id=${this.id}&limit=500`)).events
  }
  async eventOf(type: string, summaryId: string): Promise<Data> {
    const found = (await this.events()).filter((one) => one.type === type && one.summary_id === summaryId)
    expect(found).toHaveLength(1)
    return found[0]!
  }
  async seqs(): Promise<string[]> {
    return (await this.events()).map(({ seq, type }) => `${seq} ${type}`).sort()
  }
  async daysOf(from: string, to: string): Promise<string[]> {
    return (await this.read('daily', from, to)).map(({ metadata }) => metadata.start_time.slice(0, 10))
  }
  async sleepOf(date: string): Promise<Data> {
    const eve = new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10)
    return (await this.read('sleep', eve, date)).find(({ metadata }) => metadata.end_time.startsWith(date))!
  }
  async weightOf(date: string): Promise<number> {
    const [body] = await this.read('body', date, date)
    return body!.measurements_data.measurements[0].weight_kg
  }
  async vitalsOf(date: string) {
    const [{ heart_data, temperature_data }] = (await this.read('body', date, date)) as [Data]
    const { resting_hr_bpm: resting, avg_hrv_rmssd: variability } = heart_data.heart_rate_data.summary
    return { resting, variability, celsius: temperature_data.body_temperature_samples[0].temperature_celsius }
  }
}
