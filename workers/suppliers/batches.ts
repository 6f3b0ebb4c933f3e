import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { BATCH_STATES, isEnded } from '../../shared/supply/batch-state.ts'
import { OUTCOME_NAMES, type ReportFilter } from '../../shared/supply/report.ts'
import { readerOf, reportPage, reportStream } from '../../shared/supply/report-stream.ts'
import { limit } from '../api/params.ts'
import { type Api, queryOf } from '../api/route.ts'
import { batchEvents, EXAMPLE_EVENTS } from './batch-events.ts'
import {
  BatchDetail,
  BatchId,
  BatchView,
  batchView,
  EXAMPLE_BATCH,
  EXAMPLE_DETAIL,
  EXAMPLE_DETAIL_OF_SUPPLIER,
  EXAMPLE_LINES,
  heldView,
  lineView,
  ReportLine,
} from './batch-views.ts'
import { type AtDesk, bothSides } from './both-sides.ts'
import { numberCursor, writeNumber } from './number-cursor.ts'
import { pulledFrom } from './pull-views.ts'

const NDJSON = 'application/x-ndjson'

const ListQuery = z.object({
  state: z.enum(BATCH_STATES).optional().openapi({ description: 'Only those', example: 'done' }),
  contract_id: z
    .string()
    .optional()
    .openapi({ description: 'Of one contract version', example: EXAMPLE_BATCH.contract_id }),
  cursor: numberCursor,
  limit,
})
const outcome = z.enum(OUTCOME_NAMES)
const line = (text: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,9}$/, 'is a line, counted from 1')
    .transform(Number)
    .optional()
    .openapi({ type: 'integer', minimum: 1, description: text, example: 1 })
const ReportQuery = z.object({
  outcome: z
    .string()
    .max(100)
    .optional()
    .transform((text) => text?.split(',').filter((name) => name !== ''))
    .pipe(z.array(outcome).max(OUTCOME_NAMES.length).optional())
    .openapi({ type: 'string', description: 'Only these, with commas between', example: 'rejected,quarantined' }),
  rule: z.string().min(1).max(100).optional().openapi({
    description: 'Only records with a problem under this rule: a keyword of the schema, or why one is held',
    example: 'required',
  }),
  from_line: line('From this line'),
  to_line: line('To this line'),
  cursor: numberCursor,
  limit,
})
const filterOf = ({ outcome: outcomes, rule, from_line, to_line }: z.output<typeof ReportQuery>): ReportFilter => ({
  ...(outcomes && { outcomes }),
  ...(rule !== undefined && { rule }),
  ...(from_line !== undefined && { fromLine: from_line }),
  ...(to_line !== undefined && { toLine: to_line }),
})

