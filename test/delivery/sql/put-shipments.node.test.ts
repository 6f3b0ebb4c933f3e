import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Shipment, ShippedEvent } from '../../../shared/delivery/shipment.ts'
import { SqlFailure } from '../../../shared/delivery/sql/failure.ts'
import type { Positions } from '../../../shared/delivery/sql/positions.ts'
import { putShipments } from '../../../shared/delivery/sql/put-shipments.ts'
import { dataEvent, shipment, shippedGroup } from './shipments.ts'

/** A database of events that refuses some of them, and takes transactions whole or not at all. */
class Store {
  readonly in: ShippedEvent[] = []
  readonly cursors = new Map<string, number>()
  transactions = 0
  private readonly refuses: { rows: Set<number>; table?: string; downAfter?: number }
  constructor(refuses: { rows: Set<number>; table?: string; downAfter?: number }) {
    this.refuses = refuses
  }
  async put(events: ShippedEvent[], positions: Positions): Promise<void> {
    this.transactions++
    if (this.transactions > (this.refuses.downAfter ?? Number.POSITIVE_INFINITY)) throw new SqlFailure('server', 'down')
    if (this.refuses.table && events.some(({ type }) => type === this.refuses.table))
      throw new SqlFailure('table', 'no such column', this.refuses.table)
    if (events.some(({ seq }) => this.refuses.rows.has(seq))) throw new SqlFailure('rows', 'no such value')
    this.in.push(...events)
    for (const { cell, lane, seq } of positions.cursors) {
      const key = `${cell}/${lane}`
      this.cursors.set(key, Math.max(Number(seq), this.cursors.get(key) ?? 0))
    }
  }
}
const put = (
  store: Store,
  shipments: Shipment[],
  clock: { now: () => number; until: number } = { now: () => 0, until: 1 },
) =>
  putShipments(shipments, {
    rowsOf: (event) => event,
    tablesOf: ({ type }) => [type],
    put: (events, positions) => store.put(events, positions),
    ...clock,
  })
const seqs = (store: Store) => store.in.map(({ seq }) => seq)
const of = (connection: number, ...all: number[]) =>
  shippedGroup(
    all.map((seq) => dataEvent(seq, {})),
    { connection },
  )

describe('a turn', () => {
  test('is one transaction when all is well', async () => {
    const store = new Store({ rows: new Set() })
    await put(store, [shipment([of(1, 1, 2)], { cell: 'a' }), shipment([of(1, 5)], { cell: 'b' })])
    expect(store.transactions).toBe(1)
    expect(Object.fromEntries(store.cursors)).toEqual({ 'a/0': 2, 'b/0': 5 })
  })
  test('of which nothing went in fails as a whole', async () => {
    const [answer] = await put(new Store({ rows: new Set(), downAfter: 0 }), [shipment([of(1, 1)])])
    expect(answer).toEqual({ kind: 'failed', sent: { kind: 'retry', blame: 'destination', reason: 'down' } })
  })
  test('in which the server goes down on the way fails as a whole: what is in comes again', async () => {
    const store = new Store({ rows: new Set([3]), downAfter: 2 })
    const [answer] = await put(store, [shipment([of(1, 1), of(2, 3)])])
    expect(answer).toMatchObject({ kind: 'failed' })
    expect(seqs(store)).toEqual([1])
    expect(store.cursors.size).toBe(0)
  })
  test('that takes too long to look through tells what it found, and leaves the rest', async () => {
    let now = 0
    const store = new Store({ rows: new Set([8]) })
    const clock = { now: () => now++, until: 3 }
    const [answer] = await put(
      store,
      [shipment([of(1, 1), of(2, 2), of(3, 3), of(4, 8), of(5, 9)], { window: { from: 1, to: 9 } })],
      clock,
    )
    if (answer?.kind !== 'done') throw new Error('failed')
    const left = answer.groups.filter(({ delivered }) => delivered === 0)
    expect(left.length).toBeGreaterThan(0)
    expect(left.every(({ failed }) => failed === undefined)).toBe(true)
    // The window is not past what was left.
    expect(store.cursors.get('dev/eu/1/0')).toBeLessThan(8)
  })
  test('one guilty event of five hundred is found in some twenty transactions', async () => {
    const store = new Store({ rows: new Set([333]) })
    await put(store, [shipment(Array.from({ length: 500 }, (_, i) => of(i + 1, i + 1)))])
    expect(store.in).toHaveLength(499)
    expect(store.transactions).toBeLessThan(25)
  })
})

test('whatever is refused: order per connection, nobody else held, nothing twice, no cursor past what is not in', async () => {
  const world = fc.record({
    sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 12 }),
    guilty: fc.array(fc.nat(60), { maxLength: 6 }),
    broken: fc.constantFrom(undefined, 'sleep' as const),
    types: fc.array(fc.constantFrom('daily' as const, 'sleep' as const), { minLength: 1, maxLength: 7 }),
    lanes: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  })
  await fc.assert(
    fc.asyncProperty(world, async ({ sizes, guilty, broken, types, lanes }) => {
      let seq = 0
      const groups = sizes.map((size, i) => {
        const events = Array.from({ length: size }, () => {
          seq++
          return dataEvent(seq, {}, { type: types[seq % types.length]! })
        })
        return shippedGroup(events, { connection: i + 1, lane: lanes[i % lanes.length]! })
      })
      const store = new Store({ rows: new Set(guilty), ...(broken && { table: broken }) })
      const [answer] = await put(store, [shipment(groups, { window: { from: 1, to: seq } })])
      const refused = (event: ShippedEvent) => guilty.includes(event.seq) || event.type === broken
      if (answer?.kind !== 'done') throw new Error('failed')
      for (const [i, group] of groups.entries()) {
        const stop = group.events.findIndex(refused)
        const told = answer.groups[i]!
        expect(told.delivered).toBe(stop < 0 ? group.events.length : stop)
        expect(told.failed?.kind).toBe(stop < 0 ? undefined : 'rejected')
        const landed = store.in.filter((event) => group.events.includes(event)).map((event) => event.seq)
        expect(landed).toEqual(group.events.slice(0, told.delivered).map((event) => event.seq))
        if (group.lane && told.delivered > 0)
          expect(store.cursors.get(`dev/eu/1/${group.connection}`)).toBe(group.events[told.delivered - 1]!.seq)
      }
      expect(store.cursors.get('dev/eu/1/0')).toBe(seq)
    }),
    { numRuns: 500 },
  )
})
