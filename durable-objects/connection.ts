import { DurableObject } from 'cloudflare:workers'
import { developerKey, sealJson, unsealJson } from '../shared/access/vault.ts'
import { providerHttp } from '../shared/base/http.ts'
import { logLine } from '../shared/base/log-line.ts'
import { settings } from '../shared/base/settings.ts'
import { MINUTE_MS } from '../shared/base/time.ts'
import { PROVIDERS } from '../shared/catalog/units.ts'
import { revoke } from '../shared/source/account.ts'
import type { UserToken } from '../shared/source/carry.ts'
import { TokenRefused, type Tokens } from '../shared/source/oauth.ts'
import { renew } from '../shared/source/renew.ts'
import type { Env } from './env.ts'

/** Clocks differ: a token this near to its end is renewed first. */
const SKEW_MS = MINUTE_MS
const context = 'connection/tokens'

interface About {
  user_id: string
  developer_id: string
  provider: string
  provider_user_id: string
}
export type TokenAnswer =
  | ({ kind: 'token' } & UserToken)
  /** Refused for good: the user has to connect again. */
  | { kind: 'lost'; reason: string }
  /** The provider is in trouble: later. */
  | { kind: 'later'; reason: string }

/** One per connection: its tokens, sealed, and one renewal at a time. */
export class Connection extends DurableObject<Env> {
  private renewing: Promise<TokenAnswer> | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    ctx.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS connection (id INTEGER PRIMARY KEY, about TEXT NOT NULL, sealed TEXT NOT NULL)`,
    )
  }

  async keep(about: About, tokens: Tokens): Promise<void> {
    this.write(about, tokens)
  }

  /** The access token, renewed where it is near its end or the provider refused it (`fresh`: not this one any more). */
  async accessToken(fresh: boolean): Promise<TokenAnswer> {
    const stored = this.read()
    if (!stored) return { kind: 'lost', reason: 'not connected' }
    const { expiresAt } = stored.tokens
    if (!fresh && (expiresAt === undefined || expiresAt > Date.now() + SKEW_MS)) return token(stored.tokens)
    // Rotating refresh tokens die with their use: everybody waits for the same renewal.
    this.renewing ??= this.renew().finally(() => {
      this.renewing = undefined
    })
    return this.renewing
  }

  private async renew(): Promise<TokenAnswer> {
    const { about, tokens } = this.read()!
    const provider = PROVIDERS[about.provider]
    const { PROVIDER_APPS } = settings(this.env)
    const app = PROVIDER_APPS[about.provider]
    if (!provider) return { kind: 'lost', reason: `${about.provider} is not set up` }
    try {
      const { answer: _, ...renewed } = await renew(provider, tokens, {
        http: providerHttp(settings(this.env)),
        app,
        now: Date.now,
      })
      // Erased while the provider answered: nothing comes back.
      if (!this.read()) return { kind: 'lost', reason: 'not connected' }
      const kept = {
        ...tokens,
        ...renewed,
        refresh_token: renewed.refresh_token ?? tokens.refresh_token,
        values: { ...tokens.values, ...renewed.values },
      }
      // Written before it is used: the old one is dead already.
      this.write(about, kept)
      await this.ctx.storage.sync()
      return token(kept)
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      logLine('token renewal failed', { user_id: about.user_id, reason })
      return { kind: error instanceof TokenRefused ? 'lost' : 'later', reason }
    }
  }

  /** Forgets everything; `revoke`: after taking the access back at the provider, where that can be done. */
  async disconnect({ revoke }: { revoke: boolean }): Promise<{ revoked: boolean }> {
    const stored = this.read()
    if (!stored) return { revoked: false }
    const provider = PROVIDERS[stored.about.provider]
    let revoked = false
    if (revoke && provider?.auth.revoke) {
      const token = await this.accessToken(false)
      if (token.kind === 'token') revoked = await this.revokeAt(provider, stored.about, token)
    }
    await this.ctx.storage.deleteAll()
    this.ctx.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS connection (id INTEGER PRIMARY KEY, about TEXT NOT NULL, sealed TEXT NOT NULL)`,
    )
    return { revoked }
  }
  private async revokeAt(provider: (typeof PROVIDERS)[string], about: About, token: UserToken): Promise<boolean> {
    const app = settings(this.env).PROVIDER_APPS[about.provider]
    const values = {
      user_id: about.provider_user_id,
    }
    try {
      const renew = async () => {
        const renewed = await this.accessToken(true)
        return renewed.kind === 'token' ? renewed : undefined
      }
      return await revoke(provider, values, { http: providerHttp(settings(this.env)), app, token, renew })
    } catch (error) {
      // Forgetting here does not wait for the provider.
      logLine('revocation failed', {
        user_id: about.user_id,
        reason: error instanceof Error ? error.message : 'unknown',
      })
      return false
    }
  }

  private key(about: About) {
    return developerKey(settings(this.env).ROOT_KEY, about.developer_id)
  }
  private write(about: About, tokens: Tokens): void {
    this.ctx.storage.sql.exec(
      `INSERT INTO connection VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET about = excluded.about, sealed = excluded.sealed`,
      JSON.stringify(about),
      sealJson(this.key(about), tokens, context),
    )
  }
  private read(): { about: About; tokens: Tokens } | undefined {
    const [row] = this.ctx.storage.sql
      .exec<{ about: string; sealed: string }>(`SELECT about, sealed FROM connection`)
      .toArray()
    if (!row) return undefined
    const about = JSON.parse(row.about) as About
    return { about, tokens: unsealJson<Tokens>(this.key(about), row.sealed, context) }
  }
}

const token = ({ access_token, token_secret, values }: Tokens): TokenAnswer => ({
  kind: 'token',
  access_token,
  ...(token_secret === undefined ? {} : { token_secret }),
  ...(values === undefined ? {} : { values }),
})
