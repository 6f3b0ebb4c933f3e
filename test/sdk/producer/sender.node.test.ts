import { describe, expect, test } from 'vitest'
import { stage, vals } from './stage.ts'

const beat = (val: number) => ({ val })
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

describe('samples', () => {
  const live = async (options: Parameters<ReturnType<typeof stage>['producer']>[0] = {}) => {
    const all = stage()
    const own = all.producer(options)
    await own.start()
    await all.clock.until(() => own.state.kind === 'live')
    const batches = () => all.server.received.filter(({ op }) => op === 9)
    return { ...all, own, batches }
  }

  test('that come alone go at once', async () => {
    const { clock, network, own, server } = await live()
    for (const val of [1, 2]) {
      own.submit('HEART_RATE', beat(val))
      await clock.advance(network.latencyMs + 4)
      expect(server.record).toHaveLength(val)
      await clock.advance(1_000)
    }
  })
  test('that come right after each other go together', async () => {
    const { clock, own, server, batches } = await live({ limits: { batchMs: 100 } })
    for (const val of numbers(50)) {
      own.submit('ACCELERATION', beat(val))
      await clock.advance(10)
    }
    await clock.until(() => own.counts.acknowledged === 50)
    expect(vals(server)).toEqual(numbers(50))
    expect(batches().length).toBeLessThanOrEqual(7)
    expect(batches().length).toBeGreaterThanOrEqual(5)
  })
  test('fill a batch no further than its frames and bytes, and do not wait then', async () => {
    const { clock, network, own, server, batches } = await live({ limits: { batchMs: 60_000, batchFrames: 10 } })
    for (const val of numbers(31)) own.submit('ACCELERATION', beat(val))
    await clock.advance(2 * network.latencyMs + 10)
    // The first alone, and three full ones.
    expect([batches().length, server.record.length]).toEqual([4, 31])
  })
  test('fill a batch no further than its bytes', async () => {
    const { clock, own, server, batches } = await live({ limits: { batchBytes: 10_000, compressBytes: Infinity } })
    const sample = (val: number) => ({ val, d: 'x'.repeat(3_000) })
    for (const val of numbers(30)) own.submit('ECG', sample(val))
    await clock.until(() => own.counts.acknowledged === 30)
    expect(Math.max(...batches().map(({ bytes }) => bytes))).toBeLessThan(10_100)
    expect(vals(server)).toEqual(numbers(30))
  })
  test('of the largest size pass, whatever was set', async () => {
    const { clock, own, server } = await live({ limits: { batchBytes: 10 ** 9, batchFrames: 10 ** 9 } })
    let seed = 1
    const noise = Array.from({ length: 6_000 }, () => (seed = (seed * 48_271) % 2_147_483_647))
    for (const val of numbers(40)) own.submit('ECG', { val, d: noise.slice(0, 5_500) })
    for (const val of numbers(3_000)) own.submit('HEART_RATE', beat(val))
    await clock.until(() => own.counts.acknowledged === 3_040)
    expect(server.record).toHaveLength(3_040)
    expect(own.kinds()).toEqual(['connecting', 'live'])
  })
  test('go compressed where it is worth it', async () => {
    const plain = await live({ limits: { compressBytes: Infinity } })
    const packed = await live()
    for (const { own, clock } of [plain, packed]) {
      for (const val of numbers(400)) own.submit('HEART_RATE', beat(60 + (val % 7)))
      await clock.until(() => own.counts.acknowledged === 400)
    }
    const bytes = ({ batches }: typeof plain) => batches().reduce((sum, one) => sum + one.bytes, 0)
    expect(bytes(packed)).toBeLessThan(bytes(plain) / 5)
    expect(packed.server.record).toEqual(plain.server.record)
  })
  test('with all of Unicode arrive as they were, in plain and compressed batches', async () => {
    const { clock, own, server } = await live()
    const notes = ['Herzschlag ♥', '心拍', '💓🏃‍♀️', '\u0000\u001f"\\']
    for (const note of notes) own.submit('NOTE', { note })
    for (const note of notes) own.submit('NOTE', { note: note.repeat(500) })
    await clock.until(() => own.counts.acknowledged === 8)
    expect(server.record.map(({ d }) => d.note)).toEqual([...notes, ...notes.map((note) => note.repeat(500))])
  })
  test('are not sent faster than the server acknowledges them', async () => {
    const { clock, server, own } = await live({ limits: { unackedBatches: 3, batchFrames: 10, ackMs: 600_000 } })
    server.isMute = true
    for (const val of numbers(100)) own.submit('ACCELERATION', beat(val))
    await clock.advance(10_000)
    expect(own.counts).toMatchObject({ sent: 21, inDoubt: 21, waiting: 100 })
  })
  test('do not wait for a clock that was set back', async () => {
    const all = stage()
    let skew = 0
    const clock = { now: () => all.clock.now() + skew, after: all.clock.after }
    const own = all.producer({ clock })
    await own.start()
    own.submit('HEART_RATE', beat(1))
    await all.clock.until(() => own.counts.acknowledged === 1)
    skew = -3_600_000
    own.submit('HEART_RATE', beat(2))
    await all.clock.advance(100)
    expect(vals(all.server)).toEqual([1, 2])
  })
})

describe('a full buffer', () => {
  test('loses its oldest, says how many, and keeps the order', async () => {
    const { clock, server, network, producer } = stage()
    network.isUp = false
    const own = producer({ limits: { bufferFrames: 10 } })
    const told: { frames: number; total: number }[] = []
    own.on('dropped', (dropped) => told.push(dropped))
    await own.start()
    for (const val of numbers(14)) own.submit('HEART_RATE', beat(val))
    expect(told).toEqual([1, 2, 3, 4].map((total) => ({ frames: 1, total })))
    network.isUp = true
    await clock.until(() => own.counts.acknowledged === 10)
    expect(vals(server)).toEqual(numbers(14).slice(4))
    expect(own.counts).toMatchObject({ submitted: 14, dropped: 4, waiting: 0 })
  })
  test('is bounded in bytes too, and a large sample makes several go', async () => {
    const { network, producer } = stage()
    network.isUp = false
    const own = producer({ limits: { bufferBytes: 2_000 } })
    const told: number[] = []
    own.on('dropped', ({ frames }) => told.push(frames))
    for (const val of numbers(20)) own.submit('HEART_RATE', beat(val))
    own.submit('ECG', { d: 'x'.repeat(1_500) })
    expect(told).toHaveLength(1)
    expect(told[0]).toBeGreaterThan(5)
    expect(own.counts.waiting).toBe(21 - told[0]!)
  })
  test('loses none that may be stored already: what was sent stays until the server says how far it is', async () => {
    const { clock, server, network, producer } = stage()
    const own = producer({ limits: { bufferFrames: 5, batchMs: 0 } })
    await own.start()
    await clock.until(() => own.state.kind === 'live')
    for (const val of [1, 2, 3]) own.submit('HEART_RATE', beat(val))
    await clock.advance(25)
    network.cut()
    network.isUp = false
    for (const val of [4, 5, 6, 7]) own.submit('HEART_RATE', beat(val))
    expect(own.counts).toMatchObject({ waiting: 5, inDoubt: 3, dropped: 2 })
    network.isUp = true
    await clock.until(() => own.counts.acknowledged === 5)
    expect(vals(server)).toEqual([1, 2, 3, 6, 7])
  })
})
