import type { Env } from '../../durable-objects/env.ts'
import type { AppendAnswer } from '../../durable-objects/event-log-api.ts'
import type { LineOutcomes } from '../../durable-objects/line-outcome.ts'
import { eventLogNamed } from '../../durable-objects/stubs.ts'
import type { DeskSubject } from '../../durable-objects/supplier-desk-api.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { EXPRESS_DRAIN_MS } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import { RetryLater } from '../../shared/source/ask.ts'
import {
  type AppendPayload,
  type IncomingPayload,
  type NormalizedRecord,
  toAppend,
} from '../../shared/source/record.ts'
import type { Inspected } from '../../shared/supply/compiled.ts'
import { type HeldReason, strongest } from '../../shared/supply/outcome.ts'
import { problem, type RecordProblem } from '../../shared/supply/problem.ts'
import type { OutcomeCode } from '../../shared/supply/report.ts'
import { suppliedBody } from '../../shared/supply/supplied.ts'
import { drainCell } from '../queues/send.ts'
import type { Named } from './subjects-of.ts'
import type { Taking } from './take-records.ts'

/** A record on its way; `code`: what became of it, as soon as that is known. */
export interface Line {
  line: number
  text: string
  code?: OutcomeCode
  problems: RecordProblem[]
  reason?: HeldReason
  found?: Extract<Inspected, { kind: 'item' }>
  whose?: Named
  subject?: DeskSubject | undefined
  records?: NormalizedRecord[]
  /** Outcome of each of its records. */
  became?: OutcomeCode[]
}
type Hold = (line: Line, reason: HeldReason) => void

/** An inbox that is full empties as its payloads are archived. */
const FULL_WAIT_MS = MINUTE_MS

/** Commits lines that are somebody's in their cells, as payloads and as records. Each gets its code. */
export async function appendLines(env: Env, taking: Taking, lines: Line[], hold: Hold): Promise<void> {
  const cells = Map.groupBy(lines, ({ subject }) => subject!.cell)
  // One cell after the other: a batch is one of many that come.
  for (const [cell, some] of cells) await appendIn(env, cell, taking, some, hold)
}

async function appendIn(env: Env, cell: string, taking: Taking, lines: Line[], hold: Hold): Promise<void> {
  const log = eventLogNamed(env, cell)
  const users = Map.groupBy(lines, ({ subject }) => subject!.user_id)
  const payloads = [...users].map(([user_id, some]) => payloadOf(taking, user_id, some))
  const { accepted, refused } = await log.accept(payloads, { express: true })
  if (refused) throw new RetryLater('the inbox is full', FULL_WAIT_MS)
  await crashPoint('piece-after-accept', env)
  const numbers = new Map(accepted.map(({ payload_id, number }) => [payload_id, number]))
  const processed: AppendPayload[] = []
  const linesOf = new Map<number, Line[]>()
  for (const { payload_id, user_id, origin, trace, receivedAt } of payloads) {
    const number = numbers.get(payload_id)
    const some = users.get(user_id)!
    // Its connection was closed since the desk was asked.
    if (number === undefined) {
      for (const line of some) hold(line, 'subject_closed')
      continue
    }
    const records = some.flatMap((line) => line.records!)
    const about = { number, user_id, origin, trace, records, quarantined: [], notices: [] }
    processed.push(toAppend(about, receivedAt))
    linesOf.set(number, some)
  }
  if (processed.length === 0) return
  const answer = await log.append(processed, { lease: taking.express !== undefined })
  await crashPoint('piece-after-append', env)
  for (const [number, some] of linesOf) settle(some, answer.outcomes?.[number] ?? [], hold)
  const delivering = deliver(env, cell, answer)
  // Nobody who waits for an answer waits for receivers.
  if (taking.express) taking.express(delivering)
  else await delivering
}

function payloadOf({ seed, contract_id, batch_id, origin, receivedAt }: Taking, user_id: string, lines: Line[]) {
  const payload: IncomingPayload = {
    payload_id: `pay_${sha256(`${seed}/${user_id}`).slice(0, 32)}`,
    user_id,
    kind: 'push',
    resource: contract_id,
    origin,
    body: suppliedBody(contract_id, lines),
    trace: batch_id,
    receivedAt,
  }
  return payload
}

function settle(lines: Line[], outcomes: LineOutcomes, hold: Hold): void {
  const byLine = Map.groupBy(outcomes, ({ line }) => line)
  for (const line of lines) {
    const found = byLine.get(line.line)
    // The connection ended between the two calls.
    if (!found) {
      hold(line, 'subject_closed')
      continue
    }
    line.became = found.map(({ outcome }) => (outcome === 'k' ? 'r' : outcome))
    line.code = line.became.reduce<OutcomeCode | undefined>(strongest, undefined)!
    if (found.some(({ outcome }) => outcome === 'k'))
      line.problems = [problem('', 'immutable', 'what came first under this key, or under a key of its own', 'object')]
  }
}

/** What fails here the cell's watchdog begins again. */
async function deliver(env: Env, cell: string, { leases, nudge }: AppendAnswer): Promise<void> {
  const until = Date.now() + EXPRESS_DRAIN_MS
  try {
    await Promise.all([
      ...leases.map((lease) => drainCell(env, cell, lease, until)),
      ...nudge.map((destination_id) => env.DELIVERIES.send({ cell, destination_id })),
    ])
  } catch (error) {
    logLine('express gave up', { cell, reason: error instanceof Error ? error.message : 'unknown' })
  }
}
