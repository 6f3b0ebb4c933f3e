import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mutate, mutations } from './mutant.ts'
import { buildWithCrashPoints } from './runtime.ts'
import { redChecks, SCENARIOS } from './scenarios.ts'
import { openWorld } from './world.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const PEOPLE = 12

async function run(name: string, source: string): Promise<Record<string, number>> {
  const out = mkdtempSync(join(tmpdir(), 'fascia-build-'))
  try {
    const world = await openWorld(await buildWithCrashPoints(source, out), { people: PEOPLE })
    try {
      await SCENARIOS[name]!(world)
      return redChecks(world)
    } finally {
      await world.close()
    }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** What the harness says of a broken product says whether it can be believed about a whole one. */
describe('the harness sees', () => {
  test('a scenario for every mutation', () => {
    expect(mutations()).toEqual(Object.keys(SCENARIOS).sort())
  })
  test.each(mutations())('the mistake %s, and nothing in the product under the same strain', async (name) => {
    const copy = mutate(name)
    try {
      // One after the other: two runtimes would share what the machine has.
      const whole = await run(name, ROOT)
      const broken = await run(name, copy)
      const seen = Object.entries(broken).map(([check, count]) => `${check} ${count}`)
      console.log(`${name.padEnd(22)} turned red: ${seen.join(', ') || 'NOTHING'}`)
      expect(whole, 'the product itself').toEqual({})
      expect(broken, 'the mutated product').not.toEqual({})
    } finally {
      rmSync(copy, { recursive: true, force: true })
    }
  })
})
