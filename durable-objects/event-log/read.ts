import { CHUNK_BYTES, CHUNK_OBJECTS } from '../../shared/base/limits.ts'
import { SECOND_MS } from '../../shared/base/time.ts'
import type { Lane } from '../../shared/delivery/lanes.ts'
import type { Attempt } from '../../shared/delivery/types.ts'
import type { DataType } from '../../shared/schema/data-types.ts'
import type {
  CellHealth,
  ConnectionView,
  DeliveryStatus,
  FeedEntryView,
  RecordQuery,
  StoredRecord,
} from '../event-log-api.ts'
import type { RecordOrigin } from '../origin-api.ts'
import { appendEvent } from './append.ts'
import type { Cell } from './cell.ts'
import { type CellConnection, wireUser } from './connections.ts'
import type { Destination } from './destinations.ts'
import { feedFor } from './feed-for.ts'
import type { RequestedBody } from './leased-events.ts'
import { parkedCount } from './parked.ts'
import { byTime, type RecordRow } from './records.ts'
import { codeOf, isData, REQUESTED, typeOf } from './types.ts'

/** A read that lost a record to a write begins again so often. */
const READ_AGAIN = 3

const open = (connection: CellConnection | undefined): connection is CellConnection =>
  connection?.state === 'active' || connection?.state === 'inactive'

export function connectionView(cell: Cell, userId: string): ConnectionView | undefined {
  const connection = cell.connections.of(userId)
  if (!connection) return undefined
  const newestAt: ConnectionView['newestAt'] = {}
  let lastEventAt: number | null = null
  const newest = [...cell.records.newest(connection.number), ...cell.cold.newest(connection.number)]
  for (const { type, end_at, appended_at } of newest) {
    const name = typeOf(type, '') as DataType
    if (isData(type)) newestAt[name] = Math.max(newestAt[name] ?? end_at, end_at)
    lastEventAt = Math.max(lastEventAt ?? 0, appended_at)
  }
  return {
    user: wireUser(connection, lastEventAt ?? undefined),
    provider: connection.provider,
    state: connection.state,
    newestAt,
    lastEventAt,
  }
}

/** Records of a range with their contents, oldest first. Hot and cold ones are listed in the same moment: none is in both. */
async function found(cell: Cell, query: RecordQuery): Promise<{ row: RecordRow; body: string }[]> {
  const connection = cell.connections.of(query.user_id)
  if (!open(connection)) return []
  await cell.keys.load([connection.number])
  for (let tries = 0; ; tries++) {
    const range = [connection.number, codeOf(query.type), query.startAt, query.endAt] as const
    const cold = cell.cold.meeting(...range)
    const rows =
      cold.length > 0 ? [...cell.records.meeting(...range), ...cold].sort(byTime) : cell.records.meeting(...range)
    const all: { row: RecordRow; body: string }[] = []
    let changed = false
    for (const row of rows) {
      const body = await cell.texts.read(row)
      if (body === undefined) changed ||= row.cold !== undefined
      else if (inDays(body, query)) all.push({ row, body })
    }
    // A cold record got newer content while objects were fetched: it is read as it is now.
    if (!changed || tries === READ_AGAIN) return all
  }
}

/** A civil day is the user's own: the date part of the record's start, whatever its offset. */
function inDays(body: string, { firstDay, lastDay }: RecordQuery): boolean {
  if (firstDay === undefined && lastDay === undefined) return true
  const metadata = body.indexOf('"metadata":')
  const day = /"start_time":"(\d{4}-\d{2}-\d{2})/.exec(metadata < 0 ? '' : body.slice(metadata))?.[1]
  return day === undefined || (day >= (firstDay ?? day) && day <= (lastDay ?? day))
}

export async function records(cell: Cell, query: RecordQuery): Promise<StoredRecord[]> {
  return (await found(cell, query)).map(({ row, body }) => ({
    summary_id: row.summary_id,
    seq: row.seq,
    revision: row.revision,
    startAt: row.start_at,
    endAt: row.end_at,
    body,
  }))
}

/** Also of one that is cold, without its content. */
export function originOf(
  cell: Cell,
  { user_id, type, summary_id }: { user_id: string; type: DataType; summary_id: string },
): RecordOrigin | undefined {
  const connection = cell.connections.of(user_id)
  const row = open(connection) ? cell.record(connection.number, codeOf(type), summary_id) : undefined
  if (!row) return undefined
  const { trace, origin, revision, received_at, appended_at } = row
  return { trace, origin, revision, received_at, appended_at }
}

/** Puts the records of a range into the feed again under one reference: at most 10 objects or 10 MB an event where it is large. */
export async function resend(
  cell: Cell,
  query: RecordQuery & { reference: string; large: boolean; with_samples: boolean },
) {
  const connection = cell.connections.of(query.user_id)
  if (!open(connection)) return { records: 0, events: 0 }
  const rows = (await found(cell, query)).map(({ row }) => row)
  const chunks = query.large ? chunked(rows) : rows.length > 0 ? [rows] : []
  const from = { trace: query.reference, receivedAt: cell.now() }
  const say = (type: 'large_request_processing' | 'large_request_sending', fields: Record<string, unknown>) => ({
    type,
    reference: query.reference,
    ...fields,
  })
  await cell.commit.run((batch) => {
    if (query.large) {
      const message = 'Large request is processing'
      appendEvent(cell, batch, connection, say('large_request_processing', { status: 'processing', message }), from)
      const expected_payloads = chunks.length
      appendEvent(
        cell,
        batch,
        connection,
        say('large_request_sending', { message: 'Large request is being sent', expected_payloads }),
        from,
      )
    }
    chunks.forEach((chunk, i) => {
      const keys = chunk.map((row) => `${row.type}|${row.summary_id}`)
      const body: RequestedBody = { type: query.type, keys, with_samples: query.with_samples }
      const summary_id = `${query.type}|${query.reference}|${i + 1}|${query.large ? chunks.length : 0}`
      appendEvent(cell, batch, connection, body as never, { ...from, summary_id, code: REQUESTED })
    })
  })
  cell.arm(cell.now())
  return { records: rows.length, events: chunks.length }
}

