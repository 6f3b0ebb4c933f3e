/** What the API tells of streams, as far as the page shows it. */
export interface Presence {
  user_id: string
  reference_id: string | null
  live: boolean
  producers: number
  since: string | null
  last_sample_at: string | null
  device: { connected: boolean; device_id?: string; source?: string; reason?: string; at: string } | null
  synthetic: boolean
}
export interface Hop {
  p50_ms: number | null
  p99_ms: number | null
  n: number
}
export interface StreamStatus {
  producers: number
  consumers: { consumer_id: string; kind: string; since: string; behind_ms: number | null }[]
  retained: {
    from: string | null
    bytes: number
    dropped: { frames: number; last_at: string } | null
  }
  frames_last_minute: number
  latency: Record<'session_to_hub' | 'hub' | 'hub_to_consumer', Hop>
}
/** What the page's script asks for every few seconds. */
export interface LiveState {
  now: number
  users: Presence[]
  /** How many are live, also where not all are listed. */
  live: number
  status: StreamStatus | null
  /** Why something is not here, in the API's own words. */
  detail: string | null
}
