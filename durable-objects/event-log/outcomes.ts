import { DAY_MS } from '../../shared/base/time.ts'
import type { AppendPayload } from '../../shared/source/record.ts'
import type { LineOutcome, LineOutcomes } from '../line-outcome.ts'
import type { Cell } from './cell.ts'
import type { PayloadAbout } from './inbox.ts'

/** What became of the records of batches is known longer than any batch takes. */
const KEPT_MS = 2 * DAY_MS

/**
 * What became of each record of a supplier's work, written with the records themselves: whoever asks again after a crash hears
 * what was heard, or would have been, the first time.
 */
export class Outcomes {
  private readonly of = new Map<number, LineOutcomes>()

  note({ line, payload }: { line?: number; payload: AppendPayload }, outcome: LineOutcome): void {
    if (line === undefined) return
    const lines = this.of.get(payload.number)
    if (lines) lines.push({ line, outcome })
    else this.of.set(payload.number, [{ line, outcome }])
  }
  /** Inside the commit of the records: those of one work that came together are one row. What was told once stays. */
  keep(cell: Cell, payloads: PayloadAbout[]): void {
    for (const [work, some] of Map.groupBy(payloads, (about) => about.work))
      if (work !== undefined) this.keepOf(cell, work, some)
  }
  private keepOf(cell: Cell, work: string, payloads: PayloadAbout[]): void {
    const before = new Set(appendedBefore(cell, work).values())
    const told = payloads.flatMap(({ number, payload_id }): Told[] => {
      const lines = this.of.get(number)
      return lines && !before.has(number)
        ? [[number, shortId(payload_id), lines.map(({ line, outcome }) => `${line}${outcome}`).join()]]
        : []
    })
    if (told.length === 0) return
    cell.tables.write(
      'outcomes',
      `INSERT INTO outcomes VALUES (?, ?, ?, ?)`,
      work,
      told[0]![0],
      cell.now(),
      JSON.stringify(told),
    )
  }
}
/** A payload, and what became of its lines. */
type Told = [number: number, id: string, lines: string]
/** Enough to tell the payloads of one work apart. */
export const shortId = (payloadId: string): string => payloadId.slice(-12)

const toldOf = (cell: Cell, work: string): Told[] =>
  cell.tables
    .read<{ told: string }>(`SELECT told FROM outcomes WHERE work = ?`, work)
    .flatMap(({ told }) => JSON.parse(told) as Told[])

/** Payloads of the work whose records are appended: short id → number. The inbox forgets them when it is archived. */
export const appendedBefore = (cell: Cell, work: string): Map<string, number> =>
  new Map(toldOf(cell, work).map(([number, id]) => [id, number]))

/** Of payloads of the work whose records are appended. */
export function outcomesOf(cell: Cell, work: string, payloads: AppendPayload[]): Record<number, LineOutcomes> {
  const asked = new Set(payloads.map(({ number }) => number))
  const told = toldOf(cell, work).filter(([number]) => asked.has(number))
  return Object.fromEntries(told.map(([number, , lines]) => [number, lines.split(',').map(lineOutcome)]))
}
const lineOutcome = (text: string): LineOutcomes[number] => ({
  line: Number(text.slice(0, -1)),
  outcome: text.slice(-1) as LineOutcome,
})
export const dropOldOutcomes = (cell: Cell, now: number): void =>
  cell.tables.write('outcomes', `DELETE FROM outcomes WHERE made_at < ?`, now - KEPT_MS)
