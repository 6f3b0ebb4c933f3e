import { eventLog, streamHub } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import {
  connectionsNamed,
  connectionsOfReference,
  countConnections,
  listConnections,
  markConnection,
} from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { TerraUser } from '../../shared/schema/user.ts'
import { forgetOwners } from '../ingest/owners.ts'
import { inputOf, jsonOf } from '../read-input.ts'
import { UserId } from './params.ts'
import { type Api, queryOf, route } from './route.ts'
import { connectionOf, wireUserOf } from './user-of.ts'

const InfoQuery = z.object({
  user_id: UserId.optional(),
  reference_id: z.string().optional().openapi({ description: 'Your own name of a person', example: 'user-42' }),
})
const count = (name: string, least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `${name} is a whole number from ${least}`)
    .transform(Number)
    .refine((n) => n >= least && n <= most, `${name} is from ${least} to ${most}`)
const PageQuery = z.object({
  page: count('page', 0, 1e9)
    .optional()
    .openapi({ type: 'integer', minimum: 0, description: 'Counted from zero', example: 0 }),
  per_page: count('per_page', 1, 500)
    .optional()
    .openapi({ type: 'integer', minimum: 1, maximum: 500, description: 'Connections of one page', example: 100 }),
})

const UserIds = z.array(z.string().max(64)).max(1_000)
const Change = z.object({
  reference_id: z.string().max(512).nullable().optional(),
  active: z.boolean().optional().describe('false: nothing is taken in or delivered until it is true again'),
})

export function addUsers(api: Api): void {
  route(
    api,
    {
      id: 'getUserInfo',
      method: 'get',
      path: '/userInfo',
      scope: 'users:read',
      tag: 'Users',
      summary: 'One connection by user_id, or all connections of a reference_id',
      description: 'Give either `user_id` or `reference_id`. A `reference_id` that nobody has answers an empty list.',
      query: InfoQuery,
      answer: z.union([
        z.object({ user: TerraUser, status: z.literal('success'), is_authenticated: z.boolean() }),
        z.object({ status: z.literal('success'), users: z.array(TerraUser) }),
      ]),
      example: { user: EXAMPLE_USER, status: 'success', is_authenticated: true },
      others: { 'By reference_id': { status: 'success', users: [EXAMPLE_USER] } },
      fails: [404],
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
      id: 'listUsers',
      method: 'get',
      path: '/subscriptions',
      scope: 'users:read',
      tag: 'Users',
      summary: 'All connections',
      description:
        'Without `page` the answer is one list; with it, pages are counted from zero and `next` is null at the last.',
      query: PageQuery,
      answer: z.union([
        z.object({ users: z.array(TerraUser) }),
        z.object({ data: z.object({ next: z.int().nullable(), max_page: z.int(), results: z.array(TerraUser) }) }),
      ]),
      example: { users: [EXAMPLE_USER] },
      others: { 'With page=0': { data: { next: null, max_page: 0, results: [EXAMPLE_USER] } } },
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

  route(
    api,
    {
      id: 'getUsersByIds',
      method: 'post',
      path: '/bulkUserInfo',
      scope: 'users:read',
      tag: 'Users',
      summary: 'Several connections by user_id; those that are not there are left out',
      description: 'Body and answer are bare arrays.',
      body: UserIds,
      bodyExample: [EXAMPLE_USER.user_id],
      answer: z.array(TerraUser),
      example: [EXAMPLE_USER],
    },
    async (c) => {
      const ids = UserIds.parse(await jsonOf(c))
      const rows = await connectionsNamed(open(c.env.DB), c.get('developer').developer_id, ids)
      return c.json(rows.map((row) => wireUserOf(row)))
    },
  )

  route(
    api,
    {
      id: 'changeUser',
      method: 'patch',
      path: '/users/:user_id',
      scope: 'users:write',
      tag: 'Users',
      summary: 'Changes a connection’s reference_id, or stops and resumes its deliveries',
      description: 'An unknown user is a 400 here, as in the wire contract.',
      params: z.object({ user_id: UserId }),
      body: Change,
      bodyExample: { reference_id: 'person-17', active: true },
      answer: z.object({ status: z.literal('success'), user: TerraUser }),
      example: { status: 'success', user: EXAMPLE_USER },
    },
    async (c) => {
      const { reference_id: asked, active } = await inputOf(c, Change)
      // null changes nothing: the client of the generation before always sends the member.
      const reference_id = asked ?? undefined
      const row = await connectionOf(c, c.req.param('user_id')!).catch((error: unknown) => {
        // The contract has no 404 here.
        throw error instanceof Fault && error.code === 'not_found' ? new Fault('bad_request', 'user not found') : error
      })
      const change = {
        ...(reference_id === undefined ? {} : { reference_id }),
        ...(active === undefined ? {} : { active }),
      }
      await eventLog(c.env, row).updateConnection(row.user_id, change)
      const state = active === undefined ? row.state : active ? ('active' as const) : ('inactive' as const)
      const changed = { state, reference_id: reference_id === undefined ? row.reference_id : reference_id }
      await markConnection(open(c.env.DB), row.user_id, changed)
      forgetOwners(row.provider, row.provider_user_id)
      if (active === false) await streamHub(c.env, row).stop(row.user_id, false)
      if (active === true) await streamHub(c.env, row).resume(row.user_id)
      return c.json({ status: 'success', user: wireUserOf({ ...row, ...changed }) })
    },
  )
}
