import { expect } from 'vitest'
import type { BatchRound } from '../harness/supplier-round.ts'
import type { SupplierWorld } from '../harness/supplier-world.ts'

/** Killed everywhere, every record once, the report exact, nothing lost. */
export function expectWhole(world: SupplierWorld, round: BatchRound, points: string[]): void {
  const { records } = round.file
  const { file, batch, killed, wrong, lost, twice } = round
  console.log(
    `${file.records} records, ${(file.unpacked / 1e6).toFixed(1)} MB unpacked: killed at ${killed.join(', ')};`,
    `accepted after ${round.acceptedMs} ms, worked off after ${round.endedMs}, landed after ${round.landedMs};`,
    `memory at most ${world.takePeakMb()} MB`,
  )
  expect(killed).toEqual(points)
  const rejected = file.broken.size
  expect(batch).toMatchObject({
    state: 'done',
    records,
    counts: { accepted: records - rejected, updated: 0, duplicate: 0, rejected, quarantined: 0 },
  })
  expect({ wrong: wrong.slice(0, 5), lost: lost.slice(0, 5), twice: twice.slice(0, 5) }).toEqual({
    wrong: [],
    lost: [],
    twice: [],
  })
}
