import type { Auth } from './auth.ts'
import { type RecordMap, type ResourceMap, resource } from './map.ts'
import type { LifecycleNotice } from './record.ts'

// What a unit needs comes from here.
export * from './auth.ts'

/**
 * A provider as one table. Everything a provider does differently is a knob here; the kit does the rest. Texts in
 * braces are filled in by the caller, encoded for the place where they stand: `{client_id}`, `{client_secret}`,
 * `{access_token}`, `{callback_url}` and `{verification_token}` (our ingest URL and the app's ingest secret), and whatever
 * a plan or `each` names.
 */
export interface ProviderDefinition {
  /** File name of the unit and part of our URLs. */
  slug: string
  /** Name on the wire: GARMIN, OURA, WITHINGS. */
  resource: string
  /** Name for people. */
  name: string
  /** Every origin it answers at. Links in its payloads are followed only there; sandboxes replace them. */
  origins: string[]
  /** Where people look for it. */
  category: Category
  auth: Auth
  /** What can be written to it for a user. */
  writes?: Writes
  /** Calls after a user has connected, and what is then fetched first. */
  connected: Connected
  /** How it calls us; one that does not is fetched from. */
  webhook?: Webhook
  /** What can be fetched, by name. */
  pulls: Record<string, Pull>
  /** Notification (resource of a slice) → what to fetch. `connected` is ours: the first fetch of a connection. */
  notices: Record<string, Plan[]>
  /** How errors are told. */
  answers?: Answers
  /** Resource → how it is read. */
  maps: Record<string, ResourceMap>
}

/** One that calls us. */
export type CallingProvider = ProviderDefinition & { webhook: Webhook }
export const callsUs = (provider: ProviderDefinition): provider is CallingProvider => provider.webhook !== undefined

/** As a unit writes it: a map may be the records alone, of items found under the resource's own name or at `items`. */
export type ProviderTable = Omit<ProviderDefinition, 'maps'> & {
  maps: Record<string, ResourceMap | RecordMap | RecordMap[]>
  /** Where items are in a payload of this provider. `single`: the payload is the item where they are not there. */
  items?: string
  single?: boolean
}

export function defineProvider(table: ProviderTable & { webhook: Webhook }): CallingProvider
export function defineProvider(table: ProviderTable): ProviderDefinition
export function defineProvider({ maps, items, single = false, ...rest }: ProviderTable): ProviderDefinition {
  const compiled = Object.entries(maps).map(([name, map]) =>
    Array.isArray(map) || 'compiled' in map ? [name, resource(items ?? name, [map].flat(), { single })] : [name, map],
  )
  return { ...rest, maps: Object.fromEntries(compiled) }
}

/** A store on the phone: nothing is fetched and nobody calls, the phone's app sends. */
export const onDevice = (name: Pick<ProviderDefinition, 'slug' | 'resource' | 'name'>): ProviderDefinition => ({
  ...name,
  category: 'phone',
  origins: [],
  auth: { kind: 'device' },
  connected: { historyDays: 0 },
  pulls: {},
  notices: {},
  maps: {},
})

/** One HTTP request to a provider. */
export interface RequestTemplate {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  url: string
  query?: Record<string, string>
  /** Sent as application/x-www-form-urlencoded. */
  form?: Record<string, string>
  json?: Record<string, string>
  headers?: Record<string, string>
  /** Whose credentials go with it: the user's, as `auth` says they are carried, or none but what the template itself holds. */
  as: 'user' | 'app'
}

export const CATEGORIES = ['wearable', 'training', 'body', 'nutrition', 'glucose', 'cycle', 'phone'] as const
export type Category = (typeof CATEGORIES)[number]

/** A data type that can be written: each item becomes one request. */
export type WritableType = 'activity' | 'body' | 'nutrition' | 'planned_workout'
export type Writes = Partial<Record<WritableType, Write>>
export interface Write {
  request: RequestTemplate
  /** The item as the provider takes it; a Fault where it lacks what the provider needs. */
  values: (item: Record<string, unknown>) => Record<string, string>
  /** Where the answer says how the provider calls what was written. */
  id: string
  /** Takes it away again by that id (`{log_id}`). */
  remove?: RequestTemplate
}

export interface Connected {
  /** Subscriptions: the request once per value of each parameter. `user`: at each connection; `app`: once per app. */
  subscribe?: { per: 'user' | 'app'; request: RequestTemplate; each: Record<string, string[]> }
  /** How much past the notice `connected` covers. */
  historyDays: number
}

