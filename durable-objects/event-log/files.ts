import { userOfFile } from '../../shared/base/ids.ts'
import {
  FILE_LEASE_MS,
  FILE_RECEIVING_MS,
  FILE_REST_MS,
  FILE_TRIES,
  NUDGE_LIFETIME_MS,
} from '../../shared/base/limits.ts'
import type { IncomingPayload } from '../../shared/source/record.ts'
import type { FileAnswer, FileJob, FilePageCommit, FileView, NewFile, PageAnswer, WholeFile } from '../file-api.ts'
import { eraseFiles, removeFile } from '../file-store.ts'
import { accept } from './accept.ts'
import { appendEvent } from './append.ts'
import type { Cell } from './cell.ts'
import { finished, newsOf } from './file-count.ts'
import { type FileRow, jobOf, type Opened, viewOf, wholeOf } from './file-rows.ts'

const placeOf = (cell: Cell, user_id: string, file_id: string) => ({
  developer_id: cell.address.developer_id,
  user_id,
  file_id,
})
const ownerOf = (cell: Cell, { connection }: FileRow): string => cell.connections.numbered(connection)?.user_id ?? ''
const PROCESSING = { status: 'processing', message: 'Large request is processing' }
const isOpen = (cell: Cell, number: number) => cell.connections.numbered(number)?.state === 'active'

/** Its bytes are on their way. Key: file_id. */
export async function beginFile(cell: Cell, file: NewFile): Promise<boolean> {
  const connection = cell.connections.of(file.user_id)
  if (connection?.state !== 'active') return false
  await cell.commit.run((batch) => {
    batch.after.push(cell.files.add(file, connection.number, cell.now()))
  })
  cell.arm(cell.now() + cell.watchdogMs)
  return true
}

/** All of it is stored: a job reads it. A 2xx to the sender may follow only this. */
export async function storedFile(cell: Cell, whole: WholeFile): Promise<FileAnswer> {
  const known = cell.files.get(whole.file_id)
  if (known) await cell.keys.load([known.connection])
  const answer = await cell.commit.run((batch): FileAnswer => {
    const row = cell.files.get(whole.file_id)
    if (!row || !isOpen(cell, row.connection)) return { kind: 'gone' }
    const same = cell.files.same(row.connection, whole.hash, whole.file_id)
    if (same) {
      batch.after.push(cell.files.remove(whole.file_id))
      return { kind: 'same', file: viewOf(same, ownerOf(cell, same)) }
    }
    if (row.state === 'receiving') {
      batch.after.push(cell.files.change(row, { state: 'reading', ...wholeOf(whole) }))
      const event = newsOf(cell, row, 'large_request_processing', PROCESSING)
      if (event) appendEvent(cell, batch, ...event)
      const open = cell.files.open.get(whole.file_id)
      if (open) open.nudgeUntil = cell.now() + NUDGE_LIFETIME_MS
      cell.arm(cell.now() + cell.watchdogMs)
    }
    const now = cell.files.get(whole.file_id)!
    return { kind: 'file', file: viewOf(now, ownerOf(cell, now)), nudge: true }
  })
  if (answer.kind === 'same' && known) await removeFile(cell.env, placeOf(cell, ownerOf(cell, known), whole.file_id))
  return answer
}

/** A small file is here with all its pages: one commit. */
export async function takeFile(
  cell: Cell,
  file: NewFile,
  whole: WholeFile,
  payloads: IncomingPayload[],
): Promise<FileAnswer> {
  const connection = cell.connections.of(file.user_id)
  if (connection?.state !== 'active') return { kind: 'gone' }
  const same = cell.files.same(connection.number, whole.hash, file.file_id)
  if (same) return { kind: 'same', file: viewOf(same, file.user_id) }
  const answer = await accept(cell, payloads, { express: false }, (batch) => {
    cell.files.add(file, connection.number, cell.now())
    const row = cell.files.get(file.file_id)!
    const share = { about: { ...wholeOf(whole).about, share: 1 } }
    batch.after.push(
      cell.files.change(row, { state: 'processing', hash: whole.hash, pages: payloads.length, ...share }),
    )
  })
  if (answer.refused) return { kind: 'full' }
  const row = cell.files.get(file.file_id)
  return row ? { kind: 'file', file: viewOf(row, file.user_id), nudge: answer.nudge } : { kind: 'gone' }
}

/** Takes the reading of a stored file over, where nobody is at it. */
export async function leaseFile(cell: Cell, fileId: string): Promise<FileJob | undefined> {
  const now = cell.now()
  const open = cell.files.open.get(fileId)
  const row = cell.files.get(fileId)
  if (!open || row?.state !== 'reading' || open.leaseUntil > now) return undefined
  open.leaseUntil = now + FILE_LEASE_MS
  const tries = row.about.tries + 1
  if (tries > FILE_TRIES) {
    await endFile(cell, fileId, `it was begun ${FILE_TRIES} times and never came further than page ${row.pages}`)
    return undefined
  }
  await cell.commit.run((batch) => {
    batch.after.push(cell.files.change(row, { about: { tries } }))
  })
  return jobOf(row, ownerOf(cell, row))
}

