import { createHmac, randomBytes } from 'node:crypto'
import { hex } from '../base/bytes.ts'
import type { ProviderApp } from '../base/settings.ts'
import type { BuiltRequest } from './request.ts'

interface Signing {
  app: Pick<ProviderApp, 'client_id' | 'client_secret'>
  token?: { access_token: string; token_secret?: string }
  /** Further protocol parameters: oauth_callback, oauth_verifier. */
  more?: Record<string, string>
  nonce?: string
  now?: number
}

/** Section 3.1: it may be left out, and some providers insist on it. */
export const OAUTH_VERSION = { oauth_version: '1.0' }

/** Signs a request with HMAC-SHA1 (RFC 5849 section 3.4): method, address and all parameters, form bodies too. */
export function signOauth1({ url, init }: BuiltRequest, signing: Signing): BuiltRequest {
  const { app, token, more, nonce = hex(new Uint8Array(randomBytes(16))), now = Date.now() } = signing
  const protocol: Record<string, string> = {
    oauth_consumer_key: app.client_id,
    oauth_nonce: nonce,
    oauth_signature_method: 'HMAC-SHA1',
    oauth_timestamp: String(Math.floor(now / 1000)),
    ...(token ? { oauth_token: token.access_token } : {}),
    ...more,
  }
  const headers = new Headers(init.headers)
  const form = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') ? String(init.body) : ''
  const address = new URL(url)
  const params = [...address.searchParams, ...new URLSearchParams(form), ...Object.entries(protocol)]
  const base = [init.method ?? 'GET', `${address.origin}${address.pathname}`, normalized(params)].map(encode).join('&')
  const key = `${encode(app.client_secret)}&${encode(token?.token_secret ?? '')}`
  const oauth_signature = createHmac('sha1', key).update(base).digest('base64')
  const fields = Object.entries({ ...protocol, oauth_signature }).map(([name, value]) => `${name}="${encode(value)}"`)
  headers.set('authorization', `OAuth ${fields.join(', ')}`)
  return { url, init: { ...init, headers } }
}

/** Section 3.4.1.3.2: encoded first, then sorted by name and value. */
const normalized = (params: [string, string][]): string =>
  params
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
/** Section 3.6: everything but letters, digits, `-`, `.`, `_` and `~`. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
