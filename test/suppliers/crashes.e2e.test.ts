import { afterAll, beforeAll, test } from 'vitest'
import { batchRound, pointsOf } from '../harness/supplier-round.ts'
import { openSupplierWorld, type SupplierWorld } from '../harness/supplier-world.ts'
import { testBuild } from '../harness/test-build.ts'
import { expectWhole } from './expect-whole.ts'

const RECORDS = Number(process.env.RECORDS ?? 3_000)
const PATIENCE_MS = 120_000

let world: SupplierWorld
beforeAll(async () => {
  world = await openSupplierWorld(await testBuild())
}, 120_000)
afterAll(() => world?.close())

test('a batch whose runtime is killed at five points: every record once, the report exact, nothing lost', async () => {
  const points = pointsOf('push')
  const size = { records: RECORDS, brokenEach: 100, people: 20, samples: 20 }
  expectWhole(world, await batchRound(world, { ...size, points, patienceMs: PATIENCE_MS }), points)
})
