import { OUTCOMES } from '../../shared/supply/report.ts'
import { type Failure, isHopeless, troubleAfter } from '../../shared/supply/trouble.ts'
import type { NewRedrive, RedriveChunk, RedriveResult, RedriveView, Redriving } from '../quarantine-api.ts'
import type { DeskStore } from './desk-store.ts'
import { aboutOf, conditions, type Quarantine, type QuarantineRow } from './quarantine.ts'
import {
  type RedriveAbout as About,
  among,
  CHUNK_RECORDS,
  firstOf,
  type RedriveRow as Row,
  viewOf,
} from './redrive-rows.ts'
import type { CountChange, LineChange, Reports } from './reports.ts'

/** A chunk that did not come back in this time is given out again. */
const LEASE_MS = 60_000
/** Redrives that are told of. */
const KEPT = 100

type IsHeld = (contract: string) => boolean
/** How a batch's counts change; inside the transaction. */
type Recount = (batchId: string, change: CountChange) => void

/**
 * Quarantined records that are read again: chunk by chunk, each committed whole, and given out again where its worker
 * died. A chunk keeps its records and its contract's version, so that a second run of it is the same work.
 */
export class Redrives {
  private readonly desk: DeskStore
  private readonly quarantine: Quarantine
  private readonly reports: Reports
  /** In memory: after a restart a chunk may be given out twice, which changes nothing. */
  private readonly leased = new Map<string, { chunk: number; until: number }>()

  constructor(desk: DeskStore, quarantine: Quarantine, reports: Reports) {
    this.desk = desk
    this.quarantine = quarantine
    this.reports = reports
  }

  /** The contracts of what a filter finds, as `name@1`. */
  contractsOf(filter: NewRedrive['filter']): string[] {
    const { where, values } = conditions({ ...filter, state: 'waiting' })
    const query = `SELECT DISTINCT contract FROM quarantine WHERE true${where}`
    return this.desk.tables.read<{ contract: string }>(query, ...values).map(({ contract }) => contract)
  }

  /** Key: redrive_id. */
  begin({ redrive_id, contracts, filter, item }: NewRedrive): Redriving {
    return this.desk.tables.transaction((): Redriving => {
      const known = this.view(redrive_id)
      if (known) return { kind: 'begun', redrive: known }
      const refused = item && this.mark(redrive_id, item)
      if (refused) return refused
      const upTo = this.desk.tables.read<{ n: number | null }>(`SELECT max(number) AS n FROM quarantine`)[0]!.n ?? 0
      const { where, values } = conditions({ ...filter, state: 'waiting' })
      const counted = item
        ? 1
        : this.desk.tables.read<{ n: number }>(
            `SELECT count(*) AS n FROM quarantine WHERE number <= ?${where}${among(contracts)}`,
            upTo,
            ...values,
            ...Object.keys(contracts),
          )[0]!.n
      const about: About = {
        ...{ contracts, filter, matched: counted, accepted: 0, updated: 0, duplicate: 0, kept: 0, upTo, at: 0 },
        ...(item && { item: { batch_id: item.batch_id, line: item.line } }),
      }
      const now = this.desk.now()
      this.desk.tables.write(
        'redrive',
        `INSERT INTO redrives (redrive_id, made_at, about) VALUES (?, ?, ?)`,
        redrive_id,
        now,
        JSON.stringify(about),
      )
      this.desk.tables.write(
        'redrive',
        `DELETE FROM redrives WHERE ended_at IS NOT NULL AND number <= (SELECT max(number) FROM redrives) - ${KEPT}`,
      )
      if (counted === 0) this.end(redrive_id)
      return { kind: 'begun', redrive: this.view(redrive_id)! }
    })
  }
  /** One item is taken by its redrive at once, so that no other takes it before its turn. */
  private mark(redrive_id: string, asked: NonNullable<NewRedrive['item']>): Redriving | undefined {
    const { batch_id, line, corrected = null } = asked
    const found = this.quarantine.item(batch_id, line)
    if (!found) return { kind: 'absent' }
    if (found.view.state !== 'waiting') return { kind: 'busy', state: found.view.state }
    this.desk.tables.write(
      'redrive',
      `UPDATE quarantine SET state = 'redriving', redrive = ?, chunk = number, corrected = ?
         WHERE batch_id = ? AND line = ?`,
      redrive_id,
      corrected,
      batch_id,
      line,
    )
    return undefined
  }

