import { DESTINATIONS } from '../../shared/catalog/units.ts'
import type { DestinationDefinition } from '../../shared/delivery/define.ts'

/** What the API answers, as far as pages show it. */
export interface DestinationView {
  destination_id: string
  type: string
  state: 'starting' | 'active' | 'paused' | 'disabled'
  reason: string | null
  settings: Record<string, unknown>
  delivery: Record<string, unknown>
  secrets: Record<string, unknown>
  created_at: string
}
export interface StatusView {
  breaker: { state: 'closed' | 'open' | 'disabled'; reason?: string }
  lag: number
  parked: number
  oldest_undelivered_at: string | null
  held: { user_id: string; from_seq: number; attempts: number; next_try_at: string; reason: string }[]
}
export interface AttemptView {
  attempt_id: string
  user_id: string
  type: string
  from: number
  to: number
  events: number
  attempt: number
  outcome: 'delivered' | 'retry' | 'rejected'
  status?: number
  reason?: string
  response?: string
  started_at: string
  duration_ms: number
}

export const unitNamed = (type: string): DestinationDefinition | undefined => DESTINATIONS[type]
export const titleOf = (type: string): string => unitNamed(type)?.title ?? type
/** Where it goes, in a few words: hosts, and never a path, which may hold a token. */
export function placeOf({ type, settings }: Pick<DestinationView, 'type' | 'settings'>): string {
  try {
    return unitNamed(type)?.hosts(settings).join(', ') ?? ''
  } catch {
    // Settings of another time, which the kind of today cannot read: the page shows them all below.
    return ''
  }
}

/** `3 min ago`, for tables. */
export function ago(at: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1_000))
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min ago`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h ago`
  return `${Math.round(seconds / 86_400)} days ago`
}

/** What a person wants to know first: is it well? */
export function healthOf(
  destination: Pick<DestinationView, 'state' | 'delivery'>,
  status: StatusView | undefined,
): { word: string; tone: 'good' | 'warn' | 'bad' } {
  if (destination.state === 'disabled') return { word: 'Disabled', tone: 'bad' }
  if (destination.state === 'paused') return { word: 'Paused', tone: 'warn' }
  if (destination.state === 'starting') return { word: 'Being made', tone: 'warn' }
  if (status?.breaker.state === 'open') return { word: 'Failing', tone: 'bad' }
  if (destination.delivery.test_mode === true) return { word: 'Test mode', tone: 'warn' }
  if (status && status.held.length > 0) return { word: `${status.held.length} held`, tone: 'warn' }
  return { word: 'Delivering', tone: 'good' }
}
