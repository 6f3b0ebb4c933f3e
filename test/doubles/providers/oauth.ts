import { createHash, randomBytes } from 'node:crypto'
import type { ProviderApp } from '../../../shared/base/settings.ts'
import { type Call, type Reply, redirect, reply } from './http.ts'

interface Code {
  account: string
  redirectUri: string
  challenge: string | undefined
  until: number
}
interface Options {
  app: ProviderApp
  pkce: boolean
  /** How long a code may be used, ms. */
  codeMs: number
  /** Of the access token, seconds. */
  expiresIn: number
  scope?: string
}
const random = () => randomBytes(18).toString('base64url')

/**
 * The authorization server of a provider (RFC 6749 sections 4.1 and 6, RFC 7636): codes are single use, the redirect and the
 * PKCE verifier must be those of the request, refresh tokens rotate and die with their use.
 */
export class OauthDouble {
  private readonly codes = new Map<string, Code>()
  readonly access = new Map<string, { account: string; until: number }>()
  private readonly refresh = new Map<string, string>()
  /** Refresh tokens that were used a second time: a client that does that is wrong. */
  reused = 0
  refreshed = 0
  readonly options: Options

  constructor(options: Options) {
    this.options = options
  }

  /** The consent page approves at once; `login_hint` names the account, else a new one is made. */
  authorize({ query }: Call, newAccount: () => string): Reply {
    const { app, pkce } = this.options
    if (query.get('client_id') !== app.client_id) return reply(400, { error: 'unauthorized_client' })
    if (query.get('response_type') !== 'code') return reply(400, { error: 'unsupported_response_type' })
    const redirectUri = query.get('redirect_uri')
    const state = query.get('state')
    if (!redirectUri || !state)
      return reply(400, { error: 'invalid_request', error_description: 'redirect_uri and state' })
    const challenge = query.get('code_challenge') ?? undefined
    if (pkce && (!challenge || query.get('code_challenge_method') !== 'S256'))
      return reply(400, { error: 'invalid_request', error_description: 'PKCE with S256 is required' })
    const back = new URL(redirectUri)
    back.searchParams.set('state', state)
    if (query.get('login_hint') === 'deny') {
      back.searchParams.set('error', 'access_denied')
      return redirect(back.href)
    }
    const code = random()
    const account = query.get('login_hint') ?? newAccount()
    this.codes.set(code, { account, redirectUri, challenge, until: Date.now() + this.options.codeMs })
    back.searchParams.set('code', code)
    return redirect(back.href)
  }

  /** → the tokens, or the error of RFC 6749 section 5.2. */
  token({
    form,
    headers,
  }: Call): { tokens: Record<string, unknown>; account: string } | { error: string; status: number } {
    const { app } = this.options
    const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1]
    const [id, secret] = basic
      ? Buffer.from(basic, 'base64').toString().split(':')
      : [form.get('client_id'), form.get('client_secret')]
    if (id !== app.client_id || secret !== app.client_secret) return { error: 'invalid_client', status: 401 }
    const grant = form.get('grant_type')
    if (grant === 'authorization_code') return this.redeem(form)
    if (grant === 'refresh_token') return this.renew(form.get('refresh_token') ?? '')
    return { error: 'unsupported_grant_type', status: 400 }
  }
  private redeem(form: URLSearchParams) {
    const code = this.codes.get(form.get('code') ?? '')
    this.codes.delete(form.get('code') ?? '')
    if (!code || code.until < Date.now() || code.redirectUri !== form.get('redirect_uri'))
      return { error: 'invalid_grant', status: 400 }
    const verifier = form.get('code_verifier') ?? ''
    if (code.challenge !== undefined && createHash('sha256').update(verifier).digest('base64url') !== code.challenge)
      return { error: 'invalid_grant', status: 400 }
    return this.issue(code.account)
  }
  private renew(token: string) {
    const account = this.refresh.get(token)
    if (account === undefined) {
      this.reused++
      return { error: 'invalid_grant', status: 400 }
    }
    this.refresh.delete(token)
    this.refreshed++
    return this.issue(account)
  }
  private issue(account: string) {
    const access_token = random()
    const refresh_token = random()
    const { expiresIn, scope } = this.options
    this.access.set(access_token, { account, until: Date.now() + expiresIn * 1_000 })
    this.refresh.set(refresh_token, account)
    return {
      account,
      tokens: { access_token, refresh_token, expires_in: expiresIn, token_type: 'bearer', ...(scope ? { scope } : {}) },
    }
  }

  /** An access token as a right client has it. */
  grant(account: string): string {
    return String(this.issue(account).tokens.access_token)
  }
  open(account: string): boolean {
    return [...this.access.values(), ...[...this.refresh.values()].map((held) => ({ account: held }))].some(
      (found) => found.account === account,
    )
  }
  expire(account: string): void {
    for (const found of this.access.values()) if (found.account === account) found.until = 0
  }

  /** The account of a call's token; undefined: 401. */
  accountOf(token: string | undefined): string | undefined {
    const found = this.access.get(token ?? '')
    return found && found.until > Date.now() ? found.account : undefined
  }
  revoke(account: string): void {
    for (const [token, found] of this.access) if (found.account === account) this.access.delete(token)
    for (const [token, found] of this.refresh) if (found === account) this.refresh.delete(token)
  }
}

/** What a double with such a sign-in and bearer tokens says of its accounts. */
export const signingIn = (oauth: OauthDouble) => ({
  signedIn: (account: string) => ({ authorization: `Bearer ${oauth.grant(account)}` }),
  open: (account: string) => oauth.open(account),
  expire: (account: string) => oauth.expire(account),
})
