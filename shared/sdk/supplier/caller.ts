import { Backoff } from '../producer/backoff.ts'
import { digestOf } from './packed.ts'
import { signatureOf } from './request-signature.ts'
import type { PrivateKey } from './signing-key.ts'
import { errorOf, SupplierError } from './supplier-error.ts'
import { type Credential, Token } from './token.ts'

export interface SupplierOptions {
  baseUrl: string
  credential: Credential
  /** Only these scopes; left out, all that the credential has. */
  scope?: string
  /** Signs what is pushed (RFC 9421). */
  signingKey?: PrivateKey
  /** One answer is waited for no longer, ms. */
  timeoutMs?: number
  /** One call is tried again no longer, ms. */
  patienceMs?: number
  fetch?: typeof fetch
  now?(): number
  random?(): number
  wait?(ms: number): Promise<void>
}
export interface Outgoing {
  method: string
  path: string
  query?: Record<string, string | number | boolean | undefined>
  headers?: Record<string, string>
  body?: Uint8Array<ArrayBuffer> | string
  /** May be sent twice and does the same as once. */
  repeatable: boolean
  timeoutMs?: number
  /** Its caller reads the answer as it comes. */
  streamed?: boolean
}

const PATIENCE_MS = 10 * 60_000
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 20_000
/** The server is well, but not now; or something on the way is not. */
const PASSING = [408, 425, 429, 500, 502, 503, 504]

/** Sends, with a token that is good, and again where that may help: after what the server said, or ever later. */
export class Caller {
  private readonly token: Token
  private readonly options: Required<Omit<SupplierOptions, 'scope' | 'signingKey'>> & { signingKey?: PrivateKey }

  constructor(given: SupplierOptions) {
    this.options = {
      timeoutMs: 60_000,
      patienceMs: PATIENCE_MS,
      fetch: (...request) => fetch(...request),
      now: Date.now,
      random: Math.random,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      ...given,
      baseUrl: given.baseUrl.replace(/\/+$/, ''),
    }
    const { baseUrl, credential, fetch: send, now } = this.options
    this.token = new Token({ baseUrl, credential, scope: given.scope, fetch: send, now, id: () => crypto.randomUUID() })
  }

  async json<T>(outgoing: Outgoing): Promise<T> {
    const response = await this.send({
      ...outgoing,
      headers: {
        ...(typeof outgoing.body === 'string' && { 'content-type': 'application/json' }),
        ...outgoing.headers,
      },
    })
    const text = await response.text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** → a good answer; anything else is a SupplierError. */
  async send(outgoing: Outgoing): Promise<Response> {
    const { now, random, patienceMs, wait } = this.options
    const until = now() + patienceMs
    const backoff = new Backoff(FIRST_WAIT_MS, LONGEST_WAIT_MS, random)
    let renewed = false
    for (;;) {
      const tried = await this.tried(outgoing)
      if (tried instanceof Response) return tried
      const { error, sent } = tried
      // A token may end, or be taken for one of another deployment, at any time; a new one is asked for once.
      if (error.status === 401 && error.code.startsWith('token_') && !renewed) {
        renewed = true
        continue
      }
      if (!mayPass(error) || (sent && !outgoing.repeatable)) throw error
      // Never before the server said, and a little later, so that not all come at once.
      const waitMs = (error.retryAfterMs ?? FIRST_WAIT_MS) + backoff.next()
      if (now() + waitMs > until) throw error
      await wait(waitMs)
    }
  }

  /** The caller's time. */
  wait = (ms: number): Promise<void> => this.options.wait(ms)
  now = (): number => this.options.now()

  /** `sent`: it may have arrived; what failed for want of a token did not. */
  private async tried(outgoing: Outgoing): Promise<Response | { error: SupplierError; sent: boolean }> {
    const { method, path, body } = outgoing
    const name = `${method} ${path}`
    const { fetch, timeoutMs, now } = this.options
    let token: string | undefined
    try {
      token = await this.token.get()
      const url = this.url(outgoing)
      const response = await fetch(url, {
        method,
        headers: { ...(await this.headers(outgoing, url)), authorization: `Bearer ${token}` },
        body,
        signal: AbortSignal.timeout(outgoing.timeoutMs ?? timeoutMs),
      })
      // An answer that breaks off while it is read came no more than one that was lost.
      if (response.ok) return outgoing.streamed ? response : await whole(response)
      if (response.status === 401) this.token.forget(token)
      return { error: await errorOf(name, response, now()), sent: true }
    } catch (cause) {
      const sent = token !== undefined
      if (cause instanceof SupplierError) return { error: cause, sent }
      if (!isNetwork(cause)) throw cause
      return {
        error: new SupplierError(name, { status: 0, problem: { detail: (cause as Error).message }, cause }),
        sent,
      }
    }
  }

  private url({ path, query = {} }: Outgoing): string {
    const url = new URL(this.options.baseUrl + path)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value))
    return url.toString()
  }
  private async headers({ method, path, headers = {}, body }: Outgoing, url: string): Promise<Record<string, string>> {
    const { signingKey, now } = this.options
    if (!signingKey || !path.startsWith('/v2/ingest/')) return headers
    const about = { now: now(), nonce: crypto.randomUUID() }
    // A signature covers every body, by its digest.
    const digest = headers['content-digest'] ?? (body === undefined ? undefined : await digestOf(bytesOf(body)))
    return {
      ...headers,
      ...(digest !== undefined && { 'content-digest': digest }),
      ...(await signatureOf({ method, url, digest }, signingKey, about)),
    }
  }
}

const bytesOf = (body: Uint8Array<ArrayBuffer> | string): Uint8Array<ArrayBuffer> =>
  typeof body === 'string' ? (new TextEncoder().encode(body) as Uint8Array<ArrayBuffer>) : body
async function whole(response: Response): Promise<Response> {
  const bytes = await response.arrayBuffer()
  const { status, headers } = response
  return new Response(bytes.byteLength === 0 ? null : bytes, { status, headers })
}
/** 409 with a time: the same call is under way already, and its answer will be this one's. */
const mayPass = ({ status, retryAfterMs }: SupplierError): boolean =>
  status === 0 || PASSING.includes(status) || (status === 409 && retryAfterMs !== undefined)
/** As `fetch` says it: no connection, one that broke, or none in time. */
const isNetwork = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof DOMException && ['TimeoutError', 'AbortError'].includes(error.name))
