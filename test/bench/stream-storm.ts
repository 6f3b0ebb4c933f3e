import { Helper } from './process.ts'
import type { Spread } from './statistics.ts'
import { type Consumers, expected, openProducers, type Producers, type Streamed, stream } from './stream-measure.ts'
import type { StreamDeveloper } from './stream-world.ts'
import type { World } from './world.ts'

export interface Storm {
  connects: number
  seconds: number
  opened: number
  failures: Record<string, number>
  /** From the wish to connect to READY: token, socket, IDENTIFY. */
  ms: Spread | undefined
  /** So many stay at most, and how many answered a heartbeat when all had come. */
  most: number
  alive: number
  /** A steady stream of the first developer meanwhile. */
  beside: Streamed
}

/** The runtime, where it runs locally, needs two descriptors a socket; machines often give a process 20,000. */
const MOST = 7_500

/** Everybody comes back after an interruption, at a random moment of a minute, and stays. */
export async function storm(
  world: World,
  developers: StreamDeveloper[],
  comers: Producers,
  smoke: boolean,
): Promise<Storm> {
  const { connects, seconds, steady } = smoke
    ? { connects: 300, seconds: 3, steady: 10 }
    : { connects: 10_000, seconds: 60, steady: 100 }
  const everybody = developers.flatMap(({ people }) => people)
  const people = Array.from({ length: connects }, (_, i) => everybody[i % everybody.length]!)
  const door = { door: 'product', url: world.url } as const
  const consumers: Consumers = new Helper('stream-consumers.ts')
  const producers: Producers = new Helper('stream-producers.ts')
  const [main] = developers
  try {
    await consumers.ask({ kind: 'open', ...door, developers: [main!.headers] })
    await openProducers(producers, { ...door, people: main!.people.slice(0, steady), overMs: 0 })
    const coming = comers.ask({ kind: 'open', ...door, people, overMs: seconds * 1000, most: MOST })
    const count = { producers: steady, consumers: 1 }
    const beside = await stream(producers, consumers, count, { hz: 1, seconds, warmUpMs: 0 })
    const { opened, failures, ms } = await expected(coming, 'opened')
    const { alive } = await expected(comers.ask({ kind: 'beat' }), 'beaten')
    for (const helper of [comers, producers]) await helper.ask({ kind: 'close' })
    await consumers.ask({ kind: 'close' })
    return { connects, seconds, opened, failures, ms, most: Math.min(MOST, connects), alive, beside }
  } finally {
    consumers.stop()
    producers.stop()
  }
}
