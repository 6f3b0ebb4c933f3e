import type { Auth } from './auth.ts'
import { type RecordMap, type ResourceMap, resource } from './map.ts'
import type { Omits } from './omits.ts'
import type { Answers, Limit, Plan, Polling, Pull, RateHeaders } from './pull.ts'
import type { RequestTemplate } from './request.ts'
import type { Webhook } from './webhook.ts'

// What a unit needs comes from here.
export * from './auth.ts'
export * from './pull.ts'
export type { RequestTemplate } from './request.ts'
export * from './webhook.ts'

/**
 * A provider as one table. Everything a provider does differently is a knob here; the kit does the rest. Texts in
 * braces are filled in by the caller, encoded for the place where they stand (`{+name}`: as it is): of the app
 * `{client_id}`, `{client_secret}`, `{client_basic}` (both, as HTTP Basic has them) and what its `more` holds; of the
 * connection `{access_token}`, `{provider_user_id}` and what was kept when it was made; of `facts`; `{callback_url}`
 * and `{verification_token}` (our ingest URL and the app's ingest secret); and whatever a plan or `each` names.
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
  /** Headers of every call to it but those of the sign-in. */
  headers?: Record<string, string>
  /** Its people are made up, and it is not outside: requests to its origins are answered here, and its users' days go by in their connections. */
  synthetic?: { answer: (request: Request) => Promise<Response> }
  /** What can be written to it for a user. */
  writes?: Writes
  /** Calls after a user has connected, and what is then fetched first. */
  connected: Connected
  /** How it calls us; one that does not is fetched from. */
  webhook?: Webhook
  /** What can be fetched, by name. */
  pulls: Record<string, Pull>
  /** Notification (resource of a slice) → what to fetch. `connected` is ours: the first fetch of a connection, and of a backfill. */
  notices: Record<string, Plan[]>
  /** One that has no push is asked by the clock; one that has is looked over once a day, for what was not told. */
  polling?: Polling
  answers?: Answers
  limits?: Limit[]
  rateHeaders?: RateHeaders
  /** Resource → how it is read. */
  maps: Record<string, ResourceMap>
  /** What of its payloads is left out, and why: see `Omits`. */
  omits?: Omits
  /** What a deployment's app needs beside its id and secret, by its name in `more`: a subscription key, a notification secret. */
  needs?: Record<string, string>
  /** Something rests on facts that nobody could verify: which, for the catalogue. */
  beta?: string
  /** Those facts: a deployment corrects them in its app's `more`. */
  facts?: Record<string, { value: string; about: string }>
  /** No new connections are taken, and why. */
  closed?: string
}

/** One that calls us. */
export type CallingProvider = ProviderDefinition & { webhook: Webhook }
export const callsUs = (provider: ProviderDefinition): provider is CallingProvider => provider.webhook !== undefined
/** One whose app registers its people itself, and streams. */
export const isStream = ({ auth }: ProviderDefinition): boolean => auth.kind === 'device' && auth.streams === true
/** One whose people's records are pushed by suppliers. */
export const isSupplied = ({ auth }: ProviderDefinition): boolean => auth.kind === 'file' && auth.supplied !== undefined
/** One whose people are nobody: we make them up, or suppliers do in their sandboxes. */
export const isMadeUp = ({ auth, synthetic }: ProviderDefinition): boolean =>
  synthetic !== undefined || (auth.kind === 'file' && auth.supplied === 'sandbox')

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
export const onDevice = ({
  streams,
  ...table
}: Pick<ProviderTable, 'slug' | 'resource' | 'name' | 'omits'> &
  Partial<Pick<ProviderTable, 'maps'>> & { streams?: true }): ProviderDefinition =>
  defineProvider({
    maps: {},
    ...table,
    category: 'phone',
    origins: [],
    auth: { kind: 'device', ...(streams && { streams }) },
    connected: { historyDays: 0 },
    pulls: {},
    notices: {},
  })

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
  /** Made once, before anything else of the user can be had. `fine`: statuses that mean it was done before. */
  register?: { request: RequestTemplate; fine?: number[] }
  /** Subscriptions: the request once per value of each parameter. `user`: at each connection; `app`: once per app. */
  subscribe?: Subscribe
  /** How much past the notice `connected` covers. */
  historyDays: number
}
export interface Subscribe {
  per: 'user' | 'app'
  request: RequestTemplate
  each: Record<string, string[]>
  /** Statuses that mean it is there already. */
  fine?: number[]
  /** Those of an app: how they are listed, when they end, and how one is renewed. */
  upkeep?: Upkeep
}
export interface Upkeep {
  list: RequestTemplate
  /** Where the list's items are, and in each: its id, the parameters that tell it, when it ends (ISO). */
  items: string
  id: string
  params: Record<string, string>
  expires?: string
  /** `{id}`. Without it a subscription that has gone is made anew. */
  renew?: RequestTemplate
  /** A secret in the answer to the request that is shown once: to be put into the app's `more` under this name. */
  secret?: { path: string; name: string }
}
