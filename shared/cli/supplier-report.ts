import type { Supplier } from '../sdk/supplier/supplier.ts'
import type { Batch, OutcomeName, ReportLine } from '../sdk/supplier/wire.ts'
import type { Command } from './command.ts'
import { supplierOf } from './supplier-kept.ts'
import { table } from './table.ts'

/** Lines that show what is wrong; the whole report is JSON. */
const SHOWN = 10
const OUTCOMES: OutcomeName[] = ['accepted', 'updated', 'duplicate', 'rejected', 'quarantined']

export const supplierReport: Command = {
  name: 'supplier report',
  summary: 'Shows what became of each record of a batch.',
  takes: [{ name: 'BATCH', help: 'bat_…' }],
  flags: { outcome: { value: 'OUTCOME', help: `only these: ${OUTCOMES.join(', ')}` } },
  async run(input) {
    const [batchId] = input.args as [string]
    const supplier = supplierOf(input)
    const batch = await supplier.batch(batchId)
    const outcome = input.flag('outcome') as OutcomeName | undefined
    if (!input.on('json')) return { json: batch, text: await batchText(supplier, batch, batch.contract, outcome) }
    const lines: ReportLine[] = []
    for await (const line of supplier.report(batchId, { outcome })) lines.push(line)
    return { json: { batch, lines }, text: '' }
  },
}

/** Counts, and the first lines that were not taken: they are what there is to mend. */
export async function batchText(
  supplier: Supplier,
  batch: Batch,
  contract: string,
  only?: OutcomeName,
): Promise<string> {
  const counts = OUTCOMES.map((outcome) => String(batch.counts?.[outcome] ?? 0))
  const head = table(['batch', 'contract', 'state', ...OUTCOMES], [[batch.batch_id, contract, batch.state, ...counts]])
  const wanted = (only ? [only] : (['rejected', 'quarantined'] as const)).filter((outcome) => batch.counts?.[outcome])
  const lines: string[] = []
  for (const outcome of wanted)
    for await (const line of supplier.report(batch.batch_id, { outcome })) {
      if (lines.length >= SHOWN) break
      lines.push(lineText(line))
    }
  return [head, ...(batch.reason ? [batch.reason] : []), ...lines].join('\n')
}
const lineText = ({ line, outcome, problems = [] }: ReportLine): string =>
  `line ${line}  ${outcome}  ${problems.map(({ pointer, rule, message }) => `${pointer || '/'} ${rule}: ${message}`).join('; ')}`.trimEnd()
