import type { Context } from 'hono'
import type { KeptSecrets } from '../../durable-objects/destination-context.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { z } from '../../shared/base/zod.ts'
import {
  cellDestination,
  type DestinationRow,
  findDestination,
  listDestinations,
} from '../../shared/db/destinations.ts'
import { open } from '../../shared/db/open.ts'
import { DELIVERY_DEFAULTS } from '../../shared/delivery/defaults.ts'
import { newSigning, rotated } from '../../shared/delivery/signing.ts'
import { EVENT_TYPES } from '../../shared/schema/event-types.ts'
import type { ApiEnv } from '../access.ts'
import { baseUrlOf } from '../base-url.ts'
import { inputOf } from '../read-input.ts'
import {
  change,
  checkedSecrets,
  checkedSettings,
  create,
  remove,
  sealSecrets,
  secretsOf,
  tryOut,
  unitOf,
} from '../save-destination.ts'
import { EXAMPLE_DESTINATION, EXAMPLE_SECRET } from './destination-example.ts'
import { ChangeInput, CreateInput, DestinationView } from './destination-input.ts'
import { DestinationId } from './params.ts'
import { type Api, route } from './route.ts'
import { testDestination } from './test-destination.ts'

const tag = 'Destinations'
const DAYS_7_S = 7 * 86_400
const TestInput = z.strictObject({
  type: z
    .enum(EVENT_TYPES)
    .exclude(['s3_payload'])
    .optional()
    .describe('Sends the example of this event, of a user who does not exist'),
})
const RotateInput = z.strictObject({
  overlap_seconds: z.int().min(0).max(DAYS_7_S).default(86_400).describe('How long the secret before stays good'),
})

export async function destinationOf(c: Context<ApiEnv>): Promise<DestinationRow> {
  const row = await findDestination(open(c.env.DB), c.get('developer').developer_id, c.req.param('id') ?? '')
  if (!row) throw new Fault('not_found', 'destination not found')
  return row
}
const mask = (secret: string) => `${secret.slice(0, 9)}…${secret.slice(-4)}`
const masked = (secrets: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(secrets).map(([name, secret]) => [
      name,
      typeof secret === 'object' && secret !== null ? masked(secret as Record<string, unknown>) : '••••••••',
    ]),
  )
/** Of what the developer gave nothing is shown; of our own secret enough to tell which one it is. */
const shown = ({ given, signing }: KeptSecrets) => ({ ...masked(given), signing_secret: mask(signing.signing_secret) })
const view = (c: Context<ApiEnv>, row: DestinationRow) => ({
  destination_id: row.destination_id,
  type: row.type,
  state: row.state,
  reason: row.reason,
  settings: JSON.parse(row.settings),
  delivery: cellDestination(row).delivery,
  secrets: shown(secretsOf(c.env, row)),
  created_at: new Date(row.created_at).toISOString(),
})

