import { eventLog } from '../../durable-objects/stubs.ts'
import { z } from '../../shared/base/zod.ts'
import { listCells } from '../../shared/db/cells.ts'
import { open } from '../../shared/db/open.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { readCursor, writeCursor } from './feed-cursor.ts'
import { limit, UserId } from './params.ts'
import { type Api, queryOf, route } from './route.ts'
import { connectionOf } from './user-of.ts'

const EventsQuery = z.object({
  after: z
    .string()
    .optional()
    .openapi({ description: '`next` of the page before; left out: from the start', example: 'WzAsW1sxLDQyXV1d' }),
  user_id: UserId.optional(),
  limit,
})
const FeedEvent = z
  .looseObject({
    seq: z.int().describe('Its place in the connection’s order'),
    user_id: z.string(),
    type: z.string(),
    summary_id: z.string().describe('The record’s key'),
    origin: z.string().describe('`live`, `backfill`, `replay` or `correction`'),
    revision: z.int().describe('The record’s count of changes, from 1'),
    deleted: z.boolean(),
    appended_at: z.string(),
  })
  .openapi('FeedEvent')
export function addEvents(api: Api): void {
  route(
    api,
    {
      id: 'listEvents',
      method: 'get',
      path: '/events',
      scope: 'events:read',
      tag: 'Events',
      summary: 'What happened, without contents',
      description: 'Paged by cursor: ask again with `after` set to `next`.',
      query: EventsQuery,
      answer: z.object({
        events: z.array(FeedEvent),
        next: z.string().describe('Where to go on, also where this page is empty: what happens later is after it'),
      }),
      example: {
        events: [
          {
            seq: 42,
            user_id: EXAMPLE_USER.user_id,
            type: 'daily',
            summary_id: '2026-07-01',
            origin: 'live',
            revision: 3,
            deleted: false,
            appended_at: '2026-07-01T21:14:55.318Z',
          },
        ],
        next: 'WzIsW1sxLDQyXV1d',
      },
      fails: [404],
    },
    async (c) => {
      const query = queryOf(c, EventsQuery)
      const { first, seqs } = readCursor(query.after)
      const all = query.user_id
        ? [await connectionOf(c, query.user_id)]
        : await listCells(open(c.env.DB), c.get('developer').developer_id)
      const events: object[] = []
      let next = first
      for (const { cell, ...address } of [
        ...all.filter((one) => one.cell >= first),
        ...all.filter((one) => one.cell < first),
      ]) {
        if (events.length >= query.limit) break
        const found = await eventLog(c.env, { ...address, cell }).events({
          afterSeq: seqs.get(cell) ?? 0,
          limit: query.limit - events.length,
          userId: query.user_id,
        })
        for (const { appendedAt, ...event } of found)
          events.push({ ...event, appended_at: new Date(appendedAt).toISOString() })
        const last = found.at(-1)
        if (last) seqs.set(cell, last.seq)
        next = cell + 1
      }
      return c.json({ events, next: writeCursor({ first: next, seqs }) })
    },
  )
}
