import type { DeskAddress } from '../../shared/supply/desk.ts'
import type { Env } from '../env.ts'

/** What parts of a desk need of it. */
export interface DeskPlace {
  readonly env: Env
  readonly sql: SqlStorage
  readonly address: DeskAddress
  /** In the sandbox it may be ahead. */
  now(): number
  /** Wakes the desk at that time of its clock, or earlier. */
  arm(at: number): void
}
