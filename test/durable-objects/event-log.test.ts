import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import type { Lease, LeaseAnswer, Settlement } from '../../shared/delivery/types.ts'
import type { AppendRecord } from '../../shared/source/record.ts'
import { delivery } from '../delivery/leases.ts'
import { type Account, house, migrate, newAccount, newConnection } from '../house.ts'

let n = 0
let account: Account
beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

async function cell(settings = {}, connection: Partial<ConnectionRow> = {}) {
  account = await newAccount()
  const row = await newConnection(account, { provider: 'garmin', ...connection })
  const log = eventLog(house, row)
  const destination = {
    destination_id: `dst_${++n}`,
    developer_id: account.dev_id,
    type: 'webhook',
    version: 1,
    state: 'active' as const,
    settings: {},
    secrets: '',
    delivery: delivery(settings),
  }
  await log.setDestination(destination)
  return { row, log, destination }
}
type House = Awaited<ReturnType<typeof cell>>

/** Accepts a payload and appends what it becomes, as a door does. → its number */
async function put(row: ConnectionRow, records: Partial<AppendRecord>[], number?: number): Promise<number> {
  const log = eventLog(house, row)
  const about = { user_id: row.user_id, origin: 'live' as const, trace: 'req_1', receivedAt: Date.now() }
  const payload = { ...about, payload_id: `pay_${++n}`, kind: 'push' as const, resource: 'dailies', body: '{}' }
  const accepted = number ?? (await log.accept([payload], { express: true })).accepted[0]!.number
  const full = records.map(
    (record): AppendRecord => ({
      type: 'daily',
      summary_id: '2026-07-01',
      part: 'dailies',
      startAt: 0,
      endAt: 1,
      body: '{"a":1}',
      ...record,
    }),
  )
  await log.append([{ ...about, number: accepted, records: full, quarantined: [], notices: [] }], { lease: false })
  return accepted
}
const bodies = async (row: ConnectionRow) =>
  (await eventLog(house, row).records({ user_id: row.user_id, type: 'daily', startAt: 0, endAt: 10 })).map((record) =>
    JSON.parse(record.body),
  )
const leased = (answer: LeaseAnswer): Lease => {
  if (answer.kind !== 'lease') throw new Error(`no lease: ${JSON.stringify(answer)}`)
  return answer.lease
}
const eventsOf = (lease: Lease) =>
  lease.groups.flatMap((group) => group.events).map(({ seq, type, body }) => ({ seq, type, body }))
const settled = (lease: Lease, more: Partial<Settlement['results'][number]> = {}): Settlement => ({
  lease_id: lease.lease_id,
  destination_id: lease.destination_id,
  epoch: lease.epoch,
  more: true,
  stopped: false,
  results: lease.groups.map((group) => ({
    connection: group.connection,
    lane: group.lane,
    deliveredTo: group.events.at(-1)!.seq,
    attempts: [],
    ...more,
  })),
})
const failed = (lease: Lease, kind: 'retry' | 'rejected'): Partial<Settlement['results'][number]> => {
  const [first] = lease.groups[0]!.events
  const outcome = kind === 'retry' ? { kind, blame: 'event' as const, reason: 'status 422' } : { kind, reason: 'never' }
  return { deliveredTo: 0, failed: { from: first!.seq, to: first!.seq, status: 422, outcome } }
}
const drained = async ({ log, destination }: House) => {
  const lease = leased(await log.lease(destination.destination_id))
  await log.settle(settled(lease))
  return eventsOf(lease)
}

