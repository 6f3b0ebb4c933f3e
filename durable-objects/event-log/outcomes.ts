import { DAY_MS } from '../../shared/base/time.ts'
import type { AppendPayload } from '../../shared/source/record.ts'
import type { LineOutcome, LineOutcomes } from '../line-outcome.ts'
import type { Cell } from './cell.ts'

/** What became of the records of batches is known longer than any batch takes. */
const KEPT_MS = 2 * DAY_MS

/**
 * What became of each record of a batch, written with the records themselves: whoever asks again after a crash hears what
 * was heard, or would have been, the first time.
 */
export class Outcomes {
  private readonly of = new Map<number, LineOutcomes>()

  note({ line, payload }: { line?: number; payload: AppendPayload }, outcome: LineOutcome): void {
    if (line === undefined) return
    const lines = this.of.get(payload.number)
    if (lines) lines.push({ line, outcome })
    else this.of.set(payload.number, [{ line, outcome }])
  }
  /** Inside the commit of the payload's records. */
  keep(cell: Cell, { number }: AppendPayload): void {
    const lines = this.of.get(number)
    if (!lines) return
    cell.tables.write(
      'outcomes',
      `INSERT OR IGNORE INTO outcomes VALUES (?, ?, ?)`,
      number,
      cell.now(),
      lines.map(({ line, outcome }) => `${line}${outcome}`).join(),
    )
  }
}
/** Of payloads whose records are appended. */
export function outcomesOf(cell: Cell, payloads: AppendPayload[]): Record<number, LineOutcomes> | undefined {
  const numbers = payloads.filter(({ records }) => records[0]?.line !== undefined).map(({ number }) => number)
  if (numbers.length === 0) return undefined
  const rows = cell.tables.read<{ payload: number; lines: string }>(
    `SELECT payload, lines FROM outcomes WHERE payload IN (SELECT value FROM json_each(?))`,
    JSON.stringify(numbers),
  )
  return Object.fromEntries(rows.map(({ payload, lines }) => [payload, lines.split(',').map(lineOutcome)]))
}
const lineOutcome = (text: string): LineOutcomes[number] => ({
  line: Number(text.slice(0, -1)),
  outcome: text.slice(-1) as LineOutcome,
})
export const dropOldOutcomes = (cell: Cell, now: number): void =>
  cell.tables.write('outcomes', `DELETE FROM outcomes WHERE made_at < ?`, now - KEPT_MS)
