import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HEAD, killRound, POINTS } from './kill-round.ts'
import { testBuild } from './test-build.ts'
import { openWorld, type World } from './world.ts'

const MOST_DUPLICATES = 0.02
/** Before each kill. What is in flight at a kill comes twice, whatever went before. */
const CONTENTS = Number(process.env.CONTENTS ?? 600)
const PATIENCE_MS = 45_000

/** At each point the runtime is killed with SIGKILL and started again; its queues forget everything. */
describe('the runtime dies', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld(await testBuild(), {
      people: 12,
      vars: { DELIVERY_TIMEOUT_MS: '600', HOT_WINDOW_DAYS: '0' },
    })
    world.receiver.behaves(() => ({ kind: 'ok', afterMs: 10 }))
    console.log(HEAD)
  })
  afterAll(async () => {
    await world?.close()
  })

  test.each(POINTS)('at %s: nothing is lost, reordered or made up', async (point) => {
    // In every second round nobody sends anything after the kill: the objects must wake by themselves.
    const silent = POINTS.indexOf(point) % 2 === 1
    const { line, landed, judgement, overlapping } = await killRound(world, point, {
      contents: CONTENTS,
      silent,
      patienceMs: PATIENCE_MS,
    })
    console.log(line)
    const { lost, reordered, phantom, corrupted } = judgement
    expect(landed, 'everything that was taken lands').toBe(true)
    expect({ lost, reordered, phantom, corrupted }).toEqual({ lost: 0, reordered: 0, phantom: 0, corrupted: 0 })
    expect(overlapping, 'two requests of one connection at once').toBe(0)
  })

  test('duplicates stay below 2 % of what landed', () => {
    const { duplicated, landed } = world.judge()
    console.log(`duplicates: ${duplicated} of ${landed} (${((100 * duplicated) / landed).toFixed(2)} %)`)
    expect(duplicated / landed).toBeLessThanOrEqual(MOST_DUPLICATES)
  })
})
