import { sha256 } from '../../shared/base/hash.ts'
import { newId } from '../../shared/base/ids.ts'
import { CONNECTION_ERROR_EVERY_MS } from '../../shared/base/limits.ts'
import type { LifecycleType } from '../../shared/delivery/types.ts'
import { mergeRecord } from '../../shared/schema/merge.ts'
import { isOperational, type OperationalType } from '../../shared/schema/operational-event.ts'
import { API_VERSION } from '../../shared/schema/version.ts'
import type { AppendPayload, AppendRecord, LifecycleNotice } from '../../shared/source/record.ts'
import type { Cell } from './cell.ts'
import type { CellConnection } from './connections.ts'
import { keyOf } from './feed.ts'
import { countPage } from './file-count.ts'
import type { Batch } from './group-commit.ts'
import { recordContext, sealText } from './keys.ts'
import type { RecordRow } from './records.ts'
import { codeOf, REQUESTED } from './types.ts'

/** What one call makes of one record: all its parts folded together, one row written. */
interface Draft {
  connection: number
  type: number
  summary_id: string
  /** seq of the row that it was made from; a commit in between makes it again. */
  basedOn: number | undefined
  /** That row is cold, as it was when so many moves had been made. */
  cold: boolean
  moves: number
  row: Omit<RecordRow, 'seq' | 'appended_at'>
  /** When the content that stays was appended: the ordering time of a seq is one for ever. */
  appendedBefore: number | undefined
  text: string | undefined
  changed: boolean
}
type Numbered = AppendRecord & { number: number; payload: AppendPayload }

/**
 * Key: payload number, then (connection, type, summary_id, content): the same content takes no new seq, and content
 * from a lower number never replaces a higher one's of the same part. → how many seqs were given.
 */
export async function append(cell: Cell, payloads: AppendPayload[]): Promise<number> {
  await cell.keys.load(payloads.flatMap(({ user_id }) => cell.connections.of(user_id)?.number ?? []))
  for (;;) {
    const drafts = await prepare(cell, payloads)
    const given = await cell.commit.run((batch) => write(cell, batch, payloads, drafts))
    if (given !== 'again') return given
  }
}

async function prepare(cell: Cell, payloads: AppendPayload[]): Promise<Draft[]> {
  const byKey = new Map<string, { connection: number; type: number; records: Numbered[] }>()
  for (const payload of payloads) {
    const connection = cell.connections.of(payload.user_id)
    if (connection?.state !== 'active' || !cell.keys.of(connection.number)) continue
    // What was fetched for a notification keeps the notification's place in the source order.
    const number = cell.inbox.waiting.get(payload.number)?.about.parent ?? payload.number
    for (const record of payload.records) {
      const type = codeOf(record.type)
      const key = `${connection.number}/${type}/${record.summary_id}`
      const found = byKey.get(key) ?? { connection: connection.number, type, records: [] }
      found.records.push({ ...record, number, payload })
      byKey.set(key, found)
    }
  }
  const drafts: Draft[] = []
  for (const { connection, type, records } of byKey.values()) {
    const draft = await fold(cell, connection, type, records)
    if (draft) drafts.push(draft)
  }
  return drafts
}

