import type { DataType } from '../schema/data-types.ts'
import type { MergeRules } from '../schema/person/rules.ts'
import type { SupplierLimits } from '../supply/limits.ts'
import type {
  BackfillRange,
  Begun,
  Destination,
  FeedEvent,
  InvitedSupplier,
  JoinedSupplier,
  ManifestDay,
  MergedView,
  NewDestination,
  NewSandboxUser,
  ParkedEvent,
  ParkedQuery,
  Problem,
  QuarantinedItem,
  QuarantineFilter,
  Renormalization,
  RenormalizationRange,
  ReplayFilter,
  ReplayJob,
  SandboxAdvance,
  SandboxUser,
  Sending,
  SignedManifest,
  UploadedFile,
  User,
  UserBackfill,
} from './wire.ts'

export interface ClientOptions {
  baseUrl: string
  devId?: string
  apiKey?: string
  /** Operator routes; and, beside `devId`, a developer's own routes without a key of theirs. */
  operatorToken?: string
  fetch?: typeof fetch
  /** Waits no longer than this for one answer, ms. */
  timeoutMs?: number
}

/** The API answered, but not with what was asked for. */
export class ApiError extends Error {
  readonly status: number
  readonly problem: Problem
  constructor(status: number, problem: Problem, request: string) {
    super(`${request}: ${status} ${problem.detail ?? problem.message ?? problem.title ?? ''}`.trim())
    this.name = 'ApiError'
    this.status = status
    this.problem = problem
  }
}

export type Client = ReturnType<typeof createClient>

/** A typed client of the API. */
export function createClient(options: ClientOptions) {
  const call = caller(options)
  return {
    options,
    operator: {
      createDeveloper: (developer: { name: string; region?: string }) =>
        call<{ dev_id: string; api_key: string }>('POST', '/operator/developers', { body: developer }),
      health: () => call<Record<string, unknown>>('GET', '/operator/health'),
      keepSubscriptions: (provider: string) =>
        call<{ made: number; renewed: number; kept: number; secrets: Record<string, string> }>(
          'POST',
          `/operator/providers/${encodeURIComponent(provider)}/subscriptions`,
        ),
    },
    authenticateUser: (resource: string, body: AuthenticateUser) =>
      call<{ user_id: string; auth_url: string }>('POST', '/v2/auth/authenticateUser', { query: { resource }, body }),
    deauthenticateUser: (user_id: string) =>
      call<{ status: string }>('DELETE', '/v2/auth/deauthenticateUser', { query: { user_id } }),
    userInfo: (user_id: string) => call<{ user: User }>('GET', '/v2/userInfo', { query: { user_id } }),
    users: async () => (await call<{ users: User[] }>('GET', '/v2/subscriptions')).users,
    integrations: () => call<{ providers: string[] }>('GET', '/v2/integrations'),
    data: <T = Record<string, unknown>>(type: DataType, query: DataQuery) =>
      call<{ user: User; data?: T[]; athlete?: T }>('GET', `/v2/${type}`, {
        query: { to_webhook: false, ...query },
      }),
    /** One person, many devices: what all connections of a reference tell, as one. */
    merged: <T = Record<string, unknown>>(type: DataType, query: MergedQuery) =>
      call<MergedView<T>>('GET', `/v2/merged/${type}`, { query }),
    mergeRules: {
      get: () => call<MergeRules>('GET', '/v2/merged/rules'),
      set: (rules: Partial<MergeRules>) => call<MergeRules>('PUT', '/v2/merged/rules', { body: rules }),
    },
    destinations: {
      list: async () => (await call<{ destinations: Destination[] }>('GET', '/v2/destinations')).destinations,
      add: (destination: NewDestination) =>
        call<Destination & { signing_secret: string }>('POST', '/v2/destinations', { body: destination }),
      remove: (id: string) => call<unknown>('DELETE', pathOf(id)),
      test: (id: string) => call<Record<string, unknown>>('POST', `${pathOf(id)}/test`, { body: {} }),
      deliveries: (id: string) => call<Record<string, unknown>>('GET', `${pathOf(id)}/deliveries`),
      manifests: async (id: string) => (await call<{ days: ManifestDay[] }>('GET', `${pathOf(id)}/manifests`)).days,
      /** One page; the next follows `manifest.next`. */
      manifest: (id: string, date: string, query: { after?: string; limit?: number } = {}) =>
        call<SignedManifest>('GET', `${pathOf(id)}/manifests/${encodeURIComponent(date)}`, { query }),
      parked: (id: string, query: ParkedQuery = {}) =>
        call<{ parked: ParkedEvent[]; next_cursor: string | null }>('GET', `${pathOf(id)}/parked`, { query }),
      /** With its attempts; `body`: and its content. */
      parkedEvent: (id: string, parkedId: string, { body = false } = {}) =>
        call<ParkedEvent & Record<string, unknown>>('GET', `${pathOf(id)}/parked/${encodeURIComponent(parkedId)}`, {
          query: { body },
        }),
      replay: (id: string, body: ReplayFilter & Sending = {}) => call<Begun>('POST', `${pathOf(id)}/replays`, { body }),
      backfill: (id: string, body: BackfillRange & Sending) => call<Begun>('POST', `${pathOf(id)}/backfills`, { body }),
      replays: async (id: string) => (await call<{ replays: ReplayJob[] }>('GET', `${pathOf(id)}/replays`)).replays,
      /** How far a replay or a backfill is. */
      replayOf: (id: string, replayId: string) =>
        call<ReplayJob>('GET', `${pathOf(id)}/replays/${encodeURIComponent(replayId)}`),
      cancelReplay: (id: string, replayId: string) =>
        call<ReplayJob>('DELETE', `${pathOf(id)}/replays/${encodeURIComponent(replayId)}`),
    },
    /** Kept payloads, read again. */
    renormalizations: {
      begin: (body: RenormalizationRange) => call<Renormalization>('POST', '/v2/renormalizations', { body }),
      list: async () =>
        (await call<{ renormalizations: Renormalization[] }>('GET', '/v2/renormalizations')).renormalizations,
      get: (id: string) => call<Renormalization>('GET', `/v2/renormalizations/${encodeURIComponent(id)}`),
      cancel: (id: string) => call<Renormalization>('DELETE', `/v2/renormalizations/${encodeURIComponent(id)}`),
    },
    /** What could not be read. */
    quarantine: {
      list: (query: QuarantineFilter & { cursor?: string; limit?: number } = {}) =>
        call<{ items: QuarantinedItem[]; next_cursor: string | null }>('GET', '/v2/quarantine', { query }),
      redrive: (body: QuarantineFilter = {}) => call<Renormalization>('POST', '/v2/quarantine/redrive', { body }),
    },
    /** Backfills of a user's past, the newest first. */
    userBackfills: async (userId: string) =>
      (await call<{ backfills: UserBackfill[] }>('GET', `/v2/users/${encodeURIComponent(userId)}/backfills`)).backfills,
    sandbox: {
      add: (person: NewSandboxUser) => call<SandboxUser>('POST', '/v2/sandbox/users', { body: person }),
      get: (userId: string) => call<SandboxUser>('GET', `/v2/sandbox/users/${encodeURIComponent(userId)}`),
      advance: (userId: string, by: { days: number } | { until: string }) =>
        call<SandboxAdvance>('POST', `/v2/sandbox/users/${encodeURIComponent(userId)}/advance`, { body: by }),
    },
    files: {
      /** Its person by the `user_id` of a connection, or by `reference_id` alone. Answered when it is safe. */
      upload: (bytes: Blob, query: { user_id?: string; reference_id?: string; name?: string }) =>
        call<UploadedFile>('POST', '/v2/files', { query, bytes }),
      get: (id: string) => call<UploadedFile>('GET', `/v2/files/${encodeURIComponent(id)}`),
    },
    suppliers: {
      /** An account in its sandbox, once its invitation is taken. */
      invite: (supplier: { name: string; domain?: string; limits?: Partial<SupplierLimits> }) =>
        call<InvitedSupplier>('POST', '/v2/suppliers', { body: supplier }),
      accept: (token: string) => call<JoinedSupplier>('POST', '/v2/supplier-invitations/accept', { body: { token } }),
    },
    events: (query: { after?: string; limit?: number; user_id?: string }) =>
      call<{ events: FeedEvent[]; next?: string | null }>('GET', '/v2/events', { query }),
  }
}