describe('records', () => {
  it('the same content takes no new seq, a new one takes the next and replaces it', async () => {
    const one = await cell()
    await put(one.row, [{ body: '{"a":1}' }])
    await put(one.row, [{ body: '{"a":1}' }])
    await put(one.row, [{ body: '{"b":2}' }])
    expect(await bodies(one.row)).toEqual([{ a: 1, b: 2 }])
    const events = await one.log.events({ afterSeq: 0, limit: 10 })
    expect(events.map(({ type, revision }) => ({ type, revision }))).toEqual([
      { type: 'auth', revision: 1 },
      { type: 'daily', revision: 2 },
    ])
  })
  it('content of an earlier payload never replaces that of a later one', async () => {
    const { row, log } = await cell()
    const about = {
      user_id: row.user_id,
      kind: 'push' as const,
      resource: 'dailies',
      origin: 'live' as const,
      body: '{}',
      trace: 't',
      receivedAt: Date.now(),
    }
    const { accepted } = await log.accept(
      [
        { ...about, payload_id: 'pay_first' },
        { ...about, payload_id: 'pay_second' },
      ],
      { express: true },
    )
    const [first, second] = accepted.map((one) => one.number)
    await put(row, [{ body: '{"a":"second"}' }], second)
    await put(row, [{ body: '{"a":"first"}' }], first)
    expect(await bodies(row)).toEqual([{ a: 'second' }])
  })
  it('parts of one record from different resources are put together', async () => {
    const { row } = await cell()
    await put(row, [
      { part: 'dailies', body: '{"steps":1}' },
      { part: 'stressDetails', body: '{"stress":{"avg":2}}' },
    ])
    expect(await bodies(row)).toEqual([{ steps: 1, stress: { avg: 2 } }])
  })
  it('that the source deleted are not read any more', async () => {
    const { row } = await cell()
    await put(row, [{}])
    await put(row, [{ body: undefined }])
    expect(await bodies(row)).toEqual([])
  })
  it('larger than a row takes are kept whole', async () => {
    const { row } = await cell()
    // Random, so that it does not compress below the limit.
    const large = Array.from({ length: 20_000 }, () => Math.random()).join()
    await put(row, [{ body: JSON.stringify({ large }) }])
    expect(await bodies(row)).toEqual([{ large }])
  })
  it('survive that the object is evicted', async () => {
    const { row, log } = await cell()
    await put(row, [{ body: '{"a":7}' }])
    await evictDurableObject(log)
    expect(await bodies(row)).toEqual([{ a: 7 }])
  })
})

describe('the inbox', () => {
  it('takes a payload once, whoever repeats it', async () => {
    const { row, log } = await cell()
    const payload = {
      payload_id: 'pay_same',
      user_id: row.user_id,
      kind: 'push' as const,
      resource: 'x',
      origin: 'live' as const,
      body: '{}',
      trace: 't',
      receivedAt: Date.now(),
    }
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => log.accept([payload, payload], { express: false })),
    )
    const numbers = new Set(answers.flatMap((answer) => answer.accepted.map((one) => one.number)))
    expect(numbers.size).toBe(1)
    expect((await log.pending({ bulk: false, limit: 10 })).map((one) => one.payload_id)).toEqual(['pay_same'])
  })
  it('gives back what was not appended, opened, also after a restart', async () => {
    const { row, log } = await cell()
    const body = 'ü'.repeat(3_000_000)
    await log.accept(
      [
        {
          payload_id: 'pay_big',
          user_id: row.user_id,
          kind: 'push',
          resource: 'x',
          origin: 'live',
          body,
          trace: 't',
          receivedAt: Date.now(),
        },
      ],
      { express: false },
    )
    await evictDurableObject(log)
    const [pending] = await log.pending({ bulk: false, limit: 10 })
    expect(pending).toMatchObject({ payload_id: 'pay_big', provider: 'garmin' })
    expect(pending!.body).toBe(body)
  })
  it('does not know strangers', async () => {
    const { log } = await cell()
    const answer = await log.accept(
      [
        {
          payload_id: 'pay_x',
          user_id: 'nobody',
          kind: 'push',
          resource: 'x',
          origin: 'live',
          body: '',
          trace: 't',
          receivedAt: 0,
        },
      ],
      { express: false },
    )
    expect(answer).toMatchObject({ accepted: [], unknown: ['nobody'] })
  })
})

