import type { Settings } from './settings.ts'

/** The way out: every request has a time-out, and a provider's origin may be replaced by a sandbox's. */
export type Http = (url: string, init?: RequestInit) => Promise<Response>

/** A provider that takes longer has trouble; its answer is asked for again later. */
export const PROVIDER_TIMEOUT_MS = 20_000

export function outside(options: { fetch: typeof fetch; origins?: Record<string, string>; timeoutMs?: number }): Http {
  const { origins = {}, timeoutMs = PROVIDER_TIMEOUT_MS } = options
  return (url, init = {}) =>
    // A redirect could lead a token anywhere: it is an answer like any other.
    options.fetch(rewrite(url, origins), {
      redirect: 'manual',
      ...init,
      signal: init.signal ?? AbortSignal.timeout(timeoutMs),
    })
}

/** As `outside`, for providers under a deployment's settings. */
export const providerHttp = (settings: Pick<Settings, 'PROVIDER_ORIGINS'>, timeoutMs = PROVIDER_TIMEOUT_MS): Http =>
  outside({ fetch: (input, init) => fetch(input, init), origins: settings.PROVIDER_ORIGINS, timeoutMs })

/** `https://api.example.com/v2/x` → `http://127.0.0.1:9000/example/v2/x`, where the origin is replaced. */
export function rewrite(url: string, origins: Record<string, string>): string {
  const { origin } = new URL(url)
  const replaced = origins[origin]
  return replaced === undefined ? url : replaced.replace(/\/$/, '') + url.slice(origin.length)
}
