import { describe, expect, test } from 'vitest'
import type { Parcel } from '../../shared/delivery/define.ts'
import { type DrainDeps, drain } from '../../shared/delivery/drain.ts'
import { delivered, rejected, retry, type Sent } from '../../shared/delivery/outcome.ts'
import type { GroupResult, Lease, Settlement } from '../../shared/delivery/types.ts'
import { event, group, lease } from './leases.ts'

/** A worker on a clock of its own: sends wait until the test answers them. */
function worker(options: { until?: number } = {}) {
  let now = 1_000
  const open: { parcel: Parcel; answer: (sent: Sent) => void }[] = []
  const settlements: Settlement[] = []
  const looks = new Set<() => void>()
  let handedOver = 0
  let nextLeases: Lease[] = []
  const deps: DrainDeps = {
    cell: 'eu/dev/1',
    send: (parcel) => new Promise((answer) => open.push({ parcel, answer })),
    settle: async (settlement) => {
      settlements.push(settlement)
      const handed = settlement.results
        .filter((result) => result.unanswered)
        .map(({ connection }) => ({ connection, lease_id: `lane_${connection}`, expiresAt: 30_000 }))
      const next = settlement.more ? nextLeases.shift() : undefined
      return { settled: true, handed, next: next ? { kind: 'lease', lease: next } : { kind: 'nothing' } }
    },
    now: () => now,
    every: (_, look) => {
      looks.add(look)
      return () => looks.delete(look)
    },
    timeoutMs: () => 8_000,
    until: options.until ?? 1e9,
    handOver: async () => {
      handedOver++
    },
    mark: async () => undefined,
  }
  /** Lets everything that can go on go on. */
  const settle = async () => {
    for (let i = 0; i < 50; i++) await Promise.resolve()
  }
  return {
    open,
    settlements,
    begin: (first: Lease, ...more: Lease[]) => {
      nextLeases = more
      return drain({ kind: 'lease', lease: first }, deps)
    },
    ready: settle,
    async answer(user: string, sent: Sent) {
      const at = open.findIndex(({ parcel }) => parcel.user_id === user)
      open.splice(at, 1)[0]!.answer(sent)
      await settle()
    },
    async pass(ms: number) {
      now += ms
      for (const look of looks) look()
      await settle()
    },
    result: (connection: number, of = 0): GroupResult =>
      settlements[of]!.results.find((one) => one.connection === connection)!,
    get handedOver() {
      return handedOver
    },
  }
}
const mixed = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => event(from + i, { type: i % 2 ? 'sleep' : 'daily' }))
const failed503 = () => retry('destination', 'status 503', { status: 503 })

