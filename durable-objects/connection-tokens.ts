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

/** Whose tokens they are. */
export interface About {
  user_id: string
  developer_id: string
  region: string
  provider: string
  provider_user_id: string
}
export type TokenAnswer =
  | ({ kind: 'token' } & UserToken)
  /** Refused for good: the user has to connect again. */
  | { kind: 'lost'; reason: string }
  /** The provider is in trouble: later. */
  | { kind: 'later'; reason: string }

/** A connection's tokens, sealed, and one renewal at a time. */
export class ConnectionTokens {
  private renewing: Promise<TokenAnswer> | undefined
  private readonly storage: DurableObjectStorage
  private readonly env: () => Env
  constructor(storage: DurableObjectStorage, env: () => Env) {
    this.storage = storage
    this.env = env
  }
  create(): void {
    this.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS connection (id INTEGER PRIMARY KEY, about TEXT NOT NULL, sealed TEXT NOT NULL)`,
    )
  }

  keep(about: About, tokens: Tokens): void {
    this.storage.sql.exec(
      `INSERT INTO connection VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET about = excluded.about, sealed = excluded.sealed`,
      JSON.stringify(about),
      sealJson(this.key(about), tokens, context),
    )
  }
  /** undefined: not connected. */
  about(): About | undefined {
    const [row] = this.storage.sql.exec<{ about: string }>(`SELECT about FROM connection`).toArray()
    return row && (JSON.parse(row.about) as About)
  }
  stored(): { about: About; tokens: Tokens } | undefined {
    const [row] = this.storage.sql
      .exec<{ about: string; sealed: string }>(`SELECT about, sealed FROM connection`)
      .toArray()
    if (!row) return undefined
    const about = JSON.parse(row.about) as About
    return { about, tokens: unsealJson<Tokens>(this.key(about), row.sealed, context) }
  }

  /** Renewed where it is near its end or the provider refused it (`fresh`: not this one any more). */
  async access(fresh: boolean): Promise<TokenAnswer> {
    const stored = this.stored()
    if (!stored) return { kind: 'lost', reason: 'not connected' }
    const { expiresAt } = stored.tokens
    if (!fresh && (expiresAt === undefined || expiresAt > Date.now() + SKEW_MS)) return token(stored.tokens)
    // Rotating refresh tokens die with their use: everybody waits for the same renewal.
    this.renewing ??= this.renew(stored).finally(() => {
      this.renewing = undefined
    })
    return this.renewing
  }
  private async renew({ about, tokens }: { about: About; tokens: Tokens }): Promise<TokenAnswer> {
    const provider = PROVIDERS[about.provider]
    if (!provider) return { kind: 'lost', reason: `${about.provider} is not set up` }
    const app = settings(this.env()).PROVIDER_APPS[about.provider]
    try {
      const { answer: _, ...renewed } = await renew(provider, tokens, { http: this.http(), app, now: Date.now })
      // Erased while the provider answered: nothing comes back.
      if (!this.about()) return { kind: 'lost', reason: 'not connected' }
      const kept = {
        ...tokens,
        ...renewed,
        refresh_token: renewed.refresh_token ?? tokens.refresh_token,
        ...(tokens.values || renewed.values ? { values: { ...tokens.values, ...renewed.values } } : {}),
      }
      // Written before it is used: the old one is dead already.
      this.keep(about, kept)
      await this.storage.sync()
      return token(kept)
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      logLine('token renewal failed', { user_id: about.user_id, reason })
      return { kind: error instanceof TokenRefused ? 'lost' : 'later', reason }
    }
  }

  /** Takes the access back at the provider, where that can be done. → whether it did */
  async revoke(): Promise<boolean> {
    const about = this.about()
    const provider = about && PROVIDERS[about.provider]
    if (!about || !provider?.auth.revoke) return false
    const token = await this.access(false)
    if (token.kind !== 'token') return false
    const app = settings(this.env()).PROVIDER_APPS[about.provider]
    const renew = async () => {
      const renewed = await this.access(true)
      return renewed.kind === 'token' ? renewed : undefined
    }
    try {
      return await revoke(provider, { user_id: about.provider_user_id }, { http: this.http(), app, token, renew })
    } catch (error) {
      // Forgetting here does not wait for the provider.
      const reason = error instanceof Error ? error.message : 'unknown'
      logLine('revocation failed', { user_id: about.user_id, reason })
      return false
    }
  }

  private http() {
    return providerHttp(settings(this.env()))
  }
  private key(about: About) {
    return developerKey(settings(this.env()).ROOT_KEY, about.developer_id)
  }
}

const token = ({ access_token, token_secret, values }: Tokens): TokenAnswer => ({
  kind: 'token',
  access_token,
  ...(token_secret === undefined ? {} : { token_secret }),
  ...(values === undefined ? {} : { values }),
})
