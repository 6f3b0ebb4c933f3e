import type { Env } from '../../durable-objects/env.ts'
import type { AppendAnswer } from '../../durable-objects/event-log-api.ts'
import { toProviders } from '../../durable-objects/provider-http.ts'
import { connectionObject, eventLogNamed } from '../../durable-objects/stubs.ts'
import { crashPoint } from '../../shared/base/crash-point.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { settings } from '../../shared/base/settings.ts'
import { z } from '../../shared/base/zod.ts'
import { FILES, PROVIDERS } from '../../shared/catalog/units.ts'
import { markConnection } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { AccessLost, RetryLater } from '../../shared/source/ask.ts'
import type { UserToken } from '../../shared/source/carry.ts'
import type { AppendPayload, PendingPayload } from '../../shared/source/record.ts'
import { type FetchOutcome, work } from '../../shared/source/work.ts'
import { suppliedOf } from '../suppliers/supplied-of.ts'
import { allowanceOf } from './allowance.ts'
import { type Beside, Watch } from './watch.ts'

/** A connection's token that cannot be had now is asked for again after this. */
const TOKEN_WAIT_MS = 30_000
/** Fetched data that a full inbox does not take are fetched again after this. */
const INBOX_WAIT_MS = 60_000

/** Normalizes payloads of one cell and appends what they become. The same function after the answer and from the queue. */
export async function processPending(
  env: Env,
  cell: string,
  pending: PendingPayload[],
  { beside, ...options }: { lease: boolean; beside?: Beside },
): Promise<AppendAnswer> {
  const log = eventLogNamed(env, cell)
  const asked: Answered[] = []
  const watch = new Watch(env, beside)
  watch.came(pending)
  const working = work(pending, {
    provider: (slug) => PROVIDERS[slug],
    files: FILES,
    app: (slug) => settings(env).PROVIDER_APPS[slug],
    token: (userId, fresh) => tokenOf(env, userId, fresh),
    http: watch.http(toProviders(env)),
    now: () => Date.now(),
    supplied: (payload) => suppliedOf(env, payload),
    allowance: (provider, payload) => {
      watch.asks(provider.slug)
      return allowanceOf(env, cell, provider, payload)
    },
    fetched: (payload, outcome) => void asked.push({ payload, outcome }),
    accept: async (payloads) => {
      const { accepted, refused } = await log.accept(payloads, { express: true, quiet: true })
      // Done with the notification, nobody would fetch them again.
      if (refused) throw new RetryLater('the inbox is full', INBOX_WAIT_MS)
      const byId = new Map(payloads.map((payload) => [payload.payload_id, payload]))
      const pages = accepted.map(({ payload_id, number, provider }) => ({ ...byId.get(payload_id)!, number, provider }))
      watch.came(pages)
      return pages
    },
  })
  const processed = await working.catch((error: unknown) => {
    watch.failed(error)
    throw error
  })
  await tellDirectory(env, processed)
  await crashPoint('before-append', env)
  const answer = await log.append(processed, options)
  await crashPoint('after-append', env)
  watch.appended(processed)
  await tellSchedules(env, asked)
  return answer
}

interface Answered {
  payload: PendingPayload
  outcome: FetchOutcome
}
/**
 * Looks and backfills go on when what they asked for is appended. What was leased with the append is delivered whatever
 * becomes of this: one that is not told asks again, for the same.
 */
async function tellSchedules(env: Env, asked: Answered[]): Promise<void> {
  for (const { payload, outcome } of asked)
    try {
      const told = Told.safeParse(JSON.parse(payload.body))
      if (told.success) await connectionObject(env, payload.user_id).fetched(told.data, outcome)
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      logLine('schedule not told', { user_id: payload.user_id, reason })
    }
}
/** What the connection's schedule wrote into its notices. */
const Told = z.union([z.object({ poll: z.int() }), z.object({ backfill: z.string(), slice: z.int() })])

/** A connection's token; throws AccessLost or RetryLater. */
export async function tokenOf(env: Env, userId: string, fresh: boolean): Promise<UserToken> {
  const answer = await connectionObject(env, userId).accessToken(fresh)
  if (answer.kind === 'token') return answer
  if (answer.kind === 'lost') throw new AccessLost(answer.reason)
  throw new RetryLater(answer.reason, TOKEN_WAIT_MS)
}

/** What a source says of the connection itself holds in the directory too. Before the append: it may run twice, not never. */
async function tellDirectory(env: Env, processed: AppendPayload[]): Promise<void> {
  for (const { user_id, notices } of processed)
    for (const notice of notices) {
      if (notice.kind === 'access_revoked') await markConnection(open(env.DB), user_id, { state: 'inactive' })
      if (notice.kind === 'permission_change')
        await markConnection(open(env.DB), user_id, { scopes: notice.scopes.join(',') })
    }
}
