import type { RedriveView } from '../quarantine-api.ts'
import type { DeskStore } from './desk-store.ts'
import { type ToldTrouble, troubleOf } from './lateness.ts'
import type { QuarantineRow } from './quarantine.ts'

/** One chunk: it is worked in one go, and its contents pass through a call. */
export const CHUNK_RECORDS = 500
const CHUNK_BYTES = 1024 * 1024
/** Redrives that are told of. */
const KEPT = 100

interface RedriveAbout extends Omit<RedriveView, 'redrive_id' | 'state' | 'made_at' | 'ended_at' | 'trouble'> {
  /** Of the chunk that comes next. */
  trouble?: ToldTrouble
  item?: { batch_id: string; line: number }
  /** Rows up to the one are those that were there when it began; of them it has come to the other. */
  upTo: number
  at: number
  /** The chunk that somebody works at, or died over. */
  out?: number
}
export interface RedriveRow {
  redrive_id: string
  made_at: number
  ended_at: number | null
  about: RedriveAbout
}
type Stored = Omit<RedriveRow, 'about'> & { about: string }

/** The redrives of a desk, one row each. */
export class RedriveRows {
  private readonly desk: DeskStore
  constructor(desk: DeskStore) {
    this.desk = desk
  }
  of(redriveId: string): RedriveRow | undefined {
    return this.select(`WHERE redrive_id = ?`, redriveId)[0]
  }
  view(redriveId: string): RedriveView | undefined {
    const row = this.of(redriveId)
    return row && viewOf(row)
  }
  /** The newest first. */
  all(): RedriveView[] {
    return this.select(`ORDER BY number DESC LIMIT ${KEPT}`).map(viewOf)
  }
  open(): RedriveRow[] {
    return this.select(`WHERE ended_at IS NULL ORDER BY number`)
  }
  /** One that begins; the oldest are told of no more. */
  insert(redriveId: string, about: RedriveAbout): void {
    this.desk.tables.write(
      'redrive',
      `INSERT INTO redrives (redrive_id, made_at, about) VALUES (?, ?, ?)`,
      redriveId,
      this.desk.now(),
      JSON.stringify(about),
    )
    this.desk.tables.write(
      'redrive',
      `DELETE FROM redrives WHERE ended_at IS NOT NULL AND number <= (SELECT max(number) FROM redrives) - ${KEPT}`,
    )
  }
  put(redriveId: string, about: RedriveAbout): void {
    const text = JSON.stringify(about)
    this.desk.tables.write('redrive', `UPDATE redrives SET about = ? WHERE redrive_id = ?`, text, redriveId)
  }
  end(redriveId: string): void {
    const now = this.desk.now()
    this.desk.tables.write('redrive', `UPDATE redrives SET ended_at = ? WHERE redrive_id = ?`, now, redriveId)
  }
  private select(where: string, ...values: string[]): RedriveRow[] {
    return this.desk.tables
      .read<Stored>(`SELECT redrive_id, made_at, ended_at, about FROM redrives ${where}`, ...values)
      .map((row) => ({ ...row, about: JSON.parse(row.about) as RedriveAbout }))
  }
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

function viewOf({ redrive_id, made_at, ended_at, about }: RedriveRow): RedriveView {
  const { contracts, filter, matched, accepted, updated, duplicate, kept, trouble } = about
  return {
    trouble: trouble ? troubleOf(trouble) : null,
    ...{ redrive_id, state: ended_at === null ? 'running' : 'done', made_at, ended_at },
    ...{ contracts, filter, matched, accepted, updated, duplicate, kept },
  }
}
