import type { Env } from '../../durable-objects/env.ts'
import type { HeldRecord, LineProblems } from '../../durable-objects/supplier-desk-api.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { utf8 } from '../../shared/base/bytes.ts'
import { seal } from '../../shared/base/seal.ts'
import { INTAKE } from '../../shared/base/supply-limits.ts'
import { toText } from '../../shared/source/record.ts'
import type { CompiledContract, Outlier } from '../../shared/supply/compiled.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import { HELD_REASONS, type HeldReason, SUBJECT_CLOSED } from '../../shared/supply/outcome.ts'
import { problem, type RecordProblem } from '../../shared/supply/problem.ts'
import { RECORD_FAULT_PROBLEMS } from '../../shared/supply/record-faults.ts'
import type { OutcomeCode } from '../../shared/supply/report.ts'
import { quarantineContext, subjectHash } from '../../shared/supply/subject.ts'
import { mapLine } from '../../shared/supply/supplied.ts'
import { addToTally, newTally, type Tally } from '../../shared/supply/tally.ts'
import { appendLines, type Line, sizeOf } from './append-lines.ts'
import type { PieceRecord } from './pieces.ts'
import { countHeld, placeHeld } from './place-held.ts'
import { type Named, subjectsOf } from './subjects-of.ts'

/** Records of a supplier's that are to be taken together. */
export interface Taking {
  address: DeskAddress
  contract_id: string
  contract: CompiledContract
  /** What tells this work from other work: a second run with it finds what the first one did. */
  seed: string
  batch_id: string
  /** `place`: of one that was held, in the source order of its person's cell. */
  records: (PieceRecord & { place?: number })[]
  origin: 'live' | 'backfill'
  /** The desk's clock. */
  receivedAt: number
  now: number
  /** A rule holds records of this contract back. */
  held: boolean
  /** Says what would become of them, and takes none. */
  onlyCheck: boolean
  /** Somebody waits: what is new is delivered from here, after their answer. */
  express?: (delivering: Promise<void>) => void
}
export interface Taken {
  codes: string
  problems: LineProblems[]
  held: HeldRecord[]
  tally: Tally
}

/**
 * The way of a supplier's records: read by the contract, given to whose they are, committed in their inboxes, normalized and
 * appended, and told one by one. Key: seed and connection. Throws RetryLater where an inbox takes no more.
 */
export async function takeRecords(env: Env, taking: Taking): Promise<Taken> {
  const key = keyOfSupplier(env, taking.address)
  const { contract } = taking
  const hashOf = remembered((subject) => subjectHash(key, subject))
  const lines = taking.records.map((record) => {
    const line = inspect(contract, hashOf, record)
    return record.place === undefined ? line : { ...line, place: record.place }
  })
  const named = lines.flatMap(({ whose }) => whose ?? [])
  const whoseIs = await subjectsOf(env, taking.address, contract.document.identity, named, {
    now: taking.now,
    connect: !taking.onlyCheck && !taking.held,
  })
  for (const line of lines) if (line.code === undefined) place(taking, line, whoseIs)
  const open = lines.filter(({ code }) => code === undefined)
  if (taking.onlyCheck) for (const line of open) line.code = 'a'
  else {
    countHeld(lines)
    await appendLines(env, taking, open, close)
    await placeHeld(env, lines)
  }
  return told(taking, key, lines)
}

/** A piece has many records of few people. */
function remembered(of: (name: string) => string): (name: string) => string {
  const known = new Map<string, string>()
  return (name) => {
    const found = known.get(name) ?? of(name)
    known.set(name, found)
    return found
  }
}

function inspect(contract: CompiledContract, hashOf: (subject: string) => string, record: PieceRecord): Line {
  const { line } = record
  if ('fault' in record) return { line, text: '', code: 'r', problems: [RECORD_FAULT_PROBLEMS[record.fault]] }
  const { text } = record
  const found = contract.inspect(text)
  if (found.kind === 'rejected') return { line, text, code: 'r', problems: found.problems }
  const { subject, reference_id, consent } = found
  const whose: Named = { hash: hashOf(subject), subject, reference_id, consent }
  return { line, text, found, whose, problems: [] }
}

