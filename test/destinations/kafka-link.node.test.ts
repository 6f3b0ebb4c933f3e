import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shipmentOf } from '../../shared/delivery/ship.ts'
import type { Shipment, Shipped } from '../../shared/delivery/shipment.ts'
import { KafkaLink, type LinkDeps } from '../../shared/destinations/kafka/link.ts'
import type { KafkaRecord } from '../../shared/destinations/kafka/records.ts'
import { event, group, lease } from '../delivery/leases.ts'
import { type Fate, KafkaCluster, protocolError } from '../doubles/kafka-cluster.ts'

const TIMEOUT_MS = 15_000
/** `sizes`: of the events of each connection, in order; seqs are dealt in turns. */
function shipment(sizes: number[][], cell = 'cell', done: number[] = [], most = 500): Shipment {
  const groups = sizes.map((own, c) =>
    group(
      c + 1,
      own
        .map((size, i) => event(1 + c + i * sizes.length, { body: 'x'.repeat(size) }))
        .slice(done[c] ?? 0, (done[c] ?? 0) + most),
    ),
  )
  return shipmentOf(cell, lease(groups.filter(({ events }) => events.length > 0)))
}

/** Time passes by waiting alone, unless a test says otherwise. */
function linkTo(cluster: KafkaCluster, more: Partial<LinkDeps> = {}) {
  let now = 0
  const deps: LinkDeps = {
    open: async () => cluster.open(),
    record: ({ event_id, seq, body }, { user_id }): KafkaRecord => ({
      topic: 'health',
      key: user_id,
      value: body,
      headers: { event_id, seq: String(seq) },
      // Of the record's own letters: what is around it is the same for all.
      bytes: body.split('x').length - 1,
    }),
    pointer: async ({ event_id, seq }, { user_id }): Promise<KafkaRecord> => ({
      topic: 'health',
      key: user_id,
      value: 'pointer',
      headers: { event_id, seq: String(seq) },
      bytes: 10,
    }),
    maxBytes: 100_000,
    park: false,
    timeoutMs: TIMEOUT_MS,
    now: () => now,
    sleep: async (ms) => {
      now += ms
    },
    ...more,
  }
  return { link: new KafkaLink(deps), passed: () => now }
}
const groupsOf = (shipped: Shipped) => (shipped.kind === 'done' ? shipped.groups : [])
const seqs = (records: KafkaRecord[]) => records.map(({ headers }) => Number(headers.seq))

