import type { Limit, RateHeaders } from './define.ts'

/**
 * What may still be asked of a provider, over all connections of an app. Fixed windows per limit, for the app as a whole and
 * for each user; bulk leaves a part to live data; and where the app's window gets short, no developer takes more than a
 * fair share of it. In memory only: an object that starts anew counts anew, and the provider's own 429 corrects it.
 */
export interface Budget {
  windows: Map<string, Window>
  /** The provider said "not before". */
  blockedUntil: number
}
interface Window {
  endsAt: number
  used: number
  byDeveloper: Map<string, number>
}
export const newBudget = (): Budget => ({ windows: new Map(), blockedUntil: 0 })

export interface Ask {
  user_id: string
  developer_id: string
  bulk: boolean
  /** Connected users, for limits that grow with them. */
  users?: number
}
export type Permit = { kind: 'go' } | { kind: 'wait'; ms: number }

/** Of a window, what bulk leaves to live data. */
const LIVE_SHARE = 0.2
/** From this part on, developers keep to their shares. */
const SHORT = 0.5
/** Windows that have ended are dropped when there are so many. */
const MOST_WINDOWS = 5_000

/** Grants one call, or says how long to wait. Changes `budget`. */
export function spend(budget: Budget, limits: Limit[], ask: Ask, now: number): Permit {
  if (budget.blockedUntil > now) return { kind: 'wait', ms: budget.blockedUntil - now }
  if (budget.windows.size > MOST_WINDOWS) sweep(budget, now)
  const windows = limits.map((limit) => ({ limit, window: windowOf(budget, limit, ask, now) }))
  for (const { limit, window } of windows) {
    const calls = limit.calls + (limit.morePerUser ?? 0) * (ask.users ?? 0)
    const most = ask.bulk ? Math.floor(calls * (1 - LIVE_SHARE)) : calls
    if (window.used >= Math.max(most, 1) || greedy(limit, window, calls, ask))
      return { kind: 'wait', ms: window.endsAt - now }
  }
  for (const { window } of windows) {
    window.used++
    window.byDeveloper.set(ask.developer_id, (window.byDeveloper.get(ask.developer_id) ?? 0) + 1)
  }
  return { kind: 'go' }
}
function greedy({ per }: Limit, window: Window, calls: number, { developer_id }: Ask): boolean {
  if (per !== 'app' || window.used < calls * SHORT) return false
  const mine = window.byDeveloper.get(developer_id) ?? 0
  const developers = window.byDeveloper.size + (mine === 0 ? 1 : 0)
  return developers > 1 && mine >= calls / developers
}
function windowOf(budget: Budget, { per, seconds }: Limit, { user_id }: Ask, now: number): Window {
  const key = `${seconds}/${per === 'user' ? user_id : ''}`
  const found = budget.windows.get(key)
  if (found && found.endsAt > now) return found
  const ms = seconds * 1000
  const made: Window = { endsAt: now - (now % ms) + ms, used: 0, byDeveloper: new Map() }
  budget.windows.set(key, made)
  return made
}
function sweep(budget: Budget, now: number): void {
  for (const [key, { endsAt }] of budget.windows) if (endsAt <= now) budget.windows.delete(key)
}

/** The provider limits us, or says that nothing is left: nobody asks before then. */
export function block(budget: Budget, untilAt: number): void {
  budget.blockedUntil = Math.max(budget.blockedUntil, untilAt)
}

/** Where nothing says how long a window still is. */
const UNKNOWN_MS = 60_000
/** What is waited for at most: a clock of the provider's may be wrong. */
const LONGEST_MS = 24 * 3_600_000

/** Until when the answer's headers say that nothing is left; undefined: there is. Of several windows, the one that is used up. */
export function exhaustedUntil(names: RateHeaders, headers: Headers, now: number): number | undefined {
  const list = (name: string | undefined) =>
    name === undefined
      ? []
      : (headers.get(name) ?? '').split(',').map((text) => {
          const found = /\d+(\.\d+)?/.exec(text)
          return found ? Number(found[0]) : undefined
        })
  const [limits, left, used] = [list(names.limit), list(names.left), list(names.used)]
  const which =
    left.length > 0 && names.left
      ? left.indexOf(0)
      : used.findIndex((n, i) => n !== undefined && limits[i] !== undefined && n >= limits[i]!)
  if (which < 0) return undefined
  const resets = list(names.reset?.header)
  const reset = resets[which] ?? resets[0]
  if (reset === undefined) return now + UNKNOWN_MS
  const at = names.reset?.as === 'epoch' ? reset * 1000 : now + reset * 1000
  return Math.min(Math.max(at, now), now + LONGEST_MS)
}
