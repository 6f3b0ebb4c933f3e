import type { Context } from 'hono'
import { destinationGate, eventLog } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { type Cell, listCells } from '../../shared/db/cells.ts'
import type { DestinationRow } from '../../shared/db/destinations.ts'
import { open } from '../../shared/db/open.ts'
import type { ApiEnv } from '../access.ts'
import { Attempt, attemptView, EXAMPLES, Status } from './delivery-views.ts'
import { destinationOf } from './destinations.ts'
import { DestinationId, limit, UserId } from './params.ts'
import { type Api, queryOf, route } from './route.ts'
import { connectionOf } from './user-of.ts'

const tag = 'Deliveries'

/** The caller's destination, which every cell knows. */
export async function toldDestination(c: Context<ApiEnv>): Promise<DestinationRow> {
  const row = await destinationOf(c)
  if (row.state === 'starting')
    throw new Fault('conflict', 'the destination is still being made; where that broke off, a PATCH finishes it')
  return row
}

/** The cells that a query is about: the user's own, or all. */
export async function cellsOf(
  c: Context<ApiEnv>,
  userId: string | undefined,
): Promise<Pick<Cell, 'developer_id' | 'region' | 'cell'>[]> {
  if (userId !== undefined) return [await connectionOf(c, userId)]
  return listCells(open(c.env.DB), c.get('developer').developer_id)
}

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
        attempts: attempts.map(attemptView),
      })
    },
  )
}
