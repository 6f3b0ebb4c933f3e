import type { Context } from 'hono'
import type { AgainAsked, CountedSlice, JobView, ParkedPlace } from '../../durable-objects/event-log-api.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { AGAIN_PER_SECOND, AGAIN_PER_SECOND_MOST, JOBS_KEPT } from '../../shared/base/limits.ts'
import { z } from '../../shared/base/zod.ts'
import type { Cell } from '../../shared/db/cells.ts'
import { cellDestination, type DestinationRow } from '../../shared/db/destinations.ts'
import { DATA_TYPES } from '../../shared/schema/data-types.ts'
import type { ApiEnv } from '../access.ts'
import { inputOf } from '../read-input.ts'
import { momentsOf } from './dates.ts'
import { cellsOf, toldDestination } from './deliveries.ts'
import { Begun, EXAMPLES, Job, jobView } from './delivery-views.ts'
import { DestinationId, UserId } from './params.ts'
import { FILTER, filterOf } from './parked.ts'
import { type Api, route } from './route.ts'

const tag = 'Deliveries'
/** A count goes on for so many calls and no longer; what it came to then is the least. */
const COUNT_CALLS = 500

const RATE = {
  rate_per_second: z
    .int()
    .min(1)
    .max(AGAIN_PER_SECOND_MOST)
    .default(AGAIN_PER_SECOND)
    .describe('Events a second, over all users'),
  dry_run: z.boolean().default(false).describe('Only counts'),
}
const ReplayInput = z.strictObject({
  ...FILTER,
  status: z.int().optional().describe('The status that the last attempt got'),
  ...RATE,
})
const moment = z.string().max(40)
const BackfillInput = z.strictObject({
  from: moment.describe('A date, or a time with its offset: records whose own time is from here').openapi({
    example: '2026-01-01',
  }),
  to: moment.optional().describe('To the end of this date, or before this time; left out: all that there is').openapi({
    example: '2026-06-30',
  }),
  types: z
    .array(z.enum([...DATA_TYPES, 'auth']))
    .max(20)
    .default([])
    .describe('Types of records; `auth`: that a user is connected. None named = all'),
  user_id: UserId.optional(),
  ...RATE,
})
const JobId = DestinationId.extend({
  replay_id: z.string().openapi({ description: 'A replay or a backfill', example: EXAMPLES.job.replay_id }),
})
const BEGUN = { replay_id: EXAMPLES.job.replay_id, dry_run: false, matched: 12, counted: true, rate_per_second: 100 }
const DRY = { dry_run: true, matched: 12, counted: true, rate_per_second: 100 }

type Place = Pick<Cell, 'developer_id' | 'region' | 'cell'>

/** Counts in all cells, then begins in all of them; a dry run only counts. */
async function begin(
  c: Context<ApiEnv>,
  row: DestinationRow,
  what: AgainAsked,
  { userId, rate, dryRun }: { userId: string | undefined; rate: number; dryRun: boolean },
): Promise<z.input<typeof Begun>> {
  const cells = await cellsOf(c, userId)
  let calls = COUNT_CALLS
  const counts = await Promise.all(
    cells.map(async (cell) => {
      let matched = 0
      let from: ParkedPlace | undefined
      while (calls-- > 0) {
        const slice: CountedSlice = await eventLog(c.env, cell).countAgain({
          destinationId: row.destination_id,
          what,
          from,
        })
        matched += slice.matched
        if (slice.to === null) return { matched, whole: true }
        from = slice.to
      }
      return { matched, whole: false }
    }),
  )
  const told = {
    dry_run: dryRun,
    matched: counts.reduce((sum, { matched }) => sum + matched, 0),
    counted: counts.every(({ whole }) => whole),
    rate_per_second: rate,
  }
  if (what.kind === 'replay' && what.filter.parkedId !== undefined && told.matched === 0)
    throw new Fault('not_found', 'no such parked event, or it is not parked any more')
  if (dryRun) return told
  if (cells.length === 0) throw new Fault('conflict', 'there are no users yet, so that there is nothing to send')
  const job = { destinationId: row.destination_id, job_id: newId('rpl'), what, rate, madeAt: Date.now() }
  await Promise.all(cells.map((cell, i) => eventLog(c.env, cell).startJob({ ...job, matched: counts[i]!.matched })))
  return { replay_id: job.job_id, ...told }
}

/** The caller's destination, which takes what is sent again. */
async function takingDestination(c: Context<ApiEnv>): Promise<DestinationRow> {
  const row = await toldDestination(c)
  if (row.state === 'disabled')
    throw new Fault('conflict', 'the destination is disabled; set its state to active first')
  if (cellDestination(row).delivery.test_mode)
    throw new Fault('conflict', 'the destination is in test mode, in which nothing is sent; end that first')
  return row
}

