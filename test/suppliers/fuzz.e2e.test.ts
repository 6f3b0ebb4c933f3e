import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSupplierWorld, type SupplierWorld } from '../harness/supplier-world.ts'
import { testBuild } from '../harness/test-build.ts'
import { fuzzBatches } from './fuzz-batches.ts'

const PUSHES = Number(process.env.PUSHES ?? 1_000)
const SEED = Number(process.env.SEED ?? 7)

let world: SupplierWorld
beforeAll(async () => {
  world = await openSupplierWorld(await testBuild())
}, 120_000)
afterAll(() => world?.close())

test('whatever is pushed, nothing is a mistake of ours, and every record that was taken is accounted for', async () => {
  const { pushed, answers, bad, unaccounted, records } = await fuzzBatches(world, { pushes: PUSHES, seed: SEED })
  console.log(`${pushed} pushes, ${records} records:`, answers)
  expect(bad.slice(0, 5)).toEqual([])
  expect(unaccounted.slice(0, 5)).toEqual([])
  expect(pushed).toBe(PUSHES)
  // As many kinds of trouble were met as there are.
  expect(Object.keys(answers).length).toBeGreaterThan(10)
  expect(answers['202']).toBeGreaterThan(PUSHES / 4)
})