describe('a link to Kafka', () => {
  test('puts each user’s events in, in order, from several cells at once', async () => {
    const cluster = new KafkaCluster()
    const { link } = linkTo(cluster)
    const answers = await link.ship([shipment([[10, 20, 30], [10]], 'cell-1'), shipment([[5]], 'cell-2')])
    expect(answers.map(groupsOf)).toEqual([
      [
        { connection: 1, lane: false, delivered: 3 },
        { connection: 2, lane: false, delivered: 1 },
      ],
      [{ connection: 1, lane: false, delivered: 1 }],
    ])
    expect(seqs(cluster.of('user-1'))).toEqual([1, 3, 5, 1])
    expect(cluster.sends).toBe(1)
  })
  test('sends what was not answered again as it was, and the brokers know it', async () => {
    const cluster = new KafkaCluster()
    let first = true
    cluster.fate = () => {
      const fate: Fate = first ? 'unanswered' : 'in'
      first = false
      return fate
    }
    const { link } = linkTo(cluster)
    expect(groupsOf((await link.ship([shipment([[1, 1]])]))[0]!)).toMatchObject([{ delivered: 2 }])
    expect(seqs(cluster.of('user-1'))).toEqual([1, 2])
    expect(cluster.producers).toBe(1)
  })
  test('never sends something else with the producer of a failure: brokers would take it for what they have', async () => {
    const cluster = new KafkaCluster()
    const { link } = linkTo(cluster)
    cluster.fate = () => 'unanswered'
    expect((await link.ship([shipment([[1, 1]])]))[0]).toMatchObject({ kind: 'failed' })
    cluster.fate = () => 'in'
    // Other events, as many of them: the numbers are the same.
    const others = shipment([[1, 1, 1, 1]], 'cell', [2])
    expect(groupsOf((await link.ship([others]))[0]!)).toMatchObject([{ delivered: 2 }])
    expect(seqs(cluster.of('user-1'))).toEqual([1, 2, 3, 4])
    expect(cluster.producers).toBe(2)
  })
  test.each(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH'])(
    'takes a new producer after %s, within the same turn',
    async (type) => {
      const cluster = new KafkaCluster()
      cluster.trouble = () => (cluster.producers === 1 ? protocolError(type, false) : undefined)
      const { link } = linkTo(cluster)
      expect(groupsOf((await link.ship([shipment([[1]])]))[0]!)).toMatchObject([{ delivered: 1 }])
      expect(cluster.producers).toBe(2)
    },
  )
  test('fails with the brokers’ words where somebody must mend something, at once', async () => {
    const cluster = new KafkaCluster()
    cluster.trouble = () => protocolError('TOPIC_AUTHORIZATION_FAILED', false)
    const { link, passed } = linkTo(cluster)
    const [answer] = await link.ship([shipment([[1]])])
    expect(answer).toMatchObject({ kind: 'failed', sent: { kind: 'retry', blame: 'destination' } })
    expect(JSON.stringify(answer)).toMatch(/says TOPIC_AUTHORIZATION_FAILED.*for health.*allow the user Write/)
    expect(passed()).toBe(0)
  })
  test('gives up within its time where brokers do not come back, and a fault of ours is told as one', async () => {
    const cluster = new KafkaCluster()
    cluster.fate = () => 'lost'
    const { link, passed } = linkTo(cluster)
    expect((await link.ship([shipment([[1]])]))[0]).toMatchObject({ kind: 'failed', sent: { blame: 'destination' } })
    expect(passed()).toBeGreaterThan(TIMEOUT_MS / 4)
    expect(passed()).toBeLessThan(TIMEOUT_MS / 2)
    cluster.trouble = () => new TypeError('x is undefined')
    expect((await link.ship([shipment([[1]])]))[0]).toMatchObject({ kind: 'failed', sent: { blame: 'ours' } })
  })
  test('that is closed while it is at work opens nothing any more', async () => {
    const cluster = new KafkaCluster()
    let link: KafkaLink | undefined
    cluster.fate = () => {
      void link!.close()
      return 'lost'
    }
    link = linkTo(cluster).link
    expect((await link.ship([shipment([[1]])]))[0]).toMatchObject({ kind: 'failed', sent: { blame: 'ours' } })
    expect(cluster.producers).toBe(1)
    // Closed while it opens one: that one is not left behind.
    const [opening, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let closed = 0
    const late = linkTo(cluster, {
      open: async () => {
        opening.resolve()
        await open.promise
        return { ...cluster.open(), close: async () => void closed++ }
      },
    }).link
    const shipping = late.ship([shipment([[1]])])
    await opening.promise
    await late.close()
    open.resolve()
    expect((await shipping)[0]).toMatchObject({ kind: 'failed', sent: { blame: 'ours' } })
    expect(closed).toBe(1)
  })
  test('tells what is in where the brokers go away between two batches', async () => {
    const cluster = new KafkaCluster()
    cluster.trouble = () => (cluster.sends > 1 ? protocolError('TOPIC_AUTHORIZATION_FAILED', false) : undefined)
    const { link } = linkTo(cluster, { maxBytes: 100 })
    const [answer, other] = await link.ship([shipment([[60, 60, 60]]), shipment([[1]], 'cell-2')])
    expect(groupsOf(answer!)).toEqual([{ connection: 1, lane: false, delivered: 1 }])
    expect(other).toMatchObject({ kind: 'failed' })
  })
})

describe('an event that is too large', () => {
  test('becomes a pointer, between its neighbours', async () => {
    const cluster = new KafkaCluster()
    const { link } = linkTo(cluster, { maxBytes: 1_000 })
    expect(groupsOf((await link.ship([shipment([[10, 2_000, 10]])]))[0]!)).toMatchObject([{ delivered: 3 }])
    expect(cluster.of('user-1').map(({ value }) => value === 'pointer')).toEqual([false, true, false])
  })
  test('is refused alone where it is to be parked, and nothing of its user goes in after it', async () => {
    const cluster = new KafkaCluster()
    const { link } = linkTo(cluster, { maxBytes: 1_000, park: true })
    const groups = groupsOf((await link.ship([shipment([[10, 2_000, 10], [10]])]))[0]!)
    expect(groups).toMatchObject([
      { delivered: 1, failed: { kind: 'rejected', reason: expect.stringMatching(/too large.*2000 bytes.*1000/) } },
      { delivered: 1 },
    ])
    expect(groups[1]).not.toHaveProperty('failed')
    expect(seqs(cluster.of('user-1'))).toEqual([1])
  })
  test('by the topic’s own limit is found among others, which go in', async () => {
    const cluster = new KafkaCluster()
    cluster.maxBatchBytes = 1_000
    const { link } = linkTo(cluster, { park: true })
    const groups = groupsOf(
      (
        await link.ship([
          shipment([
            [300, 300, 300],
            [300, 1_500, 300],
            [300, 300],
          ]),
        ])
      )[0]!,
    )
    expect(groups).toMatchObject([
      { delivered: 3 },
      { delivered: 1, failed: { kind: 'rejected', reason: expect.stringContaining('MESSAGE_TOO_LARGE') } },
      { delivered: 2 },
    ])
    expect(new Set(seqs(cluster.of('user-1')))).toEqual(new Set([1, 4, 7]))
    expect(new Set(seqs(cluster.of('user-2')))).toEqual(new Set([2]))
  })
  test('by the topic’s own limit becomes a pointer too', async () => {
    const cluster = new KafkaCluster()
    cluster.maxBatchBytes = 1_000
    const { link } = linkTo(cluster)
    expect(groupsOf((await link.ship([shipment([[300, 1_500, 300]])]))[0]!)).toMatchObject([{ delivered: 3 }])
    expect(cluster.of('user-1').some(({ value }) => value === 'pointer')).toBe(true)
  })
  test('waits where there is no link to be had, which is our fault', async () => {
    const cluster = new KafkaCluster()
    const pointer = () => Promise.reject(new Error('the store is down'))
    const { link } = linkTo(cluster, { maxBytes: 1_000, pointer })
    expect(groupsOf((await link.ship([shipment([[10, 2_000]])]))[0]!)).toMatchObject([
      { delivered: 1, failed: { kind: 'retry', blame: 'ours', reason: expect.stringContaining('the store is down') } },
    ])
  })
})

describe('whatever the brokers do', () => {
  test('nothing is lost, first arrivals are in order, and what is told is true', async () => {
    const fates = fc.array(fc.constantFrom<Fate>('in', 'lost', 'unanswered'), { maxLength: 60 })
    const sizes = fc.array(fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 12 }), {
      minLength: 1,
      maxLength: 6,
    })
    // A window is not the same each time: meanwhile there are other events.
    const mosts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fates,
        fc.integer({ min: 600, max: 3_000 }),
        mosts,
        async (sizes, fates, maxBatch, mosts) => {
          const cluster = new KafkaCluster()
          cluster.maxBatchBytes = maxBatch
          let at = 0
          cluster.fate = () => fates[at++] ?? 'in'
          const { link } = linkTo(cluster, { maxBytes: 2_000, timeoutMs: 300 })
          const done = sizes.map(() => 0)
          for (let turn = 0; done.some((n, c) => n < sizes[c]!.length); turn++) {
            expect(turn).toBeLessThan(100)
            const [answer] = await link.ship([shipment(sizes, 'cell', done, mosts[turn % mosts.length])])
            for (const { connection, delivered } of groupsOf(answer!)) done[connection - 1]! += delivered
            // What was told is there, at once.
            for (const [c, n] of done.entries()) {
              const there = new Set(seqs(cluster.of(`user-${c + 1}`)))
              for (let i = 0; i < n; i++) expect(there).toContain(1 + c + i * sizes.length)
            }
          }
          for (const [c, own] of sizes.entries())
            expect([...new Set(seqs(cluster.of(`user-${c + 1}`)))]).toEqual(own.map((_, i) => 1 + c + i * sizes.length))
        },
      ),
      { numRuns: 300 },
    )
  })
})
