import type { Env } from '../../durable-objects/env.ts'
import { connectionObject, eventLog, orphanBox } from '../../durable-objects/stubs.ts'
import { providerHttp } from '../../shared/base/http.ts'
import { newId } from '../../shared/base/ids.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { type ProviderApp, settings } from '../../shared/base/settings.ts'
import { type ConnectionRow, createConnection, findOwners } from '../../shared/db/connections.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import { connectedNotice } from '../../shared/source/fetch.ts'
import { exchangeCode, identify, subscribe } from '../../shared/source/oauth.ts'
import type { IncomingPayload } from '../../shared/source/record.ts'
import { forgetOwners } from '../ingest/owners.ts'
import { disconnect } from './disconnect.ts'
import type { SignIn } from './start.ts'

/** Looks into the orphan box: more than it can hold. */
const MOST_TURNS = 100

interface Finishing {
  developer: Developer
  provider: ProviderDefinition
  app: ProviderApp
  signIn: SignIn
  code: string
  baseUrl: string
}

/**
 * The user consented: tokens are kept, the connection is born in its cell, the directory knows it, and what arrived
 * early is taken out of the orphan box. Each step may run twice.
 */
export async function finishConnection(env: Env, finishing: Finishing): Promise<void> {
  const { developer, provider, app, signIn, code, baseUrl } = finishing
  const http = providerHttp(settings(env))
  const granted = await exchangeCode(
    provider.auth,
    { ...signIn, code },
    { http, app, now: Date.now, answers: provider.answers },
  )
  const { provider_user_id, scopes } = await identify(provider, granted, http)
  const { answer: _, ...tokens } = granted
  const { developer_id, region } = developer
  const { user_id, cell, reference_id } = signIn
  const db = open(env.DB)
  const connection = connectionObject(env, user_id)
  await connection.keep({ user_id, developer_id, provider: provider.slug, provider_user_id }, tokens)
  const callback_url = `${baseUrl}/ingest/${provider.slug}/${app.ingest_secret}`
  try {
    // Before the connection is born: where the provider refuses, nothing has to be undone, and the earlier one goes on.
    await subscribe(provider, { callback_url, user_id: provider_user_id }, tokens.access_token, http)
  } catch (error) {
    await connection.disconnect({ revoke: false })
    throw error
  }
  const replaced = (await findOwners(db, provider.slug, provider_user_id)).find(
    (owner) => owner.developer_id === developer_id && owner.reference_id === reference_id && owner.user_id !== user_id,
  )
  const old = replaced && (await eventLog(env, replaced).connection(replaced.user_id))
  const createdAt = Date.now()
  await eventLog(env, { region, developer_id, cell }).openConnection({
    user_id,
    provider: provider.slug,
    resource: provider.resource,
    reference_id,
    scopes,
    createdAt,
    old_user: old?.user,
  })
  const row: ConnectionRow = {
    user_id,
    developer_id,
    region,
    cell,
    provider: provider.slug,
    provider_user_id,
    reference_id,
    state: 'active',
    scopes: scopes.join(','),
    created_at: createdAt,
  }
  await createConnection(db, row)
  forgetOwners(provider.slug, provider_user_id)
  if (replaced) await disconnect(env, { ...replaced, provider: provider.slug }, { replaced: true })
  // The user is connected, whatever becomes of these. First what came early: what is fetched then is newer.
  await orLater(user_id, earlyPayloads(env, finishing, provider_user_id))
  await orLater(user_id, firstFetch(env, finishing))
}

async function orLater(user_id: string, payloads: Promise<void>): Promise<void> {
  try {
    await payloads
  } catch (error) {
    logLine('first payloads failed', { user_id, reason: error instanceof Error ? error.message : 'unknown' })
  }
}
async function accept(env: Env, { developer, signIn }: Finishing, payloads: IncomingPayload[]): Promise<void> {
  const address = { ...developer, cell: signIn.cell }
  const { refused } = await eventLog(env, address).accept(payloads, { express: false })
  if (refused) throw new Error('the inbox is full')
  await env.PAYLOADS.send({ cell: cellName(address) })
}

/** What came before the connection; it leaves the orphan box when its cell has it. */
async function earlyPayloads(env: Env, finishing: Finishing, ownerId: string): Promise<void> {
  const box = orphanBox(env, finishing.provider.slug)
  const { user_id } = finishing.signIn
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const orphans = await box.peek(ownerId)
    if (orphans.length === 0) return
    await accept(
      env,
      finishing,
      orphans.map(({ ownerId: _, ...orphan }) => ({ ...orphan, user_id })),
    )
    await box.remove(
      ownerId,
      orphans.map((orphan) => orphan.payload_id),
    )
  }
}
/** Its past, where the provider is asked for it. */
async function firstFetch(env: Env, finishing: Finishing): Promise<void> {
  const { provider, signIn } = finishing
  if (!provider.notices.connected) return
  const about = { user_id: signIn.user_id, payload_id: newId('pay'), trace: newId('req'), receivedAt: Date.now() }
  const notice = connectedNotice(provider, about.receivedAt)
  await accept(env, finishing, [{ ...about, kind: 'notice', origin: 'live', ...notice }])
}
