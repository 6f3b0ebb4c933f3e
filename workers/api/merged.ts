import type { Context } from 'hono'
import type { DayQuota, RecordQuery } from '../../durable-objects/event-log-api.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { MERGED_BYTES, MERGED_CONNECTIONS, MERGED_DAYS } from '../../shared/base/limits.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { type ConnectionRow, connectionsOfReference } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { DATA_TYPES, type DataType } from '../../shared/schema/data-types.ts'
import { thinned } from '../../shared/schema/person/leaves.ts'
import { mergePerson, type PersonRecord } from '../../shared/schema/person/merge-person.ts'
import type { Source } from '../../shared/schema/person/rules.ts'
import type { ApiEnv } from '../access.ts'
import { DateParam, rangeOf } from './dates.ts'
import { tellQuota } from './day-limits.ts'
import { mergeRulesOf } from './merge-rules.ts'
import { mergedAnswer, mergedExample } from './merged-answer.ts'
import { type Api, queryFlag, queryOf, route } from './route.ts'
import { wireUserOf } from './user-of.ts'

const PersonQuery = z.object({
  reference_id: z.string().min(1).max(512).openapi({ description: 'Your own name of a person', example: 'user-42' }),
  with_samples: queryFlag(false).openapi({
    type: 'boolean',
    default: false,
    description: 'With the series of samples',
    example: false,
  }),
})
const RangeQuery = PersonQuery.extend({ start_date: DateParam, end_date: DateParam.optional() })

/** One person, many devices: records of all connections of a reference as one. What each connection has stays as it is. */
export function addMerged(api: Api): void {
  for (const type of DATA_TYPES)
    route(
      api,
      {
        id: `getMerged${type[0]!.toUpperCase()}${type.slice(1)}`,
        method: 'get',
        path: `/merged/${type}`,
        scope: 'data:read',
        tag: 'One person',
        summary: `Reads ${type === 'athlete' ? 'the profile' : `${type} records`} of a person’s connections as one`,
        description: `Nothing is summed: each section is of the best source that has it, by the rules of \`GET /merged/rules\`, and \`sources\` tells whose. Active connections are read, at most ${MERGED_CONNECTIONS}${type === 'athlete' ? '' : `, and at most ${MERGED_DAYS} days`}; it counts as a read of each.`,
        query: type === 'athlete' ? PersonQuery : RangeQuery,
        answer: mergedAnswer(type),
        example: mergedExample(type),
        fails: [404, 413],
      },
      (c) => read(c, type),
    )
}

async function read(c: Context<ApiEnv>, type: DataType): Promise<Response> {
  const { reference_id, with_samples } = queryOf(c, PersonQuery)
  const { days, ...range } = type === 'athlete' ? ALL : askedRange(c)
  const { developer_id } = c.get('developer')
  const rows = await connectionsOfReference(open(c.env.DB), developer_id, reference_id)
  if (rows.length === 0) throw new Fault('not_found', 'reference_id not found')
  const active = rows.filter(({ state }) => state === 'active')
  if (active.length > MERGED_CONNECTIONS)
    throw new Fault(
      'bad_request',
      `reference_id has ${active.length} active connections, and a merged view reads at most ${MERGED_CONNECTIONS}; end those that are no longer used, or read them by user_id`,
    )
  const records: PersonRecord[] = []
  const budget = { bytes: MERGED_BYTES }
  let least: DayQuota | undefined
  // One after another: what is read stays in memory.
  for (const row of active) {
    const query = { user_id: row.user_id, type, ...range, days }
    const answer = await eventLog(c.env, row).readRecords(query)
    if (!least || !answer.quota.allowed || answer.quota.remaining < least.remaining) least = answer.quota
    if (!least.allowed) break
    const source = sourceOf(row)
    for (const { body } of answer.records) records.push({ source, record: recordOf(type, body, with_samples, budget) })
  }
  if (least) tellQuota(c, least)
  const merged = mergePerson(type, records, mergeRulesOf(c.get('developer')), with_samples)
  return c.json({ reference_id, type, users: active.map((row) => wireUserOf(row)), ...merged })
}

type Range = Omit<RecordQuery, 'user_id' | 'type'> & { days: number }
const ALL: Range = { startAt: 0, endAt: Number.MAX_SAFE_INTEGER, days: 1 }

function askedRange(c: Context<ApiEnv>): Range {
  const { start_date, end_date } = queryOf(c, RangeQuery)
  const { startAt, endAt, firstDay, lastDay, days } = rangeOf(start_date, end_date, Date.now())
  // Of dates both are included.
  if (days + (firstDay && lastDay ? 1 : 0) > MERGED_DAYS)
    throw new Fault('bad_request', `a merged view spans at most ${MERGED_DAYS} days; ask for a shorter range`)
  return { startAt, endAt, firstDay, lastDay, days }
}

function recordOf(type: DataType, body: string, samples: boolean, budget: { bytes: number }): object {
  const record = JSON.parse(body) as object
  if (!samples) return thinned(type, record)
  budget.bytes -= body.length
  if (budget.bytes < 0)
    throw new Fault(
      'too_large',
      `the records have more than ${MERGED_BYTES} bytes of samples; ask for fewer days, or without with_samples`,
    )
  return record
}

const sourceOf = ({ user_id, provider, created_at }: ConnectionRow): Source => ({
  user_id,
  provider: PROVIDERS[provider]?.resource ?? provider.toUpperCase(),
  category: PROVIDERS[provider]?.category ?? 'other',
  connectedAt: created_at,
})
