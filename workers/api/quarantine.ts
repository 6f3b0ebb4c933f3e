import type { QuarantineFilter, QuarantineView } from '../../durable-objects/rerun-api.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { base64url, fromBase64, text, utf8 } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { z } from '../../shared/base/zod.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { inputOf } from '../read-input.ts'
import { cellsOf } from './deliveries.ts'
import { limit, UserId } from './params.ts'
import { beginRerun, EXAMPLE_PROVIDER, EXAMPLE_RERUN, Rerun } from './rerun-views.ts'
import { type Api, queryOf, route } from './route.ts'

const tag = 'Raw payloads'
const [SINCE, UNTIL] = ['2026-07-01T00:00:00Z', '2026-07-02T00:00:00Z']
const at = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const EXAMPLE_PAYLOAD = 'pay_0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f'
/** What items are found by, in lists and to run again. */
const FILTER = {
  payload_id: z.string().optional().openapi({ description: 'Of one payload', example: EXAMPLE_PAYLOAD }),
  user_id: UserId.optional(),
  provider: z.string().optional().openapi({ description: 'Of one provider', example: EXAMPLE_PROVIDER }),
  resource: z.string().optional().openapi({ description: 'What the provider calls it', example: 'sleep' }),
  from: at.optional().openapi({ type: 'string', format: 'date-time', description: 'Put there since', example: SINCE }),
  to: at.optional().openapi({ type: 'string', format: 'date-time', description: 'Put there before', example: UNTIL }),
}
const ListQuery = z.object({
  ...FILTER,
  cursor: z.string().optional().openapi({
    description: '`next_cursor` of the page before; left out: from the start',
    example: 'WzEsMTcsMSwiL2RhdGEvMyJd',
  }),
  limit,
})
const Item = z
  .looseObject({
    user_id: z.string(),
    provider: z.string(),
    payload_number: z.int(),
    payload_id: z.string().nullable().describe('null: put there before ids were kept'),
    resource: z.string().describe('What the provider calls it'),
    path: z.string().describe('Where in the payload: a JSON pointer'),
    reason: z.string(),
    quarantined_at: z.string(),
  })
  .openapi('QuarantinedItem')
const EXAMPLE: z.input<typeof Item> = {
  user_id: EXAMPLE_USER.user_id,
  provider: EXAMPLE_PROVIDER,
  payload_number: 17,
  payload_id: EXAMPLE_PAYLOAD,
  resource: 'sleep',
  path: '/data/3',
  reason: 'bedtime_end: is not a time',
  quarantined_at: '2026-07-01T21:14:55.318Z',
}
const RedriveInput = z.strictObject(FILTER)

const filterOf = ({ payload_id, user_id, from, to, provider, resource }: z.output<typeof RedriveInput>) =>
  Object.fromEntries(
    Object.entries({ payloadId: payload_id, userId: user_id, provider, resource, fromAt: from, toAt: to }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as QuarantineFilter
const viewOf = ({ quarantinedAt, ...item }: QuarantineView) => ({
  ...item,
  quarantined_at: new Date(quarantinedAt).toISOString(),
})

/** Cell by cell, in each the newest payloads first. */
interface Place {
  cell: number
  payload: number
  connection: number
  path: string
}
const Written = z.tuple([z.int().min(0), z.int().min(0), z.int().min(0), z.string().max(2_000)])
const writePlace = ({ cell, payload, connection, path }: Place): string =>
  base64url(utf8(JSON.stringify([cell, payload, connection, path])))
function readPlace(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  try {
    const [cell, payload, connection, path] = Written.parse(JSON.parse(text(fromBase64(cursor))))
    return { cell, payload, connection, path }
  } catch {
    throw new Fault('bad_request', 'cursor is not one of this list; leave it out to begin at the start')
  }
}
const FROM_START = { payload: Number.MAX_SAFE_INTEGER, connection: 0, path: '' }

export function addQuarantine(api: Api): void {
  route(
    api,
    {
      id: 'listQuarantine',
      method: 'get',
      path: '/quarantine',
      scope: 'events:read',
      tag,
      summary: 'Items that did not normalize',
      description:
        'Each with its path and the reason. The raw payload is kept; nothing else of it waits. Paged by cursor; a page of a search may be short, and others follow while there is a `next_cursor`.',
      query: ListQuery,
      answer: z.object({
        items: z.array(Item),
        next_cursor: z.string().nullable().describe('null: this is the last page'),
      }),
      example: { items: [EXAMPLE], next_cursor: null },
      fails: [404],
    },
    async (c) => {
      const query = queryOf(c, ListQuery)
      const from = readPlace(query.cursor)
      const cells = (await cellsOf(c, query.user_id))
        .filter(({ cell }) => from === undefined || cell <= from.cell)
        .sort((a, b) => b.cell - a.cell)
      const items: QuarantineView[] = []
      for (const [i, address] of cells.entries()) {
        const { cell } = address
        const after = from?.cell === cell ? from : FROM_START
        const asked = { ...filterOf(query), after, limit: query.limit - items.length }
        const page = await eventLog(c.env, address).quarantined(asked)
        items.push(...page.items)
        if (page.to) return c.json({ items: items.map(viewOf), next_cursor: writePlace({ cell, ...page.to }) })
        const next = cells[i + 1]
        if (items.length >= query.limit && next)
          return c.json({ items: items.map(viewOf), next_cursor: writePlace({ cell: next.cell, ...FROM_START }) })
      }
      return c.json({ items: items.map(viewOf), next_cursor: null })
    },
  )
  route(
    api,
    {
      id: 'redriveQuarantine',
      method: 'post',
      path: '/quarantine/redrive',
      scope: 'data:write',
      tag,
      summary: 'Runs payloads in quarantine again',
      description:
        'Those that a filter finds, or all; by the maps of now. What can be read now is appended as if it came late, marked `correction`, and leaves quarantine; what cannot stays there, with its reason of now. How far it is, its renormalization tells.',
      body: RedriveInput,
      bodyOptional: true,
      bodyExample: { provider: EXAMPLE_PROVIDER, resource: 'sleep' },
      answer: Rerun,
      example: { ...EXAMPLE_RERUN, kind: 'redrive', dry_run: false, events: 31, records: {} },
      status: 202,
      fails: [404, 409],
    },
    async (c) => {
      const filter = filterOf(await inputOf(c, RedriveInput))
      const what = { kind: 'redrive' as const, filter }
      const job = { job_id: newId('rnm'), what, dryRun: false, madeAt: Date.now() }
      return c.json(await beginRerun(c, job, filter.userId), 202)
    },
  )
}
