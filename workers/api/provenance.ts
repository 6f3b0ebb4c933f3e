import type { Env } from '../../durable-objects/env.ts'
import { eventLog, supplierDesk } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { supplierOf } from '../../shared/db/suppliers.ts'
import { DATA_TYPES } from '../../shared/schema/data-types.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { isSupplied } from '../../shared/source/define.ts'
import { providerOf } from '../../shared/supply/desk.ts'
import { ENVIRONMENTS } from '../../shared/supply/document.ts'
import { UserId } from './params.ts'
import { type Api, queryOf, route } from './route.ts'
import { connectionOf } from './user-of.ts'

const Query = z.object({
  user_id: UserId,
  type: z.enum(DATA_TYPES).openapi({ description: 'Its data type', example: 'sleep' }),
  summary_id: z
    .string()
    .min(1)
    .max(200)
    .openapi({ description: 'Its `summary_id`; of a day, its date; of a profile, `athlete`', example: '2026-07-01' }),
})
const Provenance = z
  .object({
    user_id: z.string(),
    provider: z.string(),
    trace_id: z.string().describe('Of the request that brought it: in every event about it, and in the log'),
    origin: z.enum(['live', 'backfill', 'replay', 'correction']),
    revision: z.int(),
    received_at: z.string(),
    recorded_at: z.string(),
    supplied: z
      .object({
        supplier_id: z.string(),
        supplier: z.string(),
        environment: z.enum(ENVIRONMENTS),
        batch_id: z.string(),
        line: z.int().describe('Of its record in the batch, from 1'),
        contract: z.string().nullable().describe('`name@1.2`; null: the batch is so old that its report is gone'),
      })
      .nullable()
      .describe('Where a supplier pushed it'),
  })
  .openapi('Provenance')

/** Where a record is from. */
export function addProvenance(api: Api): void {
  route(
    api,
    {
      id: 'getProvenance',
      method: 'get',
      path: '/provenance',
      scope: 'data:read',
      tag: 'Data',
      summary: 'Where a record is from',
      description:
        'Of the content that the record has now: how and when it came; of one that a supplier pushed, under which contract, in which batch, and as which of its records.',
      query: Query,
      answer: Provenance,
      example: {
        user_id: EXAMPLE_USER.user_id,
        provider: 'SUPPLIER',
        trace_id: 'bat_3f0c5d8e9a1b4c2d8e7f6a5b4c3d2e1f/1204',
        origin: 'live',
        revision: 1,
        received_at: '2026-07-01T06:02:11.000Z',
        recorded_at: '2026-07-01T06:02:14.120Z',
        supplied: {
          supplier_id: 'sup_5b1e0f7c9d2a4e6f8b3c1d0e9f7a6b5c',
          supplier: 'Northwind Sleep Lab',
          environment: 'production',
          batch_id: 'bat_3f0c5d8e9a1b4c2d8e7f6a5b4c3d2e1f',
          line: 1204,
          contract: 'nights@1.2',
        },
      },
      fails: [404],
    },
    async (c) => {
      const { user_id, type, summary_id } = queryOf(c, Query)
      const row = await connectionOf(c, user_id)
      const found = await eventLog(c.env, row).originOf({ user_id: row.user_id, type, summary_id })
      if (!found) throw new Fault('not_found', `the user has no ${type} ${summary_id}`)
      const { trace, origin, revision, received_at, appended_at } = found
      return c.json({
        user_id: row.user_id,
        provider: PROVIDERS[row.provider]?.resource ?? row.provider.toUpperCase(),
        trace_id: trace,
        origin,
        revision,
        received_at: new Date(received_at).toISOString(),
        recorded_at: new Date(appended_at).toISOString(),
        supplied: await suppliedOf(c.env, row, trace),
      })
    },
  )
}

const LINE = /^(bat_[0-9a-f]{32})\/(\d+)$/
async function suppliedOf(
  env: Env,
  row: ConnectionRow,
  trace: string,
): Promise<z.infer<typeof Provenance>['supplied']> {
  const provider = PROVIDERS[row.provider]
  const [, batch_id, line] = LINE.exec(trace) ?? []
  if (!provider || !isSupplied(provider) || batch_id === undefined) return null
  const { developer_id, region } = row
  const supplier_id = row.provider_user_id.split('/')[0]!
  const environment = ENVIRONMENTS.find((one) => providerOf(one) === row.provider)!
  const supplier = await supplierOf(open(env.DB), developer_id, supplier_id)
  const batch = await supplierDesk(env, { region, developer_id, supplier_id, environment }).batch(batch_id)
  return {
    supplier_id,
    supplier: supplier?.name ?? '',
    environment,
    batch_id,
    line: Number(line),
    contract: batch?.contract ?? null,
  }
}
