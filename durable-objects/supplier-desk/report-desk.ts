import { newId } from '../../shared/base/ids.ts'
import { addRefused, type Tally, tallyOfRefused } from '../../shared/supply/tally.ts'
import type { RedriveContracts } from '../quarantine-api.ts'
import type { PieceLease, PieceResult } from '../supplier-desk-api.ts'
import type { BatchRow } from './batch-rows.ts'
import type { Desk, Part } from './desk.ts'
import { Quarantine } from './quarantine.ts'
import { type RedriveNews, Redrives } from './redrives.ts'
import { Reports } from './reports.ts'

/** A redrive that nobody works at is called again this often. */
const WATCH_MS = 10_000

export interface ReportListener extends RedriveNews {
  /** What was kept in vain goes: told in the same transaction. */
  expired(byBatch: Map<string, number>): void
}

/** What is written down of each record, as its batch goes on: reports, quarantine, and what redrives make of it. */
export class ReportDesk implements Part {
  readonly reports: Reports
  readonly quarantine: Quarantine
  readonly redrives: Redrives
  private readonly desk: Desk
  private readonly listener: ReportListener
  private nudgedAt = 0

  constructor(desk: Desk, listener: ReportListener) {
    this.desk = desk
    this.listener = listener
    this.reports = new Reports(desk)
    this.quarantine = new Quarantine(desk)
    this.redrives = new Redrives(desk, this.quarantine, this.reports, listener)
  }

  // Inside the transaction in which the batch goes on.
  taken(row: BatchRow, lease: PieceLease, result: PieceResult): void {
    this.checked(row, lease, result)
    const { contract, quarantine_days } = row.about
    this.quarantine.put({ batch_id: row.batch_id, contract, quarantine_days }, result.held)
  }
  checked(row: BatchRow, { first_line }: PieceLease, { codes, problems }: PieceResult): void {
    const found = new Map(problems.map((one) => [one.line - first_line, one.problems]))
    this.reports.put(row.batch_id, first_line, codes, found)
  }
  /** Its counts say that nothing was taken; so do its lines. → what its records are counted as. */
  refused({ batch_id }: BatchRow, checked: Tally): Tally {
    const tally = tallyOfRefused(checked)
    this.reports.refuse(batch_id, (was, problems) => addRefused(tally, was, problems))
    return tally
  }
  forgotten(row: BatchRow): void {
    this.reports.drop(row.batch_id)
    this.quarantine.drop(row.batch_id)
  }

  /** What was held back by a rule alone is read again. Inside the transaction that ends the hold. */
  released(contract: string, by: RedriveContracts[string]): { redrive_id: string; records: number } | undefined {
    const filter = { contract, reason: 'contract_quarantined' as const }
    if (this.redrives.contractsOf(filter).length === 0) return undefined
    const redrive_id = newId('rdv')
    const { contract_id, contract: version } = by
    this.redrives.begin({ redrive_id, contracts: { [contract]: { contract_id, contract: version } }, filter })
    return { redrive_id, records: this.redrives.view(redrive_id)!.matched }
  }

  dueAt(): number {
    return Math.min(this.quarantine.dueAt, Math.max(this.redrives.dueAt, this.nudgedAt + WATCH_MS))
  }
  async look(now: number): Promise<void> {
    this.quarantine.expire((byBatch) => this.listener.expired(byBatch))
    if (this.redrives.dueAt <= now) await this.nudge()
  }
  /** Says that there is a chunk to work at. */
  async nudge(): Promise<void> {
    this.nudgedAt = this.desk.now()
    await this.desk.turns.call()
  }
}
