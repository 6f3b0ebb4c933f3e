import { SUPPLY } from '../../shared/base/supply-limits.ts'
import type { Redriven } from '../../shared/supply/quarantine.ts'
import { OUTCOMES } from '../../shared/supply/report.ts'
import { DIED, type Failure, isHopeless, isToTell, troubleAfter } from '../../shared/supply/trouble.ts'
import { keptBackAfter } from '../event-log/source-order.ts'
import type { NewRedrive, RedriveChunk, RedriveResult, RedriveView, Redriving } from '../quarantine-api.ts'
import type { DeskStore } from './desk-store.ts'
import type { Lateness } from './lateness.ts'
import { aboutOf, conditions, type Quarantine, type QuarantineRow } from './quarantine.ts'
import { among, CHUNK_RECORDS, firstOf, RedriveRows, type RedriveRow as Row } from './redrive-rows.ts'
import type { CountChange, LineChange, Reports } from './reports.ts'

type IsHeld = (contract: string) => boolean
/** Both sides hear of a redrive that waits for us, inside the transaction. */
export type RedriveNews = Pick<Lateness, 'redriveGoesOn' | 'redriveOver'>
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
  private readonly news: RedriveNews
  private readonly rows: RedriveRows
  /** Until when who has its chunk is waited for. In memory: after a restart it is given out again, which changes nothing. */
  private readonly leased = new Map<string, number>()

  constructor(desk: DeskStore, quarantine: Quarantine, reports: Reports, news: RedriveNews) {
    this.desk = desk
    this.quarantine = quarantine
    this.reports = reports
    this.news = news
    this.rows = new RedriveRows(desk)
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
      this.rows.insert(redrive_id, {
        ...{ contracts, filter, matched: counted, accepted: 0, updated: 0, duplicate: 0, kept: 0, upTo, at: 0 },
        ...(item && { item: { batch_id: item.batch_id, line: item.line } }),
      })
      if (counted === 0) this.rows.end(redrive_id)
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
    return this.desk.tables.transaction(() => {
      for (const before of this.rows.open()) {
        const { redrive_id } = before
        if ((only !== undefined && only !== redrive_id) || !this.isDue(before)) continue
        this.died(before)
        const row = this.rows.of(redrive_id)!
        if (!this.isDue(row)) continue
        const chunk = this.chunkOf(row, isHeld) ?? this.newChunk(row, isHeld)
        if (chunk) {
          this.leased.set(redrive_id, chunk.now + SUPPLY.pieceLeaseMs)
          return chunk
        }
        this.end(row)
      }
      return undefined
    })
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
    const { redrive_id, about } = of
    if (about.item) return undefined
    const { where, values } = conditions({ ...about.filter, state: 'waiting' })
    const found = this.desk.tables.read<QuarantineRow>(
      `SELECT * FROM quarantine WHERE number > ? AND number <= ?${where}${among(about.contracts)}
         ORDER BY number LIMIT ${CHUNK_RECORDS}`,
      about.at,
      about.upTo,
      ...values,
      ...Object.keys(about.contracts),
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
    return this.chunk({ ...of, about: { ...about, at: last.number } }, rows, isHeld)
  }
  private chunk({ redrive_id, made_at, about }: Row, rows: QuarantineRow[], isHeld: IsHeld): RedriveChunk {
    const first = rows[0]!
    const chunk = first.chunk!
    this.rows.put(redrive_id, { ...about, out: chunk })
    const { contract_id, contract } = about.contracts[first.contract]!
    const records = rows.map((row) => {
      const { number, line, sealed, corrected } = row
      const { after } = aboutOf(row)
      const read = { number, line, sealed: new Uint8Array((corrected ?? sealed)!) }
      // What was corrected comes now.
      return corrected || after === undefined ? read : { ...read, place: keptBackAfter(after, number) }
    })
    const times = { received_at: made_at, now: this.desk.now() }
    return { redrive_id, chunk, contract_id, batch_id: first.batch_id, held: isHeld(contract), records, ...times }
  }

  /**
   * What became of a chunk: items, the report's letters and the batches' counts in one transaction. Key: the chunk.
   * → the contract, as `name@1`, of what stays
   */
  commit({ redrive_id, chunk, results }: RedriveResult, recount: Recount): string | undefined {
    return this.desk.tables.transaction(() => {
      const row = this.rows.of(redrive_id)
      if (!row || row.ended_at !== null) return undefined
      const { trouble: _, ...about } = row.about
      let stays: string | undefined
      const changes = new Map<string, Map<number, LineChange>>()
      for (const result of results) {
        const [item] = this.desk.tables.read<QuarantineRow>(
          `SELECT * FROM quarantine WHERE number = ? AND redrive = ? AND chunk = ? AND state = 'redriving'`,
          result.number,
          redrive_id,
          chunk,
        )
        // It was erased meanwhile, or another run of the chunk was first.
        if (!item) continue
        const lines = changes.get(item.batch_id) ?? new Map<number, LineChange>()
        changes.set(item.batch_id, lines)
        if (result.kind === 'taken') {
          lines.set(item.line, { code: result.code })
          about[OUTCOMES[result.code] as 'accepted' | 'updated' | 'duplicate']++
          this.taken(item, OUTCOMES[result.code])
        } else {
          lines.set(item.line, { code: 'q', problems: result.problems })
          about.kept++
          this.kept(item, result)
          stays = item.contract
        }
      }
      for (const [batchId, lines] of changes) recount(batchId, this.reports.change(batchId, lines))
      this.news.redriveOver(redrive_id, false, row.about.trouble)
      this.back({ ...row, about }, chunk)
      return stays
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
  private kept(row: QuarantineRow, { problems, reason }: Extract<Redriven, { kind: 'kept' }>): void {
    const about = aboutOf(row)
    this.desk.tables.write(
      'redrive',
      `UPDATE quarantine SET state = 'waiting', chunk = NULL, corrected = NULL, reason = ?, about = ? WHERE number = ?`,
      reason ?? row.reason,
      JSON.stringify({ ...about, problems, tries: about.tries + 1 }),
      row.number,
    )
  }

  /** It could not be done now; a later turn takes it, and when they all failed its records stay where they are. */
  release(redrive_id: string, chunk: number, failure: Failure): void {
    const row = this.rows.of(redrive_id)
    if (row?.about.out === chunk) this.desk.tables.transaction(() => this.troubled(row, chunk, failure))
  }
  /** Whoever had its chunk, and is not heard of any more. */
  private died(row: Row): void {
    const { out, trouble } = row.about
    if (out === undefined) return
    // This object began anew meanwhile: that alone is no sign of trouble, unless it goes on.
    const atOnce = !this.leased.has(row.redrive_id) && !(trouble && isToTell(trouble, this.desk.now()))
    this.troubled(row, out, atOnce ? { ...DIED, delayMs: 0 } : DIED)
  }
  private troubled(row: Row, chunk: number, failure: Failure): void {
    const now = this.desk.now()
    const { redrive_id, about } = row
    const trouble = { ...about.trouble, ...troubleAfter(about.trouble, failure, now) }
    const items = this.rowsOf(redrive_id, chunk)
    const hopeless = isHopeless(trouble, now)
    if (hopeless) {
      // What comes next fails as this did, until something succeeds.
      trouble.next_at = now
      for (const item of items) this.kept(item, { kind: 'kept', problems: aboutOf(item).problems })
    } else if (items[0]) this.news.redriveGoesOn(redrive_id, about.contracts[items[0].contract]!.contract, trouble)
    const kept = about.kept + (hopeless ? items.length : 0)
    this.back({ ...row, about: { ...about, kept, trouble } }, chunk, hopeless)
  }
  /** Nobody has the chunk any more. */
  private back({ about: { out, ...about }, ...row }: Row, chunk: number, over = true): void {
    this.rows.put(row.redrive_id, out === undefined || out === chunk ? about : { ...about, out })
    if (out === chunk) this.leased.delete(row.redrive_id)
    if (about.item && over) this.end({ ...row, about })
  }

  /** The newest first. */
  all(): RedriveView[] {
    return this.rows.all()
  }
  view(redriveId: string): RedriveView | undefined {
    return this.rows.view(redriveId)
  }
  /** When there are records for a worker; Infinity: there are none. */
  get dueAt(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.rows.open().map((row) => this.dueAtOf(row)))
  }
  private isDue(row: Row): boolean {
    return this.dueAtOf(row) <= this.desk.now()
  }
  private dueAtOf({ redrive_id, ended_at, about }: Row): number {
    if (ended_at !== null) return Number.POSITIVE_INFINITY
    return Math.max(this.leased.get(redrive_id) ?? 0, about.trouble?.next_at ?? 0)
  }
  private end(row: Row): void {
    this.leased.delete(row.redrive_id)
    this.news.redriveOver(row.redrive_id, true, row.about.trouble)
    this.rows.end(row.redrive_id)
  }
}
