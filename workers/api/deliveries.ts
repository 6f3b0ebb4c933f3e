import type { Context } from 'hono'
import type { ParkedQuery } from '../../durable-objects/event-log-api.ts'
import { destinationGate, eventLog } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { z } from '../../shared/base/zod.ts'
import { type Cell, listCells } from '../../shared/db/cells.ts'
import type { DestinationRow } from '../../shared/db/destinations.ts'
import { open } from '../../shared/db/open.ts'
import type { ApiEnv } from '../access.ts'
import { inputOf } from '../read-input.ts'
import { Attempt, EXAMPLES, ParkedEvent, Status } from './delivery-views.ts'
import { destinationOf } from './destinations.ts'
import { DestinationId, limit, UserId } from './params.ts'
import { type Api, queryOf, route } from './route.ts'
import { connectionOf } from './user-of.ts'

const tag = 'Deliveries'
const at = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const [SINCE, UNTIL] = ['2026-07-01T00:00:00Z', '2026-07-02T00:00:00Z']
const Filter = {
  parked_id: z.string().optional().openapi({ description: 'One parked event', example: EXAMPLES.parked.parked_id }),
  user_id: UserId.optional(),
  type: z.string().optional().openapi({ description: 'An event type', example: 'sleep' }),
  from: at.optional().openapi({ type: 'string', format: 'date-time', description: 'Parked since', example: SINCE }),
  to: at.optional().openapi({ type: 'string', format: 'date-time', description: 'Parked before', example: UNTIL }),
}
const ParkedFilter = z.object({
  ...Filter,
  status: z.coerce
    .number()
    .int()
    .optional()
    .openapi({ type: 'integer', description: 'The status that the last attempt got', example: 422 }),
  limit,
})
const ReplayInput = z.strictObject({ ...Filter, status: z.int().optional(), dry_run: z.boolean().default(false) })

/** The caller's destination, which every cell knows. */
async function toldDestination(c: Context<ApiEnv>): Promise<DestinationRow> {
  const row = await destinationOf(c)
  if (row.state === 'starting')
    throw new Fault('conflict', 'the destination is still being made; where that broke off, a PATCH finishes it')
  return row
}

/** The cells that a query is about: the user's own, or all. */
async function cellsOf(
  c: Context<ApiEnv>,
  userId: string | undefined,
): Promise<Pick<Cell, 'developer_id' | 'region' | 'cell'>[]> {
  if (userId !== undefined) return [await connectionOf(c, userId)]
  return listCells(open(c.env.DB), c.get('developer').developer_id)
}
const parkedQuery = (
  id: string,
  filter: z.infer<typeof ReplayInput> | z.infer<typeof ParkedFilter>,
  most: number,
): ParkedQuery => ({
  destinationId: id,
  parkedId: filter.parked_id,
  userId: filter.user_id,
  type: filter.type,
  status: filter.status,
  fromAt: filter.from,
  toAt: filter.to,
  limit: most,
})

