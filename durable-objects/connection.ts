import { DurableObject } from 'cloudflare:workers'
import { developerKey, sealJson, unsealJson } from '../shared/access/vault.ts'
import { sha256 } from '../shared/base/hash.ts'
import { providerHttp } from '../shared/base/http.ts'
import { cellOf, newId } from '../shared/base/ids.ts'
import { logLine } from '../shared/base/log-line.ts'
import { settings } from '../shared/base/settings.ts'
import { MINUTE_MS } from '../shared/base/time.ts'
import { PROVIDERS } from '../shared/catalog/units.ts'
import { cellName } from '../shared/delivery/cell.ts'
import { revoke } from '../shared/source/account.ts'
import type { UserToken } from '../shared/source/carry.ts'
import type { Polling } from '../shared/source/define.ts'
import { TokenRefused, type Tokens } from '../shared/source/oauth.ts'
import { type Plan, planOf } from '../shared/source/people/plan.ts'
import type { IncomingPayload } from '../shared/source/record.ts'
import { renew } from '../shared/source/renew.ts'
import { type BackfillView, ConnectionSchedule } from './connection-schedule.ts'
import type { Env } from './env.ts'
import { eventLog } from './stubs.ts'
import { type AdvanceAnswer, type Asked, type Batch, historyOf, pushed, SyntheticLife } from './synthetic-life.ts'

/** Clocks differ: a token this near to its end is renewed first. */
const SKEW_MS = MINUTE_MS
const context = 'connection/tokens'

