import type { Context } from 'hono'
import { eventLog } from '../../durable-objects/stubs.ts'
import { base64url, fromBase64, text, utf8 } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { MANIFEST_DAYS } from '../../shared/base/limits.ts'
import { DAY_MS, dateOf, dayOf } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { listCells } from '../../shared/db/cells.ts'
import type { DestinationRow } from '../../shared/db/destinations.ts'
import { open } from '../../shared/db/open.ts'
import { terraSignature } from '../../shared/delivery/sign.ts'
import type { ApiEnv } from '../access.ts'
import { secretsOf } from '../save-destination.ts'
import { toldDestination } from './deliveries.ts'
import { EXAMPLE_MANIFEST, EXAMPLE_SIGNED, ManifestDay, SignedManifest } from './manifest-views.ts'
import { DestinationId } from './params.ts'
import { type Api, queryOf, route } from './route.ts'

const tag = 'Deliveries'
/** Cells that one page may open. */
const CELLS_A_PAGE = 20

const Day = DestinationId.extend({
  date: z.iso
    .date()
    .openapi({ type: 'string', format: 'date', description: 'A day of UTC', example: EXAMPLE_MANIFEST.date }),
})
const PageQuery = z.object({
  after: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: 'Go on with the `next` of the page before', example: 'WzIsNDJd' }),
  limit: z
    .string()
    .regex(/^\d+$/, 'limit is a whole number')
    .default('1000')
    .transform(Number)
    .refine((n) => n >= 1 && n <= 5_000, 'limit is from 1 to 5000')
    .openapi({
      type: 'integer',
      minimum: 1,
      maximum: 5_000,
      default: 1_000,
      description: 'Users of a page',
      example: 500,
    }),
})

/** Where a page begins: a cell, and the number of the connection in it that the page before ended with. */
const Place = z.tuple([z.int().min(1), z.int().min(0)])
const writePlace = (cell: number, connection: number): string => base64url(utf8(JSON.stringify([cell, connection])))
function readPlace(after: string | undefined): [cell: number, connection: number] {
  if (after === undefined) return [0, 0]
  try {
    return Place.parse(JSON.parse(text(fromBase64(after))))
  } catch {
    throw new Fault('bad_request', 'after is not a cursor of this list; leave it out to begin at the start')
  }
}

export function addManifests(api: Api): void {
  route(
    api,
    {
      id: 'listManifests',
      method: 'get',
      path: '/destinations/:id/manifests',
      scope: 'deliveries:read',
      tag,
      summary: 'Days, with how much of each was delivered',
      description: `By the UTC day of the event’s ordering timestamp, newest first; the last ${MANIFEST_DAYS} days.`,
      params: DestinationId,
      answer: z.object({ days: z.array(ManifestDay) }),
      example: {
        days: [
          { date: '2026-07-01', events: 1204, undelivered: 0, held: 0, parked: 0, expired: 0, complete: true },
          { date: '2026-06-30', events: 1198, undelivered: 0, held: 0, parked: 2, expired: 0, complete: false },
        ],
      },
      fails: [409],
    },
    async (c) => c.json({ days: await daysOf(c, await toldDestination(c)) }),
  )
  route(
    api,
    {
      id: 'getManifest',
      method: 'get',
      path: '/destinations/:id/manifests/:date',
      scope: 'deliveries:read',
      tag,
      summary: 'What a destination got of a day, signed',
      description: MANIFEST_DESCRIPTION,
      params: Day,
      query: PageQuery,
      answer: SignedManifest,
      example: EXAMPLE_SIGNED,
      fails: [409],
    },
    async (c) => {
      const row = await toldDestination(c)
      const { date } = Day.pick({ date: true }).parse({ date: c.req.param('date') })
      const { after, limit } = queryOf(c, PageQuery)
      const now = Date.now()
      const manifest = JSON.stringify({
        destination_id: row.destination_id,
        date,
        made_at: new Date(now).toISOString(),
        ...(await pageOf(c, row, Date.parse(date) / DAY_MS, readPlace(after), limit)),
      })
      const { signing_secret } = secretsOf(c.env, row).signing
      const body = `{"manifest":${manifest},"signature":"${terraSignature(manifest, [signing_secret], now)}"}`
      return c.body(body, 200, {
        'content-type': 'application/json',
        'terra-signature': terraSignature(body, [signing_secret], now),
      })
    },
  )
}