/** A page, and how far the file is: one commit. A page that was committed before is taken for it. */
export async function commitPage(cell: Cell, { file_id, page, payload, share }: FilePageCommit): Promise<PageAnswer> {
  const row = cell.files.get(file_id)
  if (row?.state !== 'reading' || !isOpen(cell, row.connection)) return { kind: 'stop' }
  if (page < row.pages) return { kind: 'taken', waiting: row.pages - row.pages_done, nudge: false }
  const { refused, nudge } = await accept(cell, [payload], { express: false }, (batch) => {
    const fresh = cell.files.get(file_id)
    if (fresh?.state !== 'reading' || fresh.pages !== page) return
    // It came further: what made it stop before is over.
    batch.after.push(cell.files.change(fresh, { pages: page + 1, about: { share, tries: 0 } }))
  })
  if (refused) {
    // It is not the file that keeps it from going on: no try of those that it has.
    await cell.commit.run((batch) => {
      const fresh = cell.files.get(file_id)
      if (fresh?.state === 'reading') batch.after.push(cell.files.change(fresh, { about: { tries: 0 } }))
    })
    return { kind: 'full' }
  }
  const open = cell.files.open.get(file_id)
  if (open) open.leaseUntil = cell.now() + FILE_LEASE_MS
  return { kind: 'taken', waiting: row.pages + 1 - row.pages_done, nudge }
}

/** It is read to its end, or cannot be; its stored bytes go. */
export async function endFile(cell: Cell, fileId: string, failed: string | null): Promise<void> {
  const known = cell.files.get(fileId)
  if (known) await cell.keys.load([known.connection])
  const row = await cell.commit.run((batch) => {
    const row = cell.files.get(fileId)
    if (row?.state !== 'reading') return row
    const now = cell.now()
    if (failed === null) batch.after.push(cell.files.change(row, { state: 'processing', about: { share: 1 } }))
    else batch.after.push(cell.files.change(row, { state: 'failed', about: { reason: failed, endedAt: now } }))
    if (failed === null) {
      const whole = finished(cell, batch, cell.files.get(fileId)!)
      if (whole) appendEvent(cell, batch, ...whole)
    }
    return row
  })
  if (row && row.about.chunks > 0) await removeFile(cell.env, placeOf(cell, ownerOf(cell, row), fileId))
  cell.arm(cell.now())
}

export async function fileView(cell: Cell, fileId: string, userId: string): Promise<FileView | undefined> {
  const row = cell.files.get(fileId)
  return row && ownerOf(cell, row) === userId ? viewOf(row, userId) : undefined
}

/** Whoever read it could not go on: another may at once, or after a while where that came to nothing before. */
export function releaseFile(cell: Cell, fileId: string): void {
  const open = cell.files.open.get(fileId)
  if (!open) return
  const tries = cell.files.get(fileId)?.about.tries ?? 0
  open.leaseUntil = tries < 2 ? 0 : cell.now() + FILE_REST_MS * 4 ** (tries - 2)
  cell.arm(cell.now() + cell.watchdogMs)
}

const dueOf = ({ state, madeAt, leaseUntil, nudgeUntil }: Opened): number =>
  state === 'receiving' ? madeAt + FILE_RECEIVING_MS : Math.max(leaseUntil, nudgeUntil)
/** When something must be done about files; undefined: nothing is under way. */
export function filesDueAt(cell: Cell): number | undefined {
  const [first, ...rest] = [...cell.files.open.values()].map(dueOf)
  return first === undefined ? undefined : Math.max(Math.min(first, ...rest), cell.now() + cell.watchdogMs)
}
/** Files whose sender gave up go; those that nobody reads are read again. */
export async function lookAfterFiles(cell: Cell): Promise<void> {
  const now = cell.now()
  for (const [file, open] of [...cell.files.open]) {
    if (dueOf(open) > now) continue
    if (open.state === 'receiving') await dropFile(cell, file)
    else {
      open.nudgeUntil = now + NUDGE_LIFETIME_MS
      await cell.env.PAYLOADS_BULK.send({ cell: cell.name, file })
    }
  }
}
/** A sender that went away, or whose file was no good: what is there of it goes at once. */
export async function dropFile(cell: Cell, fileId: string): Promise<void> {
  const row = cell.files.get(fileId)
  if (row && row.state !== 'receiving') return
  // Of one that is not known any more, pieces may have come after its connection was erased.
  await removeFile(cell.env, placeOf(cell, userOfFile(fileId) ?? '', fileId))
  if (!row) return
  await cell.commit.run((batch) => {
    batch.after.push(cell.files.remove(fileId))
  })
}
export const eraseFilesOf = (cell: Cell, user_id: string) =>
  eraseFiles(cell.env, { developer_id: cell.address.developer_id, user_id })
