/** Events of a day that have not arrived: waiting their turn, held with their connection, parked, or given up. */
export interface PendingOfDay {
  undelivered: number
  held: number
  parked: number
  expired: number
}
export interface DaySummary extends PendingOfDay {
  day: number
  events: number
  /** The day is over, and nothing of it is missing. */
  complete: boolean
}
export interface DayManifest extends PendingOfDay {
  users: { user_id: string; events: number; first_seq: number; last_seq: number; hash: string }[]
  /** The connection to go on after; null: that was all. */
  next: number | null
  complete: boolean
}