describe('delivery', () => {
  it('gives what is new, in order, and what is settled never again', async () => {
    const one = await cell()
    await put(one.row, [{ summary_id: 'a' }])
    await put(one.row, [{ summary_id: 'b', body: '{"b":1}' }])
    expect((await drained(one)).map((event) => event.body)).toEqual(['{"a":1}', '{"b":1}'])
    expect(await one.log.lease(one.destination.destination_id)).toEqual({ kind: 'nothing' })
  })
  it('is one at a time for a cell and destination', async () => {
    const one = await cell()
    await put(one.row, [{}])
    leased(await one.log.lease(one.destination.destination_id))
    expect(await one.log.lease(one.destination.destination_id)).toEqual({ kind: 'nothing' })
    await put(one.row, [{ summary_id: 'more' }])
    expect(await one.log.lease(one.destination.destination_id)).toEqual({ kind: 'nothing' })
  })
  it('sends the newest content of a record that changed while it waited', async () => {
    const one = await cell()
    await put(one.row, [{ body: '{"a":1}' }])
    await put(one.row, [{ body: '{"a":2}' }])
    expect((await drained(one)).map((event) => event.body)).toEqual(['{"a":2}'])
  })
  it('holds a connection that failed, and goes on with it when it is due', async () => {
    const one = await cell({ retry_schedule_ms: [600_000, 600_000] })
    await put(one.row, [{ summary_id: 'a' }, { summary_id: 'b', body: '{"b":1}' }])
    const lease = leased(await one.log.lease(one.destination.destination_id))
    await one.log.settle({ ...settled(lease, failed(lease, 'retry')), more: false })
    const status = await one.log.deliveryStatus(one.destination.destination_id)
    expect(status).toMatchObject({ lag: 2, held: [{ user_id: one.row.user_id, attempts: 1, reason: 'status 422' }] })
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 800_000)
    const again = leased(await one.log.lease(one.destination.destination_id))
    expect(again.groups).toMatchObject([{ lane: true, attempts: 1, parcelTo: lease.groups[0]!.events[0]!.seq }])
    await one.log.settle(settled(again))
    expect(await one.log.deliveryStatus(one.destination.destination_id)).toMatchObject({ lag: 0, held: [] })
  })
  it('a settle of another lease changes nothing', async () => {
    const one = await cell()
    await put(one.row, [{}])
    const lease = leased(await one.log.lease(one.destination.destination_id))
    expect(await one.log.settle({ ...settled(lease), lease_id: 'lse_other' })).toMatchObject({ settled: false })
    expect(await one.log.deliveryStatus(one.destination.destination_id)).toMatchObject({ lag: 1 })
  })
  it('filters by the settings that held when the event came', async () => {
    const one = await cell({ event_types: ['sleep'] })
    await put(one.row, [{ summary_id: 'before' }])
    await one.log.setDestination({ ...one.destination, version: 2, delivery: delivery({ event_types: ['daily'] }) })
    await put(one.row, [{ summary_id: 'after', body: '{"after":1}' }])
    expect((await drained(one)).map((event) => event.body)).toEqual(['{"after":1}'])
  })
  it('takes only the sources, users and scopes that it names', async () => {
    for (const [filter, sent] of [
      [{ providers: ['garmin'] }, 1],
      [{ providers: ['oura'] }, 0],
      [{ users: ['somebody-else'] }, 0],
      [{ users: ['somebody-else', 'ann'] }, 1],
      [{ scopes: ['heartrate'] }, 0],
      [{ scopes: ['heartrate', 'daily'] }, 1],
      [{ providers: ['garmin'], users: ['nobody'] }, 0],
      [{ test_mode: true }, 0],
    ] as const) {
      const one = await cell(filter as never, { reference_id: 'ann', scopes: 'daily,personal' })
      await put(one.row, [{}])
      const { kind } = await one.log.lease(one.destination.destination_id)
      expect([filter, kind]).toEqual([filter, sent === 1 ? 'lease' : 'nothing'])
    }
  })
  it('is asked for again by the alarm where a worker never settled', async () => {
    const one = await cell()
    await put(one.row, [{}])
    expect(await runDurableObjectAlarm(one.log)).toBe(true)
  })
})

