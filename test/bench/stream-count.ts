import { dollarsPerMillion } from './prices.ts'
import { Helper } from './process.ts'
import { round } from './statistics.ts'
import { type Consumers, openProducers, type Producers, stream } from './stream-measure.ts'
import { developersWith, type StreamDeveloper } from './stream-world.ts'
import { countsOf, usedBetween } from './used.ts'
import type { World } from './world.ts'

/** What one frame used of what the platform bills, to one consumer. */
export interface Counted {
  producers: number
  hz: number
  frames: number
  lost: number
  rows: number
  rows_by_table: Record<string, number>
  object_calls: number
  calls_by_method: Record<string, number>
  /** Messages that sockets brought to objects: twenty are billed as one request. */
  socket_messages: number
  alarms: number
  cpu_ms: number
  /** Of a million frames, without what objects cost while they are awake. */
  dollars: number
}
const MESSAGES_PER_REQUEST = 20

/** One producer alone; many that are slow; some that are fast. */
const LOADS = [
  { producers: 1, hz: 1, seconds: 15 },
  { producers: 200, hz: 1, seconds: 15 },
  { producers: 50, hz: 50, seconds: 10 },
]
const SMOKE_LOADS = [
  { producers: 1, hz: 2, seconds: 1 },
  { producers: 10, hz: 10, seconds: 1 },
]
/** What comes after a frame has come by then: writes that are put off, alarms. */
const SETTLED_MS = 5_000

export async function countedStreams(world: World, smoke: boolean): Promise<Counted[]> {
  const loads = smoke ? SMOKE_LOADS : LOADS
  const [developer] = await developersWith(world, {
    developers: 1,
    people: Math.max(...loads.map(({ producers }) => producers)),
  })
  const made: Counted[] = []
  for (const load of loads) made.push(await counted(world, developer!, load, smoke ? 300 : SETTLED_MS))
  return made
}

async function counted(
  world: World,
  { headers, people }: StreamDeveloper,
  load: { producers: number; hz: number; seconds: number },
  settledMs: number,
): Promise<Counted> {
  const door = { door: 'product', url: world.url } as const
  const producers: Producers = new Helper('stream-producers.ts')
  const consumers: Consumers = new Helper('stream-consumers.ts')
  const settled = () => new Promise((resolve) => setTimeout(resolve, settledMs))
  try {
    await consumers.ask({ kind: 'open', ...door, developers: [headers] })
    await openProducers(producers, { ...door, people: people.slice(0, load.producers), overMs: 0 })
    await settled()
    const before = await countsOf(world)
    const cpuBefore = world.cpuMs()
    const count = { producers: load.producers, consumers: 1 }
    const { frames, lost } = await stream(producers, consumers, count, { ...load, warmUpMs: 0 })
    await settled()
    const cpu_ms = round((world.cpuMs() - cpuBefore) / frames)
    const after = await countsOf(world)
    await producers.ask({ kind: 'close' })
    await consumers.ask({ kind: 'close' })
    const { used, family } = usedBetween(before, after, frames)
    const rows = round(used('rowsWritten') + used('alarmsSet'), 4)
    const requests = used('objectCalls') + used('alarmsFired') + used('socketMessages') / MESSAGES_PER_REQUEST
    return {
      producers: load.producers,
      hz: load.hz,
      frames,
      lost,
      rows,
      rows_by_table: family('rows.', 4),
      object_calls: round(used('objectCalls'), 4),
      calls_by_method: family('call.', 4),
      socket_messages: round(used('socketMessages'), 4),
      alarms: round(used('alarmsFired'), 4),
      cpu_ms,
      dollars: round(
        dollarsPerMillion({
          'Durable Object requests': requests,
          'Durable Object rows written': rows,
          'Worker CPU milliseconds': cpu_ms,
        }),
      ),
    }
  } finally {
    producers.stop()
    consumers.stop()
  }
}