export function addDestinations(api: Api): void {
  route(
    api,
    {
      id: 'createDestination',
      method: 'post',
      path: '/destinations',
      scope: 'destinations:write',
      tag,
      summary: 'Adds a destination; its secrets are shown this once',
      description: 'Every event that happens from now on is sent there, in order for each connection.',
      body: CreateInput,
      bodyExample: {
        type: 'webhook',
        settings: { url: 'https://app.example/hooks/health' },
        delivery: { event_types: ['activity', 'sleep', 'auth', 'deauth'] },
      },
      answer: DestinationView.extend({ signing_secret: z.string() }),
      example: { ...EXAMPLE_DESTINATION, signing_secret: EXAMPLE_SECRET },
      status: 201,
    },
    async (c) => {
      const input = await inputOf(c, CreateInput)
      const unit = unitOf(input.type)
      const { developer_id } = c.get('developer')
      const destination_id = newId('dst')
      const signing = newSigning()
      const row: DestinationRow = {
        destination_id,
        developer_id,
        type: input.type,
        state: 'active',
        reason: null,
        version: 1,
        settings: JSON.stringify(await checkedSettings(c.env, unit, input.settings)),
        secrets: sealSecrets(c.env, developer_id, destination_id, {
          given: checkedSecrets(unit, input.secrets),
          signing,
        }),
        delivery: JSON.stringify({ ...DELIVERY_DEFAULTS, ...input.delivery }),
        base_url: baseUrlOf(c),
        created_at: Date.now(),
      }
      await tryOut(c.env, row)
      await create(c.env, row)
      return c.json({ ...view(c, row), signing_secret: signing.signing_secret }, 201)
    },
  )
  route(
    api,
    {
      id: 'listDestinations',
      method: 'get',
      path: '/destinations',
      scope: 'destinations:read',
      tag,
      summary: 'All destinations',
      description: 'Secrets are masked.',
      answer: z.object({ destinations: z.array(DestinationView) }),
      example: { destinations: [EXAMPLE_DESTINATION] },
    },
    async (c) => {
      const rows = await listDestinations(open(c.env.DB), c.get('developer').developer_id)
      return c.json({ destinations: rows.map((row) => view(c, row)) })
    },
  )
  route(
    api,
    {
      id: 'getDestination',
      method: 'get',
      path: '/destinations/:id',
      scope: 'destinations:read',
      tag,
      summary: 'One destination',
      description: '`reason` says why it was disabled, where it was.',
      params: DestinationId,
      answer: DestinationView,
      example: EXAMPLE_DESTINATION,
    },
    async (c) => c.json(view(c, await destinationOf(c))),
  )
  route(
    api,
    {
      id: 'updateDestination',
      method: 'patch',
      path: '/destinations/:id',
      scope: 'destinations:write',
      tag,
      summary: 'Changes a destination',
      description:
        'Only what is named changes. What came before is judged by the settings of then. `state: "active"` starts a disabled destination again.',
      params: DestinationId,
      body: ChangeInput,
      bodyExample: { state: 'active', delivery: { timeout_ms: 5_000, with_samples: false } },
      answer: DestinationView,
      example: EXAMPLE_DESTINATION,
      fails: [409],
    },
    async (c) => {
      const row = await destinationOf(c)
      const input = await inputOf(c, ChangeInput)
      const unit = unitOf(row.type)
      const settings = input.settings
        ? await checkedSettings(c.env, unit, { ...JSON.parse(row.settings), ...input.settings })
        : JSON.parse(row.settings)
      const kept = secretsOf(c.env, row)
      const given = input.secrets ? checkedSecrets(unit, { ...kept.given, ...input.secrets }) : kept.given
      const changed: DestinationRow = {
        ...row,
        version: row.version + 1,
        // One that was never told to all cells is, by this change.
        state: input.state ?? (row.state === 'starting' ? 'active' : row.state),
        reason: input.state === 'active' ? null : row.reason,
        settings: JSON.stringify(settings),
        secrets: sealSecrets(c.env, row.developer_id, row.destination_id, { ...kept, given }),
        delivery: JSON.stringify({ ...JSON.parse(row.delivery), ...input.delivery }),
        base_url: baseUrlOf(c),
      }
      if (input.settings || input.secrets || input.state === 'active') await tryOut(c.env, changed)
      await change(c.env, changed)
      return c.json(view(c, changed))
    },
  )
  route(
    api,
    {
      id: 'deleteDestination',
      method: 'delete',
      path: '/destinations/:id',
      scope: 'destinations:write',
      tag,
      summary: 'Removes a destination with what is parked there',
      description: 'Nothing more is sent there. Where this breaks off, ask again.',
      params: DestinationId,
      answer: z.object({ status: z.literal('success') }),
      example: { status: 'success' },
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
      id: 'rotateDestinationSecret',
      method: 'post',
      path: '/destinations/:id/rotate',
      scope: 'destinations:write',
      tag,
      summary: 'Makes a new signing secret, shown this once',
      description:
        'Signatures are made with the new secret from now on. With `settings.double_signature` they are also made with the one before, for `overlap_seconds`.',
      params: DestinationId,
      body: RotateInput,
      bodyExample: { overlap_seconds: 3_600 },
      bodyOptional: true,
      answer: DestinationView.extend({ signing_secret: z.string() }),
      example: { ...EXAMPLE_DESTINATION, signing_secret: EXAMPLE_SECRET },
      fails: [409],
    },
    async (c) => {
      const row = await destinationOf(c)
      const { overlap_seconds } = await inputOf(c, RotateInput)
      const kept = secretsOf(c.env, row)
      const signing = rotated(kept.signing, Date.now() + overlap_seconds * 1_000)
      const changed: DestinationRow = {
        ...row,
        version: row.version + 1,
        secrets: sealSecrets(c.env, row.developer_id, row.destination_id, { ...kept, signing }),
      }
      await change(c.env, changed)
      return c.json({ ...view(c, changed), signing_secret: signing.signing_secret })
    },
  )
  route(
    api,
    {
      id: 'testDestination',
      method: 'post',
      path: '/destinations/:id/test',
      scope: 'destinations:write',
      tag,
      summary: 'Tries the destination and says what came of it',
      description:
        'A healthcheck, or, with `type`, the published example of that event, goes the way of every event, once; the answer is waited for. Databases and buckets are tried as when they are saved. In test mode this is all that is sent.',
      params: DestinationId,
      body: TestInput,
      bodyOptional: true,
      bodyExample: { type: 'sleep' },
      answer: z.object({
        outcome: z.string(),
        status: z.int().nullable(),
        reason: z.string().nullable(),
        duration_ms: z.number(),
      }),
      example: { outcome: 'delivered', status: 200, reason: null, duration_ms: 84 },
    },
    async (c) => {
      const row = await destinationOf(c)
      const { type } = await inputOf(c, TestInput)
      return c.json(await testDestination(c.env, row, type))
    },
  )
}
