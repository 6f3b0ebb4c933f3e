import { DurableObject } from 'cloudflare:workers'
import { DRIFT, HEALTH_MS } from '../shared/base/limits.ts'
import { MINUTE_MS } from '../shared/base/time.ts'
import { PROVIDERS } from '../shared/catalog/units.ts'
import { accept, type Endpoint, learn, newEndpoint, type Sketch } from '../shared/source/drift.ts'
import { type KnownPaths, knownPaths } from '../shared/source/known-paths.ts'
import { addObserved, type Observed } from '../shared/source/observed.ts'
import { DriftNews } from './drift-news.ts'
import { type Drift, DriftTable, isTold } from './drift-table.ts'
import type { Env } from './env.ts'
import { LateTable } from './late-table.ts'

/** What an isolate saw of a provider since it told last. */
export interface HealthReport {
  minutes: Minute[]
  sketches: Sample[]
}
export interface Minute {
  /** Epoch ms of its start. */
  minute: number
  observed: Observed
}
export interface Sample {
  resource: string
  /** A notice is another structure than the data of the same name. */
  kind: 'data' | 'notice'
  sketch: Sketch
}
export interface Health {
  minutes: Minute[]
  endpoints: { endpoint: string; payloads: number; paths: number; learned: boolean }[]
  drift: Drift[]
}

/**
 * One per provider: what the work for it came to, minute by minute for a day, and how its payloads change in structure.
 * Statistics alone: what is lost of them is lost. One write a report, but for endpoints of which a payload was looked at.
 */
export class ProviderHealth extends DurableObject<Env> {
  private readonly minutes: LateTable
  private readonly endpoints: LateTable
  private readonly drifts: DriftTable
  private readonly news: DriftNews
  private sweptAt = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const { sql } = ctx.storage
    this.minutes = new LateTable(sql, 'minutes', 'minute INTEGER PRIMARY KEY, about TEXT NOT NULL')
    this.endpoints = new LateTable(sql, 'endpoints', 'endpoint TEXT PRIMARY KEY, about TEXT NOT NULL')
    this.drifts = new DriftTable(sql)
    this.news = new DriftNews(sql, env)
  }

  async report(slug: string, { minutes, sketches }: HealthReport): Promise<void> {
    const now = Date.now()
    this.ctx.storage.transactionSync(() => {
      for (const { minute, observed } of minutes) this.count(minute, observed)
      for (const sample of sketches) this.look(slug, sample, now)
      if (now - this.sweptAt > MINUTE_MS && this.minutes.read(`SELECT 1 FROM minutes LIMIT 1`).length > 0) {
        this.sweptAt = now
        this.minutes.write(`DELETE FROM minutes WHERE minute < ?`, now - HEALTH_MS)
      }
    })
    await this.wake(slug, now)
  }
  private count(minute: number, observed: Observed): void {
    const [row] = this.minutes.read<{ about: string }>(`SELECT about FROM minutes WHERE minute = ${Number(minute)}`)
    const sum = row ? (JSON.parse(row.about) as Observed) : undefined
    if (sum) addObserved(sum, observed)
    this.minutes.write(
      `INSERT INTO minutes VALUES (?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      minute,
      JSON.stringify(sum ?? observed),
    )
  }

  private look(slug: string, { resource, kind, sketch }: Sample, now: number): void {
    const known = this.knownOf(slug, resource, kind)
    if (!known) return
    const name = kind === 'notice' ? `${resource} (notice)` : resource
    const endpoint = this.endpointOf(name)
    if (!endpoint) return
    const { found, back } = learn(endpoint, sketch, known)
    this.drifts.note(name, endpoint.payloads, found, back, now)
    this.keep(name, endpoint)
  }
  /** undefined: a resource that the definition does not know, which is told by its quarantine. */
  private readonly known = new Map<string, KnownPaths>()
  private knownOf(slug: string, resource: string, kind: Sample['kind']): KnownPaths | undefined {
    const provider = PROVIDERS[slug]
    if (!provider) return undefined
    const { maps, notices, webhook } = provider
    const there = Object.hasOwn(kind === 'data' ? maps : { ...maps, ...notices, ...webhook?.lifecycle }, resource)
    if (!there) return undefined
    const key = `${kind}/${resource}`
    const found = this.known.get(key) ?? knownPaths(provider, resource, kind === 'notice' ? 'notice' : 'fetched')
    this.known.set(key, found)
    return found
  }
  private readonly held = new Map<string, Endpoint>()
  private endpointOf(name: string): Endpoint | undefined {
    this.load()
    const found = this.held.get(name) ?? (this.held.size < DRIFT.endpoints ? newEndpoint() : undefined)
    if (found) this.held.set(name, found)
    return found
  }
  private load(): void {
    if (this.held.size > 0) return
    for (const row of this.endpoints.read<{ endpoint: string; about: string }>(`SELECT * FROM endpoints`))
      this.held.set(row.endpoint, JSON.parse(row.about) as Endpoint)
  }
  private keep(name: string, endpoint: Endpoint): void {
    this.endpoints.write(
      `INSERT INTO endpoints VALUES (?, ?) ON CONFLICT DO UPDATE SET about = excluded.about`,
      name,
      JSON.stringify(endpoint),
    )
  }

  async health(): Promise<Health> {
    const rows = this.minutes.read<{ minute: number; about: string }>(`SELECT * FROM minutes ORDER BY minute`)
    this.load()
    return {
      minutes: rows.map(({ minute, about }) => ({ minute, observed: JSON.parse(about) as Observed })),
      endpoints: [...this.held].map(([endpoint, { payloads, paths }]) => ({
        endpoint,
        payloads,
        paths: Object.keys(paths).length,
        learned: payloads >= DRIFT.learnedPayloads,
      })),
      drift: this.drifts.all((endpoint) => this.held.get(endpoint)?.payloads ?? 0),
    }
  }
  /** How it is from now on. undefined: there is no such record. */
  async accept(driftId: string): Promise<Drift | undefined> {
    const { drift } = await this.health()
    const found = drift.find(({ drift_id }) => drift_id === driftId)
    const endpoint = found && this.held.get(found.endpoint)
    if (!found || !endpoint) return undefined
    this.ctx.storage.transactionSync(() => {
      accept(endpoint, found)
      this.keep(found.endpoint, endpoint)
      this.drifts.remove(driftId)
    })
    return found
  }

  /** Developers are told of what breaks their data, together and once. */
  private async wake(slug: string, now: number): Promise<void> {
    const at = this.news.dueAt(this.drifts.untold(), slug, now)
    if (at !== undefined && (await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(at)
  }
  override async alarm(): Promise<void> {
    const now = Date.now()
    const { drift } = await this.health()
    const told = await this.news.tell(
      drift.filter((one) => isTold(one) && this.drifts.isUntold(one.drift_id)),
      now,
    )
    this.drifts.told(told)
    const next = this.news.dueAt(this.drifts.untold(), undefined, now)
    if (next !== undefined) await this.ctx.storage.setAlarm(next)
  }
}