  /** The next records to be read again; of one redrive only, where that is asked. undefined: none now. */
  lease(isHeld: IsHeld = () => false, only?: string): RedriveChunk | undefined {
    const now = this.desk.now()
    for (const row of this.open()) {
      const { redrive_id } = row
      if ((this.leased.get(redrive_id)?.until ?? 0) > now || (only !== undefined && only !== redrive_id)) continue
      const chunk = this.chunkOf(row, isHeld) ?? this.newChunk(row, isHeld)
      if (chunk) {
        this.leased.set(redrive_id, { chunk: chunk.chunk, until: now + LEASE_MS })
        return chunk
      }
      this.desk.tables.transaction(() => this.end(redrive_id))
    }
    return undefined
  }
  /** One that was given out before and did not come back. */
  private chunkOf(of: Row, isHeld: IsHeld): RedriveChunk | undefined {
    const [first] = this.desk.tables.read<{ chunk: number }>(
      `SELECT chunk FROM quarantine WHERE redrive = ? AND state = 'redriving' ORDER BY number LIMIT 1`,
      of.redrive_id,
    )
    const rows = first ? this.rowsOf(of.redrive_id, first.chunk) : []
    return rows.length === 0 ? undefined : this.chunk(of, rows, isHeld)
  }
  private rowsOf(redriveId: string, chunk: number): QuarantineRow[] {
    const query = `SELECT * FROM quarantine WHERE redrive = ? AND state = 'redriving' AND chunk = ? ORDER BY number`
    return this.desk.tables.read<QuarantineRow>(query, redriveId, chunk)
  }
  /** Records of one batch, after those that it has come to. */
  private newChunk(of: Row, isHeld: IsHeld): RedriveChunk | undefined {
    const { redrive_id, about: text } = of
    const about = JSON.parse(text) as About
    if (about.item) return undefined
    return this.desk.tables.transaction(() => {
      const { where, values } = conditions({ ...about.filter, state: 'waiting' })
      const keys = Object.keys(about.contracts)
      const found = this.desk.tables.read<QuarantineRow>(
        `SELECT * FROM quarantine WHERE number > ? AND number <= ?${where}${among(about.contracts)}
           ORDER BY number LIMIT ${CHUNK_RECORDS}`,
        about.at,
        about.upTo,
        ...values,
        ...keys,
      )
      const rows = firstOf(found)
      const [first, last] = [rows[0], rows.at(-1)]
      if (!first || !last) return undefined
      for (const row of rows) {
        this.desk.tables.write(
          'redrive',
          `UPDATE quarantine SET state = 'redriving', redrive = ?, chunk = ? WHERE number = ?`,
          redrive_id,
          first.number,
          row.number,
        )
        row.chunk = first.number
      }
      this.write(redrive_id, { ...about, at: last.number })
      return this.chunk(of, rows, isHeld)
    })
  }
  private chunk({ redrive_id, made_at }: Row, rows: QuarantineRow[], isHeld: IsHeld): RedriveChunk {
    const { contracts } = this.aboutOf(redrive_id)
    const first = rows[0]!
    const { contract_id, contract } = contracts[first.contract]!
    const records = rows.map(({ number, line, sealed, corrected }) => ({
      ...{ number, line, sealed: new Uint8Array((corrected ?? sealed)!) },
    }))
    const { batch_id } = first
    const times = { received_at: made_at, now: this.desk.now() }
    return { redrive_id, chunk: first.chunk!, contract_id, batch_id, held: isHeld(contract), records, ...times }
  }

