import { z } from '../../base/zod.ts'
import { ANOMALIES } from './anomalies.ts'

/** How a person's days go by. Events an hour, or so. */
export const LIVE_WORDS = ['off', 'as_it_happens', 'fast'] as const
/** `fast`: a day a minute. */
export const FAST_DAY_MS = 60_000
export const MOST_AN_HOUR = 36_000
/** A life that goes by faster than ours is not led for ever: whoever forgot it would pay for it. */
export const FAST_DAYS = 366
export const MOST_HISTORY_DAYS = 730

export const Live = z.union([z.enum(LIVE_WORDS), z.int().min(1).max(MOST_AN_HOUR)])
export type Live = z.infer<typeof Live>

/** All there is to know of a person that is connected. It is what their token says: nothing else is kept of them. */
export const Plan = z.strictObject({
  /** A preset's name, or a seed. */
  person: z.string().min(1).max(100),
  /** Tells two connections of one person apart. */
  account: z.string().min(1).max(64),
  /** Days since 1970-01-01: the first that happens live. */
  begins: z.int(),
  history_days: z.int().min(0).max(MOST_HISTORY_DAYS),
  live: Live,
  anomalies: z.array(z.enum(ANOMALIES)),
})
export type Plan = z.infer<typeof Plan>

export const tokenOf = (plan: Plan): string => `synthetic.${btoa(encodeURIComponent(JSON.stringify(plan)))}`
/** undefined: it is none of ours. */
export function planOf(token: string): Plan | undefined {
  const [word, text] = token.split('.')
  if (word !== 'synthetic' || text === undefined) return undefined
  try {
    return Plan.parse(JSON.parse(decodeURIComponent(atob(text))))
  } catch {
    return undefined
  }
}
