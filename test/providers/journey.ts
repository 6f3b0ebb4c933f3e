import { runDurableObjectAlarm } from 'cloudflare:test'
import { expect, vi } from 'vitest'
import { connectionObject, eventLog } from '../../durable-objects/stubs.ts'
import { cellOf } from '../../shared/base/ids.ts'
import { settings } from '../../shared/base/settings.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import type { DataType } from '../../shared/schema/data-types.ts'
import type { SandboxItem } from '../../shared/sdk/sandbox.ts'
import { RetryLater } from '../../shared/source/ask.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import { processPending } from '../../workers/ingest/process.ts'
import { led, Visitor } from '../connect/visitor.ts'
import type { MakeDouble, ProviderDouble } from '../doubles/providers/double.ts'
import { bodyOf, callOf } from '../doubles/providers/http.ts'
import { type Account, call, house, newAccount } from '../house.ts'

const HERE = 'https://fascia.test'
const DAY_MS = 86_400_000

interface Failure {
  status: number
  headers?: Record<string, string>
}

/**
 * Ahead of the world's clock, at the same hour each time: what a day brings comes after the look of the morning before, at
 * whatever hour the test is run.
 */
const nextMorning = () => Math.ceil(Date.now() / DAY_MS) * DAY_MS + 6 * 3_600_000

/** One person of one provider, whose double stands where the provider is. */
export class Journey {
  readonly provider: ProviderDefinition
  readonly double: ProviderDouble
  readonly developer: Account
  /** The person's id at the provider. */
  readonly account: string
  userId = ''
  /** How many calls were made to fail. */
  failed = 0
  private failure: Failure | undefined

  private constructor(provider: ProviderDefinition, double: ProviderDouble, developer: Account) {
    this.provider = provider
    this.double = double
    this.developer = developer
    this.account = String(4_711_000 + Math.floor(Math.random() * 1_000))
  }

