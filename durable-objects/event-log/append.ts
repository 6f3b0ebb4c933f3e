import { newId } from '../../shared/base/ids.ts'
import { CONNECTION_ERROR_EVERY_MS } from '../../shared/base/limits.ts'
import type { LifecycleType } from '../../shared/delivery/types.ts'
import { isOperational, type OperationalType } from '../../shared/schema/operational-event.ts'
import { API_VERSION } from '../../shared/schema/version.ts'
import type { AppendPayload, AppendRecord, LifecycleNotice } from '../../shared/source/record.ts'
import type { Cell } from './cell.ts'
import type { CellConnection } from './connections.ts'
import { contentHash, type Draft, makeDraft, mergeBeneath, mergeTexts, putDrafts } from './drafts.ts'
import { countPage } from './file-count.ts'
import type { Batch } from './group-commit.ts'
import type { PayloadAbout } from './inbox.ts'
import { recordContext, sealText } from './keys.ts'
import { Outcomes } from './outcomes.ts'
import { quarantine } from './quarantine.ts'
import type { RecordRow } from './records.ts'
import { goneTo, isBefore, isBeforeAny, type Parts, place, wasKeptBack } from './source-order.ts'
import { codeOf, REQUESTED } from './types.ts'

type Numbered = AppendRecord & { number: number; payload: AppendPayload }
/** All that comes of one record. */
interface Keyed {
  connection: number
  type: number
  records: Numbered[]
}

/**
 * Key: payload number, then (connection, type, summary_id, content): the same content takes no new seq, and content
 * from a lower number never replaces a higher one's of the same part. → how many seqs were given. What became of each line of a
 * supplier's work is kept.
 */
export async function append(cell: Cell, payloads: AppendPayload[]): Promise<number> {
  await cell.keys.load(payloads.flatMap(({ user_id }) => cell.connections.of(user_id)?.number ?? []))
  for (;;) {
    const outcomes = new Outcomes()
    const drafts = await prepare(cell, payloads, outcomes)
    const given = await cell.commit.run((batch) => write(cell, batch, { payloads, drafts, outcomes }))
    if (given !== 'again') return given
  }
}

async function prepare(cell: Cell, payloads: AppendPayload[], outcomes: Outcomes): Promise<Draft[]> {
  const byKey = new Map<string, Keyed>()
  for (const payload of payloads) {
    const connection = cell.connections.of(payload.user_id)
    if (connection?.state !== 'active' || !cell.keys.of(connection.number)) continue
    const number = payload.parent ?? cell.inbox.waiting.get(payload.number)?.about.parent ?? payload.number
    for (const record of payload.records) {
      const type = codeOf(record.type)
      const key = `${connection.number}/${type}/${record.summary_id}`
      const found = byKey.get(key) ?? { connection: connection.number, type, records: [] }
      found.records.push({ ...record, number, payload })
      byKey.set(key, found)
    }
  }
  const drafts: Draft[] = []
  const { writes } = cell.records
  const all = [...byKey.values()]
  const places = cell.records.placesOf(
    all.map(({ connection, type, records }) => ({ connection, type, summary_id: records[0]!.summary_id })),
  )
  for (const [i, { connection, type, records }] of all.entries()) {
    // What comes between is seen when they are written.
    const mayBeHot = places?.has(i) ?? true
    const draft = await fold(cell, { connection, type, records, mayBeHot, writes }, outcomes)
    if (draft) drafts.push(draft)
  }
  return drafts
}

