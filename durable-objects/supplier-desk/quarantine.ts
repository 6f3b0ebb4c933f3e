import { DAY_MS } from '../../shared/base/time.ts'
import { majorOf } from '../../shared/supply/major.ts'
import type { HeldReason } from '../../shared/supply/outcome.ts'
import type { RecordProblem } from '../../shared/supply/problem.ts'
import type { QuarantineFilter, QuarantineState } from '../../shared/supply/quarantine.ts'
import type { OutcomeName } from '../../shared/supply/report.ts'
import type { QuarantinedDetail, QuarantinedPage, QuarantinedView, QuarantineQuery } from '../quarantine-api.ts'
import type { DeskStore } from './desk-store.ts'

/** Rows that end in one turn of the alarm. */
const ENDED_AT_ONCE = 2_000

export interface QuarantineRow {
  number: number
  batch_id: string
  line: number
  subject_hash: string | null
  /** `name@1` */
  contract: string
  state: QuarantineState
  reason: HeldReason
  held_at: number
  expires_at: number
  ended_at: number | null
  redrive: string | null
  chunk: number | null
  about: string
  sealed: ArrayBuffer | null
  corrected: ArrayBuffer | null
}
interface About {
  problems: RecordProblem[]
  /** `name@1.2` */
  contract: string
  tries: number
  outcome?: OutcomeName
  /** Rows from before this was noted have none. */
  after?: number
}
/** A record as its piece hands it over. */
export interface Held {
  line: number
  reason: HeldReason
  problems: RecordProblem[]
  subject_hash: string | null
  /** The payload of its subject's cell that it came after. */
  after?: number
  sealed: Uint8Array
}

/** Records that wait until somebody mends what was missing, sealed; what became of them is told as long as their batch is. */
export class Quarantine {
  private readonly desk: DeskStore

  constructor(desk: DeskStore) {
    this.desk = desk
  }

