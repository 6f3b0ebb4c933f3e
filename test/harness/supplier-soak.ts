import { fuzzBatches } from '../suppliers/fuzz-batches.ts'
import { batchRound, pointsOf } from './supplier-round.ts'
import { openSupplierWorld } from './supplier-world.ts'

const PATIENCE_MS = 60 * 60_000
/** Of a night with its heart rates, packed. */
const SAMPLES = 60
const PACKED_BYTES = 665

/** A supplier's batch at full size, killed at each point, and mutated ones. → how many were bad */
export async function soakSuppliers(bundle: string, { mb, mutated }: { mb: number; mutated: number }): Promise<number> {
  let bad = 0
  if (mb > 0) bad += await bigBatch(bundle, Math.ceil((mb * 1e6) / PACKED_BYTES))
  if (mutated > 0) bad += await fuzz(bundle, mutated)
  return bad
}

async function bigBatch(bundle: string, records: number): Promise<number> {
  const world = await openSupplierWorld(bundle)
  try {
    const size = { records, brokenEach: 100, people: 500, samples: SAMPLES }
    const round = await batchRound(world, { ...size, points: pointsOf('push'), patienceMs: PATIENCE_MS })
    const { file, batch, killed, wrong, lost, twice, acceptedMs, endedMs, landedMs } = round
    const counts = Object.entries(batch.counts ?? {}).map(([outcome, count]) => `${outcome} ${count}`)
    const sum = Object.values(batch.counts ?? {}).reduce((all, one) => all + one, 0)
    console.log(
      `a batch of ${records} records, ${(file.bytes.length / 1e6).toFixed(1)} MB packed, ${(file.unpacked / 1e6).toFixed(0)} MB unpacked`,
    )
    console.log(`killed at ${killed.join(', ')}; ${counts.join(', ')}; sum ${sum} of ${records}`)
    console.log(
      `accepted after ${acceptedMs} ms, worked off after ${endedMs}, landed after ${landedMs}; memory at most ${world.takePeakMb()} MB`,
    )
    console.log(`wrong in the report ${wrong.length}, lost ${lost.length}, twice ${twice.length}`)
    for (const one of [...wrong, ...lost, ...twice].slice(0, 10)) console.log(`  ${one} RED`)
    return Number(
      wrong.length + lost.length + twice.length > 0 || sum !== records || killed.length < pointsOf('push').length,
    )
  } finally {
    await world.close()
  }
}

async function fuzz(bundle: string, pushes: number): Promise<number> {
  const world = await openSupplierWorld(bundle)
  try {
    const { answers, bad, unaccounted, records } = await fuzzBatches(world, { pushes, seed: Date.now() })
    console.log(`${pushes} mutated batches, ${records} records:`, answers)
    for (const one of [...bad, ...unaccounted].slice(0, 10)) console.log(`  ${one} RED`)
    return Number(bad.length + unaccounted.length > 0)
  } finally {
    await world.close()
  }
}
