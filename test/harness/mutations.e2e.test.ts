import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Semaphore } from '../../shared/base/semaphore.ts'
import { mutate, mutations } from './mutant.ts'
import { buildWithCrashPoints } from './runtime.ts'
import { redChecks, SCENARIOS } from './scenarios.ts'
import { testBuild } from './test-build.ts'
import { openWorld, type World } from './world.ts'

const WORLD = { people: 12, vars: { DELIVERY_TIMEOUT_MS: '600' } }
const MUTANTS_AT_ONCE = 3
/** The product has this long to land everything; a mutant a multiple of what the product took. */
const PATIENCE_MS = 30_000
const MULTIPLE = 2
const SHORTEST_MS = 5_000
const name = (mutation: string) => mutation.padEnd(22)

/** What the harness says of a broken product says whether it can be believed about a whole one. */
describe('the harness sees', () => {
  const slots = new Semaphore(MUTANTS_AT_ONCE)
  const tookMs = new Map<string, number>()
  let whole: World
  beforeAll(async () => {
    whole = await openWorld(await testBuild(), WORLD)
  }, 120_000)
  afterAll(async () => {
    await whole?.close()
  })

  test('a scenario for every mutation', () => {
    expect(mutations()).toEqual(Object.keys(SCENARIOS).sort())
  })
  test.each(mutations())('nothing in the product itself under the strain of %s', async (mutation) => {
    const startedAt = Date.now()
    await SCENARIOS[mutation]!(whole, PATIENCE_MS)
    tookMs.set(mutation, Date.now() - startedAt)
    console.log(`${name(mutation)} the product itself: green after ${tookMs.get(mutation)} ms`)
    expect(redChecks(whole)).toEqual({})
  })
  test.concurrent.each(mutations())('the mistake %s', (mutation) =>
    slots.run(async () => {
      const copy = mutate(mutation)
      try {
        const world = await openWorld(await buildWithCrashPoints(copy, join(copy, 'out')), WORLD)
        try {
          await SCENARIOS[mutation]!(world, Math.max(SHORTEST_MS, MULTIPLE * (tookMs.get(mutation) ?? 0)))
          const red = redChecks(world)
          const seen = Object.entries(red).map(([check, count]) => `${check} ${count}`)
          console.log(`${name(mutation)} the mutant turned red: ${seen.join(', ') || 'NOTHING'}`)
          expect(red).not.toEqual({})
        } finally {
          await world.close()
        }
      } finally {
        rmSync(copy, { recursive: true, force: true })
      }
    }),
  )
})