export function addDeliveries(api: Api): void {
  route(
    api,
    {
      id: 'getDeliveries',
      method: 'get',
      path: '/destinations/:id/deliveries',
      scope: 'deliveries:read',
      tag,
      summary: 'How far the destination is, what is held, and the breaker',
      description: 'A held connection waits by itself; the others go on.',
      params: DestinationId,
      answer: Status,
      example: EXAMPLES.status,
      fails: [409],
    },
    async (c) => {
      const row = await toldDestination(c)
      const cells = await cellsOf(c, undefined)
      const statuses = await Promise.all(cells.map((cell) => eventLog(c.env, cell).deliveryStatus(row.destination_id)))
      const oldest = statuses.flatMap((status) => status.oldestUndeliveredAt ?? [])
      return c.json({
        destination_id: row.destination_id,
        state: row.state,
        breaker: await destinationGate(c.env, row.destination_id).status(),
        lag: statuses.reduce((sum, status) => sum + status.lag, 0),
        parked: statuses.reduce((sum, status) => sum + status.parked, 0),
        oldest_undelivered_at: oldest.length === 0 ? null : new Date(Math.min(...oldest)).toISOString(),
        held: statuses
          .flatMap((status) => status.held)
          .map((held) => ({
            user_id: held.user_id,
            from_seq: held.fromSeq,
            attempts: held.attempts,
            next_try_at: new Date(held.nextTryAt).toISOString(),
            reason: held.reason,
          })),
      })
    },
  )
  const AttemptsQuery = z.object({ user_id: UserId.optional(), limit })
  route(
    api,
    {
      id: 'listAttempts',
      method: 'get',
      path: '/destinations/:id/attempts',
      scope: 'deliveries:read',
      tag,
      summary: 'The last attempts, newest first',
      description: 'What was tried, and what the receiver said where it refused.',
      params: DestinationId,
      query: AttemptsQuery,
      answer: z.object({ attempts: z.array(Attempt) }),
      example: { attempts: [EXAMPLES.attempt] },
      fails: [409],
    },
    async (c) => {
      const row = await toldDestination(c)
      const query = queryOf(c, AttemptsQuery)
      const cells = await cellsOf(c, query.user_id)
      const lists = await Promise.all(
        cells.map((cell) =>
          eventLog(c.env, cell).attempts({
            destinationId: row.destination_id,
            userId: query.user_id,
            limit: query.limit,
          }),
        ),
      )
      const attempts = lists
        .flat()
        .sort((a, b) => b.startedAt - a.startedAt)
        .slice(0, query.limit)
      return c.json({
        attempts: attempts.map(({ startedAt, durationMs, connection: _, ...attempt }) => ({
          ...attempt,
          started_at: new Date(startedAt).toISOString(),
          duration_ms: durationMs,
        })),
      })
    },
  )
  route(
    api,
    {
      id: 'listParked',
      method: 'get',
      path: '/destinations/:id/parked',
      scope: 'deliveries:read',
      tag,
      summary: 'Parked events, by time',
      description: 'Out of attempts, kept for 30 days, sent again by a replay.',
      params: DestinationId,
      query: ParkedFilter,
      answer: z.object({ parked: z.array(ParkedEvent) }),
      example: { parked: [EXAMPLES.parked] },
      fails: [409],
    },
    async (c) => {
      const row = await toldDestination(c)
      const filter = queryOf(c, ParkedFilter)
      const lists = await Promise.all(
        (await cellsOf(c, filter.user_id)).map((cell) =>
          eventLog(c.env, cell).parked(parkedQuery(row.destination_id, filter, filter.limit)),
        ),
      )
      const parked = lists
        .flat()
        .sort((a, b) => a.parkedAt - b.parkedAt)
        .slice(0, filter.limit)
      return c.json({
        parked: parked.map(({ parkedAt, ...event }) => ({ ...event, parked_at: new Date(parkedAt).toISOString() })),
      })
    },
  )
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
        'By id, or by a filter; as their records are now. One whose record has newer content is closed as superseded. `dry_run` only counts.',
      params: DestinationId,
      body: ReplayInput,
      bodyOptional: true,
      bodyExample: { status: 422, dry_run: true },
      answer: z.object({
        replay_id: z.string(),
        matched: z.int(),
        replaying: z.int(),
        superseded: z.int(),
        dry_run: z.boolean(),
      }),
      example: {
        replay_id: 'rpl_0e4d7c1b9a83425fb6c5d4e3f2a19087',
        matched: 12,
        replaying: 11,
        superseded: 1,
        dry_run: true,
      },
      status: 202,
      fails: [409],
    },
    async (c) => {
      const row = await toldDestination(c)
      const { dry_run, ...filter } = await inputOf(c, ReplayInput)
      if (row.state === 'disabled')
        throw new Fault('conflict', 'the destination is disabled; set its state to active first')
      const answers = await Promise.all(
        (await cellsOf(c, filter.user_id)).map((cell) =>
          eventLog(c.env, cell).replay({
            ...parkedQuery(row.destination_id, { ...filter, dry_run }, 10_000),
            dryRun: dry_run,
          }),
        ),
      )
      const sum = (pick: (answer: (typeof answers)[number]) => number) =>
        answers.reduce((total, answer) => total + pick(answer), 0)
      if (filter.parked_id !== undefined && sum((answer) => answer.matched) === 0)
        throw new Fault('not_found', 'no such parked event')
      return c.json(
        {
          replay_id: newId('rpl'),
          matched: sum((a) => a.matched),
          replaying: sum((a) => a.replaying),
          superseded: sum((a) => a.superseded),
          dry_run,
        },
        202,
      )
    },
  )
}
