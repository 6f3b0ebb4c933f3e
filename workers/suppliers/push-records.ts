import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { BatchView } from '../../durable-objects/supplier-desk-api.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { INTAKE } from '../../shared/base/supply-limits.ts'
import { z } from '../../shared/base/zod.ts'
import { RetryLater } from '../../shared/source/ask.ts'
import { batchTerms } from '../../shared/supply/batch-terms.ts'
import { OUTCOMES, type OutcomeCode } from '../../shared/supply/report.ts'
import { readerOf, reportPage } from '../../shared/supply/report-stream.ts'
import type { Api } from '../api/route.ts'
import { queryOf } from '../api/route.ts'
import { recordsOf, tooManyAtOnce } from '../ingest/dry-run.ts'
import { beginBatch } from '../ingest/receive-batch.ts'
import { takeRecords } from '../ingest/take-records.ts'
import { ABOUT_BACKFILL, EXAMPLE_BATCH, lineView, ReportLine } from './batch-views.ts'
import { EXAMPLE_RECORD } from './contract-example.ts'
import { bodyOf, ContractPath, idempotencyKeyOf, letIn, pushOf } from './pushing.ts'
import { supplierRoute } from './route.ts'
import type { SupplierContext } from './supplier-only.ts'

const RecordsQuery = z.object({
  origin: z.enum(['live', 'backfill']).default('live').openapi({
    description: ABOUT_BACKFILL,
    example: 'live',
  }),
})
const RecordsTaken = z
  .object({
    batch_id: z.string().describe('They are a batch of their own: its report tells the same'),
    contract: z.string(),
    records: z.array(ReportLine).describe('One for each, in their order'),
  })
  .openapi('RecordsTaken')

export function addPushRecords(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'pushRecords',
      method: 'post',
      path: '/ingest/:contract/records',
      scope: 'ingest:write',
      push: true,
      tag: 'Push',
      summary: 'Takes a record, or a few, at once',
      description:
        'The body is one record, an array of at most 100, or NDJSON, up to 1 MB. Answered when each has its outcome, and on its way to the destinations; nothing waits in a queue. `Idempotency-Key` and `Content-Digest` are as with batches.',
      params: ContractPath,
      query: RecordsQuery,
      bytes: 'application/json',
      bytesAre: 'A record, or an array of records',
      bytesExample: EXAMPLE_RECORD,
      answer: RecordsTaken,
      example: {
        batch_id: EXAMPLE_BATCH.batch_id,
        contract: EXAMPLE_BATCH.contract,
        records: [{ line: 1, outcome: 'accepted' }],
      },
      fails: [409, 410, 422],
    },
    push,
  )
}

async function push(c: SupplierContext): Promise<Response> {
  const { origin } = queryOf(c, RecordsQuery)
  const pushed = await pushOf(c)
  const { known, contract, address } = pushed
  const { contract_id, document, compiled } = known
  const idempotency_key = idempotencyKeyOf(c)
  const admitted = await letIn(c, pushed, { kind: 'records', records: 1 })
  const { now, held } = admitted
  const body = bodyOf(c, admitted, INTAKE.recordBytes)
  // An object over several lines is a record, where it does not say that each line is one.
  const records = await recordsOf(body, body.form === 'lines' ? 'lines' : 'record', INTAKE.recordBytes)
  if (records.length > INTAKE.recordsAtOnce) throw tooManyAtOnce()
  const batch = {
    ...{ batch_id: newId('bat'), contract_id, contract, kind: 'records' as const, mode: 'partial' as const, origin },
    ...{ idempotency_key, hash: body.digest(), ...batchTerms(document) },
  }
  const desk = supplierDesk(c.env, address)
  if (idempotency_key !== undefined) {
    const before = await beginBatch(c.env, address, batch, body)
    if (before) return replayed(c, before)
  }
  try {
    const taken = await takeRecords(c.env, {
      ...{ address, contract_id, contract: compiled, batch_id: batch.batch_id, seed: batch.batch_id },
      ...{
        records,
        origin,
        receivedAt: now,
        now,
        held,
        onlyCheck: false,
        ...(origin === 'live' && { express: (one: Promise<void>) => c.executionCtx.waitUntil(one) }),
      },
    })
    const { batch_id, hash } = batch
    const received = { batch_id, hash, bytes: body.bytes, unpacked: body.bytes, pieces: [records.length] }
    await desk.wholeBatch(batch, received, { batch_id, ...taken })
    const problems = new Map(taken.problems.map((one) => [one.line, one.problems]))
    const outcomes = records.map(({ line }) => {
      const found = problems.get(line)
      const outcome = OUTCOMES[taken.codes[line - 1] as OutcomeCode]
      return lineView(batch_id, { line, outcome, ...(found && { problems: found }) })
    })
    return c.json({ batch_id, contract, records: outcomes })
  } catch (error) {
    await desk.abandonBatch(batch.batch_id)
    if (!(error instanceof RetryLater)) throw error
    throw new Fault(
      'unavailable',
      'what these records go to takes no more now; send them again',
      { 'retry-after': `${Math.ceil(error.delayMs / 1_000)}` },
      'overloaded',
    )
  }
}

/** As it was answered the first time, by its report. */
async function replayed(c: SupplierContext, { batch_id, contract }: BatchView): Promise<Response> {
  const { supplier, environment } = c.get('supplier')
  const desk = supplierDesk(c.env, { ...supplier, environment })
  const read = readerOf((after) => desk.reportRows(batch_id, after, {}))
  const { lines } = await reportPage(read, {}, { after: 0, limit: INTAKE.recordsAtOnce })
  c.header('idempotent-replayed', 'true')
  return c.json({ batch_id, contract, records: lines.map((line) => lineView(batch_id, line)) })
}
