import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Keep, Saved } from '../../../shared/sdk/producer/keep.ts'
import type { OpenSocket } from '../../../shared/sdk/producer/transport.ts'
import { Store, stage, vals } from './stage.ts'

type Step =
  | { kind: 'submit'; count: number }
  | { kind: 'wait'; ms: number }
  | { kind: 'cut'; up: number; down: number }
  | { kind: 'away'; ms: number }
  | { kind: 'freeze' }
  | { kind: 'mute'; ms: number }
  | { kind: 'close'; code: number }
  | { kind: 'restart'; killed: boolean }

const share = fc.constantFrom(0, 0.3, 0.7, 1)
const step = (restarts: boolean): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant('submit' as const), count: fc.integer({ min: 1, max: 30 }) }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 400 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 400, max: 9_000 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('cut' as const), up: share, down: share }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('away' as const), ms: fc.integer({ min: 10, max: 5_000 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'freeze' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('mute' as const), ms: fc.integer({ min: 10, max: 3_000 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('close' as const), code: fc.constantFrom(1001, 1011, 4001, 4005) }),
    },
    ...(restarts
      ? [{ weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const), killed: fc.boolean() }) }]
      : []),
  )

/** What a run came to: the record, what was submitted, and what may be missing of it. */
async function play(steps: Step[], { storeMs, bufferFrames }: { storeMs: number; bufferFrames: number }) {
  const { clock, server, network, producer } = stage({ storeMs, heartbeatMs: 5_000 })
  const store = new Store()
  const submitted: number[] = []
  /** Of killed runs: in memory, and not written down yet. */
  const unsaved = new Set<number>()
  let dropped = 0
  let seed = 1
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const begin = () => {
    const life = clock.life()
    const limits = { bufferFrames, batchFrames: 7, batchMs: 30, unackedBatches: 3, ackMs: 2_000, keepMs: 200 }
    // Promises outlive a process here; what they want of the world is not done.
    const open: OpenSocket = (...of) => (life.isAlive() ? network.open(...of) : { send: () => {}, close: () => {} })
    const keep: Keep = { load: store.load, save: async (saved) => void (life.isAlive() && (await store.save(saved))) }
    const own = producer({ keep, open, clock: life, limits, random })
    own.on('dropped', ({ frames }) => {
      dropped += frames
    })
    void own.start()
    return { own, life, since: submitted.length }
  }
  let run = begin()
  const step = async (one: Step): Promise<void> => {
    if (one.kind === 'submit')
      for (let i = 0; i < one.count; i++) {
        submitted.push(submitted.length)
        run.own.submit('HEART_RATE', { val: submitted.length - 1 })
      }
    else if (one.kind === 'wait') await clock.advance(one.ms)
    else if (one.kind === 'cut') network.cut(one.up, one.down)
    else if (one.kind === 'freeze') network.freeze()
    else if (one.kind === 'close') server.closeAll(one.code, '')
    else if (one.kind === 'away') {
      network.isUp = false
      network.cut(1, 0)
      await clock.advance(one.ms)
      network.isUp = true
    } else if (one.kind === 'mute') {
      server.isMute = true
      await clock.advance(one.ms)
      server.isMute = false
    } else if (one.killed) {
      run.life.kill()
      network.cut(0.5, 0.5)
      const saved = (await store.load()) as Saved | undefined
      const kept = new Set(saved?.frames.map(([, text]) => JSON.parse(text).d.val as number))
      for (const val of submitted.slice(run.since)) if (!kept.has(val)) unsaved.add(val)
      run = begin()
    } else {
      const closed = run.own.close({ flushMs: 300 })
      await clock.until(() => run.own.state.kind === 'stopped')
      await clock.advance(0)
      await closed
      run = begin()
    }
  }
  for (const one of steps) await step(one)
  await clock.until(() => run.own.state.kind === 'live' && run.own.counts.waiting === 0)
  return { record: vals(server) as number[], submitted, dropped, unsaved, kinds: run.own.kinds() }
}

const world = fc.record({ storeMs: fc.integer({ min: 0, max: 120 }), bufferFrames: fc.constantFrom(25, 100, 10_000) })
const rises = (numbers: number[]) => numbers.every((number, i) => i === 0 || number > numbers[i - 1]!)

describe('whatever the network does', { timeout: 60_000 }, () => {
  test('the record is what was submitted, in order, less what was told as dropped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step(false), { maxLength: 40, size: 'max' }), world, async (steps, how) => {
        const { record, submitted, dropped, kinds } = await play(steps, how)
        expect(rises(record)).toBe(true)
        expect(record.length).toBe(submitted.length - dropped)
        expect(kinds).not.toContain('stopped')
      }),
      { numRuns: 300 },
    )
  })
  test('and the app: it goes on in order, nothing twice, and loses only what it had not written down', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step(true), { maxLength: 40, size: 'max' }), world, async (steps, how) => {
        const { record, submitted, dropped, unsaved } = await play(steps, how)
        expect(rises(record)).toBe(true)
        const got = new Set(record)
        const missing = submitted.filter((val) => !got.has(val) && !unsaved.has(val))
        expect(missing.length).toBeLessThanOrEqual(dropped)
      }),
      { numRuns: 300 },
    )
  })
})