  /** What became of a chunk: items, the report's letters and the batches' counts in one transaction. Key: the chunk. */
  commit({ redrive_id, chunk, results }: RedriveResult, recount: Recount): void {
    this.desk.tables.transaction(() => {
      const { trouble: _, ...about } = this.aboutOf(redrive_id)
      const changes = new Map<string, Map<number, LineChange>>()
      for (const result of results) {
        const [row] = this.desk.tables.read<QuarantineRow>(
          `SELECT * FROM quarantine WHERE number = ? AND redrive = ? AND chunk = ? AND state = 'redriving'`,
          result.number,
          redrive_id,
          chunk,
        )
        // It was erased meanwhile, or another run of the chunk was first.
        if (!row) continue
        const lines = changes.get(row.batch_id) ?? new Map<number, LineChange>()
        changes.set(row.batch_id, lines)
        if (result.kind === 'taken') {
          lines.set(row.line, { code: result.code })
          about[OUTCOMES[result.code] as 'accepted' | 'updated' | 'duplicate']++
          this.taken(row, OUTCOMES[result.code])
        } else {
          lines.set(row.line, { code: 'q', problems: result.problems })
          about.kept++
          this.kept(row, result)
        }
      }
      for (const [batchId, lines] of changes) recount(batchId, this.reports.change(batchId, lines))
      this.write(redrive_id, about)
      if (this.leased.get(redrive_id)?.chunk === chunk) this.leased.delete(redrive_id)
      if (about.item) this.end(redrive_id)
    })
  }
  private taken(row: QuarantineRow, outcome: (typeof OUTCOMES)[keyof typeof OUTCOMES]): void {
    const about = aboutOf(row)
    this.desk.tables.write(
      'redrive',
      `UPDATE quarantine SET state = 'taken', ended_at = ?, chunk = NULL, sealed = NULL, corrected = NULL, about = ?
         WHERE number = ?`,
      this.desk.now(),
      JSON.stringify({ ...about, tries: about.tries + 1, outcome }),
      row.number,
    )
  }
  private kept(row: QuarantineRow, { problems, reason }: Extract<RedriveResult['results'][number], { kind: 'kept' }>) {
    const about = aboutOf(row)
    this.desk.tables.write(
      'redrive',
      `UPDATE quarantine SET state = 'waiting', chunk = NULL, corrected = NULL, reason = ?, about = ? WHERE number = ?`,
      reason ?? row.reason,
      JSON.stringify({ ...about, problems, tries: about.tries + 1 }),
      row.number,
    )
  }

  /** The newest first. */
  all(): RedriveView[] {
    const query = `SELECT redrive_id, made_at, ended_at, about FROM redrives ORDER BY number DESC LIMIT ${KEPT}`
    return this.desk.tables.read<Row>(query).map(viewOf)
  }
  view(redriveId: string): RedriveView | undefined {
    const query = `SELECT redrive_id, made_at, ended_at, about FROM redrives WHERE redrive_id = ?`
    const [row] = this.desk.tables.read<Row>(query, redriveId)
    return row && viewOf(row)
  }
  /** It could not be done now; a later turn takes it, and when they all failed its records stay where they are. */
  release(redrive_id: string, chunk: number, failure: Failure, recount: Recount): void {
    if (this.leased.get(redrive_id)?.chunk !== chunk) return
    const now = this.desk.now()
    const about = this.aboutOf(redrive_id)
    const trouble = troubleAfter(about.trouble, failure, now)
    if (isHopeless(trouble, now)) {
      const left = this.rowsOf(redrive_id, chunk).map((row) => ({
        ...{ number: row.number, kind: 'kept' as const, problems: aboutOf(row).problems },
      }))
      this.commit({ redrive_id, chunk, results: left }, recount)
    } else this.leased.set(redrive_id, { chunk, until: trouble.next_at })
    // What comes next fails as this did, until something succeeds.
    this.write(redrive_id, { ...this.aboutOf(redrive_id), trouble })
  }
  /** When there are records for a worker; Infinity: there are none. */
  get dueAt(): number {
    return Math.min(
      Number.POSITIVE_INFINITY,
      ...this.open().map(({ redrive_id }) => this.leased.get(redrive_id)?.until ?? this.desk.now()),
    )
  }

  private open(): Row[] {
    const query = `SELECT redrive_id, made_at, ended_at, about FROM redrives WHERE ended_at IS NULL ORDER BY number`
    return this.desk.tables.read<Row>(query)
  }
  private aboutOf(redriveId: string): About {
    const query = `SELECT about FROM redrives WHERE redrive_id = ?`
    return JSON.parse(this.desk.tables.read<Row>(query, redriveId)[0]!.about) as About
  }
  private write(redriveId: string, about: About): void {
    const text = JSON.stringify(about)
    this.desk.tables.write('redrive', `UPDATE redrives SET about = ? WHERE redrive_id = ?`, text, redriveId)
  }
  private end(redriveId: string): void {
    this.leased.delete(redriveId)
    const now = this.desk.now()
    this.desk.tables.write('redrive', `UPDATE redrives SET ended_at = ? WHERE redrive_id = ?`, now, redriveId)
  }
}