function chunked(rows: RecordRow[]): RecordRow[][] {
  const chunks: RecordRow[][] = []
  let bytes = 0
  for (const row of rows) {
    const last = chunks.at(-1)
    if (!last || last.length >= CHUNK_OBJECTS || bytes + row.size > CHUNK_BYTES) {
      chunks.push([row])
      bytes = row.size
    } else {
      last.push(row)
      bytes += row.size
    }
  }
  return chunks
}

export function events(cell: Cell, query: { afterSeq: number; limit: number; userId?: string }): FeedEntryView[] {
  const only = query.userId === undefined ? undefined : (cell.connections.of(query.userId)?.number ?? -1)
  const found: FeedEntryView[] = []
  let after = query.afterSeq
  while (found.length < query.limit && after < cell.feed.head) {
    const { entries, to } = cell.feed.after(after, 500)
    for (const entry of entries) {
      const { seq, connection, type, summary_id } = entry
      if (found.length >= query.limit || type === REQUESTED || (only !== undefined && connection !== only)) continue
      const row = cell.record(connection, type, summary_id)
      const owner = cell.connections.numbered(connection)
      if (row?.seq !== seq || !owner) continue
      const { origin, revision, appended_at, size } = row
      const view = { seq, user_id: owner.user_id, type: typeOf(type, summary_id), summary_id, origin, revision }
      found.push({ ...view, appendedAt: appended_at, deleted: size === 0 })
    }
    after = to
  }
  return found
}

export function deliveryStatus(cell: Cell, destination: Destination): DeliveryStatus {
  const { state } = destination
  const oldest = oldestUndelivered(cell, destination)
  return {
    destination_id: destination.config.destination_id,
    cursor: state.cursor,
    head: cell.feed.head,
    lag: oldest.count,
    held: [...state.lanes.values()].filter(isHeld).map((lane) => ({
      user_id: cell.connections.numbered(lane.connection)!.user_id,
      fromSeq: lane.from,
      attempts: lane.attempts,
      nextTryAt: lane.nextTryAt,
      reason: lane.blocked ? `waits for the replay of a parked event: ${lane.reason}` : lane.reason,
    })),
    parked: parkedCount(cell, destination),
    oldestUndeliveredAt: oldest.at ?? null,
  }
}

/** The last attempts, the newest first; those at the first event of a held connection stay among them. */
export function attempts(
  cell: Cell,
  destination: Destination,
  { userId, limit }: { userId?: string; limit: number },
): Attempt[] {
  const all = new Map<string, Attempt>()
  const keep = (attempt: Attempt) => all.set(attempt.attempt_id, attempt)
  const connection = userId === undefined ? undefined : cell.connections.of(userId)?.number
  if (connection !== undefined) cell.tries.of(destination, connection).forEach(keep)
  for (const attempt of destination.attempts) keep(JSON.parse(attempt) as Attempt)
  return [...all.values()]
    .filter((attempt) => userId === undefined || attempt.user_id === userId)
    .sort((a, b) => b.startedAt - a.startedAt)
    .slice(0, limit)
}

/** A lane that only sends something again holds nothing. */
const isHeld = (lane: Lane): boolean => lane.blocked || lane.attempts > 0 || lane.replays.length === 0

/** Counted up to a bound: a figure for people and alerts. */
function oldestUndelivered(cell: Cell, destination: Destination): { count: number; at: number | undefined } {
  const { state } = destination
  const feed = feedFor(cell, destination)
  const ahead = feed
    .after(state.cursor, 1_000)
    .entries.filter((e) => e.seq > (state.sent.get(e.connection) ?? 0) && !state.lanes.has(e.connection))
  const held = [...state.lanes.values()].flatMap((lane) =>
    feed.of(lane.connection, Math.max(state.sent.get(lane.connection) ?? 0, lane.from - 1), 100),
  )
  let at: number | undefined
  for (const entry of [...ahead.slice(0, 1), ...held]) {
    const { type, summary_id } = feed.seen.get(entry.seq)!
    const appended = cell.records.get(entry.connection, type, summary_id)?.appended_at
    if (appended !== undefined) at = Math.min(at ?? appended, appended)
  }
  return { count: ahead.length + held.length, at }
}

export function health(cell: Cell): CellHealth {
  const waiting = [...cell.destinations.all()].map((destination) => ({
    destination,
    oldestAt: oldestUndelivered(cell, destination).at,
  }))
  const undelivered = waiting.flatMap(({ oldestAt }) => oldestAt ?? [])
  return {
    cell: cell.name,
    connections: cell.connections.size,
    bytes: cell.tables.bytes,
    inboxPayloads: cell.inbox.waiting.size,
    oldestInboxAt: cell.inbox.oldestAt() ?? null,
    oldestUndeliveredAt: undelivered.length === 0 ? null : Math.min(...undelivered),
    lags: waiting.flatMap(({ destination: { config }, oldestAt = null }) => {
      const { lag_alert_seconds } = config.delivery
      if (config.state !== 'active' || lag_alert_seconds === null) return []
      const { destination_id, type: destination_type } = config
      return [{ destination_id, destination_type, thresholdMs: lag_alert_seconds * SECOND_MS, oldestAt }]
    }),
    parked: parkedCount(cell),
    rowsWritten: { ...cell.tables.rowsWritten },
    alarmsSet: cell.alarmsSet,
  }
}
