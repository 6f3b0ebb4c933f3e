import { clientAssertion } from './client-assertion.ts'
import type { PrivateKey } from './signing-key.ts'
import { errorOf } from './supplier-error.ts'

/** How a supplier proves who it is. */
export type Credential = { client_id: string; client_secret: string } | { client_id: string; key: PrivateKey }

export interface TokenSource {
  baseUrl: string
  credential: Credential
  /** Only these; left out, all that the credential has. */
  scope?: string
  fetch: typeof fetch
  now(): number
  id(): string
}

/** Taken anew so long before its end: what is under way then still arrives in time. */
const AHEAD_MS = 60_000

/** Holds a token while it is good. Many who ask at once share one request. */
export class Token {
  private readonly source: TokenSource
  private held: { text: string; until: number } | undefined
  private asking: Promise<string> | undefined

  constructor(source: TokenSource) {
    this.source = source
  }

  get(): Promise<string> {
    if (this.held && this.held.until > this.source.now()) return Promise.resolve(this.held.text)
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined
    })
    return this.asking
  }
  /** It was refused. Whoever comes with an older one than is held does not take that away. */
  forget(text: string): void {
    if (this.held?.text === text) this.held = undefined
  }

  private async ask(): Promise<string> {
    const { baseUrl, scope, fetch, now } = this.source
    const url = `${baseUrl}/oauth/token`
    const form = { grant_type: 'client_credentials', ...(scope && { scope }), ...(await this.proof(url)) }
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      signal: AbortSignal.timeout(30_000),
    })
    if (!response.ok) throw await errorOf('POST /oauth/token', response, now())
    const { access_token, expires_in } = (await response.json()) as { access_token: string; expires_in: number }
    this.held = { text: access_token, until: now() + Math.max(expires_in * 1_000 - AHEAD_MS, (expires_in * 1_000) / 2) }
    return access_token
  }

  private async proof(url: string): Promise<Record<string, string>> {
    const { credential, now, id } = this.source
    if ('client_secret' in credential)
      return { client_id: credential.client_id, client_secret: credential.client_secret }
    const { client_id, key } = credential
    return {
      client_id,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await clientAssertion(key, { clientId: client_id, audience: url, now: now(), id: id() }),
    }
  }
}
