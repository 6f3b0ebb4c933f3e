import type { Row } from './report.ts'
import type { Rate, SupplierFigures } from './suppliers.ts'

const rate = ({ records_per_second, mb_per_second }: Rate) => `${records_per_second}, ${mb_per_second}`

/** A supplier's batch, as the table shows it. */
export function supplierRows(figures: SupplierFigures): Row[] {
  const { records, mb, packed_mb, accepted, worked_off, landed, lost, peak_mb, alone } = figures
  const about = `a supplier’s batch of ${records} records, ${mb} MB (${packed_mb} packed)`
  const row = (what: string, measured: string): Row => ({ what: `${about}: ${what}`, measured, target: '', state: '' })
  return [
    row('accepted, records/s and MB/s', rate(accepted)),
    row('worked off, records/s and MB/s', rate(worked_off)),
    {
      ...row('to landed at a webhook, records/s and MB/s', rate(landed)),
      ...(lost > 0 && { state: 'LOST' as const, measured: `${lost} lost` }),
    },
    ...(alone ? [row('parsing and validation alone, records/s and MB/s', rate(alone))] : []),
    row('memory of the runtime at its most, MB', String(peak_mb)),
  ]
}