/** Folds records of one key into the row that is there. undefined: nothing of it is news. */
async function fold(
  cell: Cell,
  { connection, type, records, mayBeHot, writes }: Keyed & { mayBeHot: boolean; writes: number },
  outcomes: Outcomes,
): Promise<Draft | undefined> {
  const { summary_id } = records[0]!
  const { moves } = cell.cold
  const row = mayBeHot ? cell.record(connection, type, summary_id) : cell.cold.get(connection, type, summary_id)
  const parts = (row ? JSON.parse(row.parts) : {}) as Parts
  const before = row && (isRepetition(row, records) ? records[0]!.body : await cell.texts.read(row))
  let body = before
  let newest: Numbered | undefined
  let beneath: Numbered | undefined
  const moved = { number: false, version: false }
  let isThere = row !== undefined
  for (const record of records) {
    const older = isBeforeAny(record, parts)
    // All is taken back by what says so last, whatever part of it there is.
    if (isBefore(record, parts, record.part) || (older && record.body === undefined)) {
      const more = addsBeneath(record, parts) && body !== undefined ? mergeBeneath(body, record.body) : body
      outcomes.note(record, more === body ? 'd' : 'u')
      if (more !== body) beneath = record
      body = more
      continue
    }
    if (record.once && body !== undefined && body !== record.body) {
      outcomes.note(record, 'k')
      continue
    }
    const earlier = body
    const news = place(parts, { ...record, gone: record.body === undefined })
    moved.number ||= news.number
    moved.version ||= news.version
    if (record.body === undefined) body = undefined
    else if (body === undefined || body === record.body) body = record.body
    else body = mergeTexts(body, record.body, older)
    newest = record
    outcomes.note(record, !isThere ? 'a' : body === earlier ? 'd' : 'u')
    isThere = true
  }
  const news = newest ?? beneath
  if (!news) return undefined
  const changed = row === undefined ? true : body !== before
  // Only its place moved: worth a row while something of before may still come. Of lower versions nobody knows.
  const mayMatter = moved.version || (moved.number && earlierWaits(cell, connection, news))
  if (!changed && !mayMatter) return undefined
  // What says nothing new changes nothing but the number: else it would matter whether that had to be written.
  const { payload } = news
  const toldBy = newest ? traceOf(newest) : row!.trace
  const ofPayload = { origin: payload.origin, received_at: payload.receivedAt, trace: toldBy }
  const from = changed ? ofPayload : row!
  const span = changed && newest ? newest : { startAt: row!.start_at, endAt: row!.end_at }
  const { origin, received_at, trace } = from
  return makeDraft(cell, { row, moves, writes, connection, type, summary_id, body, changed, parts }, span, {
    origin,
    received_at,
    trace,
  })
}

/**
 * One that was kept back while others went by is content that nobody has seen: what it says beside those that came after it
 * holds. Not so where all of it was gone in between, where versions tell, and of an older notification: there the newer one is
 * the whole.
 */
const addsBeneath = (record: Numbered, parts: Parts): record is Numbered & { body: string } =>
  wasKeptBack(record.number) &&
  record.number > goneTo(parts) &&
  record.version === undefined &&
  record.body !== undefined

/** Of a batch, down to the record that the supplier sent. */
const traceOf = ({ payload, line }: Numbered): string =>
  line === undefined ? payload.trace : `${payload.trace}/${line}`

/** What is in cold history already is not fetched to be found equal. */
const isRepetition = (row: RecordRow, records: Numbered[]): boolean =>
  row.cold !== undefined && records.every(({ body }) => body !== undefined && contentHash(body) === row.hash)

/** Here, or with whoever kept it back. */
function earlierWaits(cell: Cell, connection: number, { number, payload }: Numbered): boolean {
  const { waiting } = cell.inbox
  if (waiting.get(payload.number)?.about.heldBefore) return true
  for (const { about } of waiting.values()) {
    if (about.number >= number) return false
    if (about.connection === connection) return true
  }
  return false
}

function write(
  cell: Cell,
  batch: Batch,
  { payloads, drafts, outcomes }: { payloads: AppendPayload[]; drafts: Draft[]; outcomes: Outcomes },
): number | 'again' {
  const put = putDrafts(cell, batch, drafts)
  if (put === 'again') return put
  let given = put
  const appended: PayloadAbout[] = []
  for (const payload of payloads) {
    const connection = cell.connections.of(payload.user_id)
    if (connection?.state === 'active') given += asides(cell, batch, connection, payload)
    // Counted once, whoever brings it.
    const waits = cell.inbox.waiting.get(payload.number)
    const first = waits && !batch.done.includes(payload.number)
    if (first) appended.push(waits.about)
    const news = first ? countPage(cell, batch, payload) : undefined
    if (news) appendEvent(cell, batch, ...news)
    batch.done.push(payload.number)
    batch.after.push(() => cell.inbox.done(payload.number))
  }
  outcomes.keep(cell, appended)
  return given
}

/** What a payload brings beside records: items that did not normalize, and news of the connection itself. */
function asides(cell: Cell, batch: Batch, connection: CellConnection, payload: AppendPayload): number {
  const { resource = '', payload_id } = cell.inbox.waiting.get(payload.number)?.about ?? {}
  const place = { connection: connection.number, payload: payload.number }
  quarantine(cell, place, payload.quarantined, { resource, payload_id })
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
