import { runDurableObjectAlarm } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import type { Lease, LeaseAnswer } from '../../shared/delivery/types.ts'
import { placeConnection } from '../../workers/cells.ts'
import { type Account, appendDaily, call, house, migrate, newAccount, newConnection } from '../house.ts'

/** Parked events and sending again, as a developer asks for them. */

interface Parked {
  parked_id: string
  summary_id: string
  user_id: string
  parked_at: string
  state: string
  tried: { outcome: string; status: number; response: string }[]
}
interface Answer {
  destination_id: string
  api_key: string
  replay_id: string
  detail: string
  matched: number
  state: string
  parked: Parked[]
  next_cursor: string | null
  replays: { replay_id: string; kind: string; state: string }[]
}
beforeAll(migrate)

async function ask(who: Account, method: string, path: string, body?: unknown, key = who.api_key) {
  const headers = { ...who.headers, 'x-api-key': key }
  const response = await call(`/v2${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as Answer & Record<string, unknown> }
}
/** Two users in two cells and a destination that they had before anything came. */
async function developer() {
  const who = await newAccount()
  const destination = await destinationOf(who)
  const rows = [await newConnection(who, { cell: await placeConnection(house, who.developer, 1) })]
  rows.push(await newConnection(who, { cell: await placeConnection(house, who.developer, 1) }))
  return { who, rows, destination }
}
async function destinationOf(who: Account, more: object = {}): Promise<string> {
  const input = { type: 'webhook', settings: { url: 'https://receiver.example/hook' }, ...more }
  return (await ask(who, 'POST', '/destinations', input)).body.destination_id
}
/** A receiver that answers alike to everything, until nothing is left. → what it was sent */
async function receive(row: ConnectionRow, destination: string, status: 200 | 422, work: 'live' | 'again' = 'live') {
  const log = eventLog(house, row)
  const seen: string[] = []
  for (let answer: LeaseAnswer = await log.lease(destination, work); answer.kind === 'lease'; ) {
    const { lease_id, destination_id, epoch, groups }: Lease = answer.lease
    const results = groups.map(({ connection, lane, user, events }) => {
      const [first] = events as [(typeof events)[number]]
      seen.push(...(status === 200 ? events : [first]).map(({ summary_id, origin }) => `${summary_id} ${origin}`))
      const about = { connection, user_id: user.user_id, type: first.type, trace_id: 'evt_1', attempt: 1, events: 1 }
      const tried = { ...about, attempt_id: `att_${first.seq}`, from: first.seq, to: first.seq, startedAt: Date.now() }
      const replayed = events.flatMap(({ replayOf }) => replayOf ?? [])
      const attempts = [{ ...tried, durationMs: 3, outcome: 'delivered' as const, status }]
      if (status === 200) return { connection, lane, deliveredTo: events.at(-1)!.seq, replayed, attempts }
      const outcome = { kind: 'rejected' as const, reason: 'status 422' }
      const refused = {
        ...attempts[0]!,
        outcome: outcome.kind,
        reason: outcome.reason,
        response: '{"error":"no such field"}',
      }
      const failed = { from: first.seq, to: first.seq, status, outcome, replays: replayed.slice(0, 1) }
      return { connection, lane, deliveredTo: 0, attempts: [refused], failed }
    })
    answer = (await log.settle({ lease_id, destination_id, epoch, more: true, stopped: false, results })).next
  }
  return seen
}
const step = async (rows: ConnectionRow[]) => {
  for (const row of rows) await runDurableObjectAlarm(eventLog(house, row))
}

describe('parked events of a developer', () => {
  it('are paged over all cells by time, each once', async () => {
    const { who, rows, destination } = await developer()
    for (const day of ['2026-07-01', '2026-07-02', '2026-07-03'])
      for (const row of rows) {
        await appendDaily(row, day)
        await receive(row, destination, 422)
      }
    const path = `/destinations/${destination}/parked`
    const all = (await ask(who, 'GET', path)).body
    // The two events of signing in as well.
    expect([all.parked.length, all.next_cursor]).toEqual([8, null])
    const pages: Parked[][] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = await ask(who, 'GET', `${path}?limit=3${cursor && `&cursor=${cursor}`}`)
      pages.push(body.parked)
      cursor = body.next_cursor
    }
    expect(pages.map((page) => page.length)).toEqual([3, 3, 2])
    expect(pages.flat()).toEqual(all.parked)
    const times = all.parked.map(({ parked_at }) => parked_at)
    expect(times).toEqual([...times].sort())
    const found = async (query: string) => (await ask(who, 'GET', `${path}?${query}`)).body.parked.length
    expect(await found(`user_id=${rows[0]!.user_id}`)).toBe(4)
    expect(await found('type=daily&status=422&text=SUCH+FIELD')).toBe(6)
    expect(await found('text=other')).toBe(0)
    expect(await found('state=replayed')).toBe(0)
  })

  it('are inspected attempt by attempt; their content only where it is asked for and the key may read data', async () => {
    const { who, rows, destination } = await developer()
    await appendDaily(rows[1]!, '2026-07-01', { steps_of_the_test: 7 })
    await receive(rows[1]!, destination, 422)
    const { parked } = (await ask(who, 'GET', `/destinations/${destination}/parked?type=daily`)).body
    const path = `/destinations/${destination}/parked/${parked[0]!.parked_id}`
    const { status, body } = await ask(who, 'GET', path)
    expect([status, body.newer, body.tried]).toEqual([
      200,
      false,
      [expect.objectContaining({ outcome: 'rejected', status: 422, response: '{"error":"no such field"}' })],
    ])
    expect(JSON.stringify(body)).not.toContain('steps_of_the_test')
    expect((await ask(who, 'GET', `${path}?body=true`)).body.body).toMatchObject({ steps_of_the_test: 7 })
    const support = (await ask(who, 'POST', '/keys', { name: 'support', scopes: ['deliveries:read'] })).body.api_key
    expect((await ask(who, 'GET', path, undefined, support)).status).toBe(200)
    const refused = await ask(who, 'GET', `${path}?body=true`, undefined, support)
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('data:read')])
    await appendDaily(rows[1]!, '2026-07-01', { steps_of_the_test: 8 })
    expect((await ask(who, 'GET', path)).body.newer).toBe(true)
  })
})

describe('a replay', () => {
  it('is counted by a dry run, then shown as it goes over all cells, and ends', async () => {
    const { who, rows, destination } = await developer()
    for (const row of rows) {
      await appendDaily(row, '2026-07-01')
      await receive(row, destination, 422)
    }
    const path = `/destinations/${destination}/replays`
    const dry = await ask(who, 'POST', path, { type: 'daily', dry_run: true })
    expect([dry.status, dry.body]).toEqual([202, { dry_run: true, matched: 2, counted: true, rate_per_second: 100 }])
    expect((await ask(who, 'GET', path)).body).toEqual({ replays: [] })
    const { body } = await ask(who, 'POST', path, { type: 'daily', rate_per_second: 20 })
    expect(body).toMatchObject({ dry_run: false, matched: 2, replay_id: expect.stringMatching(/^rpl_/) })
    await step(rows)
    const job = `${path}/${body.replay_id}`
    expect((await ask(who, 'GET', job)).body).toMatchObject({
      state: 'running',
      kind: 'replay',
      sending: 2,
      replayed: 0,
    })
    expect(await receive(rows[0]!, destination, 200, 'again')).toEqual(['2026-07-01 replay'])
    expect((await ask(who, 'GET', job)).body).toMatchObject({ state: 'running', sending: 1, replayed: 1 })
    expect(await receive(rows[1]!, destination, 422, 'again')).toEqual(['2026-07-01 replay'])
    expect((await ask(who, 'GET', job)).body).toMatchObject({
      ...{ state: 'done', matched: 2, waiting: 0, sending: 0, replayed: 1, failed: 1, superseded: 0 },
      ...{ rate_per_second: 20, asked: { type: 'daily' }, ended_at: expect.any(String) },
    })
    expect((await ask(who, 'GET', path)).body.replays).toMatchObject([{ replay_id: body.replay_id, state: 'done' }])
    const left = (await ask(who, 'GET', `/destinations/${destination}/parked?type=daily&state=parked`)).body.parked
    expect(left).toMatchObject([{ user_id: rows[1]!.user_id, attempts: 2 }])
    const detail = await ask(who, 'GET', `/destinations/${destination}/parked/${left[0]!.parked_id}`)
    expect(detail.body).toMatchObject({ replay_id: body.replay_id, tried: [{}, {}] })
  })

  it('is cancelled, and what it did not send stays parked', async () => {
    const { who, rows, destination } = await developer()
    for (const row of rows) await receive(row, destination, 422)
    const path = `/destinations/${destination}/replays`
    const { replay_id } = (await ask(who, 'POST', path, { rate_per_second: 1 })).body
    expect((await ask(who, 'DELETE', `${path}/${replay_id}`)).body).toMatchObject({ state: 'cancelled', waiting: 0 })
    expect((await ask(who, 'GET', `/destinations/${destination}/parked?state=parked`)).body.parked).toHaveLength(2)
    expect((await ask(who, 'DELETE', `${path}/rpl_none`)).status).toBe(404)
  })

  it('is refused where nothing could be sent', async () => {
    const who = await newAccount()
    const destination = await destinationOf(who)
    const path = `/destinations/${destination}/replays`
    expect((await ask(who, 'POST', path, {})).body.detail).toContain('there are no users yet')
    const test = await destinationOf(who, { delivery: { test_mode: true } })
    expect((await ask(who, 'POST', `/destinations/${test}/replays`, {})).status).toBe(409)
  })
})

describe('a backfill', () => {
  it('sends a new destination what was there before it, from a date, in all cells', async () => {
    const { who, rows } = await developer()
    for (const row of rows) for (const day of ['2026-05-01', '2026-07-01', '2026-07-02']) await appendDaily(row, day)
    const destination = await destinationOf(who, { delivery: { event_types: ['daily', 'auth'] } })
    const path = `/destinations/${destination}/backfills`
    const input = { from: '2026-07-01', to: '2026-07-31', types: ['daily'] }
    expect((await ask(who, 'POST', path, { ...input, dry_run: true })).body.matched).toBe(4)
    expect((await ask(who, 'POST', path, { from: '2026-01-01', dry_run: true })).body.matched).toBe(8)
    const { body } = await ask(who, 'POST', path, input)
    await step(rows)
    for (const row of rows) {
      expect(await receive(row, destination, 200)).toEqual([])
      const days = ['2026-07-01 backfill', '2026-07-02 backfill']
      expect(await receive(row, destination, 200, 'again')).toEqual(days)
    }
    const job = (await ask(who, 'GET', `/destinations/${destination}/replays/${body.replay_id}`)).body
    expect(job).toMatchObject({ kind: 'backfill', state: 'done', matched: 4, replayed: 4, asked: { types: ['daily'] } })
    const one = await ask(who, 'POST', path, { from: '2026-01-01', user_id: rows[0]!.user_id, dry_run: true })
    expect(one.body.matched).toBe(4)
  })
})
