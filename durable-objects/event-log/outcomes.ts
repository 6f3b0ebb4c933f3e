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
  /**
   * Inside the commit of the payloads' records. Those of a piece were numbered in a row and share one: it has a place for each
   * number from its first on, so that a payload's is the last that begins at or before it.
   */
  keep(cell: Cell, numbers: number[]): void {
    const noted = numbers.filter((number) => this.of.has(number))
    const before = kept(cell, noted)
    const fresh = noted.filter((number) => !before.has(number)).sort((a, b) => a - b)
    for (let from = 0, to = 0; from < fresh.length; from = to) {
      while (to < fresh.length && fresh[to] === fresh[from]! + to - from) to++
      const lines = fresh.slice(from, to).map((number) => this.of.get(number)!.map(written).join())
      cell.tables.write(
        'outcomes',
        `INSERT INTO outcomes VALUES (?, ?, ?)`,
        fresh[from]!,
        cell.now(),
        lines.join(BETWEEN),
      )
    }
  }
}
/** Between the lines of one payload and the next. */
const BETWEEN = ';'
const written = ({ line, outcome }: LineOutcomes[number]) => `${line}${outcome}`

/** Of payloads whose records are appended. */
export function outcomesOf(cell: Cell, payloads: AppendPayload[]): Record<number, LineOutcomes> | undefined {
  const numbers = payloads.filter(({ records }) => records[0]?.line !== undefined).map(({ number }) => number)
  if (numbers.length === 0) return undefined
  return Object.fromEntries(
    [...kept(cell, numbers)].map(([number, lines]) => [number, lines.split(',').map(lineOutcome)]),
  )
}
/** Lines of payloads that have a row, as they are written. */
function kept(cell: Cell, numbers: number[]): Map<number, string> {
  const found = new Map<number, string>()
  if (numbers.length === 0) return found
  const wanted = new Set(numbers)
  const rows = cell.tables.read<{ payload: number; lines: string }>(
    `SELECT payload, lines FROM outcomes
       WHERE payload BETWEEN coalesce((SELECT max(payload) FROM outcomes WHERE payload <= ?1), ?1) AND ?2`,
    Math.min(...numbers),
    Math.max(...numbers),
  )
  for (const { payload, lines } of rows)
    for (const [i, some] of lines.split(BETWEEN).entries()) if (wanted.has(payload + i)) found.set(payload + i, some)
  return found
}
const lineOutcome = (text: string): LineOutcomes[number] => ({
  line: Number(text.slice(0, -1)),
  outcome: text.slice(-1) as LineOutcome,
})
export const dropOldOutcomes = (cell: Cell, now: number): void =>
  cell.tables.write('outcomes', `DELETE FROM outcomes WHERE made_at < ?`, now - KEPT_MS)
