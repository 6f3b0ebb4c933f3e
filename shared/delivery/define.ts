import type { z } from '../base/zod.ts'
import type { Sent } from './outcome.ts'
import type { Link, Shipment, Shipped } from './shipment.ts'
import type { DeliverySettings, EventType } from './types.ts'

/** The events of one send. */
export interface Parcel {
  /** Stable over retries of the same content: receivers know a repetition by it. */
  trace_id: string
  /** The wire's `terra-reference`: the request's, or the trace id where nobody asked. */
  reference: string
  type: EventType | 'batch' | 'deletion'
  /** JSON, assembled once. */
  body: string
  /** A batch: what it was made of, for those who put it together in another way. */
  parts?: Parcel[]
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

/** Ours, made when a destination is saved: signs webhooks and manifests. */
export interface Signing {
  signing_secret: string
  /** The one before, for as long as receivers may still know it alone. */
  previous?: { signing_secret: string; until: number } | undefined
}

export interface SendContext<Settings, Secrets> {
  destination_id: string
  settings: Settings
  secrets: Secrets
  /** The settings that every kind has: the schema's version that its events have, for one. */
  delivery: DeliverySettings
  signing: Signing
  /** Aborts at the time-out, which starts when the slot was taken. */
  signal: AbortSignal
  /** How long one send may take, ms: for clients that want to know beforehand. */
  timeoutMs: number
  fetch: typeof fetch
  now: () => number
  /** The deployment lets destinations be inside of private networks. */
  insideAllowed: boolean
  /** Stores a body and gives a link to it, good for `seconds`: for what is too large to be sent itself. Throws where it cannot. */
  linkTo: (body: StoredBody, seconds: number) => Promise<{ url: string; payload_id: string }>
}
export interface StoredBody {
  /** Stable over retries: the same id is stored once. */
  id: string
  /** Of the event: what outlives its connection is sealed with another key. */
  type: Parcel['type']
  /** Empty: nobody's data. */
  user_id: string
  text: string
  /** Name of the user's cell, where one send carries events of several. */
  cell?: string
}

/** What every kind of destination says of itself. */
interface About<Settings, Secrets> {
  type: string
  /** As people read it: `PostgreSQL`. */
  title: string
  /** One or two sentences: what arrives there, and how. */
  about: string
  /** Each field has a description: forms and docs are made from it. */
  settings: z.ZodType<Settings>
  /** What the developer gives and nobody sees again. Kept sealed, shown masked. */
  secrets: z.ZodType<Secrets>
  /** Hosts it speaks to, checked against private networks when saved. */
  hosts: (settings: Settings) => string[]
  /** How long one send may take where the destination says nothing, ms. Absent: the deployment's. */
  timeoutMs?: number
  /**
   * Connects, and tries what deliveries will need, when the destination is saved or tested. Throws `Refused` with what the
   * other side said and what to mend. Absent: a test sends a healthcheck as an ordinary event.
   */
  check?: (context: SendContext<Settings, Secrets>) => Promise<void>
}

/** One request for each parcel, connections in parallel. */
interface Sends<Settings, Secrets> {
  send: (parcel: Parcel, context: SendContext<Settings, Secrets>) => Promise<Sent>
}
/** Whole windows in one go, by requests that need no connection of their own. */
interface Ships<Settings, Secrets> {
  ship: (shipment: Shipment, context: SendContext<Settings, Secrets>) => Promise<Shipped>
  /** The bounds of a window are written down before it is sent, and it is sent again with the same. */
  written?: true
  /** A window waits until there are so many events, or the oldest is so old. */
  gather?: (settings: Settings) => { events: number; ms: number }
}
/** Whole windows over one warm connection, which the destination's gate keeps. */
interface Connects<Settings, Secrets> {
  connect: (context: SendContext<Settings, Secrets>) => Promise<Link>
}

export type Sending<Settings, Secrets> = About<Settings, Secrets> & Sends<Settings, Secrets>
export type Shipping<Settings, Secrets> = About<Settings, Secrets> & Ships<Settings, Secrets>
export type Connecting<Settings, Secrets> = About<Settings, Secrets> & Connects<Settings, Secrets>

/** A kind of destination: what it needs to know, and how it sends. */
// biome-ignore lint/suspicious/noExplicitAny: the kit runs units whose settings it does not know.
export type DestinationDefinition<Settings = any, Secrets = any> =
  | Sending<Settings, Secrets>
  | Shipping<Settings, Secrets>
  | Connecting<Settings, Secrets>

/** One request for each parcel. */
export const defineDestination = <Settings, Secrets>(definition: Sending<Settings, Secrets>) => definition
/** Windows whole, by requests. */
export const defineBulkDestination = <Settings, Secrets>(definition: Shipping<Settings, Secrets>) => definition
/** Windows whole, over a warm connection. */
export const defineWarmDestination = <Settings, Secrets>(definition: Connecting<Settings, Secrets>) => definition

/** The other side does not take us as we are set up. `field`: the setting to look at. */
export class Refused extends Error {
  readonly field: string | undefined
  constructor(message: string, field?: string) {
    super(message)
    this.field = field
  }
}
