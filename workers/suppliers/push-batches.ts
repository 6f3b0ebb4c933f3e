import { z } from '../../shared/base/zod.ts'
import { batchTerms } from '../../shared/supply/batch-terms.ts'
import { noCounts } from '../../shared/supply/report.ts'
import type { Api } from '../api/route.ts'
import { queryOf } from '../api/route.ts'
import { dryRun } from '../ingest/dry-run.ts'
import { receiveBatch } from '../ingest/receive-batch.ts'
import {
  ABOUT_MODE,
  ABOUT_ORIGIN,
  BatchView,
  batchView,
  EXAMPLE_BATCH,
  EXAMPLE_LINES,
  OutcomeCounts,
  ReportLine,
} from './batch-views.ts'
import { EXAMPLE_RECORD } from './contract-example.ts'
import { bodyOf, ContractPath, idempotencyKeyOf, letIn, pushOf } from './pushing.ts'
import { supplierRoute } from './route.ts'
import type { SupplierContext } from './supplier-only.ts'

const PushQuery = z.object({
  mode: z.enum(['partial', 'strict']).optional().openapi({
    description: ABOUT_MODE,
    example: 'strict',
  }),
  origin: z.enum(['live', 'backfill']).default('live').openapi({
    description: ABOUT_ORIGIN,
    example: 'live',
  }),
})
const BatchQuery = PushQuery.extend({
  dry_run: z.enum(['true', 'false']).default('false').openapi({
    description: '`true`: says what would become of at most 5 MB (unpacked), and keeps nothing',
    example: 'true',
  }),
})
const DryRun = z
  .object({
    dry_run: z.literal(true),
    contract: z.string(),
    records: z.int(),
    counts: OutcomeCounts,
    lines: z.array(ReportLine).describe('Of records that would not be taken, at most 1,000'),
  })
  .openapi('DryRun')
const NOTHING_YET = noCounts()
export type DryRun = z.infer<typeof DryRun>
const EXAMPLE_DRY_RUN: DryRun = {
  dry_run: true,
  contract: EXAMPLE_BATCH.contract,
  records: 2,
  counts: { ...NOTHING_YET, accepted: 1, rejected: 1 },
  lines: [EXAMPLE_LINES[1]!],
}
const EXAMPLE_RECEIVED: BatchView = {
  ...EXAMPLE_BATCH,
  state: 'queued',
  progress: 0,
  counts: NOTHING_YET,
  ended_at: null,
}

export function addPushBatches(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'pushBatch',
      method: 'post',
      path: '/ingest/:contract/batches',
      scope: 'ingest:write',
      push: true,
      tag: 'Push',
      summary: 'Takes a batch of records',
      description:
        'The body is NDJSON (`application/x-ndjson`) or a JSON array (`application/json`), up to 100 MB as it is sent and 1 GB unpacked, packed with gzip or not. `Content-Digest` (sha-256, sha-512) is checked. Answered when it is kept safely; what became of each record is told by its report. With an `Idempotency-Key` the same batch is taken once: sent again it is answered with the first one’s receipt and `idempotent-replayed: true`, and another body with the same key is refused (409).',
      params: ContractPath,
      query: BatchQuery,
      bytes: 'application/x-ndjson',
      bytesAre: 'One record a line',
      bytesExample: EXAMPLE_RECORD,
      status: 202,
      answer: BatchView,
      example: EXAMPLE_RECEIVED,
      instead: { status: 200, what: 'What a dry run says', answer: DryRun, example: EXAMPLE_DRY_RUN },
      fails: [409, 410, 422],
    },
    push,
  )
}

async function push(c: SupplierContext): Promise<Response> {
  const { mode, origin, dry_run } = queryOf(c, BatchQuery)
  const pushed = await pushOf(c)
  const { known, contract, address } = pushed
  const { contract_id, document, compiled } = known
  const idempotency_key = idempotencyKeyOf(c)
  const bytes = Number(c.req.header('content-length') ?? 0)
  const dry = dry_run === 'true'
  const admitted = await letIn(c, pushed, { kind: dry ? 'records' : 'batch', bytes })
  const { now, held } = admitted
  const body = bodyOf(c, admitted)
  if (dry) {
    const told = await dryRun(c.env, { address, contract_id, contract: compiled, now, held }, body)
    return c.json({ dry_run: true, contract, ...told }, 200)
  }
  const { batch, replayed } = await receiveBatch(
    c.env,
    address,
    {
      contract_id,
      contract,
      kind: 'push',
      mode: mode ?? document.mode,
      origin,
      idempotency_key,
      ...batchTerms(document),
    },
    body,
  )
  if (replayed) c.header('idempotent-replayed', 'true')
  c.header('location', `/v2/supplier/batches/${batch.batch_id}`)
  return c.json(batchView(batch), 202)
}