/** Folds records of one key into the row that is there. undefined: nothing of it is news. */
async function fold(cell: Cell, connection: number, type: number, records: Numbered[]): Promise<Draft | undefined> {
  const { summary_id } = records[0]!
  const { moves } = cell.cold
  const row = cell.record(connection, type, summary_id)
  const parts = (row ? JSON.parse(row.parts) : {}) as Record<string, number>
  const before = row && (isRepetition(row, records) ? records[0]!.body : await cell.texts.read(row))
  let body = before
  let newest: Numbered | undefined
  let moved = false
  for (const record of records) {
    const known = parts[record.part]
    if (known !== undefined && record.number < known) continue
    const older = Math.max(0, ...Object.values(parts)) > record.number
    if (known !== record.number) moved = true
    parts[record.part] = record.number
    if (record.body === undefined) body = undefined
    else if (body === undefined || body === record.body) body = record.body
    else body = merge(body, record.body, older)
    newest = record
  }
  if (!newest) return undefined
  const changed = row === undefined ? true : body !== before
  // Only the number moved: worth a row while a lower number may still come.
  if (!changed && !(moved && lowerNumberWaits(cell, connection, newest.number))) return undefined
  const hash = body === undefined ? '' : contentHash(body)
  const stored =
    body === undefined ? { body: null, large: null } : await cell.texts.store(connection, type, summary_id, body, hash)
  if (!stored) return undefined
  return {
    connection,
    type,
    summary_id,
    basedOn: row?.seq,
    cold: row?.cold !== undefined,
    moves,
    appendedBefore: row?.appended_at,
    text: body,
    changed,
    row: {
      connection,
      type,
      summary_id,
      revision: (row?.revision ?? 0) + (changed ? 1 : 0),
      origin: newest.payload.origin,
      start_at: newest.startAt,
      end_at: newest.endAt,
      received_at: newest.payload.receivedAt,
      trace: newest.payload.trace,
      parts: JSON.stringify(parts),
      hash,
      size: body?.length ?? 0,
      ...stored,
    },
  }
}

/** What is in cold history already is not fetched to be found equal. */
const isRepetition = (row: RecordRow, records: Numbered[]): boolean =>
  row.cold !== undefined && records.every(({ body }) => body !== undefined && contentHash(body) === row.hash)
const contentHash = (body: string): string => sha256(body).slice(0, 32)

const merge = (before: string, incoming: string, older: boolean): string => {
  const [a, b] = [JSON.parse(before) as object, JSON.parse(incoming) as object]
  return JSON.stringify(older ? mergeRecord(b, a) : mergeRecord(a, b))
}
function lowerNumberWaits(cell: Cell, connection: number, number: number): boolean {
  for (const { about } of cell.inbox.waiting.values()) {
    if (about.number >= number) return false
    if (about.connection === connection) return true
  }
  return false
}

function write(cell: Cell, batch: Batch, payloads: AppendPayload[], drafts: Draft[]): number | 'again' {
  for (const draft of drafts) if (currentSeq(cell, batch, draft) !== draft.basedOn) return 'again'
  const now = cell.now()
  let given = 0
  for (const draft of drafts) {
    if (cell.connections.numbered(draft.connection)?.state !== 'active') continue
    const seq = draft.changed ? cell.feed.takeSeq() : draft.basedOn!
    const appended_at = draft.changed ? now : draft.appendedBefore!
    cell.records.put({ ...draft.row, seq, appended_at })
    if (draft.cold || draft.moves !== cell.cold.moves)
      batch.after.push(cell.cold.remove(draft.connection, draft.type, draft.summary_id))
    batch.written.set(keyOf(draft), seq)
    if (!draft.changed) continue
    given++
    const { connection, type, summary_id, text, row } = draft
    batch.appended.push({ seq, connection, type, summary_id, bytes: row.size })
    if (text !== undefined) batch.after.push(() => cell.texts.remember(seq, text, { ...row, seq, appended_at }))
  }
  for (const payload of payloads) {
    const connection = cell.connections.of(payload.user_id)
    if (connection?.state === 'active') given += asides(cell, batch, connection, payload)
    // Counted once, whoever brings it.
    const first = cell.inbox.waiting.has(payload.number) && !batch.done.includes(payload.number)
    const news = first ? countPage(cell, batch, payload) : undefined
    if (news) appendEvent(cell, batch, ...news)
    batch.done.push(payload.number)
    batch.after.push(() => cell.inbox.done(payload.number))
  }
  return given
}

function currentSeq(cell: Cell, batch: Batch, draft: Draft): number | undefined {
  const key = keyOf(draft)
  const { connection, type, summary_id } = draft
  const seq = batch.written.get(key) ?? cell.feed.newestSeq(key) ?? cell.records.seqOf(connection, type, summary_id)
  if (seq !== undefined) return seq
  if (draft.moves !== cell.cold.moves) return cell.cold.get(connection, type, summary_id)?.seq
  // Nothing became cold since it was looked up, and what was is taken out by nobody but a write of the same record.
  return draft.cold ? draft.basedOn : undefined
}

