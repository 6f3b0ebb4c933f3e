import { dollarsPerMillion } from './prices.ts'
import type { Row } from './report.ts'
import { round } from './statistics.ts'
import type { Rate, SupplierFigures, SupplierUse } from './suppliers.ts'

const rate = ({ records_per_second, mb_per_second }: Rate) => `${records_per_second}, ${mb_per_second}`

/** A supplier's batch, as the table shows it. */
export function supplierRows(figures: SupplierFigures): Row[] {
  const { records, mb, packed_mb, accepted, worked_off, landed, lost, peak_mb, alone, use } = figures
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
    ...(use ? useRows(use) : []),
  ]
}

/** By the thousand: of most things a record uses a small part. */
function useRows(use: SupplierUse): Row[] {
  const thousand = (each: number) => round(each * 1_000, 0)
  const row = (what: string, measured: string): Row => ({
    ...{ what: `a thousand records of a supplier’s, from the door to a webhook: ${what}`, measured },
    ...{ target: '', state: '' },
  })
  const counts = [use.object_calls, use.rows, use.queue_messages, use.r2_operations, use.webhook_calls]
  const { parsed, stringified } = use.json_passes
  return [
    row('object calls, rows written, queue messages, R2 operations, webhook calls', counts.map(thousand).join(', ')),
    row(
      'JSON passes (parsed + written), sealed + opened, hashes',
      `${parsed} + ${stringified}, ${thousand(use.sealed)} + ${thousand(use.opened)}, ${thousand(use.hashes)}`,
    ),
    row('CPU-ms; $ per million records', `${thousand(use.cpu_ms)}; ${round(dollarsPerMillion(use.usage))}`),
  ]
}
