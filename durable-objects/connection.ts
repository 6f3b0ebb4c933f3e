import { DurableObject } from 'cloudflare:workers'
import { sha256 } from '../shared/base/hash.ts'
import { cellOf, newId } from '../shared/base/ids.ts'
import { PROVIDERS } from '../shared/catalog/units.ts'
import { cellName } from '../shared/delivery/cell.ts'
import type { Polling } from '../shared/source/define.ts'
import type { Tokens } from '../shared/source/oauth.ts'
import { type Plan, planOf } from '../shared/source/people/plan.ts'
import type { IncomingPayload } from '../shared/source/record.ts'
import { type BackfillView, ConnectionSchedule, type Due } from './connection-schedule.ts'
import { type About, ConnectionTokens, type TokenAnswer } from './connection-tokens.ts'
import type { Env } from './env.ts'
import { eventLog } from './stubs.ts'
import { type AdvanceAnswer, type Asked, type Batch, historyOf, pushed, SyntheticLife } from './synthetic-life.ts'

/** An alarm that fails is not rung again at once. */
const AFTER_TROUBLE_MS = 10_000

/** One per connection: its tokens, and when it asks its provider on its own account. */
export class Connection extends DurableObject<Env> {
  private readonly tokens = new ConnectionTokens(this.ctx.storage, () => this.env)
  private readonly schedule = new ConnectionSchedule(this.ctx.storage.sql)
  private readonly life = new SyntheticLife(this.ctx.storage.sql, (sends, delayS) => this.push(sends, delayS))

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.create()
  }
  private create(): void {
    this.tokens.create()
    this.schedule.create()
    this.life.create()
  }

  async keep(about: About, tokens: Tokens): Promise<void> {
    this.tokens.keep(about, tokens)
  }
  /** The access token, renewed where it is near its end or the provider refused it (`fresh`: not this one any more). */
  async accessToken(fresh: boolean): Promise<TokenAnswer> {
    return this.tokens.access(fresh)
  }
  /** Forgets everything; `revoke`: after taking the access back at the provider, where that can be done. */
  async disconnect({ revoke }: { revoke: boolean }): Promise<{ revoked: boolean }> {
    const revoked = revoke && (await this.tokens.revoke())
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
    this.create()
    return { revoked }
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
    if (!this.tokens.about()) return undefined
    const job = this.schedule.startBackfill(from, to, Date.now())
    // First, so that a failure below is not its end.
    await this.arm()
    const event = { status: 'processing', message: 'Large request is processing' }
    if (job.slices_done === 0) await this.tell('large_request_processing', { reference: job.backfill_id, ...event })
    await this.ask()
    return job
  }
  async backfills(): Promise<BackfillView[]> {
    return this.schedule.backfills()
  }
  async cancelBackfill(id: string): Promise<BackfillView | undefined> {
    const job = this.schedule.endBackfill(id, 'cancelled', null, Date.now())
    // What waited behind it is next.
    if (job) await this.ask()
    return job
  }
  /** What was asked for is in the log. May be told twice. */
  async fetched(told: Due['told'], outcome: { digest: string; records: number; failed?: string }): Promise<void> {
    const { digest, records, failed } = outcome
    const now = Date.now()
    if ('poll' in told) {
      const polling = this.polling()
      const brought = failed === undefined ? digest : undefined
      if (polling) this.schedule.polled(polling, told.poll, brought, now, Math.random())
      return this.arm()
    }
    const job = this.schedule.withSlice(told.backfill, told.slice, records, now)
    if (!job) return
    if (failed !== undefined) this.schedule.endBackfill(job.backfill_id, 'failed', failed, now)
    else {
      // Before it is noted as done: told twice, perhaps, and not never.
      if (job.state === 'done')
        await this.tell('large_request_sending', {
          reference: job.backfill_id,
          status: undefined,
          message: 'Large request is being sent',
          expected_payloads: job.records,
        })
      this.schedule.sliceDone(job)
    }
    // The next slice, or the backfill that waited behind this one.
    await this.ask()
  }

  override async alarm(): Promise<void> {
    // First, so that a failure below is not the last look.
    await this.arm(AFTER_TROUBLE_MS)
    await this.life.goOn(Date.now())
    await this.ask()
  }

  /** A synthetic person's past is asked for like anybody's; their days go by here. */
  private async beginLife(): Promise<void> {
    const stored = this.tokens.stored()
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
    const about = this.tokens.about()
    if (!about || sends.length === 0) return
    const received = { user_id: about.user_id, trace: newId('req'), receivedAt: Date.now() }
    const address = this.address(about)
    const payloads = sends.map((one) => ({ ...received, ...pushed(about.user_id, one) }))
    const { refused } = await eventLog(this.env, address).accept(payloads, { express: false })
    if (refused) throw new Error('the inbox is full')
    await this.env.PAYLOADS.send({ cell: cellName(address) }, { delaySeconds })
  }
  /** What is due, as notices in our own cell: they wait there until the provider has answered them. */
  private async ask(): Promise<void> {
    const about = this.tokens.about()
    if (!about) return
    const polling = this.polling()
    const due = this.schedule.due(polling, Date.now())
    await this.arm()
    const cell = cellName(this.address(about))
    for (const one of due) {
      const origin = one.kind === 'poll' ? 'live' : 'backfill'
      const resource = one.kind === 'poll' ? polling!.notice : 'connected'
      if (await this.put(about, one, { kind: 'notice', resource, origin }))
        await (origin === 'live' ? this.env.PAYLOADS : this.env.PAYLOADS_BULK).send({ cell })
    }
  }
  /**
   * The same ask is the same payload while it waits. One that is done, and of which we were not told, is made anew. → whether
   * something is there to be worked off that was not before; where the inbox is full, it is tried again with the next alarm
   */
  private async put(
    about: About,
    { key, from, to, told }: Due,
    kind: Pick<IncomingPayload, 'kind' | 'resource' | 'origin'>,
  ): Promise<boolean> {
    const body = JSON.stringify({ from: Math.floor(from / 1000), to: Math.ceil(to / 1000), ...told })
    const { user_id } = about
    const log = eventLog(this.env, this.address(about))
    for (let again = 0; ; again++) {
      const payload_id = `pay_${sha256(`${user_id}/${key}${again === 0 ? '' : `/${again}`}`).slice(0, 32)}`
      const one = { payload_id, user_id, ...kind, body, trace: newId('req'), receivedAt: Date.now() }
      const [accepted] = (await log.accept([one], { express: false })).accepted
      if (!accepted?.done) return accepted?.duplicate === false
    }
  }
  private async arm(leastMs = 0): Promise<void> {
    const now = Date.now()
    const all = this.tokens.about()
      ? [this.schedule.nextAt(now), this.life.nextAt()].filter((at) => at !== undefined)
      : []
    if (all.length > 0) await this.ctx.storage.setAlarm(Math.max(Math.min(...all), now + leastMs))
  }
  private polling(): Polling | undefined {
    const about = this.tokens.about()
    return about && PROVIDERS[about.provider]?.polling
  }
  private address({ region, developer_id, user_id }: About) {
    return { region, developer_id, cell: cellOf(user_id)! }
  }
  private async tell(
    type: 'large_request_processing' | 'large_request_sending',
    { message, ...fields }: { message: string; [field: string]: unknown },
  ): Promise<void> {
    const about = this.tokens.about()
    if (!about) return
    await eventLog(this.env, this.address(about)).updateConnection(about.user_id, { event: { type, message, fields } })
  }
}
