import type { Context } from 'hono'
import { Fault } from '../../shared/base/fault.ts'
import { providerHttp } from '../../shared/base/http.ts'
import { settings } from '../../shared/base/settings.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { findWrite, forgetWrites, saveWrite } from '../../shared/db/provider-writes.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { TerraUser } from '../../shared/schema/user.ts'
import { AccessLost, type Caller, PullRefused, RetryLater } from '../../shared/source/ask.ts'
import type { WritableType, Write } from '../../shared/source/define.ts'
import { itemHash, removeItem, writeItem } from '../../shared/source/write.ts'
import type { ApiEnv } from '../access.ts'
import { tokenOf } from '../ingest/process.ts'
import { inputOf } from '../read-input.ts'
import { type Api, queryOf, route } from './route.ts'
import { connectionOf, wireUserOf } from './user-of.ts'

/** What goes to a provider for a user. `ids`: the member that names what to take away, as clients send it. */
const KINDS: { type: WritableType; path: string; name: string; ids?: 'log_ids' | 'data'; example: Item }[] = [
  {
    type: 'activity',
    path: '/activity',
    name: 'Activity',
    example: { metadata: { start_time: '2026-07-01T07:00:00+02:00' } },
  },
  {
    type: 'body',
    path: '/body',
    name: 'Body',
    ids: 'log_ids',
    example: {
      measurements_data: { measurements: [{ weight_kg: 71.5, measurement_time: '2026-07-01T07:00:00+02:00' }] },
    },
  },
  {
    type: 'nutrition',
    path: '/nutrition',
    name: 'Nutrition',
    ids: 'data',
    example: { meals: [{ name: 'Porridge', timestamp: '2026-07-01T07:30:00+02:00' }] },
  },
  {
    type: 'planned_workout',
    path: '/plannedWorkout',
    name: 'Planned workout',
    ids: 'data',
    example: { metadata: { name: 'Intervals', planned_date: '2026-07-02' } },
  },
]
type Item = Record<string, unknown>

const Written = z.object({ data: z.array(z.record(z.string(), z.unknown())).min(1).max(100) })
const UserQuery = z.object({
  user_id: z
    .string()
    .optional()
    .openapi({ description: 'The connection; or a user_id in each item', example: EXAMPLE_USER.user_id }),
})
const ids = z
  .array(z.union([z.string(), z.number()]).transform(String))
  .min(1)
  .max(100)
const Processed = z.object({
  user: TerraUser,
  processed_data: z.array(z.object({ id: z.string(), response_code: z.int() })),
})

export function addWrites(api: Api): void {
  for (const { type, path, name, ids: member, example } of KINDS) {
    const id = name.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase())
    route(
      api,
      {
        id: `write${id}`,
        method: 'post',
        path,
        scope: 'data:write',
        tag: 'Data',
        summary: `Writes ${name.toLowerCase()} items to the user's provider`,
        description:
          'Items go to the provider one by one. The same item for the same user within a day is written once.',
        query: UserQuery,
        body: Written,
        bodyExample: { data: [example] },
        status: 201,
        answer: z.object({ user: TerraUser, log_ids: z.array(z.string()), message: z.string() }),
        example: { user: EXAMPLE_USER, log_ids: ['1234567890'], message: `${name} successfully logged` },
        fails: [404, 424, 503],
      },
      async (c) => {
        const { data } = await inputOf(c, Written)
        const row = await connectionOf(c, userIdOf(c, data))
        const write = writeOf(row, type, name)
        const log_ids = await explained(async () => {
          const caller = await callerOf(c, row)
          const written: string[] = []
          for (const item of data) written.push(await writeOnce(c, row, type, write, caller, item))
          return written
        })
        return c.json({ user: wireUserOf(row), log_ids, message: `${name} successfully logged` }, 201)
      },
    )
    if (!member) continue
    const Removed = z.object({ [member]: ids })
    route(
      api,
      {
        id: `remove${id}`,
        method: 'delete',
        path,
        scope: 'data:write',
        tag: 'Data',
        summary: `Takes written ${name.toLowerCase()} items away from the user's provider`,
        description: 'Ids are those that writing gave. 207 where not all could be taken away.',
        query: UserQuery,
        body: Removed,
        bodyExample: { [member]: ['1234567890'] },
        answer: Processed,
        example: { user: EXAMPLE_USER, processed_data: [{ id: '1234567890', response_code: 200 }] },
        fails: [404, 424, 503],
      },
      async (c) => {
        const gone = (await inputOf(c, Removed))[member]!
        const row = await connectionOf(c, userIdOf(c, []))
        const write = writeOf(row, type, name)
        const processed_data = await explained(async () => {
          const caller = await callerOf(c, row)
          const processed: { id: string; response_code: number }[] = []
          for (const id of gone) processed.push({ id, response_code: await removeItem(caller, write, id) })
          return processed
        })
        await forgetWrites(open(c.env.DB), row.user_id, gone)
        const whole = processed_data.every((one) => one.response_code === 200)
        return c.json({ user: wireUserOf(row), processed_data }, whole ? 200 : 207)
      },
    )
  }
  route(
    api,
    {
      id: 'getPlannedWorkout',
      method: 'get',
      path: '/plannedWorkout',
      scope: 'data:read',
      tag: 'Data',
      summary: 'Planned workouts at the user’s provider',
      description: 'No provider here lets planned workouts be read: the answer is a 400 that says so.',
      query: UserQuery,
      answer: z.object({ user: TerraUser, data: z.array(z.record(z.string(), z.unknown())) }),
      example: { user: EXAMPLE_USER, data: [] },
      fails: [404],
    },
    async (c) => {
      const row = await connectionOf(c, userIdOf(c, []))
      throw new Fault('bad_request', `${resourceOf(row)} does not let planned workouts be read`)
    },
  )
}