describe('parked events', () => {
  const parkedOf = ({ log, destination }: House) => log.parked({ destinationId: destination.destination_id, limit: 10 })
  it('are kept and listed, the lane goes on, and the next delivery says so', async () => {
    const one = await cell()
    await put(one.row, [{ summary_id: 'a' }])
    const lease = leased(await one.log.lease(one.destination.destination_id))
    await put(one.row, [{ summary_id: 'b', body: '{"b":1}' }])
    const answer = await one.log.settle(settled(lease, failed(lease, 'rejected')))
    expect(await parkedOf(one)).toMatchObject([
      { user_id: one.row.user_id, summary_id: 'a', status: 422, reason: 'never', state: 'parked' },
    ])
    expect(leased(answer.next).groups).toMatchObject([
      { lane: true, skipped: [lease.groups[0]!.events[0]!.seq], events: [{ summary_id: 'b' }] },
    ])
  })
  it('are sent again on request, marked, and closed when they arrive', async () => {
    const one = await cell()
    await put(one.row, [{ summary_id: 'a' }])
    const lease = leased(await one.log.lease(one.destination.destination_id))
    await one.log.settle({ ...settled(lease, failed(lease, 'rejected')), more: false })
    const query = { destinationId: one.destination.destination_id, limit: 10 }
    expect(await one.log.replay({ ...query, dryRun: true })).toEqual({ matched: 1, replaying: 0, superseded: 0 })
    expect(await one.log.replay({ ...query, dryRun: false })).toEqual({ matched: 1, replaying: 1, superseded: 0 })
    const again = leased(await one.log.lease(one.destination.destination_id))
    const [event] = again.groups[0]!.events
    expect(event).toMatchObject({ origin: 'replay', summary_id: 'a', body: '{"a":1}' })
    await one.log.settle(settled(again, { replayed: [event!.replayOf!] }))
    expect(await parkedOf(one)).toMatchObject([{ state: 'replayed' }])
  })
  it('are closed as superseded where newer content exists', async () => {
    const one = await cell()
    await put(one.row, [{ summary_id: 'a' }])
    const lease = leased(await one.log.lease(one.destination.destination_id))
    await one.log.settle({ ...settled(lease, failed(lease, 'rejected')), more: false })
    await put(one.row, [{ summary_id: 'a', body: '{"a":2}' }])
    await drained(one)
    const query = { destinationId: one.destination.destination_id, limit: 10, dryRun: false }
    expect(await one.log.replay(query)).toEqual({ matched: 1, replaying: 0, superseded: 1 })
    expect(await parkedOf(one)).toMatchObject([{ state: 'superseded' }])
  })
  it('hold the lane where the policy says so, until they are replayed', async () => {
    const one = await cell({ on_parked: 'hold' })
    await put(one.row, [{ summary_id: 'a' }, { summary_id: 'b', body: '{"b":1}' }])
    const lease = leased(await one.log.lease(one.destination.destination_id))
    await one.log.settle({ ...settled(lease, failed(lease, 'rejected')), more: false })
    expect(await one.log.lease(one.destination.destination_id)).toEqual({ kind: 'nothing' })
    await one.log.replay({ destinationId: one.destination.destination_id, limit: 10, dryRun: false })
    const again = leased(await one.log.lease(one.destination.destination_id))
    expect(eventsOf(again).map((event) => event.body)).toEqual(['{"a":1}', '{"b":1}'])
    await one.log.settle(settled(again))
    expect(await parkedOf(one)).toMatchObject([{ state: 'replayed' }])
  })
})

describe('erasing a connection', () => {
  it('destroys key and rows; the deauth event is still delivered', async () => {
    const one = await cell()
    await put(one.row, [{ body: '{"secret":1}' }])
    await one.log.closeConnection(one.row.user_id, {
      type: 'deauth',
      message: 'User has deauthenticated',
      silent: false,
    })
    expect(await bodies(one.row)).toEqual([])
    const keys = await house.KEYS.list()
    expect(keys.objects.filter((object) => object.key.endsWith(one.row.user_id))).toEqual([])
    const events = await drained(one)
    expect(events.map((event) => event.type)).toEqual(['deauth'])
    expect(JSON.stringify(events)).not.toContain('secret')
  })
  it('waits for a lease that has it', async () => {
    const one = await cell()
    await put(one.row, [{}])
    const lease = leased(await one.log.lease(one.destination.destination_id))
    await one.log.closeConnection(one.row.user_id, { type: 'deauth', message: 'bye', silent: false })
    expect(await one.log.connection(one.row.user_id)).toMatchObject({ state: 'closing' })
    await one.log.settle({ ...settled(lease), more: false })
    expect(await one.log.connection(one.row.user_id)).toMatchObject({ state: 'closed' })
  })
  it('takes nothing more for it', async () => {
    const one = await cell()
    await one.log.closeConnection(one.row.user_id, { type: 'deauth', message: 'bye', silent: false })
    const answer = await one.log.accept(
      [
        {
          payload_id: 'pay_late',
          user_id: one.row.user_id,
          kind: 'push',
          resource: 'x',
          origin: 'live',
          body: '{}',
          trace: 't',
          receivedAt: 0,
        },
      ],
      { express: false },
    )
    expect(answer).toMatchObject({ accepted: [], unknown: [one.row.user_id] })
  })
})
