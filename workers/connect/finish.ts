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
  await connectionObject(env, user_id).keep(
    { user_id, developer_id, provider: provider.slug, provider_user_id },
    tokens,
  )
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
  const callback_url = `${baseUrl}/ingest/${provider.slug}/${app.ingest_secret}`
  await subscribe(provider, { callback_url, user_id: provider_user_id }, tokens.access_token, http)
  await firstPayloads(env, finishing, provider_user_id)
}

/** What came before the connection, and the first fetch of its past. */
async function firstPayloads(env: Env, { developer, provider, signIn }: Finishing, ownerId: string): Promise<void> {
  const address = { ...developer, cell: signIn.cell }
  const box = orphanBox(env, provider.slug)
  const orphans = await box.peek(ownerId)
  const { user_id } = signIn
  const payloads: IncomingPayload[] = orphans.map(({ ownerId: _, ...orphan }) => ({ ...orphan, user_id }))
  if (provider.notices.connected)
    payloads.push({
      payload_id: newId('pay'),
      user_id,
      kind: 'notice',
      origin: 'live',
      trace: newId('req'),
      receivedAt: Date.now(),
      ...connectedNotice(provider, Date.now()),
    })
  if (payloads.length === 0) return
  const { refused } = await eventLog(env, address).accept(payloads, { express: false })
  if (refused) {
    logLine('first payloads wait', { user_id })
    return
  }
  await box.remove(
    ownerId,
    orphans.map((orphan) => orphan.payload_id),
  )
  await env.PAYLOADS.send({ cell: cellName(address) })
}
