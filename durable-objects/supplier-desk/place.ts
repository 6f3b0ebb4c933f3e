import type { DeskAddress } from '../../shared/supply/desk.ts'
import type { Env } from '../env.ts'

/** What parts of a desk need of it. Whoever calls them arms its clock afterwards. */
export interface DeskPlace {
  readonly env: Env
  readonly sql: SqlStorage
  readonly address: DeskAddress
  /** In the sandbox it may be ahead. */
  now(): number
}
