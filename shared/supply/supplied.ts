import { z } from '../base/zod.ts'
import type { NormalizedRecord, PendingPayload, ProcessedPayload } from '../source/record.ts'
import type { CompiledContract, Inspected, Mapped } from './compiled.ts'

/** What a connection's inbox gets of a batch: its records as they came, under which contract, and their lines. */
export const suppliedBody = (contract_id: string, records: { line: number; text: string }[]): string =>
  `{"contract_id":"${contract_id}","lines":[${records.map(({ line }) => line).join()}],"records":[${records.map(({ text }) => text).join()}]}`
const Supplied = z.object({
  contract_id: z.string(),
  lines: z.array(z.int()),
  records: z.array(z.unknown()),
})
export const readSupplied = (body: string): z.infer<typeof Supplied> => Supplied.parse(JSON.parse(body))

type Item = Extract<Inspected, { kind: 'item' }>
/** An item's records, with what the contract says of updates and the line that they came of. */
export function mapLine(contract: CompiledContract, found: Item, about: Mapping): Mapped {
  const mapped = contract.map(found.item, about.user_id, about.receivedAt)
  if (mapped.kind !== 'records') return mapped
  const { rule } = contract.document.updates
  const more: Partial<NormalizedRecord> = {
    line: about.line,
    ...(rule === 'newest' && { version: found.versionAt }),
    ...(rule === 'refuse' && { once: true as const }),
  }
  return { kind: 'records', records: mapped.records.map((record) => ({ ...record, ...more })) }
}
interface Mapping {
  user_id: string
  line: number
  receivedAt: number
}

/** What a payload of a batch becomes: the same as the first time, where its contract is the same. */
export function processSupplied(contract: CompiledContract, payload: PendingPayload): ProcessedPayload {
  const { number, user_id, origin, trace, receivedAt } = payload
  const { lines, records: values } = readSupplied(payload.body)
  const out: ProcessedPayload = { number, user_id, origin, trace, records: [], quarantined: [], notices: [] }
  for (const [i, value] of values.entries()) {
    const path = `/records/${i}`
    const found = contract.inspectValue(value)
    const mapped = found.kind === 'item' ? mapLine(contract, found, { user_id, line: lines[i]!, receivedAt }) : found
    if (mapped.kind === 'records') out.records.push(...mapped.records)
    else for (const { message } of mapped.problems) out.quarantined.push({ path, reason: message })
  }
  return out
}
