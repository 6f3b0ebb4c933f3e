import type { Env } from '../../durable-objects/env.ts'
import { toProviders } from '../../durable-objects/provider-http.ts'
import { connectionObject, eventLog, orphanBox } from '../../durable-objects/stubs.ts'
import { newId } from '../../shared/base/ids.ts'
import { logLine } from '../../shared/base/log-line.ts'
import type { ProviderApp } from '../../shared/base/settings.ts'
import { type ConnectionRow, createConnection, findOwners } from '../../shared/db/connections.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import type { WireUser } from '../../shared/delivery/types.ts'
import { identify, prepare } from '../../shared/source/account.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'
import { connectedNotice } from '../../shared/source/fetch.ts'
import type { Granted } from '../../shared/source/oauth.ts'
import type { IncomingPayload } from '../../shared/source/record.ts'
import { forgetOwners } from '../ingest/owners.ts'
import { DEAUTH, disconnect } from './disconnect.ts'
import type { SignIn } from './start.ts'

/** Looks into the orphan box: more than it can hold. */
const MOST_TURNS = 100

interface Finishing {
  developer: Developer
  provider: ProviderDefinition
  app: ProviderApp | undefined
  signIn: SignIn
  flow: { flow_id: string }
  /** The user's tokens, from what came back. */
  grant: () => Promise<Granted>
  /** Takes the sign-in, once the provider has said whose account it is; false: another did. */
  claim: () => Promise<boolean>
  baseUrl: string
}

/**
 * The user consented: tokens are kept, the connection is born in its cell, the directory knows it, and what arrived
 * early is taken out of the orphan box. Each step may run twice. → false: the sign-in was finished by another.
 */
export async function finishConnection(env: Env, finishing: Finishing): Promise<boolean> {
  const { developer, provider, app, signIn, baseUrl } = finishing
  const http = toProviders(env)
  const granted = await finishing.grant()
  const deps = { http, app, token: granted }
  const { provider_user_id, scopes, values } = await identify(provider, granted, deps)
  if (!(await finishing.claim())) return false
  const { answer: _, returned: __, ...rest } = granted
  const tokens = { ...rest, values }
  const { developer_id, region } = developer
  const { user_id, cell, reference_id } = signIn
  const db = open(env.DB)
  const connection = connectionObject(env, user_id)
  await connection.keep({ user_id, developer_id, region, provider: provider.slug, provider_user_id }, tokens)
  const callback_url = `${baseUrl}/ingest/${provider.slug}/${app?.ingest_secret ?? ''}`
  const createdAt = Date.now()
  let replaced: Replaced | undefined
  try {
    // Before the connection is born: where the provider refuses, nothing has to be undone, and the earlier one goes on.
    await prepare(
      provider,
      { callback_url, user_id: provider_user_id, verification_token: app?.ingest_secret ?? '' },
      { ...deps, token: tokens },
    )
    replaced = await findReplaced(env, {
      developer_id,
      provider: provider.slug,
      provider_user_id,
      reference_id,
      user_id,
    })
    await eventLog(env, { region, developer_id, cell }).openConnection({
      user_id,
      provider: provider.slug,
      resource: provider.resource,
      reference_id,
      scopes,
      createdAt,
      flow_id: finishing.flow.flow_id,
      widget_session_id: signIn.widget_session_id,
      old_user: replaced?.user,
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
  } catch (error) {
    await eventLog(env, { region, developer_id, cell }).closeConnection(user_id, { ...DEAUTH, silent: true })
    await connection.disconnect({ revoke: false })
    throw error
  }
  forgetOwners(provider.slug, provider_user_id)
  if (replaced)
    await disconnect(env, { ...replaced.row, provider: provider.slug, provider_user_id }, { replaced: true })
  // The user is connected, whatever becomes of these. First what came early: what is fetched then is newer.
  await orLater(user_id, earlyPayloads(env, finishing, provider_user_id))
  await orLater(user_id, firstFetch(env, finishing))
  await orLater(user_id, connection.begin())
  return true
}

interface Replaced {
  row: Awaited<ReturnType<typeof findOwners>>[number]
  user: WireUser | undefined
}
/** The same account under the same reference of the same developer goes on under the new id; under another it is kept. */
async function findReplaced(
  env: Env,
  about: Pick<ConnectionRow, 'developer_id' | 'provider' | 'provider_user_id' | 'reference_id' | 'user_id'>,
): Promise<Replaced | undefined> {
  const row = (await findOwners(open(env.DB), about.provider, about.provider_user_id)).find(
    (owner) =>
      owner.developer_id === about.developer_id &&
      owner.reference_id === about.reference_id &&
      owner.user_id !== about.user_id,
  )
  return row && { row, user: (await eventLog(env, row).connection(row.user_id))?.user }
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