/** From the query, or the same in every item. */
function userIdOf(c: Context<ApiEnv>, items: Item[]): string {
  const { user_id } = queryOf(c, UserQuery)
  if (user_id !== undefined) return user_id
  const named = new Set(items.map((item) => item.user_id))
  const [only] = named
  if (named.size !== 1 || typeof only !== 'string')
    throw new Fault('bad_request', 'user_id is missing: name the connection in the query, e.g. ?user_id=…')
  return only
}

const resourceOf = (row: ConnectionRow) => PROVIDERS[row.provider]?.resource ?? row.provider
function writeOf(row: ConnectionRow, type: WritableType, name: string): Write {
  const write = PROVIDERS[row.provider]?.writes?.[type]
  if (write) return write
  const able = Object.values(PROVIDERS).filter((provider) => provider.writes?.[type])
  const list = able.length > 0 ? able.map((provider) => provider.resource).join(', ') : 'no provider here does'
  throw new Fault('bad_request', `${resourceOf(row)} takes no ${name.toLowerCase()} items; these do: ${list}`)
}

async function callerOf(c: Context<ApiEnv>, row: ConnectionRow): Promise<Caller> {
  const { env } = c
  return {
    provider: PROVIDERS[row.provider]!,
    app: settings(env).PROVIDER_APPS[row.provider],
    token: await tokenOf(env, row.user_id, false),
    renew: () => tokenOf(env, row.user_id, true),
    http: providerHttp(settings(env)),
    now: Date.now,
  }
}

/** Clients send a write again after a failure: what the provider has taken is not given to it twice. */
async function writeOnce(
  c: Context<ApiEnv>,
  row: ConnectionRow,
  type: WritableType,
  write: Write,
  caller: Caller,
  item: Item,
) {
  const db = open(c.env.DB)
  const item_hash = itemHash(type, item)
  const known = await findWrite(db, row.user_id, item_hash)
  if (known !== undefined) return known
  const log_id = await writeItem(caller, write, item)
  await saveWrite(db, { user_id: row.user_id, item_hash, log_id, written_at: Date.now() })
  return log_id
}

/** The provider's trouble, as our caller's answer. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RetryLater)
      throw new Fault('unavailable', error.message, { 'retry-after': String(Math.ceil(error.delayMs / 1000)) })
    if (error instanceof AccessLost)
      throw new Fault(
        'upstream',
        `the provider refuses the user's access (${error.message}): the user has to connect again`,
      )
    if (error instanceof PullRefused) throw new Fault('upstream', error.message)
    throw error
  }
}
