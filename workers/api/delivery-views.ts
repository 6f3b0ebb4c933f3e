import type {
  ParkedDetail as DetailOfParked,
  JobView as JobOfCell,
  ParkedFilter,
  RecordRange,
} from '../../durable-objects/event-log-api.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import type { ParkedEvent as Parked, Attempt as TriedOnce } from '../../shared/delivery/types.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'

/** What the routes about deliveries show. Loose: new fields may come. */

export const Status = z
  .looseObject({
    destination_id: z.string(),
    state: z.enum(['starting', 'active', 'paused', 'disabled']),
    breaker: z.looseObject({ state: z.string(), reason: z.string().optional() }).describe('What keeps requests back'),
    lag: z.int().describe('Events that are still owed'),
    parked: z.int(),
    oldest_undelivered_at: z.string().nullable(),
    held: z.array(
      z.looseObject({
        user_id: z.string(),
        from_seq: z.int(),
        attempts: z.int(),
        next_try_at: z.string(),
        reason: z.string(),
      }),
    ),
  })
  .openapi('DeliveryStatus')

export const Attempt = z
  .looseObject({
    attempt_id: z.string(),
    from: z.int().describe('First seq that it carried'),
    to: z.int().describe('Last seq that it carried'),
    events: z.int(),
    user_id: z.string(),
    type: z.string(),
    trace_id: z.string(),
    attempt: z.int().describe('Counted from 1'),
    outcome: z.enum(['delivered', 'retry', 'rejected']),
    status: z.int().optional(),
    reason: z.string().optional(),
    response: z.string().optional().describe('The beginning of the receiver’s answer, where it refused'),
    started_at: z.string(),
    duration_ms: z.number(),
  })
  .openapi('Attempt')

/** As the wire has it. */
export const attemptView = ({ startedAt, durationMs, connection: _, ...attempt }: TriedOnce) => ({
  ...attempt,
  started_at: iso(startedAt),
  duration_ms: durationMs,
})

export const ParkedEvent = z
  .looseObject({
    parked_id: z.string(),
    destination_id: z.string(),
    user_id: z.string(),
    type: z.string(),
    summary_id: z.string(),
    seq: z.int(),
    reason: z.string(),
    status: z.int().nullable(),
    attempts: z.int(),
    parked_at: z.string(),
    state: z.enum(['parked', 'replaying', 'replayed', 'superseded', 'expired']),
    trace_id: z.string(),
  })
  .openapi('ParkedEvent')
export const parkedView = ({ parkedAt, ...event }: Parked) => ({ ...event, parked_at: iso(parkedAt) })

export const ParkedDetail = ParkedEvent.extend({
  tried: z.array(Attempt).describe('Attempt by attempt, the oldest first, with what the receiver said'),
  revision: z.int().describe('Of the record, when it was parked'),
  origin: z.string().describe('`live`, `backfill` or `correction`'),
  appended_at: z.string(),
  received_at: z.string().describe('When the source’s call came in'),
  start_time: z.string().describe('Beginning of what it is about'),
  end_time: z.string(),
  bytes: z.int(),
  deleted: z.boolean().describe('It tells that the source deleted the record'),
  newer: z.boolean().describe('The record has content that came later: a replay closes this one as superseded'),
  replay_id: z.string().nullable().describe('The job that sends it again, or did so last'),
  body: z.unknown().optional().describe('With `body=true`: its content; null where it is kept no more'),
}).openapi('ParkedEventDetail')
export function parkedDetailView(found: DetailOfParked): z.input<typeof ParkedDetail> {
  const { tried, parkedAt, appendedAt, receivedAt, startAt, endAt, job_id, body, ...event } = found
  return {
    ...event,
    parked_at: iso(parkedAt),
    tried: tried.map(attemptView),
    appended_at: iso(appendedAt),
    received_at: iso(receivedAt),
    start_time: iso(startAt),
    end_time: iso(endAt),
    replay_id: job_id,
    ...(body !== undefined && { body: body === null ? null : JSON.parse(body) }),
  }
}

