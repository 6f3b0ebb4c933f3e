import type { Trouble } from '../../shared/supply/trouble.ts'
import type { RedriveView } from '../quarantine-api.ts'
import type { QuarantineRow } from './quarantine.ts'

/** One chunk: it is worked in one go, and its contents pass through a call. */
export const CHUNK_RECORDS = 500
const CHUNK_BYTES = 1024 * 1024

export interface RedriveAbout extends Omit<RedriveView, 'redrive_id' | 'state' | 'made_at' | 'ended_at' | 'trouble'> {
  /** Of the chunk that comes next. */
  trouble?: Trouble
  item?: { batch_id: string; line: number }
  /** Rows up to the one are those that were there when it began; of them it has come to the other. */
  upTo: number
  at: number
}
export interface RedriveRow {
  redrive_id: string
  made_at: number
  ended_at: number | null
  about: string
}

export const among = (contracts: object): string =>
  ` AND contract IN (${Object.keys(contracts)
    .map(() => '?')
    .join(', ')})`

/** The first records of one batch that fit a chunk: a batch is of one contract. */
export function firstOf(rows: QuarantineRow[]): QuarantineRow[] {
  let bytes = 0
  const end = rows.findIndex((row, i) => {
    bytes += row.sealed?.byteLength ?? 0
    return row.batch_id !== rows[0]!.batch_id || (i > 0 && bytes > CHUNK_BYTES)
  })
  return end === -1 ? rows : rows.slice(0, end)
}

export function viewOf({ redrive_id, made_at, ended_at, about }: RedriveRow): RedriveView {
  const read = JSON.parse(about) as RedriveAbout
  const { contracts, filter, matched, accepted, updated, duplicate, kept } = read
  return {
    trouble: read.trouble ?? null,
    ...{ redrive_id, state: ended_at === null ? 'running' : 'done', made_at, ended_at },
    ...{ contracts, filter, matched, accepted, updated, duplicate, kept },
  }
}
