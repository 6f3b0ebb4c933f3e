import { MAX_ROW_BYTES } from '../../shared/base/limits.ts'
import type { Cell } from './cell.ts'
import { recordContext, sealText, unsealText } from './keys.ts'
import type { Rerun } from './reruns.ts'
import type { Parts } from './source-order.ts'

export interface Key {
  connection: number
  type: number
  summary_id: string
}
/** What payloads that ran again make of one record, as far as they ran. */
export interface Folded {
  parts: Parts
  body: string | undefined
  startAt: number
  endAt: number
  receivedAt: number
  trace: string
  /** How often its content changed, as a record's revision counts. */
  changes: number
  /** A dry run has told of it. */
  told: boolean
}
type About = Omit<Folded, 'body'>

const context = ({ connection, type, summary_id }: Key) => `rerun/${recordContext(connection, type, summary_id)}`

/** Keys must be loaded. */
export function readFolded(cell: Cell, job: Rerun, key: Key): Folded | undefined {
  const [row] = cell.tables.read<{ about: string; body: ArrayBuffer | null }>(
    `SELECT about, body FROM rerun_drafts WHERE job_id = ? AND connection = ? AND type = ? AND summary_id = ?`,
    job.job_id,
    key.connection,
    key.type,
    key.summary_id,
  )
  const opened = cell.keys.of(key.connection)
  if (!row || !opened) return undefined
  const body = row.body ? unsealText(opened, new Uint8Array(row.body), context(key)) : undefined
  return { ...(JSON.parse(row.about) as About), body }
}
/** Inside a transaction. → false: it is too large to be kept */
export function keepFolded(cell: Cell, job: Rerun, key: Key, { body, ...about }: Folded): boolean {
  const opened = cell.keys.of(key.connection)
  const sealed = body === undefined || !opened ? null : sealText(opened, body, context(key))
  if (sealed && sealed.length > MAX_ROW_BYTES) return false
  cell.tables.write(
    'jobs',
    `INSERT INTO rerun_drafts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET about = excluded.about, body = excluded.body`,
    job.job_id,
    key.connection,
    key.type,
    key.summary_id,
    JSON.stringify(about satisfies About),
    sealed,
  )
  return true
}
/** Inside a transaction. */
export const forgetFolded = (cell: Cell, job: Rerun, key: Key): void =>
  cell.tables.write(
    'jobs',
    `DELETE FROM rerun_drafts WHERE job_id = ? AND connection = ? AND type = ? AND summary_id = ?`,
    job.job_id,
    key.connection,
    key.type,
    key.summary_id,
  )
/** Records of which not everything ran that they are made of. */
export const undecided = (cell: Cell, job: Rerun): number =>
  cell.tables.read<{ n: number }>(
    `SELECT count(*) AS n FROM rerun_drafts WHERE job_id = ? AND NOT json_extract(about, '$.told')`,
    job.job_id,
  )[0]!.n