/** The jobs of all cells, each put together from its parts, the newest first. */
async function jobsOf(c: Context<ApiEnv>, row: DestinationRow, jobId?: string): Promise<z.input<typeof Job>[]> {
  const asked = { destinationId: row.destination_id, jobId }
  const cells: Place[] = await cellsOf(c, undefined)
  const parts = (await Promise.all(cells.map((cell) => eventLog(c.env, cell).jobs(asked)))).flat()
  return put(parts)
}
function put(parts: JobView[]): z.input<typeof Job>[] {
  const byId = Map.groupBy(parts, ({ job_id }) => job_id)
  return [...byId.values()].sort(([a], [b]) => b!.madeAt - a!.madeAt).map(jobView)
}
function only<T>(found: T[]): T {
  if (found.length === 0) throw new Fault('not_found', 'no such replay')
  return found[0]!
}

export function addAgain(api: Api): void {
  route(
    api,
    {
      id: 'createReplay',
      method: 'post',
      path: '/destinations/:id/replays',
      scope: 'deliveries:write',
      tag,
      summary: 'Sends parked events again',
      description:
        'One by id, or those that a filter finds; as their records are now, after what is live, and no faster than asked. One whose record has newer content is closed as superseded. `dry_run` only counts.',
      params: DestinationId,
      body: ReplayInput,
      bodyOptional: true,
      bodyExample: { status: 422, dry_run: true },
      answer: Begun,
      example: BEGUN,
      others: { Counted: DRY },
      status: 202,
      fails: [409],
    },
    async (c) => {
      const row = await takingDestination(c)
      const { dry_run, rate_per_second, ...filter } = await inputOf(c, ReplayInput)
      const how = { userId: filter.user_id, rate: rate_per_second, dryRun: dry_run }
      return c.json(await begin(c, row, { kind: 'replay', filter: filterOf(filter) }, how), 202)
    },
  )
  route(
    api,
    {
      id: 'createBackfill',
      method: 'post',
      path: '/destinations/:id/backfills',
      scope: 'deliveries:write',
      tag,
      summary: 'Sends what was there before the destination',
      description:
        'Records from before it was added whose own time is in the range, as they are now, through its filters, marked `fascia-origin: backfill`; and that their users are connected. What changes meanwhile is sent by the live feed alone. It is shown and cancelled as a replay is. `dry_run` only counts.',
      params: DestinationId,
      body: BackfillInput,
      bodyExample: { from: '2026-01-01', types: ['sleep', 'daily'], rate_per_second: 50 },
      answer: Begun,
      example: BEGUN,
      others: { Counted: DRY },
      status: 202,
      fails: [409],
    },
    async (c) => {
      const row = await takingDestination(c)
      const { from, to, types, user_id, rate_per_second, dry_run } = await inputOf(c, BackfillInput)
      const range = { ...momentsOf(from, to), types, ...(user_id !== undefined && { userId: user_id }) }
      const how = { userId: user_id, rate: rate_per_second, dryRun: dry_run }
      return c.json(await begin(c, row, { kind: 'backfill', range }, how), 202)
    },
  )
  route(
    api,
    {
      id: 'listReplays',
      method: 'get',
      path: '/destinations/:id/replays',
      scope: 'deliveries:read',
      tag,
      summary: 'Replays and backfills, the newest first',
      description: `The last ${JOBS_KEPT}, with how far each is.`,
      params: DestinationId,
      answer: z.object({ replays: z.array(Job) }),
      example: { replays: [EXAMPLES.job] },
      fails: [409],
    },
    async (c) => c.json({ replays: (await jobsOf(c, await toldDestination(c))).slice(0, JOBS_KEPT) }),
  )
  route(
    api,
    {
      id: 'getReplay',
      method: 'get',
      path: '/destinations/:id/replays/:replay_id',
      scope: 'deliveries:read',
      tag,
      summary: 'How far a replay or a backfill is',
      description: 'It is done when nothing of it waits or is on its way.',
      params: JobId,
      answer: Job,
      example: EXAMPLES.job,
      fails: [409],
    },
    async (c) => c.json(only(await jobsOf(c, await toldDestination(c), c.req.param('replay_id')))),
  )
  route(
    api,
    {
      id: 'cancelReplay',
      method: 'delete',
      path: '/destinations/:id/replays/:replay_id',
      scope: 'deliveries:write',
      tag,
      summary: 'Ends a replay or a backfill',
      description: 'What is on its way arrives. Events that were not sent stay parked.',
      params: JobId,
      answer: Job,
      example: { ...EXAMPLES.job, state: 'cancelled', waiting: 0, sending: 0, cancelled: 5 },
      fails: [409],
    },
    async (c) => {
      const row = await toldDestination(c)
      const asked = { destinationId: row.destination_id, jobId: c.req.param('replay_id') ?? '' }
      const cells = await cellsOf(c, undefined)
      const parts = await Promise.all(cells.map((cell) => eventLog(c.env, cell).cancelJob(asked)))
      return c.json(only(put(parts.flatMap((part) => part ?? []))))
    },
  )
}
