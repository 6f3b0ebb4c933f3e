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
/** One provider's stand-in. */
export interface ProviderDouble {
  /** Its origins, each with the path prefix it is served at. */
  origins: Record<string, string>
  oauth: OauthDouble
  handle: (prefix: string, call: Call) => Reply | Promise<Reply>
  /** Holds data for local days and tells Fascia as the provider would; throws where the door does not answer 2xx. */
  days: (account: string, days: string[]) => Promise<SandboxItem[]>
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
