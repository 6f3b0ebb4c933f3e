import { describe, expect, test } from 'vitest'
import { Store, stage, vals } from './stage.ts'

const beat = (val: number) => ({ val })

describe('a producer', () => {
  test('identifies itself and sends each sample once, in order', async () => {
    const { clock, server, producer } = stage()
    const own = producer()
    await own.start()
    for (let i = 1; i <= 5; i++) {
      own.submit('HEART_RATE', beat(i))
      await clock.advance(1_000)
    }
    await clock.until(() => own.counts.acknowledged === 5)
    expect(vals(server)).toEqual([1, 2, 3, 4, 5])
    expect(server.record[0]).toMatchObject({ t: 'HEART_RATE', d: { val: 1 } })
    expect(own.kinds()).toEqual(['connecting', 'live'])
    expect(own.counts).toEqual({ submitted: 5, sent: 5, acknowledged: 5, waiting: 0, inDoubt: 0, dropped: 0 })
  })
  test('says when a sample was, also where it waited long, and leaves a time that it has', async () => {
    const { clock, server, network, producer } = stage()
    network.isUp = false
    const own = producer()
    void own.start()
    own.submit('HEART_RATE', beat(1))
    own.submit('HEART_RATE', { ts: '2026-05-01T10:00:00+02:00', val: 2 })
    await clock.advance(3_600_000)
    network.isUp = true
    await clock.until(() => server.record.length === 2)
    expect(server.record.map(({ d }) => d.ts)).toEqual(['2026-05-01T08:00:00.000Z', '2026-05-01T10:00:00+02:00'])
  })
  test('takes a sample as it was when it was handed in', async () => {
    const { clock, server, producer } = stage()
    const own = producer()
    const sample = beat(1)
    own.submit('HEART_RATE', sample)
    sample.val = 2
    await own.start()
    await clock.until(() => server.record.length === 1)
    expect(vals(server)).toEqual([1])
  })
  test('beats after a random part of the interval, and then once in each', async () => {
    const { clock, server, producer } = stage({ heartbeatMs: 10_000 })
    const own = producer({ random: () => 0.25 })
    await own.start()
    await clock.until(() => own.state.kind === 'live')
    const beats = () => server.received.filter(({ op }) => op === 0).length
    await clock.advance(2_400)
    expect(beats()).toBe(0)
    await clock.advance(100)
    expect(beats()).toBe(1)
    await clock.advance(30_000)
    expect(beats()).toBe(4)
    expect(own.kinds()).toEqual(['connecting', 'live'])
  })
  test('tells whether the device is linked, and again after a reconnect', async () => {
    const { clock, server, network, producer } = stage()
    const own = producer()
    own.report({ connected: true, device_id: 'strap' })
    await own.start()
    await clock.until(() => server.statuses.length === 1)
    own.report({ connected: false, reason: 'out of reach' })
    await clock.until(() => server.statuses.length === 2)
    network.cut()
    await clock.until(() => server.statuses.length === 3)
    expect(server.statuses).toEqual([
      { connected: true, device_id: 'strap' },
      { connected: false, reason: 'out of reach' },
      { connected: false, reason: 'out of reach' },
    ])
  })
  test('is not stopped by a listener that throws, whose error comes up by itself', async () => {
    const { clock, server, producer } = stage()
    const own = producer()
    const off = own.on('progress', () => {
      throw new Error('of the app')
    })
    own.submit('HEART_RATE', beat(1))
    await expect(clock.advance(0)).rejects.toThrow('of the app')
    off()
    await own.start()
    await clock.until(() => server.record.length === 1)
  })
})

describe('what the server would refuse', () => {
  const deep = (levels: number): Record<string, unknown> => (levels === 1 ? { val: 1 } : { in: deep(levels - 1) })
  test.each([
    ['no type', '', beat(1)],
    ['a type that is too long', 'A'.repeat(65), beat(1)],
    ['a type with control characters', 'HEART\nRATE', beat(1)],
    ['a list', 'ECG', [1, 2] as never],
    ['nothing', 'ECG', null as never],
    ['too much', 'ECG', { d: 'x'.repeat(64 * 1024) }],
    ['too deep', 'ECG', deep(29)],
    ['what is no JSON', 'ECG', { val: 1n }],
  ])('is refused by submit, and nothing else suffers: %s', async (_, type, sample) => {
    const { clock, server, producer } = stage()
    const own = producer()
    await own.start()
    own.submit('HEART_RATE', beat(1))
    expect(() => own.submit(type, sample)).toThrow()
    own.submit('HEART_RATE', deep(28))
    await clock.until(() => own.counts.acknowledged === 2)
    expect(server.record).toHaveLength(2)
    expect(own.kinds()).toEqual(['connecting', 'live'])
  })
})

describe('close', () => {
  test('sends what there is, then stops and takes no more', async () => {
    const { clock, server, producer } = stage()
    const own = producer()
    await own.start()
    for (let i = 0; i < 30; i++) own.submit('HEART_RATE', beat(i))
    const closed = own.close()
    expect(() => own.submit('HEART_RATE', beat(31))).toThrow('was closed')
    await clock.until(() => own.state.kind === 'stopped')
    expect(await closed).toEqual({ waiting: 0 })
    expect(vals(server)).toHaveLength(30)
    expect(own.state).toEqual({ kind: 'stopped' })
    await expect(own.start()).rejects.toThrow('was closed')
  })
  test('waits no longer than it was told, says what is left, and has saved it', async () => {
    const { clock, server, network, producer } = stage()
    const store = new Store()
    network.isUp = false
    const own = producer({ keep: store })
    await own.start()
    own.submit('HEART_RATE', beat(1))
    const closed = own.close({ flushMs: 2_000 })
    expect(own.close()).toBe(closed)
    await clock.advance(2_000)
    expect(await closed).toEqual({ waiting: 1 })
    network.isUp = true
    await producer({ keep: store }).start()
    await clock.until(() => server.record.length === 1)
    expect(vals(server)).toEqual([1])
  })
  test('is at once where nothing waits, or nothing was begun', async () => {
    const { clock, producer } = stage()
    expect(await producer().close()).toEqual({ waiting: 0 })
    const own = producer()
    await own.start()
    await clock.until(() => own.state.kind === 'live')
    expect(await own.close()).toEqual({ waiting: 0 })
  })
  test('leaves no timer and no socket behind', async () => {
    const { clock, server, producer } = stage()
    const own = producer()
    await own.start()
    own.submit('HEART_RATE', beat(1))
    await clock.until(() => own.counts.acknowledged === 1)
    await own.close()
    const { received } = server
    const count = received.length
    await clock.advance(3_600_000)
    expect(received).toHaveLength(count)
    expect(own.kinds()).toEqual(['connecting', 'live', 'stopped'])
  })
})
