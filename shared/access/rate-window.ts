import { MINUTE_MS, SECOND_MS } from '../base/time.ts'

/**
 * Requests are counted in fixed windows. One place grants (a developer's object); those who serve requests take blocks of
 * what may still be granted and spend them, so that they rarely ask. What nobody spends ends with its window.
 */
export const WINDOW_MS = MINUTE_MS
/** A block is this part of the limit: what can lie unspent with a server. */
const BLOCKS = 20

/** What may be asked of one policy in a window; `name` is its place among the developer's. */
export interface Ask {
  name: string
  limit: number
  wants: number
}
export interface Grant {
  granted: number
  /** What may still be granted in this window. */
  left: number
  endsAt: number
}
/** The granting side: how much of each policy is granted in the window that ends then. */
export interface Window {
  endsAt: number
  granted: Map<string, number>
}
export const newWindow = (now: number): Window => ({
  endsAt: now - (now % WINDOW_MS) + WINDOW_MS,
  granted: new Map(),
})

/** Grants no more than the limit in one window, whoever asks. Changes `window`, which has not ended. */
export function grant(window: Window, { name, limit, wants }: Ask): Grant {
  const before = window.granted.get(name) ?? 0
  const granted = Math.max(0, Math.min(wants, limit - before))
  window.granted.set(name, before + granted)
  return { granted, left: Math.max(0, limit - before - granted), endsAt: window.endsAt }
}

export const blockOf = (limit: number): number => Math.max(1, Math.floor(limit / BLOCKS))

/** The serving side: tokens in hand, which are good until the window ends. */
export interface Hand {
  tokens: number
  left: number
  endsAt: number
}
export const put = (hand: Hand | undefined, { granted, left, endsAt }: Grant): Hand => ({
  tokens: granted + (hand?.endsAt === endsAt ? hand.tokens : 0),
  left,
  endsAt,
})

/** `which`: whose limit is reached. */
export type Decision = { kind: 'spend' } | { kind: 'ask' } | { kind: 'refuse'; which: number; untilAt: number }
/** Whether a request that counts in all of these may go on. It spends of all or of none. */
export function decide(hands: (Hand | undefined)[], now: number): Decision {
  const good = hands.map((hand) => (hand && hand.endsAt > now ? hand : undefined))
  const which = good.findIndex((hand) => hand?.tokens === 0 && hand.left === 0)
  if (which >= 0) return { kind: 'refuse', which, untilAt: good[which]!.endsAt }
  return good.every((hand) => hand && hand.tokens > 0) ? { kind: 'spend' } : { kind: 'ask' }
}

export interface Policy {
  /** As callers read it. */
  label: string
  limit: number
}
/** The fields of draft-ietf-httpapi-ratelimit-headers: what the policies are, and what is left of each. */
export function rateHeaders(policies: (Policy & { hand: Hand | undefined })[], now: number): Record<string, string> {
  const quotas = policies.map(({ label, limit }) => `"${label}";q=${limit};w=${WINDOW_MS / SECOND_MS}`)
  const rests = policies.flatMap(({ label, hand }) =>
    hand && hand.endsAt > now ? [`"${label}";r=${hand.tokens + hand.left};t=${secondsUntil(hand.endsAt, now)}`] : [],
  )
  return {
    ...(quotas.length > 0 && { 'ratelimit-policy': quotas.join(', ') }),
    ...(rests.length > 0 && { ratelimit: rests.join(', ') }),
  }
}
/** Rounded up: who waits that long is not too early. */
export const secondsUntil = (at: number, now: number): number => Math.max(1, Math.ceil((at - now) / SECOND_MS))
