import { appended } from './appended.ts'
import { hops, type Size } from './experiments.ts'
import { median, round } from './statistics.ts'
import { answering, callApi, dead, flapping, limited, setState, slow } from './trouble.ts'
import { addDestination, type Developer, type World } from './world.ts'

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
  for (const open of size.smoke ? [flapping] : [dead, slow, limited, flapping]) {
    const trouble = await open()
    const developer = await world.developer({ connections: size.connections, delivery: SINGLE })
    const other = await addDestination(developer.client, trouble.url, SINGLE)
    made.push(await beside(world, size, trouble.name, developer, other.destination_id))
    await trouble.close()
  }
  made.push(await besideBackfilling(world, size))
  return made
}

/** The other is well, and gets everything from before it was there. */
async function besideBackfilling(world: World, size: Size): Promise<Isolated> {
  const well = await answering()
  const developer = await world.developer({ connections: 2 * size.connections, delivery: SINGLE })
  const { client, accounts } = developer
  const past = accounts.slice(size.connections)
  await setState(client, developer.destinationId, 'paused')
  await client.destinations.remove(developer.destinationId)
  await world.second.ask(
    world.load({
      connections: past,
      first: world.take(size.backfillRecords),
      requestsPerSecond: 0,
      seconds: 600,
      itemsPerRequest: 50,
      together: false,
      closed: { lanes: 4, items: size.backfillRecords },
      bulk: true,
    }),
  )
  await appended(world, client.options.devId!)
  const live = { ...developer, accounts: accounts.slice(0, size.connections) }
  await addDestination(client, world.receiverUrl, SINGLE)
  const other = await addDestination(client, well.url, { max_records_per_call: 100 })
  const { rate_per_second } = await callApi<{ rate_per_second: number }>(
    client,
    'POST',
    `/destinations/${other.destination_id}/backfills`,
    { from: '2000-01-01' },
  )
  const name = `backfilling ${size.backfillRecords} events, ${rate_per_second} a second as by default`
  const made = await beside(world, size, name, live, other.destination_id)
  await well.close()
  return made
}

const SINGLE = { max_records_per_call: 1 }

async function beside(
  world: World,
  size: Size,
  trouble: string,
  developer: Pick<Developer, 'client' | 'accounts'>,
  otherId: string,
): Promise<Isolated> {
  const rate = size.smoke ? 20 : 100
  const seconds = size.smoke ? 2 : 8
  const pairs: Isolated['pairs'] = []
  let lost = 0
  const p99 = async () => {
    const measured = await hops(world, developer.accounts, rate, seconds)
    lost += measured.lost
    return measured.to_landed?.p99 ?? Number.NaN
  }
  // Once before: what is measured is a trouble that lasts, not its beginning.
  await setState(developer.client, otherId, 'active')
  await hops(world, developer.accounts, rate, size.smoke ? 1 : 20)
  for (let pair = 0; pair < (size.smoke ? 1 : 5); pair++) {
    await setState(developer.client, otherId, 'paused')
    const alone = await p99()
    await setState(developer.client, otherId, 'active')
    pairs.push({ alone, beside: await p99() })
  }
  await setState(developer.client, otherId, 'paused')
  return { trouble, rate, pairs, ratio: round(median(pairs.map((p) => p.beside / p.alone))), lost }
}