describe('a worker with a lease', () => {
  test('has one request in flight per connection, and its next only after the answer', async () => {
    const w = worker()
    const done = w.begin(lease([group(1, mixed(1, 2)), group(2, mixed(10, 1))]))
    await w.ready()
    expect(w.open.map(({ parcel }) => parcel.user_id)).toEqual(['user-1', 'user-2'])
    await w.answer('user-1', delivered(200))
    expect(w.open.map(({ parcel }) => parcel.seqs[0])).toEqual([10, 2])
    await w.answer('user-1', delivered(200))
    await w.answer('user-2', delivered(200))
    await done
    expect(w.result(1)).toMatchObject({ deliveredTo: 2 })
    expect(w.result(1).attempts).toHaveLength(2)
  })
  test('a 503 holds back the rest of the lane', async () => {
    const w = worker()
    const done = w.begin(lease([group(1, mixed(1, 3)), group(2, mixed(10, 1))]))
    await w.ready()
    await w.answer('user-1', failed503())
    await w.answer('user-2', delivered(200))
    await done
    expect(w.open).toEqual([])
    expect(w.result(1)).toMatchObject({
      deliveredTo: 0,
      failed: { from: 1, to: 1, status: 503, outcome: { kind: 'retry', blame: 'destination' } },
    })
    expect(w.result(2)).toMatchObject({ deliveredTo: 10 })
  })
  test('a rejected event is told as such', async () => {
    const w = worker()
    const done = w.begin(lease([group(1, mixed(1, 1))]))
    await w.ready()
    await w.answer('user-1', rejected('too large for it'))
    await done
    expect(w.result(1).failed?.outcome).toEqual({ kind: 'rejected', reason: 'too large for it' })
  })
  test('one slow connection does not stop the window: it is handed over, and settled when its answer comes', async () => {
    const w = worker()
    const done = w.begin(lease([group(1, mixed(1, 1)), group(2, mixed(10, 1))]))
    await w.ready()
    await w.answer('user-2', delivered(200))
    await w.pass(1_900)
    expect(w.settlements).toEqual([])
    await w.pass(200)
    expect(w.result(1)).toMatchObject({ unanswered: { from: 1, to: 1 } })
    expect(w.result(2)).toMatchObject({ deliveredTo: 10 })
    await w.answer('user-1', delivered(200))
    await done
    expect(w.settlements[1]).toMatchObject({
      lease_id: 'lane_1',
      results: [{ connection: 1, lane: true, deliveredTo: 1 }],
    })
  })
  test('starts nothing later than the lease’s end minus the time-out', async () => {
    const w = worker()
    const done = w.begin(lease([group(1, mixed(1, 2))], { expiresAt: 10_000 }))
    await w.ready()
    await w.pass(1_500)
    await w.answer('user-1', delivered(200))
    await done
    expect(w.result(1)).toMatchObject({ deliveredTo: 1, unfinished: true })
  })
  test('settles soon, however much there is', async () => {
    const w = worker()
    const done = w.begin(lease([group(1, mixed(1, 9))]))
    await w.ready()
    await w.pass(60)
    await w.answer('user-1', delivered(200))
    await done
    expect(w.result(1)).toMatchObject({ deliveredTo: 1, unfinished: true })
  })
  test('many failing connections are the destination: it stops, and the rest is unfinished', async () => {
    const w = worker()
    const done = w.begin(lease(Array.from({ length: 20 }, (_, i) => group(i + 1, mixed(100 * i + 1, 1)))))
    await w.ready()
    for (let i = 1; i <= 20; i++) if (w.open.length > 0) await w.answer(w.open[0]!.parcel.user_id, failed503())
    await done
    const [settlement] = w.settlements
    expect(settlement!.stopped).toBe(true)
    const tried = settlement!.results.filter((result) => result.failed).length
    expect(tried).toBeGreaterThan(8)
    expect(tried).toBeLessThan(20)
    expect(settlement!.results.filter((result) => result.unfinished)).toHaveLength(20 - tried)
  })
  test('while careful, one connection at a time, and it stops at the first failure', async () => {
    const w = worker()
    const done = w.begin(lease([group(1, mixed(1, 1)), group(2, mixed(10, 1))], { careful: true }))
    await w.ready()
    expect(w.open).toHaveLength(1)
    await w.answer('user-1', failed503())
    await done
    expect(w.result(2)).toMatchObject({ unfinished: true, attempts: [] })
  })
  test('with all six slots waiting it hands over to another', async () => {
    const w = worker()
    const done = w.begin(lease(Array.from({ length: 8 }, (_, i) => group(i + 1, mixed(100 * i + 1, 1)))))
    await w.ready()
    expect(w.open).toHaveLength(6)
    await w.pass(2_100)
    expect(w.handedOver).toBe(1)
    expect(w.settlements[0]!.more).toBe(false)
    for (let i = 0; i < 6; i++) await w.answer(w.open[0]!.parcel.user_id, delivered(200))
    await done
    expect(w.settlements).toHaveLength(7)
  })
  test('goes on with the lease that settling gives, until its time is over', async () => {
    const w = worker({ until: 1_000 })
    const done = w.begin(lease([group(1, mixed(1, 1))]), lease([group(1, mixed(2, 1))]))
    await w.ready()
    await w.answer('user-1', delivered(200))
    await done
    expect(w.settlements.map((settlement) => settlement.more)).toEqual([false])
  })
  test('in batch mode several connections share a call, and its outcome', async () => {
    const w = worker()
    const done = w.begin(lease([group(1, mixed(1, 2)), group(2, mixed(10, 1))], {}, { batch_events: 3 }))
    await w.ready()
    expect(w.open).toHaveLength(1)
    expect(JSON.parse(w.open[0]!.parcel.body).events).toHaveLength(3)
    w.open.splice(0, 1)[0]!.answer(failed503())
    await done
    expect(w.result(1).failed).toMatchObject({ from: 1 })
    expect(w.result(2).failed).toMatchObject({ from: 10 })
  })
})
