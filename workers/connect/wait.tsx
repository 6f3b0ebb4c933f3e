import { Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { connectionsOfReference } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { unknownLink } from './flow.tsx'
import { offered } from './offer.ts'
import { WaitPage } from './pages/wait-page.tsx'
import { sessionOf } from './session.tsx'
import { show } from './show.ts'

/**
 * In an embedding page, while the person signs in in a tab of its own: until the source has a connection of theirs that
 * is newer than the list they chose from. Without a reference nobody can tell whose a connection is; that list waits for
 * nothing.
 */
export const wait = new Hono<{ Bindings: Env }>()
wait.get('/session/:session/wait', async (c) => {
  const found = await sessionOf(c)
  if (!found) return unknownLink(c)
  const { id, developer, asked } = found
  const { resource, since } = c.req.query()
  const provider = offered(c.env, developer, asked.providers).find((one) => one.resource === resource)
  if (!provider || !asked.reference_id || !Number.isFinite(Number(since))) return unknownLink(c)
  const rows = await connectionsOfReference(open(c.env.DB), developer.developer_id, asked.reference_id)
  const list = `/connect/session/${id}`
  const isNew = rows.some(
    (row) => row.provider === provider.slug && row.state === 'active' && row.created_at >= Number(since),
  )
  if (isNew) return c.redirect(`${list}?connected=${encodeURIComponent(provider.resource)}`, 303)
  const url = `${list}/wait?${new URLSearchParams({ resource: provider.resource, since: since! })}`
  return show(c, { developer, language: asked.language }, (context) => (
    <WaitPage context={context} name={provider.name} url={url} back={list} />
  ))
})
