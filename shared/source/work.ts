import { sha256 } from '../base/hash.ts'
import type { Http } from '../base/http.ts'
import type { ProviderApp } from '../base/settings.ts'
import { AccessLost, type Allowance, PullRefused } from './ask.ts'
import type { UserToken } from './carry.ts'
import { isSupplied, type ProviderDefinition } from './define.ts'
import { fetchPayloads } from './fetch.ts'
import type { Files } from './file.ts'
import { processPayload } from './process.ts'
import type { AppendPayload, IncomingPayload, PendingPayload, ProcessedPayload } from './record.ts'
import { toAppend } from './record.ts'

export interface WorkDeps {
  provider: (slug: string) => ProviderDefinition | undefined
  /** File formats, of files that providers hand out and of those that are uploaded. */
  files?: Files
  /** The deployment's app at a provider. */
  app: (slug: string) => ProviderApp | undefined
  /** The connection's token; throws AccessLost or RetryLater. */
  token: (userId: string, fresh: boolean) => Promise<UserToken>
  http: Http
  now: () => number
  /** What a payload of a supplier's becomes: its contract says it. */
  supplied: (payload: PendingPayload) => Promise<ProcessedPayload>
  /** What may be asked of the provider now, for this payload. */
  allowance?: (provider: ProviderDefinition, payload: PendingPayload) => Allowance | undefined
  /** What a notification came to, when its data are in the inbox. */
  fetched?: (payload: PendingPayload, outcome: FetchOutcome) => void
  /** Commits fetched pages in the same cell, so that raw data is kept before anything is made of it. */
  accept: (payloads: IncomingPayload[]) => Promise<PendingPayload[]>
}

export interface FetchOutcome {
  /** Of what came. */
  digest: string
  records: number
  /** Why nothing can be had. */
  failed?: string
}

/**
 * What pending payloads become, ready to append. For notifications the data are fetched and accepted first; the
 * notification itself is done with them. Throws RetryLater where the provider is not ready: all of it stays in the inbox.
 */
export async function work(pending: PendingPayload[], deps: WorkDeps): Promise<AppendPayload[]> {
  const done: AppendPayload[] = []
  for (const payload of pending) {
    const provider = deps.provider(payload.provider)
    if (!provider) throw new Error(`no provider ${payload.provider}`)
    if (isSupplied(provider)) {
      done.push(toAppend(await deps.supplied(payload), payload.receivedAt))
      continue
    }
    done.push(...(await workOne(provider, payload, deps)))
  }
  return done
}

async function workOne(
  provider: ProviderDefinition,
  payload: PendingPayload,
  deps: WorkDeps,
): Promise<AppendPayload[]> {
  const own = processPayload(provider, payload, deps.files)
  if (payload.kind !== 'notice') return [toAppend(own, payload.receivedAt)]
  const pages = await fetchAll(provider, payload, own, deps)
  return [...pages, toAppend(own, payload.receivedAt)]
}

async function fetchAll(provider: ProviderDefinition, payload: PendingPayload, own: ProcessedPayload, deps: WorkDeps) {
  const token = (fresh: boolean) => deps.token(payload.user_id, fresh)
  try {
    const { pages, commit } = await fetchPayloads(provider, payload, {
      token,
      app: deps.app(provider.slug),
      http: deps.http,
      now: deps.now,
      allowance: deps.allowance?.(provider, payload),
    })
    if (pages.length === 0) {
      await commit()
      deps.fetched?.(payload, { digest: '', records: 0 })
      return []
    }
    const { user_id, origin, trace, receivedAt, number } = payload
    const accepted = await deps.accept(
      pages.map(({ resource, body }) => ({
        payload_id: `pay_${sha256(`${number}/${user_id}/${resource}/${body}`).slice(0, 32)}`,
        user_id,
        kind: 'fetched',
        resource,
        origin,
        body,
        trace,
        receivedAt,
        parent: number,
      })),
    )
    // Committed there after it is committed here: what dies in between is offered again, and is the same payload.
    await commit()
    const processed = accepted.map((page) => processPayload(provider, page, deps.files))
    deps.fetched?.(payload, {
      digest: sha256(pages.map(({ body }) => body).join('\n')),
      records: processed.reduce((count, { records }) => count + records.length, 0),
    })
    return processed.map((page) => toAppend(page, receivedAt))
  } catch (error) {
    if (error instanceof AccessLost) own.notices.push({ kind: 'connection_error', reason: error.message })
    else if (error instanceof PullRefused)
      own.quarantined.push({ path: '', reason: `the data could not be fetched: ${error.message}` })
    else throw error
    deps.fetched?.(payload, { digest: '', records: 0, failed: error.message })
    return []
  }
}
