import type { ProviderApp } from '../../../shared/base/settings.ts'
import type { SandboxItem } from '../../../shared/sdk/sandbox.ts'
import type { Call, Reply } from './http.ts'
import type { OauthDouble } from './oauth.ts'

/** What a provider's double is given. */
export interface Surroundings {
  app: ProviderApp
  /** Where this provider's webhooks go. */
  ingestUrl: () => string
}
/** One provider's stand-in. Its file is named for the provider; its default export makes it. */
export interface ProviderDouble {
  /** Its origins, each with the path prefix it is served at. */
  origins: Record<string, string>
  handle: (prefix: string, call: Call) => Reply | Promise<Reply>
  /**
   * Holds data for local days and tells Fascia as the provider would, where it does; throws where the door does not answer
   * 2xx. → the records that should land.
   */
  days: (account: string, days: string[]) => Promise<SandboxItem[]>
  /** The sign-in of those that have OAuth 2.0. */
  oauth?: OauthDouble
  /** What the account's owner types into our form, for those that have no sign-in page. */
  typed?: (account: string) => Record<string, string>
  /** Headers with which a right client calls for the account. */
  signedIn: (account: string) => Record<string, string>
  /** Whether we still have access to the account. */
  open: (account: string) => boolean
  /** The access tokens of the account end now; those that are renewed can be. */
  expire?: (account: string) => void
}
export type MakeDouble = (surroundings: Surroundings) => ProviderDouble

/** A call that the real service refuses, and how. Exported by a double as `refuses`. */
export interface WrongCall {
  /** What is wrong: "a window of 31 days". */
  about: string
  method?: string
  /** Of one of its origins, with the query. */
  url: string
  /** With the headers of a right client. */
  signedIn?: boolean
  headers?: Record<string, string>
  body?: string
  status: number
  /** Some of the answer's body, for services that tell errors in it. */
  says?: object
}

/** Calls a webhook as the provider does: repeated on anything but 2xx, for a while. */
export async function callWebhook(url: string, init: RequestInit): Promise<void> {
  let last = ''
  for (let attempt = 0; attempt < 5; attempt++) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt))
    try {
      const response = await fetch(url, { method: 'POST', ...init })
      last = `${response.status} ${await response.text()}`
      if (response.ok) return
      if (response.status < 500 && response.status !== 429) break
    } catch (error) {
      last = error instanceof Error ? error.message : 'failed'
    }
  }
  throw new Error(`the webhook was not taken: ${last}`)
}

/** A number that is the same for the same account and day, 0 ≤ n < 1. */
export function chance(...parts: (string | number)[]): number {
  let hash = 2166136261
  for (const char of parts.join('/')) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619)
  return ((hash >>> 0) % 10_000) / 10_000
}
export const between = (low: number, high: number, ...parts: (string | number)[]): number =>
  Math.round(low + (high - low) * chance(...parts))

export const dayStart = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 1_000
export const nextDay = (day: string, by = 1): string =>
  new Date((dayStart(day) + by * 86_400) * 1_000).toISOString().slice(0, 10)
export function daysOf(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = from; day <= to; day = nextDay(day)) days.push(day)
  return days
}
