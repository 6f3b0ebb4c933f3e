import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Semaphore } from '../../shared/base/semaphore.ts'
import { mutate, mutations } from './mutant.ts'
import { buildWithCrashPoints } from './runtime.ts'
import { STREAM_SCENARIOS } from './stream-scenarios.ts'
import { openStreamWorld } from './stream-world.ts'
import { testBuild } from './test-build.ts'

const WORLD = { people: 2 }
const MUTANTS_AT_ONCE = 2
/** The product has this long to bring everything home; a mutant, which may never, less. */
const PATIENCE_MS = 30_000
const MUTANT_MS = 4_000

describe('the harness of streams sees', () => {
  const slots = new Semaphore(MUTANTS_AT_ONCE)

  test('a scenario for every mutation', () => {
    expect(mutations('stream')).toEqual(Object.keys(STREAM_SCENARIOS).sort())
  })
  test('nothing in the product itself under the same strains', async () => {
    const world = await openStreamWorld(await testBuild(), WORLD)
    try {
      for (const scenario of new Set(Object.values(STREAM_SCENARIOS)))
        expect(await scenario(world, PATIENCE_MS)).toEqual({})
    } finally {
      await world.close()
    }
  })
  test.concurrent.each(mutations('stream'))('the mistake %s', (mutation) =>
    slots.run(async () => {
      const copy = mutate(mutation)
      try {
        const world = await openStreamWorld(await buildWithCrashPoints(copy, join(copy, 'out')), WORLD)
        try {
          const red = await STREAM_SCENARIOS[mutation]!(world, MUTANT_MS)
          const seen = Object.entries(red).map(([check, count]) => `${check} ${count}`)
          console.log(`${mutation} turned red: ${seen.join(', ') || 'NOTHING'}`)
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
