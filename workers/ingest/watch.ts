import type { Env } from '../../durable-objects/env.ts'
import type { HealthReport, Sample } from '../../durable-objects/provider-health.ts'
import { providerHealth } from '../../durable-objects/stubs.ts'
import type { Http } from '../../shared/base/http.ts'
import { DRIFT } from '../../shared/base/limits.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { settings } from '../../shared/base/settings.ts'
import { MINUTE_MS, SECOND_MS } from '../../shared/base/time.ts'
import { RetryLater } from '../../shared/source/ask.ts'
import { sketchOf } from '../../shared/source/drift.ts'
import { isOfFile } from '../../shared/source/file.ts'
import { CARRIED } from '../../shared/source/normalize.ts'
import {
  errorOf,
  newObserved,
  noteError,
  noteFreshness,
  noteLatency,
  type Observed,
} from '../../shared/source/observed.ts'
import type { AppendPayload, PendingPayload } from '../../shared/source/record.ts'
import { structureOf } from '../../shared/source/structure.ts'

/**
 * What this isolate saw of each provider, told together now and then, beside the work and never in its way: what cannot
 * be told is lost, and it is statistics.
 */
interface Seen {
  minutes: Map<number, Observed>
  sketches: Sample[]
}
const seen = new Map<string, Seen>()
/** Somebody tells until then. Not for ever: the platform may end what runs beside a request. */
let tellingUntil = 0
const LONGEST_TELLING_MS = 30 * SECOND_MS
/** Payloads of each endpoint since the isolate began. */
const looked = new Map<string, number>()
/** Sketches that wait to be told: of more the rest is left out. */
const MOST_SKETCHES = 100
const MOST_ENDPOINTS = 2_000

/** Keeps the isolate until it is done, and waits for nothing. */
export type Beside = (promise: Promise<unknown>) => void

/** Watches one batch of work. */
export class Watch {
  private asked = ''
  private readonly payloads: PendingPayload[] = []
  private readonly env: Env
  private readonly beside: Beside | undefined

  constructor(env: Env, beside: Beside | undefined) {
    this.env = env
    this.beside = beside
  }

  /** The provider that is asked next. */
  asks(slug: string): void {
    this.asked = slug
  }
  http(http: Http): Http {
    return async (url, init) => {
      const observed = observedOf(this.asked)
      observed.calls++
      try {
        const response = await http(url, init)
        const kind = errorOf(response.status)
        if (kind) noteError(observed, kind)
        return response
      } catch (error) {
        noteError(observed, 'no_answer')
        throw error
      }
    }
  }
  came(payloads: PendingPayload[]): void {
    this.payloads.push(...payloads)
  }
  /** The batch did not come to an end, and will be done again. */
  failed(error: unknown): void {
    if (error instanceof RetryLater && error.trouble) noteError(observedOf(this.asked), error.trouble)
    tell(this.env, this.beside)
  }
  /** It is committed. */
  appended(processed: AppendPayload[]): void {
    const byNumber = new Map(this.payloads.map((payload) => [payload.number, payload]))
    for (const one of processed) {
      const payload = byNumber.get(one.number)
      if (!payload) continue
      count(observedOf(payload.provider), one, payload)
      sample(payload, settings(this.env).DRIFT_SAMPLED_EACH)
    }
    tell(this.env, this.beside)
  }
}

function observedOf(slug: string): Observed {
  const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  const { minutes } = seenOf(slug)
  const found = minutes.get(minute) ?? newObserved()
  minutes.set(minute, found)
  return found
}
function seenOf(slug: string): Seen {
  const found = seen.get(slug) ?? { minutes: new Map(), sketches: [] }
  seen.set(slug, found)
  return found
}
function count(observed: Observed, { records, quarantined, receivedAt }: AppendPayload, payload: PendingPayload): void {
  const now = Date.now()
  observed.payloads++
  observed.records += records.length
  const broken = quarantined.some(({ reason }) => reason === 'the payload is not JSON')
  noteError(observed, broken ? 'not_json' : 'quarantined', quarantined.length)
  noteLatency(observed, now - receivedAt)
  const newest = records.reduce((at, { endAt, body }) => (body === undefined ? at : Math.max(at, endAt)), 0)
  if (payload.origin === 'live' && newest > 0) noteFreshness(observed, Math.max(now - newest, 0) / SECOND_MS)
}

/** The first payloads of an endpoint, and then one of many: their paths are looked at, and nothing else of them is kept. */
function sample({ provider, resource, kind, body }: PendingPayload, each: number): void {
  // What people upload is of many makers, and changes with each of them.
  if (isOfFile(resource)) return
  const of = kind === 'notice' ? 'notice' : 'data'
  const key = `${provider}/${of}/${resource}`
  const n = looked.get(key) ?? 0
  if (n === 0 && looked.size >= MOST_ENDPOINTS) return
  looked.set(key, n + 1)
  if (n >= DRIFT.sampledFirst && n % each !== 0) return
  const { sketches } = seenOf(provider)
  if (sketches.length >= MOST_SKETCHES || body.length > DRIFT.sampledBytes || !/^[{[]/.test(body)) return
  try {
    const page = JSON.parse(body) as { page?: unknown }
    const structure = structureOf(body.startsWith(CARRIED) ? page.page : page, DRIFT.elements)
    sketches.push({ resource, kind: of, sketch: sketchOf(structure) })
  } catch {
    // What is not JSON is told by its quarantine.
  }
}

/** Once in a while for all that was seen until then. */
function tell(env: Env, beside: Beside | undefined): void {
  const now = Date.now()
  if (tellingUntil > now || !beside) return
  tellingUntil = now + LONGEST_TELLING_MS
  beside(tellAll(env))
}
async function tellAll(env: Env): Promise<void> {
  const waitMs = settings(env).HEALTH_EVERY_MS
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
  tellingUntil = 0
  const all = [...seen]
  seen.clear()
  await Promise.all(
    all.map(async ([slug, { minutes, sketches }]) => {
      const report: HealthReport = {
        minutes: [...minutes].map(([minute, observed]) => ({ minute, observed })),
        sketches,
      }
      try {
        await providerHealth(env, slug).report(slug, report)
      } catch (error) {
        logLine('health not told', { provider: slug, error: error instanceof Error ? error.message : 'unknown' })
      }
    }),
  )
}