  static async begin(provider: ProviderDefinition, make: MakeDouble): Promise<Journey> {
    const app = settings(house).PROVIDER_APPS[provider.slug]!
    vi.useFakeTimers({ toFake: ['Date'], now: nextMorning() })
    const double = make({ app, ingestUrl: () => `${HERE}/ingest/${provider.slug}/${app.ingest_secret}` })
    const journey = new Journey(provider, double, await newAccount())
    vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => journey.outside(new Request(input, init)))
    return journey
  }

  /** The network: the provider's origins are its double, and we are where we are. */
  private async outside(request: Request): Promise<Response> {
    const url = new URL(request.url)
    if (url.origin === HERE) return call(url.pathname + url.search, request)
    const prefix = this.double.origins[url.origin]
    if (prefix === undefined) throw new Error(`${this.provider.slug} is asked at ${url.origin}, which is not its own`)
    if (this.failure) {
      this.failed++
      return Response.json({ error: 'commanded' }, this.failure)
    }
    const said = await this.double.handle(
      prefix,
      callOf(
        request.method,
        url.pathname,
        url.searchParams,
        Object.fromEntries(request.headers),
        new TextDecoder().decode(await request.arrayBuffer()),
      ),
    )
    const headers = { 'content-type': 'application/json', ...said.headers }
    const body = said.status === 204 || said.status === 304 ? null : bodyOf(said.body)
    return new Response(body as BodyInit | null, { status: said.status, headers })
  }

  aDayPasses(): void {
    vi.setSystemTime(Date.now() + DAY_MS)
  }
  /** The days before today, oldest first. */
  lastDays(count: number): string[] {
    return Array.from({ length: count }, (_, i) => shifted(today(), i - count))
  }

  /** All calls to the provider fail like this; undefined: none. */
  fails(failure: Failure | undefined): void {
    this.failure = failure
  }

  /** The provider holds data of these days, and tells us where it calls. */
  holds(days: string[]): Promise<SandboxItem[]> {
    return this.double.days(this.account, days)
  }

  async connect(): Promise<void> {
    const asked = await call(`/v2/auth/authenticateUser?resource=${this.provider.resource}`, {
      method: 'POST',
      headers: this.developer.headers,
      body: JSON.stringify({ auth_success_redirect_url: 'https://app.test/done', reference_id: 'person' }),
    })
    const { user_id, auth_url } = (await asked.json()) as { user_id: string; auth_url: string }
    this.userId = user_id
    const visitor = new Visitor()
    const first = await visitor.open(auth_url)
    const last = this.double.typed
      ? await visitor.submit(auth_url, this.double.typed(this.account))
      : await visitor.open(await this.consent(first.headers.get('location')!))
    expect(led(last).to, await last.clone().text()).toBe('https://app.test/done')
  }
  /** The person says yes at the provider. → where the browser is sent back to. */
  private async consent(address: string): Promise<string> {
    const url = new URL(address)
    url.searchParams.set('login_hint', this.account)
    const answer = await this.outside(new Request(url))
    const back = answer.headers.get('location')
    if (!back) throw new Error(`${this.provider.slug} refused the sign-in: ${answer.status} ${await answer.text()}`)
    return back
  }

  private get log() {
    return eventLog(house, this.address)
  }
  private get address() {
    return { ...this.developer.developer, cell: cellOf(this.userId)! }
  }
  /** Works off what has come, as the queue's consumer does: when whoever was at it has given up. */
  async settle(): Promise<void> {
    vi.setSystemTime(Date.now() + 30_000)
    for (const bulk of [false, true])
      for (;;) {
        const pending = await this.log.pending({ bulk, limit: 50 })
        if (pending.length === 0) break
        for (const one of pending) await processPending(house, cellName(this.address), [one], { lease: false })
      }
  }
  /** One that is polled is looked at when its time has come. */
  async look(): Promise<void> {
    if (!this.provider.webhook) await runDurableObjectAlarm(connectionObject(house, this.userId))
    await this.settle()
  }

  /** So many days of the past, slice by slice, until all is there. */
  async backfill(days: number): Promise<object> {
    const path = `/v2/users/${this.userId}/backfills`
    const headers = this.developer.headers
    const body = JSON.stringify({ start_date: shifted(today(), 1 - days), end_date: today() })
    expect((await call(path, { method: 'POST', headers, body })).status).toBe(202)
    for (;;) {
      await this.settle().catch((error: unknown) => {
        // What the provider allows in an hour is used up: the past waits for the next one.
        if (!(error instanceof RetryLater)) throw error
        vi.setSystemTime(Date.now() + error.delayMs)
      })
      const answer = await call(path, { headers })
      const [newest] = ((await answer.json()) as { backfills: { state: string }[] }).backfills
      if (newest!.state !== 'running') return newest!
    }
  }

  /** Records of a type at a key: a local day, the provider's id, or `athlete`. */
  async read(type: DataType, key: string): Promise<object[]> {
    const day = /^\d{4}-\d{2}-\d{2}$/.test(key) ? key : undefined
    const [from, to] = day ? [shifted(day, -1), shifted(day, 2)] : [shifted(today(), -30), shifted(today(), 1)]
    const path = `/v2/${type}?user_id=${this.userId}&start_date=${from}&end_date=${to}&to_webhook=false&with_samples=true`
    const answer = await call(path, { headers: this.developer.headers })
    expect(answer.status, path).toBe(200)
    const said = (await answer.json()) as { data?: Meta[]; athlete?: object }
    if (type === 'athlete') return said.athlete ? [said.athlete] : []
    const touches = ({ metadata }: Meta) =>
      [metadata.start_time, metadata.end_time].some((time) => time.slice(0, 10) === day)
    return said.data!.filter((record) => (day ? touches(record) : record.metadata.summary_id === key))
  }
  /** Everything that the connection has, with its place in the feed. */
  async seqs(): Promise<string[]> {
    const answer = await call(`/v2/events?user_id=${this.userId}&limit=500`, { headers: this.developer.headers })
    return ((await answer.json()) as { events: { type: string; seq: number }[] }).events
      .map(({ type, seq }) => `${seq} ${type}`)
      .sort()
  }
  async state(): Promise<'active' | 'inactive' | undefined> {
    const answer = await call(`/v2/userInfo?user_id=${this.userId}`, { headers: this.developer.headers })
    if (answer.status === 404) return undefined
    const { user } = (await answer.json()) as { user: { active: boolean } }
    return user.active ? 'active' : 'inactive'
  }
  async disconnect(): Promise<void> {
    const path = `/v2/auth/deauthenticateUser?user_id=${this.userId}`
    expect((await call(path, { method: 'DELETE', headers: this.developer.headers })).status).toBe(200)
  }
}
interface Meta {
  metadata: { start_time: string; end_time: string; summary_id?: string }
}
const today = () => new Date().toISOString().slice(0, 10)
const shifted = (day: string, by: number) => new Date(Date.parse(day) + by * DAY_MS).toISOString().slice(0, 10)
