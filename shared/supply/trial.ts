import { text } from '../base/bytes.ts'
import { newUserId } from '../base/ids.ts'
import { compileContract } from './compile.ts'
import type { CompiledContract, Inspected } from './compiled.ts'
import type { ContractDocument } from './document.ts'
import { frame } from './framer.ts'
import type { RecordProblem } from './problem.ts'
import { RECORD_FAULT_PROBLEMS } from './record-faults.ts'

/** What would become of a sample record; whether its subject is known is told only by the desk. */
export interface Tried {
  line: number
  outcome: 'accepted' | 'rejected' | 'quarantined'
  /** Types of the records that it becomes. */
  becomes: string[]
  problems: RecordProblem[]
  /** Fields of ours with a value that no living person has. */
  implausible: string[]
  /** Paths that the schema does not name. */
  unread: string[]
}
export interface Trial {
  records: Tried[]
  counts: Record<Tried['outcome'], number>
}

/** Reads a file of samples (NDJSON or a JSON array) as a push would. Throws where the contract cannot be used, or the file is no body. */
export async function tryContract(
  document: ContractDocument,
  chunks: AsyncIterable<Uint8Array>,
  now: number,
): Promise<Trial> {
  const contract = compileContract(document)
  const userId = newUserId(1)
  const records: Tried[] = []
  for await (const framed of frame(chunks, 'any'))
    for (const one of framed) {
      const read: Inspected =
        typeof one === 'string'
          ? { kind: 'rejected', problems: [RECORD_FAULT_PROBLEMS[one]] }
          : contract.inspect(text(one))
      records.push({ line: records.length + 1, ...outcomeOf(contract, read, userId, now) })
    }
  const count = (outcome: Tried['outcome']) => records.filter((one) => one.outcome === outcome).length
  return {
    records,
    counts: { accepted: count('accepted'), rejected: count('rejected'), quarantined: count('quarantined') },
  }
}

type Outcome = Omit<Tried, 'line'>
function outcomeOf(contract: CompiledContract, read: Inspected, userId: string, now: number): Outcome {
  if (read.kind === 'rejected')
    return { outcome: 'rejected', becomes: [], problems: read.problems, implausible: [], unread: [] }
  const mapped = contract.map(read.item, userId, now)
  const about = { implausible: read.outliers.map(({ field }) => field), unread: read.unread }
  if (mapped.kind === 'unmapped') return { outcome: 'quarantined', becomes: [], problems: mapped.problems, ...about }
  const held = read.outliers.length > 0 && contract.document.implausible === 'quarantine'
  return {
    outcome: held ? 'quarantined' : 'accepted',
    becomes: mapped.records.map(({ type }) => type),
    problems: [],
    ...about,
  }
}
