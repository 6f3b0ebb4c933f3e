import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from './receiver.ts'
import { testBuild } from './test-build.ts'
import { openWorld, type World } from './world.ts'

const TRAFFIC_MS = 1_500
const ok: Answer = { kind: 'ok' }
/** Each kind of trouble for some calls of everybody, then well again. */
const TROUBLE: [string, Answer][] = [
  ['answers 500', { kind: 'status', status: 500 }],
  ['answers 500 although it has processed the event', { kind: 'status', status: 500, take: true }],
  ['hangs until the time-out', { kind: 'hang' }],
  ['resets the connection after it has processed the event', { kind: 'reset', take: true }],
  ['resets the connection before', { kind: 'reset', take: false }],
  ['answers 429 with Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
  ['redirects', { kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:9/elsewhere' } }],
  ['sends its answer slowly', { kind: 'slow body' }],
]

describe('the receiver is in trouble', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(await testBuild(), { people: 12 })
  })
  beforeEach(() => world.receiver.behaves(() => ok))
  afterAll(async () => {
    await world?.close()
  })
  const traffic = async (ms = TRAFFIC_MS) => {
    const generator = world.newGenerator(() => 30)
    generator.start()
    await new Promise((resolve) => setTimeout(resolve, ms))
    await generator.stop()
  }
  const clean = { lost: 0, reordered: 0, phantom: 0, corrupted: 0 }
  const judged = () => {
    const { lost, reordered, phantom, corrupted } = world.judge()
    return { lost, reordered, phantom, corrupted }
  }

  test.each(TROUBLE)('it %s, every third time: all lands, in order', async (_, trouble) => {
    let calls = 0
    world.receiver.behaves(() => (++calls % 3 === 0 ? trouble : ok))
    await traffic()
    world.receiver.behaves(() => ok)
    expect(await world.landed()).toBe(true)
    expect(judged()).toEqual(clean)
  })

  test('one poisoned connection delays only itself', async () => {
    world.receiver.behaves((user) => (user === 'person-3' ? { kind: 'status', status: 422 } : ok))
    const before = world.ledger.arrivals.length
    await traffic()
    const until = Date.now() + 20_000
    // Everybody else's data arrive while the poisoned one's wait.
    while (world.owedOf((account) => account !== 'person-3').length > 0 && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 50))
    expect(world.owedOf((account) => account !== 'person-3')).toEqual([])
    expect(world.owedOf((account) => account === 'person-3').length).toBeGreaterThan(0)
    expect(world.ledger.arrivals.length).toBeGreaterThan(before)
    world.receiver.behaves(() => ok)
    expect(await world.landed()).toBe(true)
    expect(judged()).toEqual(clean)
  })

  test('a dead destination is a cursor that does not move; on recovery it catches up', async () => {
    world.receiver.behaves(() => ({ kind: 'reset', take: false }))
    const before = world.receiver.calls
    await traffic(4_000)
    const calls = world.receiver.calls - before
    const owed = world.owedOf(() => true).length
    // The breaker stopped the calls long before every event had its own.
    expect(calls).toBeLessThan(owed)
    world.receiver.behaves(() => ok)
    expect(await world.landed()).toBe(true)
    expect(judged()).toEqual(clean)
    expect(await world.parked()).toEqual([])
  })

  test('410 three times in a row disables the destination and says so; switched on again, everything lands', async () => {
    world.receiver.behaves(() => ({ kind: 'status', status: 410 }))
    await traffic(1_000)
    await expect
      .poll(() => world.destinationState(), { timeout: 20_000 })
      .toMatchObject({ state: 'disabled', reason: expect.stringContaining('410') })
    world.receiver.behaves(() => ok)
    await world.switchOn()
    expect(await world.landed()).toBe(true)
    expect(judged()).toEqual(clean)
  })
})
