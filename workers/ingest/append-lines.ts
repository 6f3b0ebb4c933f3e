import type { Env } from '../../durable-objects/env.ts'
import type { AppendAnswer } from '../../durable-objects/event-log-api.ts'
import type { LineOutcomes } from '../../durable-objects/line-outcome.ts'
import { eventLogNamed } from '../../durable-objects/stubs.ts'
import type { DeskSubject } from '../../durable-objects/supplier-desk-api.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { EXPRESS_DRAIN_MS } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { INTAKE } from '../../shared/base/supply-limits.ts'
import { MINUTE_MS } from '../../shared/base/time.ts'
import { RetryLater } from '../../shared/source/ask.ts'
import type { AppendPayload, AppendRecord, IncomingPayload, NormalizedRecord } from '../../shared/source/record.ts'
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
  /** In the source order of its person's cell, of one that was held. */
  place?: number
  /** Of one that is held: the payload of the cell that it came after. */
  after?: number
  /** Records of the same person that are held, and stand before it. */
  heldAhead?: number
  code?: OutcomeCode
  problems: RecordProblem[]
  reason?: HeldReason
  found?: Extract<Inspected, { kind: 'item' }>
  whose?: Named
  subject?: DeskSubject | undefined
  records?: NormalizedRecord[]
  /** The same, as they go to the log. */
  texts?: AppendRecord[]
  /** Outcome of each of its records. */
  became?: OutcomeCode[]
  /** Of the payload that it went with. */
  number?: number
}
/** Its subject's connection has ended. */
type Close = (line: Line) => void

/** An inbox that is full empties as its payloads are archived. */
const FULL_WAIT_MS = MINUTE_MS

/** Commits lines that are somebody's in their cells, as payloads and as records. Each gets its code. */
export async function appendLines(env: Env, taking: Taking, lines: Line[], close: Close): Promise<void> {
  const cells = Map.groupBy(lines, ({ subject }) => subject!.cell)
  // One cell after the other: a batch is one of many that come.
  for (const [cell, some] of cells) await appendIn(env, cell, taking, some, close)
}

async function appendIn(env: Env, cell: string, taking: Taking, lines: Line[], close: Close): Promise<void> {
  const log = eventLogNamed(env, cell)
  const given = [...Map.groupBy(lines, ({ subject }) => subject!.user_id)].flatMap(([user_id, theirs]) =>
    [...Map.groupBy(theirs, placeOf).values()]
      .flatMap((some) => inCalls(some))
      .map((some) => ({ lines: some, payload: payloadOf(taking, user_id, some) })),
  )
  const { accepted, refused } = await log.accept(
    given.map(({ payload }) => payload),
    { express: true, quiet: true, work: taking.seed },
  )
  if (refused) throw new RetryLater('the inbox is full', FULL_WAIT_MS)
  await crashPoint('piece-after-accept', env)
  const numbers = new Map(accepted.map(({ payload_id, number }) => [payload_id, number]))
  const taken = given.flatMap(({ lines, payload: { payload_id, user_id, origin, trace, receivedAt, parent } }) => {
    const number = numbers.get(payload_id)
    if (number === undefined) {
      // Its connection was closed since the desk was asked.
      for (const line of lines) close(line)
      return []
    }
    for (const line of lines) line.number = number
    const texts = lines.flatMap((line) => line.texts!)
    const processed: AppendPayload = {
      ...{ number, user_id, origin, trace, receivedAt, records: texts, quarantined: [], notices: [] },
      ...(parent !== undefined && { parent }),
    }
    return [{ lines, texts, processed }]
  })
  for (const some of inCalls(taken)) {
    const answer = await log.append(
      some.map(({ processed }) => processed),
      { lease: taking.express !== undefined, work: taking.seed },
    )
    await crashPoint('piece-after-append', env)
    for (const { processed, lines } of some) settle(lines, answer.outcomes?.[processed.number] ?? [], close)
    const delivering = deliver(env, cell, taking.origin, answer)
    // Nobody who waits for an answer waits for receivers.
    if (taking.express) taking.express(delivering)
    else await delivering
  }
}

type Sized = { texts?: AppendRecord[] }
export const sizeOf = ({ texts = [] }: Sized): number => texts.reduce((sum, { body }) => sum + (body?.length ?? 0), 0)
/** In order, as much together as goes into one call. */
function inCalls<T extends Sized>(all: T[]): T[][] {
  const calls: T[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const one of all) {
    size += sizeOf(one)
    if (size > INTAKE.mappedBytes) {
      calls.push([])
      size = sizeOf(one)
    }
    calls.at(-1)!.push(one)
  }
  return calls
}

/** Lines of one place go together: what is held between two of the same person stands between their payloads. */
const placeOf = ({ place, heldAhead = 0 }: Line): number => place ?? heldAhead

/** Key: the work, the connection and the lines, so that what is the same payload has the same lines. */
function payloadOf(
  { seed, contract_id, contract, batch_id, origin, receivedAt }: Taking,
  user_id: string,
  lines: Line[],
): IncomingPayload {
  const { place, heldAhead, subject } = lines[0]!
  // Where the first content stays it is the first that is taken: what went by was told that it was.
  const keepsPlace = place !== undefined && contract.document.updates.rule !== 'refuse'
  return {
    ...(keepsPlace && { parent: place }),
    ...((heldAhead || subject!.held) && { heldBefore: true as const }),
    payload_id: `pay_${sha256(`${seed}/${user_id}/${lines.map(({ line }) => line).join()}`).slice(0, 32)}`,
    user_id,
    kind: 'push',
    resource: contract_id,
    origin,
    body: suppliedBody(contract_id, lines),
    trace: batch_id,
    receivedAt,
  }
}

function settle(lines: Line[], outcomes: LineOutcomes, close: Close): void {
  const byLine = Map.groupBy(outcomes, ({ line }) => line)
  for (const line of lines) {
    const found = byLine.get(line.line)
    // The connection ended between the two calls.
    if (!found) {
      close(line)
      continue
    }
    line.became = found.map(({ outcome }) => (outcome === 'k' ? 'r' : outcome))
    line.code = line.became.reduce<OutcomeCode | undefined>(strongest, undefined)!
    if (found.some(({ outcome }) => outcome === 'k'))
      line.problems = [problem('', 'immutable', 'what came first under this key, or under a key of its own', 'object')]
  }
}

/** What fails here the cell's watchdog begins again. */
async function deliver(
  env: Env,
  cell: string,
  origin: Taking['origin'],
  { leases, nudge }: AppendAnswer,
): Promise<void> {
  const queue = origin === 'live' ? env.DELIVERIES : env.DELIVERIES_BULK
  const until = Date.now() + EXPRESS_DRAIN_MS
  try {
    await Promise.all([
      ...leases.map((lease) => drainCell(env, cell, lease, until)),
      ...nudge.map((destination_id) => queue.send({ cell, destination_id })),
    ])
  } catch (error) {
    logLine('express gave up', { cell, reason: error instanceof Error ? error.message : 'unknown' })
  }
}
