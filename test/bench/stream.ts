import { Helper } from './process.ts'
import { round } from './statistics.ts'
import { type Idle, idle } from './stream-idle.ts'
import { type Consumers, type Load, openProducers, type Producers, type Streamed, stream } from './stream-measure.ts'
import { type Storm, storm } from './stream-storm.ts'
import { developersWith, type StreamDeveloper } from './stream-world.ts'
import type { World } from './world.ts'

export interface StreamLoad {
  producers: number
  hz: number
  consumers: number
  product: Streamed
  /** The same through a bare relay. */
  relay: Streamed
  /** Of the 99th percentiles. */
  ratio: number
  /** A load beyond the one that has a target, to see how latency grows. */
  growth: boolean
}
export interface StreamFigures {
  loads: StreamLoad[]
  idle?: Idle
  storm?: Storm
}
interface Shape {
  producers: number
  /** One after the other on the same sockets. */
  loads: { hz: number; consumers: number; growth?: boolean }[]
}

const SHAPES: Shape[] = [
  {
    producers: 1_000,
    loads: [
      { hz: 1, consumers: 1 },
      { hz: 1, consumers: 3 },
      { hz: 2, consumers: 1, growth: true },
      { hz: 4, consumers: 1, growth: true },
    ],
  },
  {
    producers: 100,
    loads: [
      { hz: 50, consumers: 1 },
      { hz: 50, consumers: 3 },
    ],
  },
]
const SMOKE_SHAPES: Shape[] = [
  {
    producers: 40,
    loads: [
      { hz: 5, consumers: 1 },
      { hz: 5, consumers: 3 },
    ],
  },
]

/** Idle sockets; producers to consumers through the product and through a bare relay, by turns; many that come at once. */
export async function streams(
  world: World,
  smoke: boolean,
  say: (text: string) => void,
  figures: StreamFigures,
): Promise<void> {
  const shapes = smoke ? SMOKE_SHAPES : SHAPES
  const relay = new Helper<object, { url: string }>('stream-relay.ts')
  const { url: relayUrl } = await relay.next()
  const producers: Producers = new Helper('stream-producers.ts')
  try {
    const some = await developersWith(world, smoke ? { developers: 2, people: 4 } : { developers: 10, people: 10 })
    say('sockets held idle')
    figures.idle = await idle(world, some, producers, smoke)
    const people = Math.max(...shapes.map((shape) => shape.producers))
    say(`connecting ${people} people`)
    const [main] = await developersWith(world, { developers: 1, people })
    for (const shape of shapes)
      for (const { hz, consumers, growth = false } of shape.loads) {
        say(`${shape.producers} producers at ${hz} Hz to ${consumers} consumers`)
        const load = { hz, seconds: smoke ? 2 : 20, warmUpMs: smoke ? 500 : 3_000 }
        const count = { producers: shape.producers, consumers }
        const product = await once(producers, main!, { door: 'product', url: world.url }, count, load)
        const bare = await once(producers, main!, { door: 'relay', url: relayUrl }, count, load)
        const ratio = round((product.ms?.p99 ?? Number.NaN) / (bare.ms?.p99 ?? Number.NaN))
        figures.loads.push({ producers: shape.producers, hz, consumers, product, relay: bare, ratio, growth })
      }
    say('many that connect at once')
    figures.storm = await storm(world, [main!, ...some], producers, smoke)
  } finally {
    producers.stop()
    relay.stop()
  }
}

async function once(
  producers: Producers,
  { headers, people }: StreamDeveloper,
  at: { door: 'product' | 'relay'; url: string },
  count: { producers: number; consumers: number },
  load: Load,
): Promise<Streamed> {
  // A process of their own each time: nothing that one has gathered slows the next.
  const consumers: Consumers = new Helper('stream-consumers.ts')
  try {
    await consumers.ask({ kind: 'open', ...at, developers: Array.from({ length: count.consumers }, () => headers) })
    await openProducers(producers, { ...at, people: people.slice(0, count.producers), overMs: 0 })
    const streamed = await stream(producers, consumers, count, load)
    await producers.ask({ kind: 'close' })
    await consumers.ask({ kind: 'close' })
    return streamed
  } finally {
    consumers.stop()
  }
}
