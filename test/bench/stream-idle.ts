import { hello } from './hello.ts'
import { Helper, residentMb } from './process.ts'
import { round } from './statistics.ts'
import { type Consumers, expected, openProducers, type Producers, type Streamed, stream } from './stream-measure.ts'
import type { StreamDeveloper } from './stream-world.ts'
import type { World } from './world.ts'

export interface Idle {
  sockets: number
  developers: number
  /** Of the runtime: before there was a socket, with all of them open, and when their objects had slept. */
  mb: { before: number; open: number; asleep: number }
  kb_per_socket: number
  producers: number
  /** How many of the producers answered a heartbeat after the sleep. */
  alive: number
  /** What they all sent afterwards. */
  after: Streamed
}

/** The runtime puts an object to sleep that has done nothing for ten seconds. */
const ASLEEP_MS = 25_000
const CONSUMERS_EACH = 2

/** Sockets that are identified and say nothing: what each holds of the runtime's memory while its objects sleep. */
export async function idle(
  world: World,
  developers: StreamDeveloper[],
  producers: Producers,
  smoke: boolean,
): Promise<Idle> {
  const consumers: Consumers = new Helper('stream-consumers.ts')
  const backends = developers.flatMap(({ headers }) => Array.from({ length: CONSUMERS_EACH }, () => headers))
  const everybody = developers.flatMap(({ people }) => people)
  const total = (smoke ? 500 : 2_000) - backends.length
  const people = Array.from({ length: total }, (_, i) => everybody[i % everybody.length]!)
  const door = { door: 'product', url: world.url } as const
  try {
    // Once and away again, and many requests: what the objects need by themselves, and the garbage that the runtime lets
    // gather to a level before it is swept, are not the sockets'.
    await openProducers(producers, { ...door, people: everybody, overMs: 0 })
    await producers.ask({ kind: 'close' })
    await hello(world.url, smoke ? 0.5 : 15)
    await producers.ask({ kind: 'mint', url: world.url, people })
    const before = residentMb(world.workerd)
    await consumers.ask({ kind: 'open', ...door, developers: backends })
    await openProducers(producers, { ...door, people, overMs: 0 })
    const open = residentMb(world.workerd)
    await new Promise((resolve) => setTimeout(resolve, smoke ? 0 : ASLEEP_MS))
    const asleep = residentMb(world.workerd)
    const { alive } = await expected(producers.ask({ kind: 'beat' }), 'beaten')
    const after = await stream(
      producers,
      consumers,
      { producers: total, consumers: backends.length },
      { hz: 1, seconds: smoke ? 1 : 3, warmUpMs: 0 },
      (consumer, person) => backends[consumer] === people[person]!.headers,
    )
    await producers.ask({ kind: 'close' })
    await consumers.ask({ kind: 'close' })
    return {
      sockets: total + backends.length,
      developers: developers.length,
      mb: { before, open, asleep },
      kb_per_socket: round(((asleep - before) * 1024) / (total + backends.length), 1),
      producers: total,
      alive,
      after,
    }
  } finally {
    consumers.stop()
  }
}
