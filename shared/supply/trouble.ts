import { SUPPLY } from '../base/supply-limits.ts'
import { HOUR_MS } from '../base/time.ts'

/** Work at a supplier's records that fails for a reason of ours, and is tried again. */
export interface Trouble {
  since: number
  tries: number
  /** For people: never what a record holds. */
  reason: string
  next_at: number
}
export interface Failure {
  reason: string
  /** Where what failed knows when it may pass. */
  delayMs?: number
}

export const DIED: Failure = { reason: 'whoever worked at it was not heard of again' }

/** `before`: of the same work; it is over with the first try that succeeds. */
export function troubleAfter(before: Trouble | undefined, { reason, delayMs }: Failure, now: number): Trouble {
  const tries = (before?.tries ?? 0) + 1
  const wait = SUPPLY.troubleWaitsMs[tries - 1] ?? SUPPLY.troubleWaitsMs.at(-1)!
  return { since: before?.since ?? now, tries, reason, next_at: now + (delayMs ?? wait) }
}
export const isToTell = ({ since }: Pick<Trouble, 'since'>, now: number): boolean => now - since >= SUPPLY.troubleToldMs
export const isHopeless = ({ since }: Pick<Trouble, 'since'>, now: number): boolean => now - since >= SUPPLY.troubleMs
/** `records`: 0 where not all of it was read. */
export const givenUp = ({ reason }: Trouble, left: number, records: number): string => {
  const what = records === 0 ? 'it could not be read' : `${left} of its ${records} records were not taken`
  return `${what}, tried for ${SUPPLY.troubleMs / HOUR_MS} h: ${reason}; send it again: what was taken counts as duplicate`
}
