import { z } from '../../shared/base/zod.ts'
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

const destination_id = 'dst_8c1f0a6b2d3e4f50617283940a1b2c3d'
const { user_id } = EXAMPLE_USER
const refused = { type: 'sleep', status: 422, reason: 'status 422', trace_id: 'evt_7d2f0c9b4e6a81357f9d0b2c4e6a8135' }

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
  attempt: {
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
  },
  parked: {
    parked_id: 'prk_2468ace013579bdf2468ace013579bdf',
    destination_id,
    user_id,
    ...refused,
    summary_id: 'night-20260701',
    seq: 42,
    attempts: 17,
    parked_at: '2026-07-04T22:40:12.000Z',
    state: 'parked' as const,
  },
}
