import type { Context } from 'hono'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { z } from '../../shared/base/zod.ts'
import { type DestinationRow, findDestination, listDestinations } from '../../shared/db/destinations.ts'
import { open } from '../../shared/db/open.ts'
import type { ApiEnv } from '../access.ts'
import { inputOf } from '../read-input.ts'
import { change, checkedSettings, create, remove, sealSecrets, secretsOf, unitOf } from '../save-destination.ts'
import { ChangeInput, CreateInput, DELIVERY_DEFAULTS, DestinationView } from './destination-input.ts'
import { type Api, route } from './route.ts'
import { testDestination } from './test-destination.ts'

const Id = z.object({ id: z.string() })
const tag = 'Destinations'

export async function destinationOf(c: Context<ApiEnv>): Promise<DestinationRow> {
  const row = await findDestination(open(c.env.DB), c.get('developer').developer_id, c.req.param('id') ?? '')
  if (!row) throw new Fault('not_found', 'destination not found')
  return row
}
const mask = (secret: string) => `${secret.slice(0, 9)}…${secret.slice(-4)}`
const view = (c: Context<ApiEnv>, row: DestinationRow) => ({
  destination_id: row.destination_id,
  type: row.type,
  state: row.state,
  reason: row.reason,
  settings: JSON.parse(row.settings),
  delivery: JSON.parse(row.delivery),
  secrets: Object.fromEntries(Object.entries(secretsOf(c.env, row)).map(([name, secret]) => [name, mask(secret)])),
  created_at: new Date(row.created_at).toISOString(),
})

export function addDestinations(api: Api): void {
  route(
    api,
    {
      method: 'post',
      path: '/destinations',
      tag,
      summary: 'Adds a destination; its secrets are shown this once',
      body: CreateInput,
      answer: DestinationView.extend({ signing_secret: z.string() }),
      status: 201,
    },
    async (c) => {
      const input = await inputOf(c, CreateInput)
      const unit = unitOf(input.type)
      const { developer_id } = c.get('developer')
      const destination_id = newId('dst')
      const secrets = unit.newSecrets() as Record<string, string>
      const row: DestinationRow = {
        destination_id,
        developer_id,
        type: input.type,
        state: 'active',
        reason: null,
        version: 1,
        settings: JSON.stringify(checkedSettings(c.env, unit, input.settings)),
        secrets: sealSecrets(c.env, developer_id, destination_id, secrets),
        delivery: JSON.stringify({ ...DELIVERY_DEFAULTS, ...input.delivery }),
        created_at: Date.now(),
      }
      await create(c.env, row)
      return c.json({ ...view(c, row), ...secrets }, 201)
    },
  )
  route(
    api,
    {
      method: 'get',
      path: '/destinations',
      tag,
      summary: 'All destinations',
      answer: z.object({ destinations: z.array(DestinationView) }),
    },
    async (c) => {
      const rows = await listDestinations(open(c.env.DB), c.get('developer').developer_id)
      return c.json({ destinations: rows.map((row) => view(c, row)) })
    },
  )
  route(
    api,
    { method: 'get', path: '/destinations/:id', tag, summary: 'One destination', params: Id, answer: DestinationView },
    async (c) => c.json(view(c, await destinationOf(c))),
  )
  route(
    api,
    {
      method: 'patch',
      path: '/destinations/:id',
      tag,
      summary: 'Changes a destination; what came before is judged by the settings of then',
      params: Id,
      body: ChangeInput,
      answer: DestinationView,
    },
    async (c) => {
      const row = await destinationOf(c)
      const input = await inputOf(c, ChangeInput)
      const settings = input.settings
        ? checkedSettings(c.env, unitOf(row.type), { ...JSON.parse(row.settings), ...input.settings })
        : JSON.parse(row.settings)
      const changed: DestinationRow = {
        ...row,
        version: row.version + 1,
        // One that was never told to all cells is, by this change.
        state: input.state ?? (row.state === 'starting' ? 'active' : row.state),
        reason: input.state === 'active' ? null : row.reason,
        settings: JSON.stringify(settings),
        delivery: JSON.stringify({ ...JSON.parse(row.delivery), ...input.delivery }),
      }
      await change(c.env, changed)
      return c.json(view(c, changed))
    },
  )
  route(
    api,
    {
      method: 'delete',
      path: '/destinations/:id',
      tag,
      summary: 'Removes a destination with what is parked there',
      params: Id,
      answer: z.object({ status: z.literal('success') }),
    },
    async (c) => {
      const row = await destinationOf(c)
      await remove(c.env, row)
      return c.json({ status: 'success' })
    },
  )
  route(
    api,
    {
      method: 'post',
      path: '/destinations/:id/test',
      tag,
      summary: 'Sends a signed healthcheck and says what came of it',
      params: Id,
      answer: z.object({
        outcome: z.string(),
        status: z.int().nullable(),
        reason: z.string().nullable(),
        duration_ms: z.number(),
      }),
    },
    async (c) => c.json(await testDestination(c.env, await destinationOf(c))),
  )
}
