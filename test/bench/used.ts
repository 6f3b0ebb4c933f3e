import { OBJECT_GB, OPERATIONS_PER_MESSAGE, type Usage } from './prices.ts'
import { round } from './statistics.ts'
import type { World } from './world.ts'

/** What the counting runtime has counted so far, by name. */
export type Counts = Record<string, number>
export const countsOf = async (world: World): Promise<Counts> =>
  (await fetch(`${world.url}/bench/counts`)).json() as Promise<Counts>

/** What was used between two counts, by each of so many events. */
export function usedBetween(before: Counts, after: Counts, events: number) {
  const used = (what: string): number => ((after[what] ?? 0) - (before[what] ?? 0)) / events
  /** All that was used of the names that begin so, by the rest of their names. */
  const family = (prefix: string, digits: number): Counts =>
    Object.fromEntries(
      Object.keys(after)
        .filter((name) => name.startsWith(prefix) && used(name) > 0)
        .map((name) => [name.slice(prefix.length), round(used(name), digits)]),
    )
  return { used, family }
}

/** What one event used, by what the platform bills and by what the budget names. */
export interface PerEvent {
  events: number
  rows: number
  rows_by_table: Record<string, number>
  object_calls: number
  calls_by_method: Record<string, number>
  alarms_set: number
  alarms_fired: number
  queue_messages: number
  queue_operations: number
  r2_operations: number
  d1_writes: number
  json_passes: { parsed: number; stringified: number }
  hashes: number
  sealed: number
  opened: number
  cpu_ms: number
  usage: Usage
}
/** What the counting runtime has counted and used at one moment. */
export interface Moment {
  counts: Counts
  cpuMs: number
}
export const momentOf = async (world: World): Promise<Moment> => ({
  counts: await countsOf(world),
  cpuMs: world.cpuMs(),
})

/** What each of so many events used between two moments; `bytes`: of all of them, as they came. */
export function perEvent(
  before: Moment,
  after: Moment,
  { events, bytes }: { events: number; bytes: number },
): PerEvent {
  const { used, family } = usedBetween(before.counts, after.counts, events)
  const usage: Usage = {
    'Worker requests': used('requests') + used('queueBatches'),
    'Worker CPU milliseconds': (after.cpuMs - before.cpuMs) / events,
    'Durable Object requests': used('objectCalls') + used('alarmsFired'),
    'Durable Object duration, GB-s': (used('objectMs') / 1000) * OBJECT_GB,
    'Durable Object rows read': used('rowsRead'),
    'Durable Object rows written': used('rowsWritten') + used('alarmsSet'),
    'Queue operations': used('queueSends') * OPERATIONS_PER_MESSAGE,
    'R2 class A operations': used('r2ClassA'),
    'R2 class B operations': used('r2ClassB'),
    'D1 rows read': used('d1Reads'),
    'D1 rows written': used('d1Writes'),
  }
  const passes = (what: string) => round((used(what) * events) / bytes)
  return {
    events,
    rows: round(usage['Durable Object rows written']!, 3),
    rows_by_table: family('rows.', 3),
    object_calls: round(usage['Durable Object requests']!, 3),
    calls_by_method: family('call.', 3),
    alarms_set: round(used('alarmsSet'), 3),
    alarms_fired: round(used('alarmsFired'), 3),
    queue_messages: round(used('queueSends'), 3),
    queue_operations: round(usage['Queue operations']!, 3),
    r2_operations: round(used('r2ClassA') + used('r2ClassB'), 4),
    d1_writes: round(used('d1Writes'), 4),
    json_passes: { parsed: passes('jsonParsedBytes'), stringified: passes('jsonStringifiedBytes') },
    hashes: round(used('hashes'), 3),
    sealed: round(used('sealed'), 3),
    opened: round(used('opened'), 3),
    cpu_ms: round(usage['Worker CPU milliseconds']!),
    usage: Object.fromEntries(Object.entries(usage).map(([name, amount]) => [name, round(amount, 5)])),
  }
}
