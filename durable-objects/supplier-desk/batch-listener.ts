import type { Tally } from '../../shared/supply/tally.ts'
import type { PieceLease, PieceResult } from '../supplier-desk-api.ts'
import type { BatchRow } from './batch-rows.ts'

/** What else is written in the transaction in which a batch goes on. */
export interface BatchListener {
  /** A piece's records are where they belong. */
  taken(row: BatchRow, lease: PieceLease, result: PieceResult): void
  /** A strict batch's piece was looked at; nothing of it is taken yet. */
  checked(row: BatchRow, lease: PieceLease, result: PieceResult): void
  /** Nothing of a strict batch is taken. `checked`: of its last piece. */
  refused(row: BatchRow, checked: Tally): void
  ended(row: BatchRow): void
  /** Records of it are kept still: somebody reads them again. */
  isKept(row: BatchRow): boolean
  /** Its report is told no longer. */
  forgotten(row: BatchRow): void
  isHeld(row: BatchRow): boolean
  /** It could not be worked at once more; may note something in the row, which is written after. */
  troubled(row: BatchRow): void
  untroubled(row: BatchRow): void
}
