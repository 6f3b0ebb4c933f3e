import type { Context } from 'hono'
import type { RecordQuery, StoredRecord } from '../../durable-objects/event-log-api.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { DATA_TYPES, type DataType, SCHEMAS } from '../../shared/schema/data-types.ts'
import { withoutSamples } from '../../shared/schema/sample-paths.ts'
import { TerraUser } from '../../shared/schema/user.ts'
import type { ApiEnv } from '../access.ts'
import { acceptedExample, inlineExample } from './data-examples.ts'
import { DateParam, rangeOf } from './dates.ts'
import { checkSpan, tellQuota } from './day-limits.ts'
import { UserId } from './params.ts'
import { type Api, queryFlag, queryOf, route } from './route.ts'
import { connectionOf, wireUserOf } from './user-of.ts'

const DESCRIPTION =
  'Days are the person’s own: a record counts for the local date that it began on. `/v2` answers `type: "webhook"` where data goes to destinations.'
/** Reads of the seven data types: inline, or sent to the destinations under one reference. */
const ForEver = { startAt: 0, endAt: Number.MAX_SAFE_INTEGER }

const Common = {
  user_id: UserId,
  to_webhook: queryFlag(true).openapi({
    type: 'boolean',
    default: true,
    description: 'Sends the records to your destinations and answers with their reference',
    example: false,
  }),
  with_samples: queryFlag(false).openapi({
    type: 'boolean',
    default: false,
    description: 'With the series of samples',
    example: false,
  }),
}
const RangeQuery = z.object({ ...Common, start_date: DateParam, end_date: DateParam.optional() })
const AthleteQuery = z.object(Common)
const Accepted = z.object({
  status: z.literal('success'),
  type: z.string(),
  reference: z.string(),
  trace_id: z.string().optional(),
  message: z.string().optional(),
  user: TerraUser,
})

const NoData = z.object({
  user: TerraUser,
  type: z.literal('no_data'),
  status: z.literal('success'),
  message: z.string(),
})

export function addData(api: Api): void {
  for (const type of DATA_TYPES) {
    const isAthlete = type === 'athlete'
    const query = isAthlete ? AthleteQuery : RangeQuery
    const inline = isAthlete
      ? z.object({ user: TerraUser, type: z.literal('athlete'), athlete: SCHEMAS.athlete })
      : z.object({ user: TerraUser, type: z.literal(type), data: z.array(SCHEMAS[type]) })
    route(
      api,
      {
        id: `get${type[0]!.toUpperCase()}${type.slice(1)}`,
        method: 'get',
        path: `/${type}`,
        scope: 'data:read',
        tag: 'Data',
        summary: isAthlete ? 'Reads the profile' : `Reads ${type} records`,
        description: DESCRIPTION,
        query,
        answer: z.union(isAthlete ? [inline, NoData, Accepted] : [inline, Accepted]),
        example: inlineExample(type),
        others: { 'With to_webhook=true': acceptedExample(type) },
        fails: [404],
      },
      (c) => read(c, type),
    )
  }
}

async function read(c: Context<ApiEnv>, type: DataType): Promise<Response> {
  const { user_id, to_webhook, with_samples } = queryOf(c, AthleteQuery)
  const row = await connectionOf(c, user_id)
  const range = type === 'athlete' ? undefined : askedRange(c)
  if (!to_webhook && range?.overAMonth)
    throw new Fault('bad_request', 'a range over one calendar month must be asked for with to_webhook=true')
  const days = range?.days ?? 1
  checkSpan(days)
  const log = eventLog(c.env, row)
  const query: RecordQuery = {
    user_id: row.user_id,
    type,
    ...(range ?? ForEver),
    firstDay: range?.firstDay,
    lastDay: range?.lastDay,
  }
  const user = wireUserOf(row)
  if (to_webhook) {
    const reference = c.get('reference')
    const asked = { ...query, reference, large: range?.overAMonth ?? false, with_samples, days }
    tellQuota(c, (await log.resend(asked)).quota)
    return c.json(
      c.get('legacy') ? legacyAccepted(reference, user) : accepted(type, reference, user, range?.overAMonth),
    )
  }
  const { quota, records } = await log.readRecords({ ...query, days })
  tellQuota(c, quota)
  const texts = records.map((record) => shown(record, type, with_samples))
  return c.body(inlineBody(type, user, texts), 200, { 'content-type': 'application/json' })
}

function askedRange(c: Context<ApiEnv>) {
  const { start_date, end_date } = queryOf(c, RangeQuery)
  return rangeOf(start_date, end_date, Date.now())
}

/** Records are stored as text and go out as text. */
function inlineBody(type: DataType, user: TerraUser, texts: string[]): string {
  const head = `{"user":${JSON.stringify(user)}`
  if (type !== 'athlete') return `${head},"type":"${type}","data":[${texts.join(',')}]}`
  if (texts.length > 0) return `${head},"type":"athlete","athlete":${texts[0]}}`
  return `${head},"type":"no_data","status":"success","message":"No data available for the athlete"}`
}
const shown = (record: StoredRecord, type: DataType, samples: boolean) =>
  samples ? record.body : JSON.stringify(withoutSamples(type, JSON.parse(record.body)))

const accepted = (type: DataType, reference: string, user: TerraUser, large = false) => ({
  status: 'success',
  type,
  reference,
  trace_id: reference,
  ...(large ? { message: 'Large request is processing' } : {}),
  user,
})
const legacyAccepted = (reference: string, user: TerraUser) => ({
  status: 'success',
  type: 'webhook',
  message: 'Data sent to webhook',
  reference,
  user,
})
