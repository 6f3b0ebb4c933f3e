import { FILES_KEPT } from '../../shared/base/limits.ts'
import type { FileJob, FileView, NewFile, WholeFile } from '../file-api.ts'
import type { Tables } from '../tables.ts'

type State = FileView['state']
interface About extends Pick<NewFile, 'format' | 'name'> {
  bytes: number
  chunks: number
  share: number
  tries: number
  reason: string | null
  madeAt: number
  endedAt: number | null
}
interface Row {
  file_id: string
  connection: number
  state: State
  hash: string
  pages: number
  pages_done: number
  records: number
  quarantined: number
  about: string
}
export interface FileRow extends Omit<Row, 'about'> {
  about: About
}
/** Of a file under way. */
export interface Opened {
  connection: number
  state: State
  madeAt: number
  /** Somebody reads it until then. */
  leaseUntil: number
  /** A message that it is to be read is due; past it, it counts as lost. */
  nudgeUntil: number
}

/** Files that came in: a row each, and in memory those that are not wholly read yet. */
export class FileRows {
  readonly open = new Map<string, Opened>()
  private readonly tables: Tables

  constructor(tables: Tables) {
    this.tables = tables
    // Nobody is known to be at work on them: they are begun again at the next look.
    for (const { file_id, connection, state, about } of tables.read<Row>(
      `SELECT * FROM files WHERE state IN ('receiving', 'reading')`,
    ))
      this.remember(file_id, connection, state, (JSON.parse(about) as About).madeAt)
  }

  private remember(id: string, connection: number, state: State, madeAt: number): void {
    const { leaseUntil = 0, nudgeUntil = 0 } = this.open.get(id) ?? {}
    if (state === 'receiving' || state === 'reading')
      this.open.set(id, { connection, state, madeAt, leaseUntil, nudgeUntil })
    else this.open.delete(id)
  }

  get(fileId: string): FileRow | undefined {
    const [row] = this.tables.read<Row>(`SELECT * FROM files WHERE file_id = ?`, fileId)
    return row && { ...row, about: JSON.parse(row.about) as About }
  }
  /** The same bytes of the same person, that did not fail. */
  same(connection: number, hash: string, but: string): FileRow | undefined {
    const [row] = this.tables.read<Row>(
      `SELECT * FROM files WHERE connection = ? AND hash = ? AND file_id <> ? AND state IN ('reading', 'processing', 'done')`,
      connection,
      hash,
      but,
    )
    return row && { ...row, about: JSON.parse(row.about) as About }
  }
  /** All below run inside a transaction; memory learns of it by what is returned. */
  add({ file_id, format, name }: NewFile, connection: number, now: number): () => void {
    const about: About = {
      format,
      name,
      bytes: 0,
      chunks: 0,
      share: 0,
      tries: 0,
      reason: null,
      madeAt: now,
      endedAt: null,
    }
    this.tables.write(
      'files',
      `INSERT INTO files VALUES (?, ?, 'receiving', '', 0, 0, 0, 0, ?) ON CONFLICT DO NOTHING`,
      file_id,
      connection,
      JSON.stringify(about),
    )
    this.tables.write(
      'files',
      `DELETE FROM files WHERE connection = ?1 AND state IN ('done', 'failed') AND file_id NOT IN
         (SELECT file_id FROM files WHERE connection = ?1 ORDER BY json_extract(about, '$.madeAt') DESC LIMIT ${FILES_KEPT})`,
      connection,
    )
    return () => this.remember(file_id, connection, 'receiving', now)
  }
  change(row: FileRow, change: Partial<Pick<FileRow, 'state' | 'hash' | 'pages'>> & { about?: Partial<About> }) {
    const { file_id, connection } = row
    const [state, hash, pages] = [change.state ?? row.state, change.hash ?? row.hash, change.pages ?? row.pages]
    this.tables.write(
      'files',
      `UPDATE files SET state = ?, hash = ?, pages = ?, about = ? WHERE file_id = ?`,
      state,
      hash,
      pages,
      JSON.stringify({ ...row.about, ...change.about }),
      file_id,
    )
    return () => this.remember(file_id, connection, state, row.about.madeAt)
  }
  /** What a page became. In place: several pages may be counted in one transaction. */
  count(fileId: string, records: number, quarantined: number): FileRow | undefined {
    this.tables.write(
      'files',
      `UPDATE files SET pages_done = pages_done + 1, records = records + ?, quarantined = quarantined + ? WHERE file_id = ?`,
      records,
      quarantined,
      fileId,
    )
    return this.get(fileId)
  }
  remove(fileId: string): () => void {
    this.tables.write('files', `DELETE FROM files WHERE file_id = ?`, fileId)
    return () => this.open.delete(fileId)
  }
  erase(connection: number): () => void {
    this.tables.write('files', `DELETE FROM files WHERE connection = ?`, connection)
    return () => {
      for (const [id, open] of this.open) if (open.connection === connection) this.open.delete(id)
    }
  }
}

export const viewOf = (row: FileRow, user_id: string): FileView => {
  const { format, name, bytes, share, reason, madeAt, endedAt } = row.about
  const { file_id, state, pages, pages_done, records, quarantined } = row
  return {
    file_id,
    user_id,
    state,
    format,
    name,
    bytes,
    share,
    pages,
    pages_done,
    records,
    quarantined,
    reason,
    madeAt,
    endedAt,
  }
}
export const jobOf = (row: FileRow, user_id: string): FileJob => {
  const { format, name, bytes, chunks, madeAt } = row.about
  return { file_id: row.file_id, user_id, format, name, bytes, chunks, hash: row.hash, pages: row.pages, madeAt }
}
export const wholeOf = ({ bytes, hash, chunks }: WholeFile) => ({ hash, about: { bytes, chunks } })