  /** Inside a transaction. Key: batch and line. `contract`: `name@1.2`. */
  put(of: { batch_id: string; contract: string; quarantine_days: number }, records: readonly Held[]): void {
    const now = this.desk.now()
    for (const { line, reason, problems, subject_hash, after, sealed } of records)
      this.desk.tables.write(
        'quarantine',
        `INSERT INTO quarantine (batch_id, line, subject_hash, contract, state, reason, held_at, expires_at, about, sealed)
           VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        of.batch_id,
        line,
        subject_hash,
        majorOf(of.contract),
        reason,
        now,
        now + of.quarantine_days * DAY_MS,
        JSON.stringify({
          problems,
          contract: of.contract,
          tries: 0,
          ...(after !== undefined && { after }),
        } satisfies About),
        sealed,
      )
  }

  /** A page, the newest first. */
  page({ before = Number.MAX_SAFE_INTEGER, limit, ...filter }: QuarantineQuery): QuarantinedPage {
    const { where, values } = conditions(filter)
    const rows = this.desk.tables.read<QuarantineRow>(
      `SELECT ${LOOKED} FROM quarantine WHERE number < ?${where} ORDER BY number DESC LIMIT ?`,
      before,
      ...values,
      limit + 1,
    )
    const shown = rows.slice(0, limit)
    return { items: shown.map(viewOf), to: rows.length > limit ? shown.at(-1)!.number : null }
  }
  item(batchId: string, line: number): QuarantinedDetail | undefined {
    const query = `SELECT ${LOOKED}, sealed FROM quarantine WHERE batch_id = ? AND line = ?`
    const [row] = this.desk.tables.read<QuarantineRow>(query, batchId, line)
    return row && { view: viewOf(row), sealed: row.sealed && new Uint8Array(row.sealed) }
  }
  /** How many of a batch are in which state. */
  counts(batchId: string): Partial<Record<QuarantineState, number>> {
    const query = `SELECT state, count(*) AS n FROM quarantine WHERE batch_id = ? GROUP BY state`
    const rows = this.desk.tables.read<{ state: QuarantineState; n: number }>(query, batchId)
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
  }
  /** Whether a batch may not go yet: records of it are still kept. */
  holds(batchId: string): boolean {
    const query = `SELECT 1 FROM quarantine WHERE batch_id = ? AND state IN ('waiting', 'redriving') LIMIT 1`
    return this.desk.tables.read(query, batchId).length > 0
  }

  /**
   * Ends what was kept for as long as its contract says; some of it: there may be more. → how many, by batch; `tell` hears
   * of them in the same transaction.
   */
  expire(tell: (byBatch: Map<string, number>) => void = () => {}): Map<string, number> {
    const now = this.desk.now()
    return this.desk.tables.transaction(() => {
      const rows = this.desk.tables.read<{ number: number; batch_id: string }>(
        `SELECT number, batch_id FROM quarantine WHERE state = 'waiting' AND expires_at <= ? LIMIT ${ENDED_AT_ONCE}`,
        now,
      )
      const ended = new Map<string, number>()
      for (const { number, batch_id } of rows) {
        this.end(number, 'expired', now)
        ended.set(batch_id, (ended.get(batch_id) ?? 0) + 1)
      }
      if (ended.size > 0) tell(ended)
      return ended
    })
  }
  /** When the first of it ends; Infinity: nothing waits. */
  get dueAt(): number {
    const query = `SELECT min(expires_at) AS at FROM quarantine WHERE state = 'waiting'`
    return this.desk.tables.read<{ at: number | null }>(query)[0]!.at ?? Number.POSITIVE_INFINITY
  }

  /** A subject is erased, or their connection ended: nothing of theirs is kept. → how many. Inside a transaction. */
  erase(subjectHash: string): number {
    const now = this.desk.now()
    const query = `SELECT number, state FROM quarantine WHERE subject_hash = ?`
    let erased = 0
    for (const { number, state } of this.desk.tables.read<QuarantineRow>(query, subjectHash))
      if (state === 'waiting' || state === 'redriving') {
        this.end(number, 'erased', now)
        erased++
      } else this.desk.tables.write('quarantine', `UPDATE quarantine SET subject_hash = NULL WHERE number = ?`, number)
    return erased
  }
  /** Of one batch, what was put there just now. Inside a transaction. */
  eraseLines(batchId: string, lines: number[]): void {
    const now = this.desk.now()
    const query = `SELECT number FROM quarantine WHERE batch_id = ? AND line IN (SELECT value FROM json_each(?))`
    for (const { number } of this.desk.tables.read<{ number: number }>(query, batchId, JSON.stringify(lines)))
      this.end(number, 'erased', now)
  }
  /** Inside a transaction: the batch is told of no more. */
  drop(batchId: string): void {
    this.desk.tables.write('quarantine', `DELETE FROM quarantine WHERE batch_id = ?`, batchId)
  }

  private end(number: number, state: 'expired' | 'erased', now: number): void {
    this.desk.tables.write(
      'quarantine',
      `UPDATE quarantine SET state = ?, ended_at = ?, subject_hash = NULL, redrive = NULL, chunk = NULL, sealed = NULL,
         corrected = NULL WHERE number = ?`,
      state,
      now,
      number,
    )
  }
}

/** Without what is sealed. */
const LOOKED = `number, batch_id, line, subject_hash, contract, state, reason, held_at, expires_at, ended_at, redrive, about`

/** A filter as a condition that follows another. */
export function conditions(filter: QuarantineFilter): { where: string; values: (string | number)[] } {
  const { state, reason, contract, batch_id, subject_hash, from_at, to_at } = filter
  const parts: [string, string | number | undefined][] = [
    ['state = ?', state],
    ['reason = ?', reason],
    [contract?.includes('@') ? 'contract = ?' : `substr(contract, 1, instr(contract, '@') - 1) = ?`, contract],
    ['batch_id = ?', batch_id],
    ['subject_hash = ?', subject_hash],
    ['held_at >= ?', from_at],
    ['held_at < ?', to_at],
  ]
  const asked = parts.filter((part): part is [string, string | number] => part[1] !== undefined)
  return { where: asked.map(([condition]) => ` AND ${condition}`).join(''), values: asked.map(([, value]) => value) }
}

export const aboutOf = (row: Pick<QuarantineRow, 'about'>): About => JSON.parse(row.about) as About

function viewOf(row: QuarantineRow): QuarantinedView {
  const { problems, contract, tries, outcome } = aboutOf(row)
  return {
    ...{ batch_id: row.batch_id, line: row.line, state: row.state, reason: row.reason, problems, contract },
    ...{ held_at: row.held_at, expires_at: row.expires_at, ended_at: row.ended_at },
    ...{ redrive_id: row.redrive, tries, outcome: outcome ?? null },
  }
}
