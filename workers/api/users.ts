import { eventLog } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { connectionsOfReference, countConnections, listConnections } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { TerraUser } from '../../shared/schema/user.ts'
import { type Api, queryOf, route } from './route.ts'
import { connectionOf, wireUserOf } from './user-of.ts'

const InfoQuery = z.object({ user_id: z.string().optional(), reference_id: z.string().optional() })
const count = (name: string, least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `${name} is a whole number from ${least}`)
    .transform(Number)
    .refine((n) => n >= least && n <= most, `${name} is from ${least} to ${most}`)
const PageQuery = z.object({ page: count('page', 0, 1e9).optional(), per_page: count('per_page', 1, 500).optional() })

export function addUsers(api: Api): void {
  route(
    api,
    {
      method: 'get',
      path: '/userInfo',
      tag: 'Users',
      summary: 'One connection by user_id, or all connections of a reference_id',
      query: InfoQuery,
      answer: z.union([
        z.object({ user: TerraUser, status: z.literal('success'), is_authenticated: z.boolean() }),
        z.object({ status: z.literal('success'), users: z.array(TerraUser) }),
      ]),
    },
    async (c) => {
      const { user_id, reference_id } = queryOf(c, InfoQuery)
      if ((user_id === undefined) === (reference_id === undefined))
        throw new Fault('bad_request', 'give either user_id or reference_id')
      if (reference_id !== undefined) {
        const rows = await connectionsOfReference(open(c.env.DB), c.get('developer').developer_id, reference_id)
        return c.json({ status: 'success', users: rows.map((row) => wireUserOf(row)) })
      }
      const row = await connectionOf(c, user_id!)
      const view = await eventLog(c.env, row).connection(row.user_id)
      const newest = Math.max(0, ...Object.values(view?.newestAt ?? {}))
      const user = {
        ...wireUserOf(row, view?.lastEventAt ?? null),
        most_recent_data_at: newest > 0 ? new Date(newest).toISOString() : null,
      }
      return c.json({ user, status: 'success', is_authenticated: row.state === 'active' })
    },
  )

  route(
    api,
    {
      method: 'get',
      path: '/subscriptions',
      tag: 'Users',
      summary: 'All connections; paged where a page is named (from zero)',
      query: PageQuery,
      answer: z.union([
        z.object({ users: z.array(TerraUser) }),
        z.object({ data: z.object({ next: z.int().nullable(), max_page: z.int(), results: z.array(TerraUser) }) }),
      ]),
    },
    async (c) => {
      const { page, per_page = 500 } = queryOf(c, PageQuery)
      const db = open(c.env.DB)
      const { developer_id } = c.get('developer')
      if (page === undefined) {
        const rows = await listConnections(db, developer_id)
        return c.json({ users: rows.map((row) => wireUserOf(row)) })
      }
      const rows = await listConnections(db, developer_id, { page, perPage: per_page })
      const max_page = Math.max(0, Math.ceil((await countConnections(db, developer_id)) / per_page) - 1)
      return c.json({
        data: { next: page < max_page ? page + 1 : null, max_page, results: rows.map((row) => wireUserOf(row)) },
      })
    },
  )
}
