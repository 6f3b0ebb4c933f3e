import { hops, type Size } from './experiments.ts'
import { median, round } from './statistics.ts'
import { dead, flapping, limited, setState, slow, type Trouble } from './trouble.ts'
import { addDestination, type World } from './world.ts'

export interface Isolated {
  trouble: string
  rate: number
  /** p99 from source to landed at the healthy webhook, ms: without and with the other, pair by pair. */
  pairs: { alone: number; beside: number }[]
  /** Median of the pairs' ratios. */
  ratio: number
  lost: number
}

/**
 * A healthy webhook alone, and beside another destination in trouble: pairs that take turns, so that the machine's mood
 * falls on both.
 */
export async function isolation(world: World, size: Size): Promise<Isolated[]> {
  const made: Isolated[] = []
  for (const open of [dead, slow, limited, flapping]) {
    const trouble = await open()
    made.push(await beside(world, size, trouble))
    await trouble.close()
  }
  return made
}

async function beside(world: World, size: Size, trouble: Trouble): Promise<Isolated> {
  const rate = size.smoke ? 20 : 100
  const seconds = size.smoke ? 2 : 8
  const developer = await world.developer({ connections: size.connections, delivery: { max_records_per_call: 1 } })
  const other = await addDestination(developer.client, trouble.url, { max_records_per_call: 1 })
  const pairs: Isolated['pairs'] = []
  let lost = 0
  const p99 = async () => {
    const measured = await hops(world, developer.accounts, rate, seconds)
    lost += measured.lost
    return measured.to_landed?.p99 ?? Number.NaN
  }
  for (let pair = 0; pair < (size.smoke ? 1 : 5); pair++) {
    await setState(developer.client, other.destination_id, 'paused')
    const alone = await p99()
    await setState(developer.client, other.destination_id, 'active')
    pairs.push({ alone, beside: await p99() })
  }
  await setState(developer.client, other.destination_id, 'paused')
  return { trouble: trouble.name, rate, pairs, ratio: round(median(pairs.map((p) => p.beside / p.alone))), lost }
}
