import { eventLog } from '../../durable-objects/stubs.ts'
import { z } from '../../shared/base/zod.ts'
import { listCells } from '../../shared/db/cells.ts'
import { open } from '../../shared/db/open.ts'
import { readCursor, writeCursor } from './feed-cursor.ts'
import { type Api, queryOf, route } from './route.ts'
import { connectionOf } from './user-of.ts'

const limit = z
  .string()
  .regex(/^\d+$/, 'limit is a whole number')
  .default('100')
  .transform(Number)
  .refine((n) => n >= 1 && n <= 500, 'limit is from 1 to 500')
const EventsQuery = z.object({ after: z.string().optional(), user_id: z.string().optional(), limit })

export function addEvents(api: Api): void {
  route(
    api,
    {
      method: 'get',
      path: '/events',
      tag: 'Events',
      summary: 'What happened, without contents; paged by cursor',
      query: EventsQuery,
      answer: z.object({
        events: z.array(z.looseObject({})),
        next: z.string().describe('Where to go on, also where this page is empty: what happens later is after it'),
      }),
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
  const QuarantineQuery = z.object({ user_id: z.string().optional(), limit })
  route(
    api,
    {
      method: 'get',
      path: '/quarantine',
      tag: 'Events',
      summary: 'Items that did not normalize, with path and reason',
      query: QuarantineQuery,
      answer: z.object({ items: z.array(z.looseObject({})) }),
    },
    async (c) => {
      const query = queryOf(c, QuarantineQuery)
      const cells = query.user_id
        ? [await connectionOf(c, query.user_id)]
        : await listCells(open(c.env.DB), c.get('developer').developer_id)
      const lists = await Promise.all(
        cells.map((cell) => eventLog(c.env, cell).quarantined({ userId: query.user_id, limit: query.limit })),
      )
      const items = lists.flat().slice(0, query.limit)
      return c.json({
        items: items.map(({ quarantinedAt, ...item }) => ({
          ...item,
          quarantined_at: new Date(quarantinedAt).toISOString(),
        })),
      })
    },
  )
}
