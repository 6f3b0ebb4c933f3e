import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { rateBudget } from '../durable-objects/stubs.ts'
import {
  blockOf,
  decide,
  type Hand,
  type Policy,
  put,
  rateHeaders,
  secondsUntil,
} from '../shared/access/rate-window.ts'
import { logLine } from '../shared/base/log-line.ts'
import { settings } from '../shared/base/settings.ts'
import { SECOND_MS } from '../shared/base/time.ts'
import type { ApiEnv } from './access.ts'
import { problem } from './problem.ts'

/** `budget`: the object that counts it; `name`: which of its policies. */
export type Counted = Policy & { name: string; budget: string }

/** Counts a request for its key and its developer; over a limit it is refused, and told when to come again. */
export const rateLimited = createMiddleware<ApiEnv>((c, next) => counted(c, policiesOf(c), next))

/** Counts a request in all of these; `policies` are of one object, which `budget` names. */
export async function counted(c: Context<ApiEnv>, policies: Counted[], next: () => Promise<void>) {
  const decision = await decided(c, policies)
  const now = Date.now()
  // Taken before the handler: what is left when this request is counted.
  const headers = decision.kind === 'open' ? {} : rateHeaders(withHands(policies), now)
  if (decision.kind === 'refuse') {
    const seconds = secondsUntil(decision.untilAt, now)
    const whose = `too many requests of this ${policies[decision.which]!.label}`
    return problem(c, 429, `${whose}; try again in ${seconds} s`, { ...headers, 'retry-after': `${seconds}` })
  }
  await next()
  for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
}

/** The operator is not counted; neither is what is switched off. */
function policiesOf(c: Context<ApiEnv>): Counted[] {
  const { key_id, requests_per_minute } = c.get('caller')
  if (key_id === undefined) return []
  const budget = c.get('developer').developer_id
  const { API_KEY_PER_MINUTE, API_DEVELOPER_PER_MINUTE } = settings(c.env)
  const policies = [
    { label: 'key', name: key_id, limit: requests_per_minute ?? API_KEY_PER_MINUTE, budget },
    { label: 'developer', name: 'developer', limit: API_DEVELOPER_PER_MINUTE, budget },
  ]
  return policies.filter((policy) => policy.limit > 0)
}

/** What this isolate may still spend, and when it last asked for a block that has not come. */
const hands = new Map<string, Hand>()
const asking = new Map<string, number>()
const MOST_HANDS = 20_000
/** A block that was asked for and did not come in this time does not come. */
const BLOCK_COMES_MS = SECOND_MS

/** With the limit: where it is changed, what was known of the other says nothing. */
const placeOf = ({ budget, name, limit }: Counted) => `${budget}/${name}/${limit}`
const withHands = (policies: Counted[]) => policies.map((policy) => ({ ...policy, hand: hands.get(placeOf(policy)) }))

async function decided(c: Context<ApiEnv>, policies: Counted[]) {
  if (policies.length === 0) return { kind: 'open' } as const
  const places = policies.map((policy) => placeOf(policy))
  for (;;) {
    const decision = decide(
      places.map((place) => hands.get(place)),
      Date.now(),
    )
    if (decision.kind === 'spend') for (const place of places) hands.get(place)!.tokens--
    if (decision.kind !== 'ask') return decision
    try {
      await ask(c, policies)
    } catch (error) {
      // A counter that does not answer stops nobody.
      logLine('requests not counted', { error: (error as Error).name })
      return { kind: 'open' } as const
    }
  }
}

/**
 * One asks for a block, and who comes meanwhile for a token of their own: waiting for another request's question could be
 * waiting for ever, and a block for each would take all there is.
 */
async function ask(c: Context<ApiEnv>, policies: Counted[]): Promise<void> {
  const now = Date.now()
  const empty = policies.flatMap((policy) => {
    const place = placeOf(policy)
    const hand = hands.get(place)
    if (hand && hand.endsAt > now && hand.tokens > 0) return []
    const first = now - (asking.get(place) ?? 0) > BLOCK_COMES_MS
    if (first) asking.set(place, now)
    return [{ place, first, ask: { name: policy.name, limit: policy.limit, wants: first ? blockOf(policy.limit) : 1 } }]
  })
  try {
    const budget = rateBudget(c.env, policies[0]!.budget)
    const grants = await budget.take(
      empty.map((one) => one.ask),
      now,
    )
    if (hands.size > MOST_HANDS) hands.clear()
    for (const [i, { place }] of empty.entries()) hands.set(place, put(hands.get(place), grants[i]!))
  } finally {
    for (const { place, first } of empty) if (first) asking.delete(place)
  }
}