/** To whom it goes, and as what; or why it has to wait. */
function place(taking: Taking, line: Line, whoseIs: Awaited<ReturnType<typeof subjectsOf>>): void {
  const whose = whoseIs(line.whose!)
  line.subject = whose.subject
  const { outliers } = line.found!
  const reason = whose.kind === 'held' ? whose.reason : undefined
  // First of all what is wanting of the person: of who is gone nothing is kept, and no end of a rule lets go on who has not agreed.
  if (reason === SUBJECT_CLOSED) close(line)
  else if (reason !== undefined) hold(line, reason)
  else if (taking.held) hold(line, 'contract_quarantined')
  else if (taking.contract.document.implausible === 'quarantine' && outliers.length > 0)
    hold(line, 'implausible', outliers.map(implausible))
  else map(taking, line, whose.subject!.user_id)
}
const implausible = ({ field, expected }: Outlier) =>
  problem(`/${field.replaceAll('.', '/')}`, 'implausible', expected, 'number')
function map({ contract, receivedAt }: Taking, line: Line, user_id: string): void {
  const mapped = mapLine(contract, line.found!, { user_id, line: line.line, receivedAt })
  if (mapped.kind === 'unmapped') hold(line, 'unmapped', mapped.problems)
  else if (mapped.records.length === 0)
    hold(line, 'unmapped', [problem('', 'mapping', 'one that a rule of the mapping reads', 'object')])
  else {
    const texts = mapped.records.map(toText)
    // A list of small numbers, read into many fields, may become much more than it is.
    if (sizeOf({ texts }) > INTAKE.mappedBytes) hold(line, 'unmapped', [TOO_LARGE])
    else Object.assign(line, { records: mapped.records, texts })
  }
}
const TOO_LARGE = problem('', 'mapping', `one that becomes at most ${INTAKE.mappedBytes / 1024 ** 2} MB`, 'object')
function hold(line: Line, reason: HeldReason, problems?: RecordProblem[]): void {
  line.code = 'q'
  line.reason = reason
  line.problems = problems ?? [
    { pointer: '', rule: reason, expected: 'one that can be taken', kind: 'object', message: HELD_REASONS[reason] },
  ]
}

function close(line: Line): void {
  line.code = 'r'
  line.problems = [CLOSED]
}
const CLOSED: RecordProblem = {
  ...{ pointer: '', rule: SUBJECT_CLOSED, expected: 'one of a subject who is connected', kind: 'object' },
  message:
    'its subject was erased, or their connection has ended or is stopped, so it is not taken; who comes back is told anew, and whom the developer stopped they resume',
}

function told(taking: Taking, key: Uint8Array, lines: Line[]): Taken {
  const { contract, contract_id, batch_id, receivedAt, origin } = taking
  const tally = newTally({ contract_id, document: contract.document }, { receivedAt, origin })
  const held: HeldRecord[] = []
  for (const { line, text, code, problems, reason, subject, whose, found, records, became, after } of lines) {
    addToTally(tally, {
      outcome: code!,
      ...(subject && { subject: subject.number }),
      problems,
      ...(reason && { reason }),
      outliers: found?.outliers ?? [],
      unread: found?.unread ?? [],
      became: (records ?? []).map((record, i) => ({ record, outcome: became?.[i] ?? code! })),
    })
    if (reason)
      held.push({
        line,
        reason,
        problems,
        subject_hash: whose?.hash ?? null,
        ...(subject && { user_id: subject.user_id }),
        ...(after !== undefined && { after }),
        sealed: seal(key, utf8(text), quarantineContext(batch_id, line)),
      })
  }
  return {
    codes: lines.map(({ code }) => code as OutcomeCode).join(''),
    problems: lines.flatMap(({ line, problems }) => (problems.length > 0 ? [{ line, problems }] : [])),
    held,
    tally,
  }
}
