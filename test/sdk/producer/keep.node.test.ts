import { describe, expect, test } from 'vitest'
import { Store, stage, vals } from './stage.ts'

const beat = (val: number) => ({ val })

describe('an app that was killed', () => {
  test('goes on with what it had, as the same producer', async () => {
    const { clock, server, network, producer } = stage()
    const store = new Store()
    const life = clock.life()
    const first = producer({ keep: store, clock: life })
    await first.start()
    first.submit('HEART_RATE', beat(1))
    await clock.until(() => first.counts.acknowledged === 1)
    network.cut()
    network.isUp = false
    first.submit('HEART_RATE', beat(2))
    first.submit('HEART_RATE', beat(3))
    await clock.advance(1_500)
    life.kill()
    network.isUp = true
    const second = producer({ keep: store })
    second.submit('HEART_RATE', beat(4))
    await second.start()
    await clock.until(() => second.counts.acknowledged === 3)
    expect(vals(server)).toEqual([1, 2, 3, 4])
    expect(new Set(server.producers).size).toBe(1)
  })
  test('loses nothing to numbers that it used and had not saved yet', async () => {
    const { clock, server, network, producer } = stage()
    const store = new Store()
    const life = clock.life()
    const first = producer({ keep: store, clock: life })
    await first.start()
    first.submit('HEART_RATE', beat(1))
    await clock.advance(5_000)
    // Stored at the server, and the app dies before it is written down here.
    first.submit('HEART_RATE', beat(2))
    await clock.advance(100)
    life.kill()
    network.cut()
    const second = producer({ keep: store })
    await second.start()
    for (const val of [3, 4]) second.submit('HEART_RATE', beat(val))
    await clock.until(() => second.counts.waiting === 0)
    expect(vals(server)).toEqual([1, 2, 3, 4])
  })
  test('loses nothing however far the server is ahead of what was written down', async () => {
    const { clock, server, network, producer } = stage()
    const store = new Store()
    const limits = { unackedBatches: 1, batchFrames: 1 }
    const life = clock.life()
    const first = producer({ keep: store, clock: life, limits })
    await first.start()
    first.submit('HEART_RATE', beat(1))
    await clock.advance(5_000)
    const written = store.text
    for (const val of [2, 3, 4, 5, 6]) first.submit('HEART_RATE', beat(val))
    await clock.advance(5_000)
    life.kill()
    network.cut()
    store.text = written
    const second = producer({ keep: store, limits })
    await second.start()
    for (const val of [7, 8]) second.submit('HEART_RATE', beat(val))
    await clock.until(() => second.counts.waiting === 0)
    expect(vals(server)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })
  test('sends nothing twice that it had written down before it had a number', async () => {
    const { clock, server, network, producer } = stage()
    const store = new Store()
    const life = clock.life()
    network.isUp = false
    const first = producer({ keep: store, clock: life })
    await first.start()
    first.submit('HEART_RATE', beat(1))
    await clock.advance(2_000)
    network.isUp = true
    first.wake()
    await clock.until(() => server.record.length === 1)
    life.kill()
    network.cut()
    const second = producer({ keep: store })
    await second.start()
    second.submit('HEART_RATE', beat(2))
    await clock.until(() => second.counts.waiting === 0)
    expect(vals(server)).toEqual([1, 2])
  })
  test('loses nothing where the server forgot the producer meanwhile', async () => {
    const { clock, server, producer, network } = stage()
    const own = producer()
    await own.start()
    for (const val of [1, 2]) own.submit('HEART_RATE', beat(val))
    await clock.until(() => own.counts.acknowledged === 2)
    network.cut()
    server.forget()
    own.submit('HEART_RATE', beat(3))
    await clock.until(() => own.counts.acknowledged === 3)
    expect(vals(server)).toEqual([1, 2, 3])
  })
})

describe('what is kept', () => {
  test('is written together, and no more where nothing changes', async () => {
    const { clock, producer } = stage()
    const store = new Store()
    const own = producer({ keep: store, limits: { keepMs: 1_000 } })
    await own.start()
    for (let i = 0; i < 100; i++) own.submit('HEART_RATE', beat(i))
    await clock.advance(3_000)
    const { saves } = store
    expect(saves).toBeLessThanOrEqual(2)
    expect(JSON.parse(store.text!)).toMatchObject({ version: 1, last: 100, frames: [] })
    await clock.advance(3_600_000)
    expect(store.saves).toBe(saves)
  })
  test('is not overwritten before it is read', async () => {
    const { clock, network, producer } = stage()
    const store = new Store()
    network.isUp = false
    const first = producer({ keep: store })
    first.submit('HEART_RATE', beat(1))
    expect(await first.close()).toEqual({ waiting: 1 })
    const second = producer({ keep: store })
    second.submit('HEART_RATE', beat(2))
    await clock.advance(10_000)
    expect(store.text).toContain('"val\\":1')
    expect(await second.close()).toEqual({ waiting: 2 })
    expect(JSON.parse(store.text!).frames).toHaveLength(2)
  })
  test('is written again where that failed, and the app is told', async () => {
    const { clock, network, producer } = stage()
    network.isUp = false
    const store = new Store()
    let isFull = true
    const errors: string[] = []
    const own = producer({
      keep: {
        load: store.load,
        save: async (saved) => {
          if (isFull) throw new Error('no room')
          await store.save(saved)
        },
      },
    })
    own.on('error', ({ message }) => errors.push(message))
    await own.start()
    own.submit('HEART_RATE', beat(1))
    await clock.advance(1_500)
    expect(errors).toEqual(['keep.save failed: no room'])
    isFull = false
    await clock.advance(1_500)
    expect(JSON.parse(store.text!).frames).toHaveLength(1)
  })
  test('that cannot be loaded stops the producer, so that it is not lost; another start tries again', async () => {
    const { clock, server, producer } = stage()
    const store = new Store()
    let isLocked = true
    const own = producer({
      keep: {
        save: store.save,
        load: async () => {
          if (isLocked) throw new Error('the phone is locked')
          return store.load()
        },
      },
    })
    await own.start()
    expect(own.state).toMatchObject({ error: { message: 'keep.load failed: the phone is locked' } })
    own.submit('HEART_RATE', beat(1))
    await clock.advance(5_000)
    expect(store.saves).toBe(0)
    isLocked = false
    await own.start()
    await clock.until(() => own.counts.acknowledged === 1)
    expect(vals(server)).toEqual([1])
  })
  test.each([
    { version: 2 },
    'text',
    { version: 1, producer: 'a b', last: 0, sent: 0, frames: [] },
    { version: 1, producer: 'p', last: -1, sent: 0, frames: [] },
    { version: 1, producer: 'p', last: 1, sent: 2, frames: [[1, '{}']] },
    { version: 1, producer: 'p', last: 1, sent: 0, frames: [[1]] },
  ])('and is not what was saved is left aside, and the app is told: %j', async (found) => {
    const { clock, server, producer } = stage()
    const errors: string[] = []
    const own = producer({ keep: { load: async () => found, save: async () => {} } })
    own.on('error', ({ message }) => errors.push(message))
    await own.start()
    own.submit('HEART_RATE', beat(1))
    await clock.until(() => own.counts.acknowledged === 1)
    expect(errors).toEqual([expect.stringContaining('is not what was saved')])
    expect(vals(server)).toEqual([1])
  })
  test('of an earlier run counts against the bounds, oldest first', async () => {
    const { clock, server, network, producer } = stage()
    const store = new Store()
    network.isUp = false
    const first = producer({ keep: store })
    for (const val of [1, 2, 3]) first.submit('HEART_RATE', beat(val))
    await first.close()
    network.isUp = true
    const second = producer({ keep: store, limits: { bufferFrames: 2 } })
    await second.start()
    await clock.until(() => second.counts.waiting === 0)
    expect([vals(server), second.counts.dropped]).toEqual([[2, 3], 1])
  })
})
