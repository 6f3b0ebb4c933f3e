import { allLanded, evaluate, type Measured, measure, search } from './measure.ts'
import { round } from './statistics.ts'
import type { Developer, World } from './world.ts'

/** How long and how much: a smoke run only shows that everything still works. */
export interface Size {
  smoke: boolean
  connections: number
  developers: number
  hopSeconds: number
  probeSeconds: number
  liveSeconds: number
  backfillRecords: number
}
export const FULL: Size = {
  smoke: false,
  connections: 60,
  developers: 4,
  hopSeconds: 20,
  probeSeconds: 6,
  liveSeconds: 15,
  backfillRecords: 100_000,
}
export const SMOKE: Size = {
  smoke: true,
  connections: 12,
  developers: 2,
  hopSeconds: 4,
  probeSeconds: 2,
  liveSeconds: 3,
  backfillRecords: 1_000,
}

/** One event per call; and batches. */
export const SINGLE = { max_records_per_call: 1 }
export const BATCHED = { batch_events: 50 }

/** Several developers, so several cells. */
export const developersOf = async (world: World, size: Size, delivery: Record<string, unknown>) => {
  const made: Developer[] = []
  for (let i = 0; i < size.developers; i++)
    made.push(await world.developer({ connections: size.connections, delivery }))
  return made
}
/** Everybody's accounts, the developers taking turns. */
export const interleaved = (developers: Developer[]): string[] =>
  developers[0]!.accounts.flatMap((_, i) => developers.map((developer) => developer.accounts[i]!))

export async function hops(world: World, connections: string[], rate: number, seconds: number): Promise<Measured> {
  return measure(
    world.generator,
    world.receiver,
    world.load({
      connections,
      first: world.take(rate * seconds),
      requestsPerSecond: rate,
      seconds,
      itemsPerRequest: 1,
      together: false,
    }),
  )
}

export async function sustainedSingle(world: World, connections: string[], size: Size, from: number) {
  return search((rate) => hops(world, connections, rate, size.probeSeconds), {
    from,
    step: 1.5,
    halvings: size.smoke ? 0 : 3,
    most: size.smoke ? from : 20_000,
  })
}

export async function sustainedFifty(world: World, developers: Developer[], size: Size, from: number) {
  const connections = developers.flatMap((developer) => developer.accounts)
  const at = (rate: number) => {
    const requests = Math.max(1, Math.round(rate / 50))
    return measure(
      world.generator,
      world.receiver,
      world.load({
        connections,
        first: world.take(requests * size.probeSeconds * 50),
        requestsPerSecond: requests,
        seconds: size.probeSeconds,
        itemsPerRequest: 50,
        together: false,
      }),
    )
  }
  return search(at, { from, step: 1.5, halvings: size.smoke ? 0 : 3, most: size.smoke ? from : 50_000 })
}

export async function slowReceiver(world: World, connections: string[], size: Size, from: number) {
  world.receiver.tell({ kind: 'delay', ms: 100 })
  try {
    return await sustainedSingle(world, connections, size, from)
  } finally {
    world.receiver.tell({ kind: 'delay', ms: 0 })
  }
}

/** One developer's live events alone, and while another's backfill runs through the bulk queues. */
export async function besideBackfill(world: World, live: string[], bulk: string[], size: Size) {
  const rate = size.smoke ? 20 : 100
  const alone = await hops(world, live, rate, size.liveSeconds)
  const first = world.take(size.backfillRecords)
  const backfill = world.load({
    connections: bulk,
    first,
    requestsPerSecond: 0,
    seconds: 180,
    itemsPerRequest: 50,
    together: false,
    closed: { lanes: 2, items: size.backfillRecords },
    bulk: true,
  })
  const begin = Date.now()
  const sending = world.second.ask(backfill)
  const seconds = size.smoke ? size.liveSeconds : 30
  const load = world.load({
    connections: live,
    first: world.take(rate * seconds),
    requestsPerSecond: rate,
    seconds,
    itemsPerRequest: 1,
    together: false,
  })
  const sent = await world.generator.ask(load)
  const bulkSent = await sending
  const landed = await allLanded(world.receiver, rate * seconds + size.backfillRecords, 600_000)
  const tookSeconds = (Date.now() - begin) / 1000
  const taken = await world.receiver.ask({ kind: 'take' })
  if (taken.kind !== 'taken') throw new Error(`the receiver answered ${taken.kind}`)
  const beside = evaluate(load, sent, taken.arrivals, taken.requests, 1_000)
  const filled = evaluate(backfill, bulkSent, taken.arrivals, taken.requests, 0)
  return {
    live_rate: rate,
    alone_p95: alone.to_landed?.p95,
    beside_p95: beside.to_landed?.p95,
    ratio: round((beside.to_landed?.p95 ?? Number.NaN) / (alone.to_landed?.p95 ?? Number.NaN)),
    live: { alone, beside },
    backfill: {
      records: filled.landed,
      lost: filled.lost,
      statuses: filled.statuses,
      seconds: round(tookSeconds),
      per_second: round(filled.landed / tookSeconds, 0),
    },
    landed,
  }
}
