import type { Feed, FeedEntry } from '../../shared/delivery/lanes.ts'
import type { Filter } from '../../shared/delivery/types.ts'
import { isOperational } from '../../shared/schema/operational-event.ts'
import type { Cell } from './cell.ts'
import type { CellConnection } from './connections.ts'
import type { Destination } from './destinations.ts'
import { outlivesConnection, typeOf } from './types.ts'

/** Of a connection's rows, at a time. */
const LEAST_READ = 50

/** One entry as the destination sees it; which record it is stays with it. */
export interface LeasableEntry extends FeedEntry {
  type: number
  summary_id: string
}

/** The feed as one destination takes it: filtered by the settings that held at each seq. */
export function feedFor(cell: Cell, destination: Destination): Feed & { seen: Map<number, LeasableEntry> } {
  const seen = new Map<number, LeasableEntry>()
  const takes = (entry: LeasableEntry) => {
    const { state } = cell.connections.numbered(entry.connection) ?? { state: 'closed' }
    if ((state === 'closing' || state === 'closed') && !outlivesConnection(entry.type)) return false
    const filter = destination.judge(entry.seq)
    if (filter.test_mode || (entry.bytes === 0 && !filter.deletions)) return false
    const type = typeOf(entry.type, entry.summary_id)
    // "All" is all of the wire contract: its receivers do not know these. And they are nobody's, whoever else is left out.
    if (isOperational(type)) return filter.event_types.includes(type)
    if (!named(filter.event_types, type)) return false
    return takesConnection(filter, cell.connections.numbered(entry.connection))
  }
  const keep = (entries: LeasableEntry[]) => {
    const taken = entries.filter(takes)
    for (const entry of taken) seen.set(entry.seq, entry)
    return taken
  }
  return {
    seen,
    head: cell.feed.head,
    after: (seq, limit) => {
      const { entries, to } = cell.feed.after(seq, limit)
      return { entries: keep(entries), to }
    },
    of: (connection, after, limit) => {
      const found: LeasableEntry[] = []
      // Those that are not taken do not count: the first that is taken may be behind many.
      for (let from = after; ; ) {
        const rows = cell.records.ofConnection(connection, from, Math.max(limit, LEAST_READ))
        found.push(...keep(rows.map((row) => ({ ...row, bytes: row.size }))))
        if (found.length >= limit || rows.length < Math.max(limit, LEAST_READ)) return found.slice(0, limit)
        from = rows.at(-1)!.seq
      }
    },
  }
}

/** No name in the list takes all. */
export const named = (list: string[] | undefined, ...names: (string | null)[]): boolean =>
  !list?.length || names.some((name) => name !== null && list.includes(name))
export function takesConnection({ providers, users, scopes }: Filter, connection: CellConnection | undefined): boolean {
  if (!connection) return !users?.length && !providers?.length && !scopes?.length
  return (
    named(providers, connection.provider) &&
    named(users, connection.user_id, connection.reference_id) &&
    named(scopes, ...connection.scopes)
  )
}