const MANIFEST_DESCRIPTION = `For each user: how many events were taken, the first and the last \`seq\`, and a hash that a receiver
makes of what it received: the sum, modulo 2^256, of the SHA-256 of \`<user_id>/<seq>\` over the distinct \`seq\` of the day, as 64 hex
digits. A day is one of UTC, by the event’s ordering timestamp. Each \`seq\` counts once, when it was taken with 2xx, also by a replay;
what newer content replaced before it was sent is not in it, nor what came before the destination was there and a backfill sent. \`complete\`: the day is over and nothing of it is missing. Pages follow by
\`next\`; the counts of all pages add up, and the day is complete where every page is.

Signed like a webhook, with the destination’s \`signing_secret\`, twice: the header \`terra-signature\` over the bytes of the body, and
the member \`signature\` over the bytes of the member \`manifest\` as they stand in the body, which are JSON without white space:
\`t=<seconds>,v1=<hex of HMAC-SHA256(signing_secret, "<seconds>." + bytes)>\`. \`fascia manifest verify\` checks a receiver’s own log against it.`

async function daysOf(c: Context<ApiEnv>, row: DestinationRow): Promise<z.infer<typeof ManifestDay>[]> {
  const cells = await listCells(open(c.env.DB), row.developer_id)
  const lists = await Promise.all(cells.map((cell) => eventLog(c.env, cell).daySummaries(row.destination_id)))
  const days = new Map<number, z.infer<typeof ManifestDay>>()
  for (const { day, complete, ...counts } of lists.flat()) {
    const found = days.get(day)
    days.set(day, {
      date: dateOf(day),
      events: counts.events + (found?.events ?? 0),
      ...added(counts, found),
      complete: complete && (found?.complete ?? true),
    })
  }
  return [...days].sort(([a], [b]) => b - a).map(([, day]) => day)
}

interface Pending {
  undelivered: number
  held: number
  parked: number
  expired: number
}
const NONE: Pending = { undelivered: 0, held: 0, parked: 0, expired: 0 }
const added = (a: Pending, b: Pending = NONE): Pending => ({
  undelivered: a.undelivered + b.undelivered,
  held: a.held + b.held,
  parked: a.parked + b.parked,
  expired: a.expired + b.expired,
})

/** Users cell by cell, from a place on. What a cell still owes is told on the page that it begins on. */
async function pageOf(
  c: Context<ApiEnv>,
  row: DestinationRow,
  day: number,
  [first, from]: [cell: number, connection: number],
  limit: number,
) {
  const cells = (await listCells(open(c.env.DB), row.developer_id)).filter(({ cell }) => cell >= first)
  const users: z.infer<typeof SignedManifest>['manifest']['users'] = []
  let pending = NONE
  let complete = day < dayOf(Date.now())
  let next: string | null = null
  for (const [i, cell] of cells.entries()) {
    if (i >= CELLS_A_PAGE || users.length >= limit) {
      next = writePlace(cell.cell, 0)
      break
    }
    const after = cell.cell === first ? from : 0
    const part = await eventLog(c.env, cell).dayManifest({
      destinationId: row.destination_id,
      day,
      after,
      limit: limit - users.length,
    })
    users.push(...part.users)
    if (after === 0) pending = added(pending, part)
    complete &&= part.complete
    if (part.next === null) continue
    next = writePlace(cell.cell, part.next)
    break
  }
  const events = users.reduce((sum, user) => sum + user.events, 0)
  return { events, users, ...pending, complete, next }
}
