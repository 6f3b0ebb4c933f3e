import type { ParkedFilter, ParkedPlace } from '../../durable-objects/event-log-api.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { allows } from '../../shared/access/scopes.ts'
import { base64url, fromBase64, text, utf8 } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { cellsOf, toldDestination } from './deliveries.ts'
import { EXAMPLES, ParkedDetail, ParkedEvent, parkedDetailView, parkedView } from './delivery-views.ts'
import { DestinationId, limit, UserId } from './params.ts'
import { type Api, queryFlag, queryOf, route } from './route.ts'

const tag = 'Deliveries'
const at = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const [SINCE, UNTIL] = ['2026-07-01T00:00:00Z', '2026-07-02T00:00:00Z']

/** What parked events are found by, in lists and for replays. */
export const FILTER = {
  parked_id: z.string().optional().openapi({ description: 'One parked event', example: EXAMPLES.parked.parked_id }),
  user_id: UserId.optional(),
  type: z.string().optional().openapi({ description: 'An event type', example: 'sleep' }),
  text: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Part of the reason, or of the receiver’s last answer', example: 'unknown field' }),
  from: at.optional().openapi({ type: 'string', format: 'date-time', description: 'Parked since', example: SINCE }),
  to: at.optional().openapi({ type: 'string', format: 'date-time', description: 'Parked before', example: UNTIL }),
}
const States = z.enum(['parked', 'replaying', 'replayed', 'superseded', 'expired'])
const ListQuery = z.object({
  ...FILTER,
  status: z.coerce
    .number()
    .int()
    .optional()
    .openapi({ type: 'integer', description: 'The status that the last attempt got', example: 422 }),
  state: States.optional().openapi({ description: 'What became of it', example: 'parked' }),
  cursor: z.string().optional().openapi({
    description: '`next_cursor` of the page before; left out: from the start',
    example: 'WzE3ODMyMDUsInAiXQ',
  }),
  limit,
})
const DetailQuery = z.object({
  body: queryFlag(false).openapi({
    type: 'boolean',
    default: false,
    description: 'With its content: a health value, for which the key needs `data:read` too',
    example: false,
  }),
})
const ParkedId = DestinationId.extend({
  parked_id: z.string().openapi({ description: 'A parked event', example: EXAMPLES.parked.parked_id }),
})

export const filterOf = (given: {
  parked_id?: string
  user_id?: string
  type?: string
  text?: string
  status?: number
  state?: ParkedFilter['state']
  from?: number
  to?: number
}): ParkedFilter => {
  const { parked_id: parkedId, user_id: userId, from: fromAt, to: toAt, type, text, status, state } = given
  const filter = { parkedId, userId, type, text, status, state, fromAt, toAt }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}

export function addParked(api: Api): void {
  route(
    api,
    {
      id: 'listParked',
      method: 'get',
      path: '/destinations/:id/parked',
      scope: 'deliveries:read',
      tag,
      summary: 'Parked events, by time',
      description:
        'Out of attempts, kept for 30 days, sent again by a replay. Paged by cursor; a page of a search may be short, and others follow while there is a `next_cursor`.',
      params: DestinationId,
      query: ListQuery,
      answer: z.object({
        parked: z.array(ParkedEvent),
        next_cursor: z.string().nullable().describe('null: this is the last page'),
      }),
      example: { parked: [EXAMPLES.parked], next_cursor: null },
      fails: [409],
    },
    async (c) => {
      const row = await toldDestination(c)
      const query = queryOf(c, ListQuery)
      const asked = {
        destinationId: row.destination_id,
        ...filterOf(query),
        after: readPlace(query.cursor),
        limit: query.limit,
      }
      const cells = await cellsOf(c, query.user_id)
      const pages = await Promise.all(cells.map((cell) => eventLog(c.env, cell).parked(asked)))
      // As far as every cell has looked: beyond that, one might have something in between.
      const looked = pages.flatMap(({ to }) => to ?? []).sort(byPlace)[0]
      const found = pages
        .flatMap(({ events }) => events)
        .filter((event) => !looked || byPlace(placeOf(event), looked) <= 0)
        .sort((a, b) => byPlace(placeOf(a), placeOf(b)))
      const parked = found.slice(0, query.limit)
      const next = found.length > parked.length ? placeOf(parked.at(-1)!) : looked
      return c.json({ parked: parked.map(parkedView), next_cursor: next ? writePlace(next) : null })
    },
  )
  route(
    api,
    {
      id: 'getParked',
      method: 'get',
      path: '/destinations/:id/parked/:parked_id',
      scope: 'deliveries:read',
      tag,
      summary: 'One parked event, attempt by attempt',
      description:
        'What was tried and what the receiver said, and whether its record has newer content. Without the content, unless `body` asks for it.',
      params: ParkedId,
      query: DetailQuery,
      answer: ParkedDetail,
      example: EXAMPLES.detail,
      fails: [409],
    },
    async (c) => {
      const row = await toldDestination(c)
      const { body } = queryOf(c, DetailQuery)
      if (body && !allows(c.get('caller').scopes, 'data:read'))
        throw new Fault('forbidden', 'this key lacks the scope data:read, which body=true needs')
      const asked = { destinationId: row.destination_id, parkedId: c.req.param('parked_id') ?? '', body }
      const cells = await cellsOf(c, undefined)
      const [found] = (await Promise.all(cells.map((cell) => eventLog(c.env, cell).parkedEvent(asked)))).flatMap(
        (one) => one ?? [],
      )
      if (!found) throw new Fault('not_found', 'no such parked event')
      return c.json(parkedDetailView(found))
    },
  )
}

const placeOf = (event: { parkedAt: number; parked_id: string }): ParkedPlace => ({
  at: event.parkedAt,
  id: event.parked_id,
})
const byPlace = (a: ParkedPlace, b: ParkedPlace): number => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

const Written = z.tuple([z.int().min(0), z.string().max(100)])
const writePlace = ({ at, id }: ParkedPlace): string => base64url(utf8(JSON.stringify([at, id])))
function readPlace(cursor: string | undefined): ParkedPlace | undefined {
  if (cursor === undefined) return undefined
  try {
    const [at, id] = Written.parse(JSON.parse(text(fromBase64(cursor))))
    return { at, id }
  } catch {
    throw new Fault('bad_request', 'cursor is not one of this list; leave it out to begin at the start')
  }
}
