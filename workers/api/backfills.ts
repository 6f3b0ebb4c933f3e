import type { BackfillView } from '../../durable-objects/connection-schedule.ts'
import { connectionObject } from '../../durable-objects/stubs.ts'
import { Fault } from '../../shared/base/fault.ts'
import { BACKFILL_DAYS } from '../../shared/base/limits.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { inputOf } from '../read-input.ts'
import { DateParam, rangeOf } from './dates.ts'
import { UserId } from './params.ts'
import { type Api, route } from './route.ts'
import { connectionOf } from './user-of.ts'

const tag = 'Users'
const UserPath = z.object({ user_id: UserId })
const BackfillPath = UserPath.extend({
  backfill_id: z.string().openapi({ description: 'A backfill', example: 'bkf_2f6d8a1c4b7e49d3a0c5e8f1b2d3c4e5' }),
})
const PastInput = z.strictObject({
  start_date: DateParam,
  end_date: DateParam.optional().describe('Left out: until now'),
})
const PastBackfill = z
  .object({
    backfill_id: z.string(),
    state: z.enum(['running', 'done', 'failed', 'cancelled']),
    start: z.string().describe('What is asked for is from here'),
    end: z.string().describe('and before this'),
    slices: z.int().describe('The span is asked for in slices of a month, the newest first'),
    slices_done: z.int(),
    records: z.int().describe('How many records came; those that were here already and are the same make no event'),
    reason: z.string().nullable().describe('Why it failed'),
    started_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .openapi('PastBackfill')
const EXAMPLE: z.infer<typeof PastBackfill> = {
  backfill_id: 'bkf_2f6d8a1c4b7e49d3a0c5e8f1b2d3c4e5',
  state: 'running',
  start: '2026-01-01T00:00:00.000Z',
  end: '2026-07-01T00:00:00.000Z',
  slices: 7,
  slices_done: 3,
  records: 271,
  reason: null,
  started_at: '2026-07-01T09:00:00.000Z',
  ended_at: null,
}

/** A connection's past, asked of its provider. */
export function addBackfills(api: Api): void {
  route(
    api,
    {
      id: 'backfillUser',
      method: 'post',
      path: '/users/:user_id/backfills',
      scope: 'users:write',
      tag,
      summary: 'Asks the provider for a user’s past',
      description:
        'Slice by slice, within the limits of the provider, behind what is live; it goes on where it was after a crash. Destinations hear `large_request_processing` when it begins and `large_request_sending` when all is here, both with the `backfill_id` as their reference. One for the same span that is under way is answered again.',
      params: UserPath,
      body: PastInput,
      bodyExample: { start_date: '2026-01-01', end_date: '2026-06-30' },
      status: 202,
      answer: PastBackfill,
      example: EXAMPLE,
    },
    async (c) => {
      const row = await connectionOf(c, c.req.param('user_id') ?? '')
      const { start_date, end_date } = await inputOf(c, PastInput)
      if (row.state !== 'active')
        throw new Fault('conflict', 'the user is not active: they have to connect again first')
      if (!PROVIDERS[row.provider]?.notices.connected)
        throw new Fault('bad_request', 'the provider gives nothing of the past: data come as it sends them')
      const { startAt, endAt, days } = rangeOf(start_date, end_date, Date.now())
      if (days > BACKFILL_DAYS) throw new Fault('bad_request', `ask for at most ${BACKFILL_DAYS} days in one backfill`)
      if (startAt >= Date.now()) throw new Fault('bad_request', 'invalid start_date: it is in the future')
      const job = await connectionObject(c.env, row.user_id).startBackfill(startAt, Math.min(endAt, Date.now()))
      if (!job) throw new Fault('not_found', 'user not found')
      return c.json(shown(job), 202)
    },
  )
  route(
    api,
    {
      id: 'listUserBackfills',
      method: 'get',
      path: '/users/:user_id/backfills',
      scope: 'users:read',
      tag,
      summary: 'What became of backfills',
      description: 'The newest first; the last twenty are kept.',
      params: UserPath,
      answer: z.object({ backfills: z.array(PastBackfill) }),
      example: { backfills: [EXAMPLE] },
    },
    async (c) => {
      const row = await connectionOf(c, c.req.param('user_id') ?? '')
      const backfills = await connectionObject(c.env, row.user_id).backfills()
      return c.json({ backfills: backfills.map(shown) })
    },
  )
  route(
    api,
    {
      id: 'cancelUserBackfill',
      method: 'delete',
      path: '/users/:user_id/backfills/:backfill_id',
      scope: 'users:write',
      tag,
      summary: 'Stops a backfill',
      description: 'No more slices are asked for; what came stays.',
      params: BackfillPath,
      answer: PastBackfill,
      example: { ...EXAMPLE, state: 'cancelled', ended_at: '2026-07-01T09:05:00.000Z' },
    },
    async (c) => {
      const row = await connectionOf(c, c.req.param('user_id') ?? '')
      const job = await connectionObject(c.env, row.user_id).cancelBackfill(c.req.param('backfill_id') ?? '')
      if (!job) throw new Fault('not_found', 'no such backfill')
      return c.json(shown(job))
    },
  )
}

const shown = ({ from, to, madeAt, endedAt, ...rest }: BackfillView): z.infer<typeof PastBackfill> => ({
  ...rest,
  start: iso(from),
  end: iso(to),
  started_at: iso(madeAt),
  ended_at: iso(endedAt),
})
