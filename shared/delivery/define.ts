import type { z } from '../base/zod.ts'
import type { Sent } from './outcome.ts'
import type { EventType } from './types.ts'

/** The events of one send. */
export interface Parcel {
  /** Stable over retries of the same content: receivers know a repetition by it. */
  trace_id: string
  /** The wire's `terra-reference`: the request's, or the trace id where nobody asked. */
  reference: string
  type: EventType | 'batch' | 'deletion'
  /** JSON, assembled once. */
  body: string
  user_id: string
  connection: number
  seqs: number[]
  prevSeq: number | undefined
  /** Parked and skipped before this one. */
  skipped: number[]
  origin: string
  /** When the newest content was appended, ms. */
  orderingTimestamp: number
  /** When the source's request came in, ms. */
  receivedAt: number
}

export interface SendContext<Settings, Secrets> {
  settings: Settings
  secrets: Secrets
  /** Aborts at the time-out, which starts when the slot was taken. */
  signal: AbortSignal
  fetch: typeof fetch
  now: () => number
}

/** A kind of destination: what it needs to know, and how it sends. */
// biome-ignore lint/suspicious/noExplicitAny: the kit runs units whose settings it does not know.
export interface DestinationDefinition<Settings = any, Secrets = any> {
  type: string
  settings: z.ZodType<Settings>
  secrets: z.ZodType<Secrets>
  /** Secrets that are made, not given, when the destination is saved; shown once. */
  newSecrets: () => Secrets
  /** New secrets of the same kind; the present ones may go on until `until`, ms. Without: they cannot be made anew. */
  rotate?: (secrets: Secrets, until: number) => Secrets
  /** The address that is checked against private networks when saved; undefined: it has none. */
  address: (settings: Settings) => string | undefined
  send: (parcel: Parcel, context: SendContext<Settings, Secrets>) => Promise<Sent>
}

export const defineDestination = <Settings, Secrets>(
  definition: DestinationDefinition<Settings, Secrets>,
): DestinationDefinition<Settings, Secrets> => definition
