import { type Context, Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { developerKey, sealJson, unsealJson } from '../../shared/access/vault.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { WIDGET_SESSION_MS } from '../../shared/base/limits.ts'
import { settings } from '../../shared/base/settings.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { type ConnectionRow, connectionsNamed, connectionsOfReference } from '../../shared/db/connections.ts'
import { type Developer, findDeveloper } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { findWidgetSession, saveWidgetSession } from '../../shared/db/widget-sessions.ts'
import { CATEGORIES } from '../../shared/source/define.ts'
import { baseUrlOf } from '../base-url.ts'
import { bodyOf } from '../read-input.ts'
import { withParams } from './end.tsx'
import { unknownLink } from './flow.tsx'
import { offered } from './offer.ts'
import { DevicePage } from './pages/device-page.tsx'
import { LeavingPage } from './pages/leaving-page.tsx'
import { PickerPage } from './pages/picker-page.tsx'
import { ResultPage } from './pages/result-page.tsx'
import { show } from './show.ts'
import { type Errand, startConnection } from './start.ts'

type Visit = Context<{ Bindings: Env }>
/** What a session was made with. */
export interface Asked extends Errand {
  providers?: string[]
  connected_uids?: string[]
}
const context = (id: string) => `widget/${id}`

/** A session of the hosted page: 15 minutes, for as many sources as the person likes. */
export async function newSession(env: Env, developer: Developer, asked: Asked): Promise<string> {
  const session_id = newId('wgt')
  const { developer_id } = developer
  await saveWidgetSession(open(env.DB), {
    session_id,
    developer_id,
    sealed: sealJson(developerKey(settings(env).ROOT_KEY, developer_id), asked, context(session_id)),
    expires_at: Date.now() + WIDGET_SESSION_MS,
  })
  return session_id
}

interface Session {
  id: string
  developer: Developer
  asked: Asked
}
export async function sessionOf(c: Visit): Promise<Session | undefined> {
  const id = c.req.param('session') ?? ''
  const row = await findWidgetSession(open(c.env.DB), id, Date.now())
  if (!row) return undefined
  const developer = (await findDeveloper(open(c.env.DB), row.developer_id))!
  const asked = unsealJson<Asked>(developerKey(settings(c.env).ROOT_KEY, row.developer_id), row.sealed, context(id))
  return { id, developer, asked }
}
/** Files are sent in, not connected. */
const pickable = (env: Env, { developer, asked }: Session) =>
  offered(env, developer, asked.providers).filter(({ auth }) => auth.kind !== 'file')
/** What this person has connected already. */
async function connectionsOf(env: Env, { developer, asked }: Session): Promise<ConnectionRow[]> {
  const db = open(env.DB)
  const rows = [
    ...(asked.reference_id ? await connectionsOfReference(db, developer.developer_id, asked.reference_id) : []),
    ...(await connectionsNamed(db, developer.developer_id, asked.connected_uids ?? [])),
  ]
  return rows.filter((row) => row.state === 'active')
}

export const session = new Hono<{ Bindings: Env }>()

session.get('/session/:session', async (c) => {
  const found = await sessionOf(c)
  if (!found) return unknownLink(c)
  const connected = new Set((await connectionsOf(c.env, found)).map((row) => row.provider))
  const { q = '', category, connected: fresh } = c.req.query()
  const all = pickable(c.env, found).map((provider) => ({
    resource: provider.resource,
    name: provider.name,
    category: provider.category,
    kind:
      provider.auth.kind === 'device'
        ? ('device' as const)
        : provider.auth.kind === 'credentials'
          ? ('credentials' as const)
          : ('oauth' as const),
    connected: connected.has(provider.slug),
    beta: provider.beta !== undefined,
  }))
  const notice = all.find((one) => one.resource === fresh && one.connected)?.name ?? null
  const action = `/connect/session/${found.id}`
  return show(c, { developer: found.developer, language: found.asked.language }, (context) => (
    <PickerPage
      context={context}
      action={action}
      providers={all}
      categories={CATEGORIES.filter((one) => all.some((provider) => provider.category === one))}
      query={q}
      category={category ?? null}
      notice={notice}
      // Only of a person with a reference can be told that they are done.
      wait={context.embedded && found.asked.reference_id ? `${action}/wait?since=${Date.now()}` : null}
      done={found.asked.multi_auth && connected.size > 0 ? `${action}/done` : null}
      cancel={found.asked.auth_failure_redirect_url ? `${action}/cancel` : null}
    />
  ))
})

session.post('/session/:session/connect', async (c) => {
  const found = await sessionOf(c)
  if (!found) return unknownLink(c)
  const { developer, asked, id } = found
  const { resource } = await bodyOf(c)
  const provider = pickable(c.env, found).find((one) => one.resource === resource)
  if (!provider) throw new Fault('not_found', 'this source is not among those that the session offers')
  const about = { developer, language: asked.language }
  if (provider.auth.kind === 'device') {
    const params = { user_id: 'null', resource: provider.resource, reference_id: asked.reference_id ?? 'null' }
    const target = asked.auth_success_redirect_url
    const continueUrl = target ? withParams(target, params) : `/connect/session/${id}`
    return show(c, about, (context) => <DevicePage context={context} name={provider.name} continueUrl={continueUrl} />)
  }
  const { providers: _, connected_uids: __, ...errand } = asked
  const started = await startConnection(c.env, {
    developer,
    provider,
    errand: { ...errand, widget_session_id: id },
    baseUrl: baseUrlOf(c),
  })
  return show(c, about, (context) => <LeavingPage context={context} name={provider.name} url={started.auth_url} />)
})

/** Somebody who came to connect several has connected all: back to the app with the newest. */
session.get('/session/:session/done', async (c) => {
  const found = await sessionOf(c)
  if (!found) return unknownLink(c)
  const { developer, asked } = found
  const newest = (await connectionsOf(c.env, found)).toSorted((a, b) => b.created_at - a.created_at)[0]
  const target = asked.auth_success_redirect_url
  if (!target)
    return show(c, { developer, language: asked.language }, (context) => (
      <ResultPage context={context} ok={true} name={null} reason={null} backUrl={null} again={null} />
    ))
  const params = {
    user_id: newest?.user_id ?? 'null',
    resource: (newest && PROVIDERS[newest.provider]?.resource) ?? 'null',
    reference_id: asked.reference_id ?? 'null',
  }
  return c.redirect(withParams(target, params), 303)
})

session.get('/session/:session/cancel', async (c) => {
  const found = await sessionOf(c)
  const target = found?.asked.auth_failure_redirect_url
  if (!found || !target) return unknownLink(c)
  const params = { resource: 'null', reference_id: found.asked.reference_id ?? 'null', reason: 'cancelled' }
  return c.redirect(withParams(target, params), 303)
})
