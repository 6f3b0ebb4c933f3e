import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { delivery } from '../delivery/leases.ts'
import { house, migrate } from '../house.ts'
import { bodies, cell, drained, failed, leased, put, settled } from './one-cell.ts'

beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

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
  it('were deleted or not as the source said last, whatever comes late and of which part it is', async () => {
    for (const [first, second, left] of [
      ['{"a":"first"}', undefined, []],
      [undefined, '{"a":"second"}', [{ a: 'second' }]],
    ] as const) {
      const { row, log } = await cell()
      const about = { user_id: row.user_id, kind: 'push' as const, resource: 'x', origin: 'live' as const, body: '{}' }
      const payloads = ['pay_first', 'pay_second'].map((payload_id) => ({
        ...{ ...about, payload_id, trace: 't', receivedAt: Date.now() },
      }))
      const { accepted } = await log.accept(payloads, { express: true })
      await put(row, [{ part: 'readings:9', body: second }], accepted[1]!.number)
      await put(row, [{ part: 'readings', body: first }], accepted[0]!.number)
      expect(await bodies(row)).toEqual(left)
    }
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

describe('a nudge', () => {
  it('is asked of the next door, where the one before sends none', async () => {
    const { log, row } = await cell()
    const payload = (n: number) => ({
      ...{ payload_id: `pay_nudge_${n}`, user_id: row.user_id, kind: 'push' as const, resource: 'dailies' },
      ...{ origin: 'live' as const, body: '{}', trace: 't', receivedAt: Date.now() },
    })
    const quiet = await log.accept([payload(1)], { express: true, quiet: true })
    const next = await log.accept([payload(2)], { express: true })
    const another = await log.accept([payload(3)], { express: true })
    expect([quiet.nudge, next.nudge, another.nudge]).toEqual([false, true, false])
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
