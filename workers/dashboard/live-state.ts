import type { Context } from 'hono'
import { SPAN_MS } from '../pages/scripts/chart/series.ts'
import { ask, type DashboardEnv } from './ask.ts'
import { seqAt } from './scripts/live/clock.ts'
import type { LiveState, Presence, StreamStatus } from './scripts/live/views.ts'

/** More users than this are counted, and not listed: nobody looks at so many charts. */
const MOST_LISTED = 500
/** Frames of before that a page asks for when it opens, at most: a busy stream begins later. */
const MOST_HISTORY = 20_000

/** Who is live, and how the streams are, as the developer's own key may know. */
export async function liveState(c: Context<DashboardEnv>): Promise<LiveState> {
  const [presence, status] = await Promise.all([
    ask<{ users: Presence[] }>(c, 'GET', '/stream/presence'),
    ask<StreamStatus>(c, 'GET', '/stream/status'),
  ])
  const now = Date.now()
  const users = presence.ok ? presence.body.users : []
  const seen = ({ last_sample_at }: Presence) => last_sample_at !== null && Date.parse(last_sample_at) > now - SPAN_MS
  return {
    now,
    users: users
      .filter((user) => user.live || seen(user))
      .sort((a, b) => Number(b.live) - Number(a.live) || Date.parse(b.since ?? '') - Date.parse(a.since ?? '') || 0)
      .slice(0, MOST_LISTED),
    live: users.filter((user) => user.live).length,
    status: status.ok ? status.body : null,
    detail: presence.ok ? null : presence.detail,
  }
}

/** From which seq on a page that opens now draws. */
export function beginningOf({ now, status }: LiveState): number {
  const perMinute = status?.frames_last_minute ?? 0
  const span = perMinute === 0 ? SPAN_MS : Math.min(SPAN_MS, (MOST_HISTORY / perMinute) * 60_000)
  return seqAt(now - span)
}
