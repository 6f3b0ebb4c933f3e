import type { Context } from 'hono'
import type { DayQuota } from '../../durable-objects/event-log-api.ts'
import { Fault } from '../../shared/base/fault.ts'
import { REQUEST_DAYS } from '../../shared/base/limits.ts'
import type { ApiEnv } from '../access.ts'

/** The contract's words for both rules. */
const TOO_MANY = 'rate limit exceeded'

/** Rule r1: what one request may span. */
export function checkSpan(days: number): void {
  if (days > REQUEST_DAYS) throw new Fault('rate_limited', TOO_MANY, { 'X-Terra-RateLimit-Rule': 'r1' })
}

/** Rule r2: what all requests for one user may span in an hour; told on every answer. */
export function tellQuota(c: Context<ApiEnv>, { allowed, limit, remaining, resetAfterS }: DayQuota): void {
  const told = {
    'X-Terra-RateLimit-Limit': String(limit),
    'X-Terra-RateLimit-Remaining': String(remaining),
    'X-Terra-RateLimit-Reset-After': String(resetAfterS),
  }
  if (!allowed)
    throw new Fault('rate_limited', TOO_MANY, {
      ...told,
      'X-Terra-RateLimit-Rule': 'r2',
      'Retry-After': String(resetAfterS),
    })
  for (const [name, value] of Object.entries(told)) c.header(name, value)
}