/** What a payload brings beside records: items that did not normalize, and news of the connection itself. */
function asides(cell: Cell, batch: Batch, connection: CellConnection, payload: AppendPayload): number {
  for (const item of payload.quarantined)
    cell.tables.write(
      'quarantine',
      `INSERT INTO quarantine VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      connection.number,
      payload.number,
      item.path,
      JSON.stringify({
        reason: item.reason,
        resource: cell.inbox.waiting.get(payload.number)?.about.resource ?? '',
        at: cell.now(),
      }),
    )
  for (const notice of payload.notices) appendNotice(cell, batch, connection, notice, payload)
  return payload.notices.length
}

function appendNotice(
  cell: Cell,
  batch: Batch,
  connection: CellConnection,
  notice: LifecycleNotice,
  payload: AppendPayload,
) {
  const say = (type: LifecycleType, message: string, fields: Record<string, unknown> = {}) =>
    appendEvent(cell, batch, connection, { type, status: 'warning', message, ...versionOf(type), ...fields }, payload)
  if (notice.kind === 'connection_error') {
    // Each failing pull says it again; the developer hears it once.
    if (cell.now() - (connection.degradedAt ?? 0) < CONNECTION_ERROR_EVERY_MS) return
    batch.after.push(cell.connections.write({ ...connection, degradedAt: cell.now() }))
    say('connection_error', 'User connection degraded')
  } else if (notice.kind === 'access_revoked') {
    batch.after.push(cell.connections.write({ ...connection, state: 'inactive' }))
    say('access_revoked', 'User revoked access')
  } else {
    const change = scopeChange(connection.scopes, notice.scopes)
    if (!change) return
    batch.after.push(cell.connections.write({ ...connection, scopes: notice.scopes }))
    say('permission_change', 'User permissions have been modified', change)
  }
}

/** What was granted and taken away, as the event tells it; undefined: nothing. */
export function scopeChange(before: string[], now: string[]) {
  const scopes_added = now.filter((scope) => !before.includes(scope)).join(',')
  const scopes_removed = before.filter((scope) => !now.includes(scope)).join(',')
  return scopes_added === '' && scopes_removed === '' ? undefined : { scopes_added, scopes_removed }
}

/** Of the notices about a connection only this one carries the version, as published. */
export const versionOf = (type: LifecycleType): object => (type === 'permission_change' ? { version: API_VERSION } : {})

/** Appends an event that is never replaced: lifecycle, or data that a request asked for. Inside a commit. */
export function appendEvent(
  cell: Cell,
  batch: Batch,
  connection: CellConnection,
  event: { type: LifecycleType | OperationalType; [field: string]: unknown },
  from: { trace: string; receivedAt: number; summary_id?: string; code?: number },
): void {
  const type = from.code ?? codeOf(event.type)
  const summary_id = from.summary_id ?? newId('evt')
  const key = cell.keys.forRecord(connection.number, type)
  if (!key) return
  const seq = cell.feed.takeSeq()
  const about =
    type === REQUESTED || isOperational(event.type) ? event : { ...event, reference_id: connection.reference_id }
  const body = JSON.stringify(about)
  const now = cell.now()
  const row: RecordRow = {
    connection: connection.number,
    type,
    summary_id,
    seq,
    revision: 1,
    origin: 'live',
    start_at: now,
    end_at: now,
    appended_at: now,
    received_at: from.receivedAt,
    trace: from.trace,
    parts: '{}',
    hash: '',
    size: body.length,
    large: null,
    body: sealText(key, body, recordContext(connection.number, type, summary_id)),
  }
  cell.records.put(row)
  batch.appended.push({ seq, connection: connection.number, type, summary_id, bytes: body.length })
  batch.after.push(() => cell.texts.remember(seq, body, row))
}
