import type { DeskAddress } from '../../shared/supply/desk.ts'
import type { Env } from '../env.ts'
import type { DeskStore } from './desk-store.ts'

/** What parts of a desk need that look beyond it. Whoever calls them arms its clock afterwards. */
export interface DeskPlace extends DeskStore {
  readonly env: Env
  readonly address: DeskAddress
}
