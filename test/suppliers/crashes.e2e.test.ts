import { afterAll, beforeAll, expect, test } from 'vitest'
import { batchRound, SUPPLY_POINTS } from '../harness/supplier-round.ts'
import { openSupplierWorld, type SupplierWorld } from '../harness/supplier-world.ts'
import { testBuild } from '../harness/test-build.ts'

const RECORDS = Number(process.env.RECORDS ?? 3_000)
const PATIENCE_MS = 120_000

let world: SupplierWorld
beforeAll(async () => {
  world = await openSupplierWorld(await testBuild())
}, 120_000)
afterAll(() => world?.close())

test('a batch whose runtime is killed at five points: every record once, the report exact, nothing lost', async () => {
  const round = await batchRound(world, {
    ...{ records: RECORDS, brokenEach: 100, people: 20, samples: 20 },
    points: SUPPLY_POINTS,
    patienceMs: PATIENCE_MS,
  })
  const { file, batch, killed, wrong, lost, twice } = round
  console.log(
    `${file.records} records, ${(file.unpacked / 1e6).toFixed(1)} MB unpacked: killed at ${killed.join(', ')};`,
    `accepted after ${round.acceptedMs} ms, worked off after ${round.endedMs}, landed after ${round.landedMs};`,
    `memory at most ${world.takePeakMb()} MB`,
  )
  expect(killed).toEqual(SUPPLY_POINTS)
  const rejected = Math.floor(RECORDS / 100)
  expect(batch).toMatchObject({
    state: 'done',
    records: RECORDS,
    counts: { accepted: RECORDS - rejected, updated: 0, duplicate: 0, rejected, quarantined: 0 },
  })
  expect({ wrong: wrong.slice(0, 5), lost: lost.slice(0, 5), twice: twice.slice(0, 5) }).toEqual({
    wrong: [],
    lost: [],
    twice: [],
  })
})