const Counts = {
  matched: z.int().describe('How many events it is about'),
  waiting: z.int().describe('Not begun'),
  sending: z.int().describe('On their way'),
  replayed: z.int().describe('Arrived'),
  superseded: z
    .int()
    .describe('Not sent: the record has newer content, which the live feed sends, or is there no more'),
  failed: z.int().describe('Refused again; each is among the parked events'),
  cancelled: z.int().describe('Taken back before they were sent'),
}
const JobState = z.enum(['running', 'done', 'cancelled'])
export const Job = z
  .looseObject({
    replay_id: z.string(),
    kind: z.enum(['replay', 'backfill']),
    state: JobState,
    rate_per_second: z.int(),
    asked: z.record(z.string(), z.unknown()).describe('The filter or the range'),
    ...Counts,
    created_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .openapi('ReplayJob')
/** What a job is over all cells of the developer. */
export function jobView(views: JobOfCell[]): z.input<typeof Job> {
  const [first] = views as [JobOfCell]
  const sum = (pick: (view: JobOfCell) => number) => views.reduce((total, view) => total + pick(view), 0)
  const in_ = (state: JobOfCell['state']) => views.some((view) => view.state === state)
  const ends = views.map(({ endedAt }) => endedAt)
  return {
    replay_id: first.job_id,
    kind: first.kind,
    state: in_('running') ? 'running' : in_('cancelled') ? 'cancelled' : 'done',
    rate_per_second: first.rate,
    asked: first.kind === 'replay' ? askedReplay(first.asked as ParkedFilter) : askedRange(first.asked as RecordRange),
    matched: sum((view) => view.matched),
    waiting: sum((view) => view.waiting),
    sending: sum((view) => view.sending),
    replayed: sum((view) => view.replayed),
    superseded: sum((view) => view.superseded),
    failed: sum((view) => view.failed),
    cancelled: sum((view) => view.cancelled),
    created_at: iso(first.madeAt),
    ended_at: ends.includes(null) ? null : iso(Math.max(...ends.map((at) => at ?? 0))),
  }
}
const askedReplay = ({ parkedId, userId, fromAt, toAt, ...filter }: ParkedFilter) => ({
  ...filter,
  ...(parkedId !== undefined && { parked_id: parkedId }),
  ...(userId !== undefined && { user_id: userId }),
  ...(fromAt !== undefined && { from: iso(fromAt) }),
  ...(toAt !== undefined && { to: iso(toAt) }),
})
const askedRange = ({ startAt, endAt, userId, types }: RecordRange) => ({
  from: iso(startAt),
  ...(endAt < Number.MAX_SAFE_INTEGER && { to: iso(endAt) }),
  ...(types.length > 0 && { types }),
  ...(userId !== undefined && { user_id: userId }),
})

/** What is asked for, or with `dry_run` how much that would be. */
export const Begun = z
  .looseObject({
    dry_run: z.boolean(),
    matched: z.int(),
    counted: z.boolean().describe('false: there are more than could be counted in time; `matched` is the least'),
    replay_id: z.string().optional().describe('Not with `dry_run`: nothing was begun'),
    rate_per_second: z.int(),
  })
  .openapi('ReplayBegun')

const destination_id = 'dst_8c1f0a6b2d3e4f50617283940a1b2c3d'
const { user_id } = EXAMPLE_USER
const refused = { type: 'sleep', status: 422, reason: 'status 422', trace_id: 'evt_7d2f0c9b4e6a81357f9d0b2c4e6a8135' }

const attempt = {
  attempt_id: 'att_5b7d9f1133557799bbddff0022446688',
  from: 42,
  to: 42,
  events: 1,
  user_id,
  ...refused,
  attempt: 1,
  outcome: 'retry' as const,
  response: '{"error":"unknown field"}',
  started_at: '2026-07-01T21:14:55.318Z',
  duration_ms: 61,
}
const parked = {
  parked_id: 'prk_2468ace013579bdf2468ace013579bdf',
  destination_id,
  user_id,
  ...refused,
  summary_id: 'night-20260701',
  seq: 42,
  attempts: 17,
  parked_at: '2026-07-04T22:40:12.000Z',
  state: 'parked' as const,
}

export const EXAMPLES = {
  status: {
    destination_id,
    state: 'active' as const,
    breaker: { state: 'closed' },
    lag: 3,
    parked: 1,
    oldest_undelivered_at: '2026-07-01T21:14:55.318Z',
    held: [{ user_id, from_seq: 42, attempts: 2, next_try_at: '2026-07-01T21:17:00.000Z', reason: 'status 500' }],
  },
  attempt,
  parked,
  detail: {
    ...parked,
    tried: [{ ...attempt, attempt: 17, started_at: '2026-07-04T22:40:11.939Z' }],
    revision: 3,
    origin: 'live',
    appended_at: '2026-07-01T21:14:55.318Z',
    received_at: '2026-07-01T21:14:55.102Z',
    start_time: '2026-06-30T22:10:00.000Z',
    end_time: '2026-07-01T05:41:00.000Z',
    bytes: 2_911,
    deleted: false,
    newer: false,
    replay_id: null,
  },
  job: {
    replay_id: 'rpl_0e4d7c1b9a83425fb6c5d4e3f2a19087',
    kind: 'replay' as const,
    state: 'running' as const,
    rate_per_second: 100,
    asked: { status: 422 },
    matched: 12,
    waiting: 3,
    sending: 2,
    replayed: 5,
    superseded: 1,
    failed: 1,
    cancelled: 0,
    created_at: '2026-07-05T08:00:00.000Z',
    ended_at: null,
  },
}