const pathOf = (destinationId: string) => `/v2/destinations/${encodeURIComponent(destinationId)}`

export interface AuthenticateUser {
  reference_id?: string
  auth_success_redirect_url?: string
  auth_failure_redirect_url?: string
}
export interface DataQuery {
  user_id: string
  start_date?: string
  end_date?: string
  with_samples?: boolean
}
export interface MergedQuery extends Omit<DataQuery, 'user_id'> {
  reference_id: string
}
interface Request {
  query?: object
  body?: unknown
  /** Sent as they are, as long as it takes. */
  bytes?: Blob
}
const BYTES = 'application/octet-stream'
const LONGEST_UPLOAD_MS = 60 * 60_000

function caller(options: ClientOptions) {
  const send = options.fetch ?? fetch
  const base = options.baseUrl.replace(/\/+$/, '')
  const headers = {
    ...(options.devId && { 'dev-id': options.devId }),
    ...(options.apiKey && { 'x-api-key': options.apiKey }),
    ...(options.operatorToken && { authorization: `Bearer ${options.operatorToken}` }),
  }
  return async <T>(method: string, path: string, { query = {}, body, bytes }: Request = {}): Promise<T> => {
    const url = new URL(base + path)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value))
    const response = await send(url, {
      method,
      headers:
        body === undefined && !bytes ? headers : { ...headers, 'content-type': bytes ? BYTES : 'application/json' },
      body: bytes ?? (body === undefined ? undefined : JSON.stringify(body)),
      signal: AbortSignal.timeout(bytes ? LONGEST_UPLOAD_MS : (options.timeoutMs ?? 30_000)),
    })
    const text = await response.text()
    if (!response.ok) throw new ApiError(response.status, readProblem(text), `${method} ${path}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
}

function readProblem(text: string): Problem {
  try {
    return JSON.parse(text) as Problem
  } catch {
    return { detail: text.slice(0, 200) }
  }
}
