import { concat } from '../../shared/base/bytes.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { COLD_PIECE_BYTES, COLD_PIECE_RECORDS } from '../../shared/base/limits.ts'
import type { Cell } from './cell.ts'
import type { ColdPiece } from './cold-index.ts'
import type { ColdRow } from './cold-stubs.ts'
import { monthOf } from './hot-window.ts'
import type { RecordRow } from './records.ts'
import { codeOf } from './types.ts'

type Aged = Omit<RecordRow, 'body'> & { bytes: number }

/** There is one of it, it is read with everything, and it is about no time. */
const ATHLETE = codeOf('athlete')
/** Objects deleted in one go. */
const SWEPT = 100

/** Seq up to which every cursor, and every lane of the connection, has passed. */
export function passedBy(cell: Cell, connection: number): number {
  let to = cell.feed.head
  for (const { state } of cell.destinations.all()) {
    to = Math.min(to, state.cursor)
    const lane = state.lanes.get(connection)
    if (lane) to = Math.min(to, lane.from - 1)
  }
  return to
}

/** What of a connection may become cold, oldest first. */
export function aged(cell: Cell, connection: number, before: number): Aged[] {
  return cell.tables.read<Aged>(
    `SELECT connection, type, summary_id, seq, revision, origin, start_at, end_at, appended_at, received_at, trace, parts,
       hash, size, large, coalesce(length(body), 0) AS bytes
       FROM records WHERE connection = ? AND type < 100 AND type <> ${ATHLETE} AND seq <= ?
         AND max(end_at, appended_at) < ? ORDER BY start_at LIMIT ?`,
    connection,
    passedBy(cell, connection),
    before,
    COLD_PIECE_RECORDS,
  )
}

/** The first of them that go into one object: of one month, as many as fit. */
export function firstBatch(rows: Aged[]): Aged[] {
  const month = rows[0] && monthOf(rows[0].start_at)
  let bytes = 0
  return rows.filter((row) => {
    if (monthOf(row.start_at) !== month || (bytes > 0 && bytes + row.bytes > COLD_PIECE_BYTES)) return false
    bytes += row.bytes
    return true
  })
}

/**
 * Moves records of one connection and month into object storage. Key: the object's name, which holds the hash of its
 * content. Rows become stubs only when the object is stored, and only those that nobody changed meanwhile. → how many
 */
export async function chill(cell: Cell, batch: Aged[]): Promise<number> {
  const [first] = batch
  if (!first) return 0
  const { connection } = first
  const month = monthOf(first.start_at)
  cell.chilling = connection
  try {
    const made = await newObject(cell, month, batch)
    if (!made || !isOpen(cell, connection)) return 0
    cell.tables.transaction(() => cell.cold.gone(made.piece.object))
    const stored = await cell.env.RAW.put(made.piece.object, made.content)
    if (stored?.size !== made.content.length) throw new Error(`${made.piece.object} was not stored whole`)
    await crashPoint('cold-put-before-rows', cell.env)
    const moved = isOpen(cell, connection) ? take(cell, made) : 0
    await crashPoint('cold-rows-before-sweep', cell.env)
    return moved
  } finally {
    cell.chilling = undefined
  }
}
const isOpen = (cell: Cell, connection: number): boolean => {
  const { state } = cell.connections.numbered(connection) ?? { state: 'closed' }
  return state === 'active' || state === 'inactive'
}

interface Made {
  piece: ColdPiece
  /** The piece that it takes the place of. */
  before: ColdPiece | undefined
  content: Uint8Array
  rows: ColdRow[]
}

/** The last piece of the month with these added, or the next where that is full. undefined: it changed meanwhile. */
async function newObject(cell: Cell, month: number, batch: Aged[]): Promise<Made | undefined> {
  const { connection } = batch[0]!
  const last = cell.cold.lastPiece(connection, month)
  const kept = last ? cell.cold.open(last) : []
  const bytes = batch.reduce((sum, row) => sum + row.bytes, 0)
  const fits = last && last.bytes + bytes <= COLD_PIECE_BYTES && kept.length + batch.length <= COLD_PIECE_RECORDS
  const { moves } = cell.cold
  const old = fits ? await cell.coldObjects.read(last.object) : undefined
  if (fits && !old && cell.cold.moves === moves && cell.cold.lastPiece(connection, month)?.object === last.object)
    throw new Error(`cold history ${last.object} is not in object storage`)
  if (fits && !old) return undefined
  const parts: Uint8Array[] = []
  const rows: Omit<ColdRow, 'cold'>[] = []
  const places: { at: number; length: number }[] = []
  let at = 0
  const add = (row: Omit<RecordRow, 'body'>, sealed: Uint8Array) => {
    rows.push({ ...row, body: null })
    places.push({ at, length: sealed.length })
    parts.push(sealed)
    at += sealed.length
  }
  if (old) for (const row of kept) add(row, old.subarray(row.cold.at, row.cold.at + row.cold.length))
  for (const { bytes: _, ...row } of batch) {
    const found = cell.records.get(connection, row.type, row.summary_id)
    if (found?.seq === row.seq) add(row, found.body ? new Uint8Array(found.body as ArrayBuffer) : new Uint8Array())
  }
  const content = concat(...parts)
  const hash = sha256(content)
  const piece = fits ? last.piece : (last?.piece ?? 0) + 1
  const object = `${coldFolder(cell, connection)}${month}-${piece}-${hash.slice(0, 32)}`
  return {
    piece: { connection, month, piece, object, bytes: at },
    before: fits ? last : undefined,
    content,
    rows: rows.map((row, i) => ({ ...row, cold: { object, ...places[i]! } })),
  }
}
export const coldFolder = (cell: Cell, connection: number): string => `cold/${cell.name}/${connection}/`

/** Rows become stubs. Rule: the floor is written wherever rows leave. */
function take(cell: Cell, { piece, before, rows }: Made): number {
  let moved = 0
  let after = () => {}
  cell.tables.transaction(() => {
    const old = new Set((before ? cell.cold.open(before) : []).map(({ type, summary_id }) => `${type}/${summary_id}`))
    const stubs = rows.filter(({ connection, type, summary_id, seq, parts }) => {
      // It was cold before, and still is.
      if (old.has(`${type}/${summary_id}`)) return true
      const now = cell.records.versionOf(connection, type, summary_id)
      if (now?.seq !== seq || now.parts !== parts) return false
      cell.records.remove(connection, type, summary_id)
      moved++
      return true
    })
    if (stubs.length === 0) return
    after = cell.cold.write(piece, stubs)
    cell.cold.notGone(piece.object)
    if (before && before.object !== piece.object) cell.cold.gone(before.object)
    cell.tables.setMeta('floor', String(cell.feed.head))
    cell.cold.moves++
  })
  after()
  return moved
}

/** Deletes objects that no piece names any more. */
export async function sweepCold(cell: Cell): Promise<void> {
  const objects = cell.cold.allGone(SWEPT)
  if (objects.length === 0) return
  await cell.env.RAW.delete(objects)
  cell.tables.transaction(() => {
    for (const object of objects) cell.cold.notGone(object)
  })
}
