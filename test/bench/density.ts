import { type Measured, measure } from './measure.ts'
import { dollarsPerMillion, withDestinations } from './prices.ts'
import { round } from './statistics.ts'
import { momentOf, type PerEvent, perEvent } from './used.ts'
import { addDestination, type Developer, type World } from './world.ts'

export interface Density {
  name: string
  one: PerEvent
  two: PerEvent
  dollars_one_destination: number
  dollars: number
  budget: Budget
}
export interface Budget {
  rows: number
  object_calls: number
  queue_messages: number
  dollars: number
}
/** The table of what an event may cost, for one webhook destination; dollars for 1.3. */
export const BUDGETS: Record<string, Budget> = {
  sparse: { rows: 5, object_calls: 5, queue_messages: 2, dollars: 9 },
  'full cell': { rows: 3, object_calls: 2, queue_messages: 1, dollars: 4 },
  '50 a request': { rows: 1.2, object_calls: 0.1, queue_messages: 0.05, dollars: 1.5 },
}
const DESTINATIONS = 1.3

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
/** The watchdog's alarm of the last event has fired by then: it belongs to what the events cost. */
const SETTLED_MS = 12_000

/** Counts around `work`, which says how many events landed and how many bytes they had. */
async function counted(
  world: World,
  work: () => Promise<Measured[]>,
  settleMs: number,
  deliveries: number,
): Promise<PerEvent> {
  await pause(settleMs)
  const before = await momentOf(world)
  const runs = await work()
  await pause(settleMs)
  const after = await momentOf(world)
  const events = runs.reduce((sum, run) => sum + run.accepted, 0)
  const landed = runs.reduce((sum, run) => sum + run.landed + run.duplicated, 0)
  if (landed < events * deliveries)
    throw new Error(`only ${landed} of ${events * deliveries} deliveries landed while counting`)
  const bytes = runs.reduce((sum, run) => sum + run.median_event_bytes * run.events, 0)
  return perEvent(before, after, { events, bytes })
}

export function priced(name: string, one: PerEvent, two: PerEvent): Density {
  return {
    name,
    one,
    two,
    dollars_one_destination: round(dollarsPerMillion(one.usage)),
    dollars: round(dollarsPerMillion(withDestinations(one.usage, two.usage, DESTINATIONS))),
    budget: BUDGETS[name]!,
  }
}

/** One event in a payload, each in a cell (a developer) of its own that was asleep. */
export async function sparse(world: World, smoke: boolean): Promise<Density> {
  const developers: Developer[] = []
  for (let i = 0; i < (smoke ? 4 : 24); i++) developers.push(await world.developer({ connections: 1 }))
  const connections = developers.flatMap(({ accounts }) => accounts)
  const rounds = async (): Promise<Measured[]> => {
    const runs: Measured[] = []
    for (let i = 0; i < (smoke ? 1 : 2); i++) {
      if (i > 0) await pause(SETTLED_MS)
      runs.push(await send(world, connections, 4, connections.length / 4, 1, false))
    }
    return runs
  }
  return oneAndTwo(world, 'sparse', developers, rounds, smoke)
}

/** One cell at about six events a second, two of one person in a payload. */
export async function fullCell(world: World, smoke: boolean): Promise<Density> {
  const developer = await world.developer({ connections: smoke ? 10 : 60 })
  const run = async () => [await send(world, developer.accounts, 3, smoke ? 4 : 30, 2, true)]
  return oneAndTwo(world, 'full cell', [developer], run, smoke)
}

/** Pushes of 50 people's events into one cell, batched webhooks. */
export async function fifty(world: World, smoke: boolean, delivery: Record<string, unknown>): Promise<Density> {
  const developer = await world.developer({ connections: 60, delivery })
  const run = async () => [await send(world, developer.accounts, 4, smoke ? 3 : 12, 50, false)]
  return oneAndTwo(world, '50 a request', [developer], run, smoke, delivery)
}

/** The full cell again, at one, three and seven destinations: what each further one adds. */
export async function manyDestinations(
  world: World,
  smoke: boolean,
): Promise<{ destinations: number; one: PerEvent; dollars: number }[]> {
  const developer = await world.developer({ connections: smoke ? 10 : 60 })
  const counts = smoke ? [1, 3] : [1, 3, 7]
  const run = async () => [await send(world, developer.accounts, 3, smoke ? 4 : 30, 2, true)]
  const made: { destinations: number; one: PerEvent; dollars: number }[] = []
  let there = 1
  for (const destinations of counts) {
    for (; there < destinations; there++) await addDestination(developer.client, world.receiverUrl)
    const one = await counted(world, run, smoke ? 1_000 : SETTLED_MS, destinations)
    made.push({ destinations, one, dollars: round(dollarsPerMillion(one.usage)) })
  }
  return made
}

async function oneAndTwo(
  world: World,
  name: string,
  developers: Developer[],
  run: () => Promise<Measured[]>,
  smoke: boolean,
  delivery: Record<string, unknown> = {},
): Promise<Density> {
  const settleMs = smoke ? 1_000 : SETTLED_MS
  const one = await counted(world, run, settleMs, 1)
  if (smoke) return priced(name, one, one)
  for (const { client } of developers) await addDestination(client, world.receiverUrl, delivery)
  const two = await counted(world, run, settleMs, 2)
  return priced(name, one, two)
}

const send = (
  world: World,
  connections: string[],
  requestsPerSecond: number,
  seconds: number,
  items: number,
  together: boolean,
) =>
  measure(
    world.generator,
    world.receiver,
    world.load({
      connections,
      first: world.take(Math.round(requestsPerSecond * seconds) * items),
      requestsPerSecond,
      seconds,
      itemsPerRequest: items,
      together,
    }),
    { warmUpMs: 0 },
  )

/** 10 % sparse, 90 % full. */
export const mixDollars = (sparseOne: Density, full: Density): number =>
  round(0.1 * sparseOne.dollars + 0.9 * full.dollars)