interface About {
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

/** An alarm that fails is not rung again at once. */
const AFTER_TROUBLE_MS = 10_000

/** One per connection: its tokens, sealed, and one renewal at a time; and when it asks its provider on its own account. */
export class Connection extends DurableObject<Env> {
  private renewing: Promise<TokenAnswer> | undefined
  private readonly schedule = new ConnectionSchedule(this.ctx.storage.sql)
  private readonly life = new SyntheticLife(this.ctx.storage.sql, (sends, delayS) => this.push(sends, delayS))

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.create()
  }
  private create(): void {
    this.ctx.storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS connection (id INTEGER PRIMARY KEY, about TEXT NOT NULL, sealed TEXT NOT NULL)`,
    )
    this.schedule.create()
    this.life.create()
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
        ...(tokens.values || renewed.values ? { values: { ...tokens.values, ...renewed.values } } : {}),
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
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
    this.create()
    return { revoked }
  }
  private async revokeAt(provider: (typeof PROVIDERS)[string], about: About, token: UserToken): Promise<boolean> {
    const app = settings(this.env).PROVIDER_APPS[about.provider]
    const values = { user_id: about.provider_user_id }
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

  /** Connected: its provider is asked from now on, where it does not tell by itself. */
  async begin(): Promise<void> {
    const polling = this.polling()
    if (polling) this.schedule.begin(polling, Date.now(), Math.random())
    await this.beginLife()
    await this.arm()
  }
  /** Asks the provider for a span, epoch ms, slice by slice. A connection that is not there gives undefined. */
  async startBackfill(from: number, to: number): Promise<BackfillView | undefined> {
    if (!this.read()) return undefined
    const job = this.schedule.startBackfill(from, to, Date.now())
    const event = { status: 'processing', message: 'Large request is processing' }
    if (job.slices_done === 0) await this.tell('large_request_processing', { reference: job.backfill_id, ...event })
    await this.ask()
    return job
  }
  async backfills(): Promise<BackfillView[]> {
    return this.schedule.backfills()
  }
  async cancelBackfill(id: string): Promise<BackfillView | undefined> {
    return this.schedule.endBackfill(id, 'cancelled', null, Date.now())
  }
  /** What was asked for is in the log. May be told twice. */
  async fetched(
    told: { poll: number } | { backfill: string; slice: number },
    { digest, records, failed }: { digest: string; records: number; failed?: string },
  ): Promise<void> {
    const polling = this.polling()
    const now = Date.now()
    if ('poll' in told) {
      // A look that was refused brings nothing new: the next is later.
      if (polling) this.schedule.polled(polling, told.poll, digest, now, Math.random())
    } else if (failed !== undefined) this.schedule.endBackfill(told.backfill, 'failed', failed, now)
    else {
      const job = this.schedule.sliceDone(told.backfill, told.slice, records, now)
      if (job?.state === 'done')
        await this.tell('large_request_sending', {
          reference: job.backfill_id,
          status: undefined,
          message: 'Large request is being sent',
          expected_payloads: job.records,
        })
      if (job?.state === 'running') await this.ask()
    }
    await this.arm()
  }

  override async alarm(): Promise<void> {
    // First, so that a failure below is not the last look.
    await this.arm(AFTER_TROUBLE_MS)
    await this.life.goOn(Date.now())
    await this.ask()
  }

  /** A synthetic person's past is asked for like anybody's; their days go by here. */
  private async beginLife(): Promise<void> {
    const stored = this.read()
    const plan = stored && PROVIDERS[stored.about.provider]?.synthetic && planOf(stored.tokens.access_token)
    if (!plan) return
    this.life.begin(plan, Date.now())
    const { from, to } = historyOf(plan)
    if (to > from) await this.startBackfill(from, to)
  }
  async lifeState(): Promise<{ plan: Plan; day: number } | undefined> {
    return this.life.state()
  }
  /** Lets days happen now; it goes on where it broke off. */
  async advance(asked: Asked): Promise<AdvanceAnswer | undefined> {
    const answer = await this.life.advance(asked)
    await this.arm()
    return answer
  }
  /** Into our own cell, as if a cloud had pushed it. */
  private async push(sends: Batch['sends'], delaySeconds: number): Promise<void> {
    const stored = this.read()
    if (!stored || sends.length === 0) return
    const { about } = stored
    const received = { user_id: about.user_id, trace: newId('req'), receivedAt: Date.now() }
    const address = this.address(about)
    const payloads = sends.map((one) => ({ ...received, ...pushed(about.user_id, one) }))
    const { refused } = await eventLog(this.env, address).accept(payloads, { express: false })
    if (refused) throw new Error('the inbox is full')
    await this.env.PAYLOADS.send({ cell: cellName(address) }, { delaySeconds })
  }
  /** What is due, as notices in our own cell: they wait there until the provider has answered them. */
  private async ask(): Promise<void> {
    const stored = this.read()
    if (!stored) return
    const { about } = stored
    const polling = this.polling()
    const now = Date.now()
    const payloads = this.schedule.due(polling, now).map(
      ({ key, kind, from, to, told }): IncomingPayload => ({
        payload_id: `pay_${sha256(`${about.user_id}/${key}`).slice(0, 32)}`,
        user_id: about.user_id,
        kind: 'notice',
        resource: kind === 'poll' ? polling!.notice : 'connected',
        origin: kind === 'poll' ? 'live' : 'backfill',
        body: JSON.stringify({ from: Math.floor(from / 1000), to: Math.ceil(to / 1000), ...told }),
        trace: newId('req'),
        receivedAt: now,
      }),
    )
    await this.arm()
    if (payloads.length === 0) return
    const address = this.address(about)
    await eventLog(this.env, address).accept(payloads, { express: false })
    const cell = cellName(address)
    for (const origin of new Set(payloads.map((payload) => payload.origin)))
      await (origin === 'live' ? this.env.PAYLOADS : this.env.PAYLOADS_BULK).send({ cell })
  }
  private async arm(leastMs = 0): Promise<void> {
    const now = Date.now()
    const all = this.read() ? [this.schedule.nextAt(now), this.life.nextAt()].filter((at) => at !== undefined) : []
    if (all.length > 0) await this.ctx.storage.setAlarm(Math.max(Math.min(...all), now + leastMs))
  }
  private polling(): Polling | undefined {
    const stored = this.read()
    return stored && PROVIDERS[stored.about.provider]?.polling
  }
  private address({ region, developer_id, user_id }: About) {
    return { region, developer_id, cell: cellOf(user_id)! }
  }
  private async tell(
    type: 'large_request_processing' | 'large_request_sending',
    { message, ...fields }: { message: string; [field: string]: unknown },
  ): Promise<void> {
    const { about } = this.read()!
    await eventLog(this.env, this.address(about)).updateConnection(about.user_id, { event: { type, message, fields } })
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