/** How a provider calls us. */
export interface Webhook {
  /** What it asks of the URL before it uses it. */
  handshake:
    | { kind: 'none' }
    /** HEAD or an empty POST, answered 200. */
    | { kind: 'head' }
    /** GET with our token and a challenge to echo as JSON. */
    | { kind: 'challenge'; token: string; challenge: string; answer: string }
  verify: /** Nothing is signed: the URL holds a secret; these headers must be there. */
  { kind: 'secret-path'; headers: string[] } | Hmac
  body: 'json' | 'form'
  /**
   * batch: an object of arrays, keyed by resource, of many owners; one: the body is one notification.
   * `owner` and `resource` are paths within the item.
   */
  shape: { kind: 'batch'; owner: string } | { kind: 'one'; owner: string; resource: string }
  /** push: the items are data; ping: they say what to fetch. An item with the field `link` is always a ping. */
  kind: 'push' | 'ping'
  link?: string
  /** Fields that make a notification the same one when it is sent again. Without: the slice's own bytes. */
  eventId?: string[]
  /** A notification whose field `path` has the value `is` says that the item `id` is gone. */
  deletion?: { path: string; is: string; id: string; at: string }
  /** Notifications about the connection itself, by resource. Nothing is fetched for them unless `notices` says so. */
  lifecycle?: Record<string, (item: Record<string, unknown>) => LifecycleNotice | undefined>
  /** What to answer when all is committed. */
  ok: number
}

export interface Hmac {
  kind: 'hmac'
  header: string
  algorithm: 'sha256' | 'sha1'
  encoding: 'hex' | 'HEX' | 'base64'
  /** Which of the app's secrets is the key. */
  key: 'client_secret' | 'ingest_secret'
  /** What is signed, in order: the raw body, or the value of a header. */
  over: ('body' | { header: string })[]
  /** Signatures older or newer than the tolerance are stale. */
  timestamp?: { header: string; unit: 's' | 'ms'; toleranceMs: number }
}

/** Something to fetch. */
export interface Pull {
  request: RequestTemplate
  /** Whose map reads the answer; the pull's own name where left out. */
  resource?: string
  window?: Window
  paging?: Paging
  /** Where an answer's items are, for `follow`. `single`: the answer itself is the item where they are not there. */
  items?: string
  single?: boolean
  /** Further pulls, one per item of the answer. */
  follow?: Follow[]
  /** Statuses that mean: nothing there (any more), or asked for already. */
  nothing?: number[]
  /** The answer holds no data: they come later through the webhook. */
  asynchronous?: boolean
}

/** How a span of time is told in parameters of the query (GET) or the form (POST). */
export interface Window {
  start: string
  end: string
  style: 'date' | 'unix' | 'iso'
  /** Longer spans are cut into several requests. */
  maxDays?: number
  /** The end date itself is left out by the provider. */
  endExclusive?: boolean
}

export type Paging =
  /** A cursor in the answer goes into a parameter of the next request, until there is none. */
  | { kind: 'cursor'; from: string; to: string }
  /** `more` in the answer: go on at its offset. */
  | { kind: 'more'; more: string; from: string; to: string }

/** One pull for a notification. Paths are within the notification. */
export interface Plan {
  pull: string
  /** Only for notifications of which this holds. */
  when?: { path: string; in: string[] }
  params?: Record<string, string>
  /** Values that are not in the notification. */
  fixed?: Record<string, string>
  span?: Span
}
/** A pull for an item of another. Paths are within the item. */
export interface Follow {
  pull: string
  params?: Record<string, string>
  span?: Span
  /** The item goes with the answer under this name, for answers that do not say what they belong to. */
  carry?: string
}
export type Span =
  /** Unix seconds, or ISO texts. */
  | { from: string; to: string }
  /** One civil date, widened by days before and after; the user's day where a zone or a time with offset is named. */
  | { day: string; before?: number; after?: number; zone?: string; offsetOf?: string }

export interface Answers {
  /** HTTP 200 with a code in this field. */
  code: string
  ok: number[]
  /** The token is not good (any more). */
  unauthorized: number[]
  /** Too many requests: try again after this long. */
  limited: number[]
  limitedWaitMs: number
  /** The provider's own trouble. */
  unavailable: number[]
}