/** What becomes of batches, to both sides. */
export function addBatches(api: Api): void {
  bothSides(
    api,
    {
      path: '/batches',
      method: 'get',
      supplier: { id: 'listBatches', scope: 'batches:read' },
      developer: { id: 'listSupplierBatches', scope: 'suppliers:read' },
      summary: 'Batches, the newest first',
      description: 'With what each came to. They are kept as long as their contract says.',
      query: ListQuery,
      answer: z.object({ batches: z.array(BatchView), next_cursor: z.string().nullable() }),
      example: { batches: [EXAMPLE_BATCH], next_cursor: null },
    },
    async ({ c, desk }) => {
      const { cursor, limit: most, ...asked } = queryOf(c, ListQuery)
      const found = await desk.batches({ ...asked, limit: most + 1, ...(cursor !== undefined && { before: cursor }) })
      const shown = found.slice(0, most)
      const next_cursor = found.length > most ? writeNumber(shown.at(-1)!.number) : null
      return c.json({ batches: shown.map(batchView), next_cursor })
    },
  )
  bothSides(
    api,
    {
      path: '/batches/:batch_id',
      method: 'get',
      supplier: { id: 'getBatch', scope: 'batches:read' },
      developer: { id: 'getSupplierBatch', scope: 'suppliers:read', example: EXAMPLE_DETAIL_OF_SUPPLIER },
      summary: 'A batch',
      description:
        'How far it is, what it came to, what became of the records that were held, and of one that was fetched which object it was.',
      params: BatchId,
      answer: BatchDetail,
      example: EXAMPLE_DETAIL,
      fails: [404],
    },
    async (at) => {
      const batch = await batchOf(at)
      const key = at.side === 'supplier' ? keyOfSupplier(at.c.env, at.address) : undefined
      return at.c.json({
        ...batchView(batch),
        quarantine: heldView(await at.desk.quarantineOf(batch.batch_id)),
        object: pulledFrom(batch.object, key),
      })
    },
  )
  bothSides(
    api,
    {
      path: '/batches/:batch_id/report',
      method: 'get',
      supplier: { id: 'getBatchReport', scope: 'batches:read' },
      developer: { id: 'getSupplierBatchReport', scope: 'suppliers:read' },
      summary: 'What became of each record',
      description: `Line by line, each with its outcome, and what is wrong with those that were not taken: where, by which rule, what was expected and what kind of value was there; values are never told. In pages, or, asked with \`accept: ${NDJSON}\`, all of it as a stream of lines; its header \`report-complete\` says whether the batch has ended. While it goes on, the report is of what was processed. Of a refused batch all records are \`rejected\`; those without problems were fine themselves.`,
      params: BatchId,
      query: ReportQuery,
      answer: z.object({
        batch: BatchView,
        records: z.array(ReportLine),
        next_cursor: z.string().nullable().describe('null: this is the last page of what was processed'),
      }),
      example: { batch: EXAMPLE_BATCH, records: EXAMPLE_LINES, next_cursor: null },
      fails: [404],
    },
    async (at) => {
      const { c, desk } = at
      const query = queryOf(c, ReportQuery)
      const batch = await batchOf(at)
      const { batch_id } = batch
      const filter = filterOf(query)
      const read = readerOf((after) => desk.reportRows(batch_id, after, filter))
      if (wantsLines(c.req.header('accept')))
        return c.body(
          reportStream(read, filter, (one) => lineView(batch_id, one)),
          200,
          {
            'content-type': NDJSON,
            'cache-control': 'no-store',
            'report-complete': String(isEnded(batch.state)),
          },
        )
      const page = await reportPage(read, filter, { after: query.cursor ?? 0, limit: query.limit })
      return c.json({
        batch: batchView(batch),
        records: page.lines.map((one) => lineView(batch_id, one)),
        next_cursor: page.next === null ? null : writeNumber(page.next),
      })
    },
  )
  bothSides(
    api,
    {
      path: '/batches/:batch_id/events',
      method: 'get',
      supplier: { id: 'followBatch', scope: 'batches:read' },
      developer: { id: 'followSupplierBatch', scope: 'suppliers:read' },
      summary: 'A batch as it goes on, as server-sent events',
      description:
        'An event `progress` whenever something changed, the batch its data, and `end` when it has ended. A stream lasts ten minutes at most; whoever comes again gets where it stands.',
      params: BatchId,
      events: 'Until the batch has ended',
      example: EXAMPLE_EVENTS,
      fails: [404],
    },
    async (at) => {
      const first = await batchOf(at)
      const events = batchEvents(first, () => at.desk.batch(first.batch_id))
      return at.c.body(events, 200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    },
  )
  bothSides(
    api,
    {
      path: '/batches/:batch_id',
      method: 'delete',
      supplier: { id: 'cancelBatch', scope: 'ingest:write' },
      developer: { id: 'cancelSupplierBatch', scope: 'suppliers:write' },
      summary: 'Ends a batch',
      description:
        'What was taken of it stays, and the report tells of it; the rest is not processed. One that has ended already stays as it is.',
      params: BatchId,
      answer: BatchView,
      example: {
        ...EXAMPLE_BATCH,
        state: 'cancelled',
        progress: 0.4,
        counts: { ...EXAMPLE_BATCH.counts, accepted: 355 },
      },
      fails: [404],
    },
    async ({ c, desk }) => {
      const batch = await desk.cancelBatch(c.req.param('batch_id') ?? '')
      if (!batch) throw new Fault('not_found', 'batch not found')
      return c.json(batchView(batch))
    },
  )
}

async function batchOf({ c, desk }: AtDesk) {
  const batch = await desk.batch(c.req.param('batch_id') ?? '')
  if (!batch) throw new Fault('not_found', 'batch not found')
  return batch
}
const wantsLines = (accept: string | undefined): boolean =>
  (accept ?? '').split(',').some((kind) => kind.trim().split(';')[0]!.toLowerCase() === NDJSON)
