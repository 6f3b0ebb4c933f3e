import { type Context, Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { toProviders } from '../../durable-objects/provider-http.ts'
import { sha256 } from '../../shared/base/hash.ts'
import { providerHttp, rewrite } from '../../shared/base/http.ts'
import { logLine } from '../../shared/base/log-line.ts'
import { settings } from '../../shared/base/settings.ts'
import { bindFlow, findFlow, takeFlow } from '../../shared/db/flows.ts'
import { open } from '../../shared/db/open.ts'
import { insideHost } from '../../shared/delivery/address.ts'
import { grantOf } from '../../shared/source/credentials.ts'
import type { Credentials } from '../../shared/source/define.ts'
import { authorizeUrl, TokenRefused } from '../../shared/source/oauth.ts'
import { requestToken } from '../../shared/source/oauth1-sign-in.ts'
import { valuesOf } from '../../shared/source/values.ts'
import { baseUrlOf } from '../base-url.ts'
import { bodyOf } from '../read-input.ts'
import { resolveHost } from '../resolve-host.ts'
import { knowBrowser, stateOf, strangerTo } from './browser.ts'
import { cancelled, failed, succeeded } from './end.tsx'
import { finishConnection } from './finish.ts'
import { CredentialsPage } from './pages/credentials-page.tsx'
import { ResultPage } from './pages/result-page.tsx'
import { type Recalled, recall } from './recall.ts'
import { show } from './show.ts'
import { sealSignIn } from './start.ts'

type Visit = Context<{ Bindings: Env }>

/** A sign-in link: binds the sign-in to this browser and leads to the provider, or asks for what the provider wants. */
export const flow = new Hono<{ Bindings: Env }>()

/** Nobody knows whose link it was: a page of our own. */
export const unknownLink = (c: Visit): Promise<Response> =>
  show(c, { status: 404 }, (context) => (
    <ResultPage context={context} ok={false} name={null} reason="unknown_link" backUrl={null} again={null} />
  ))

async function usable(c: Visit): Promise<{ recalled: Recalled } | { answer: Response }> {
  const row = await findFlow(open(c.env.DB), c.req.param('flow') ?? '')
  if (!row) return { answer: await unknownLink(c) }
  const recalled = await recall(c.env, row)
  if (row.state === 'used') return { answer: await failed(c, recalled, 'already_used') }
  if (row.state === 'expired' || row.expires_at <= Date.now()) return { answer: await failed(c, recalled, 'expired') }
  return { recalled }
}

flow.get('/flow/:flow', async (c) => {
  const found = await usable(c)
  if ('answer' in found) return found.answer
  const { recalled } = found
  const secret = knowBrowser(c, recalled.flow)
  await bindFlow(open(c.env.DB), recalled.flow.flow_id, { browser_hash: sha256(secret) })
  if (recalled.provider.auth.kind === 'credentials') return form(c, recalled, recalled.provider.auth, {})
  return lead(c, recalled, stateOf(recalled.flow.flow_id, secret))
})

/** To the provider's own pages. */
async function lead(c: Visit, recalled: Recalled, state: string): Promise<Response> {
  const { provider, signIn, flow, developer } = recalled
  const { PROVIDER_ORIGINS } = settings(c.env)
  const app = recalled.app!
  const { redirectUri, verifier } = signIn
  if (provider.auth.kind === 'oauth2')
    return c.redirect(
      rewrite(
        authorizeUrl(provider.auth, app, { state, redirectUri, verifier }, valuesOf(provider, app)),
        PROVIDER_ORIGINS,
      ),
      302,
    )
  if (provider.auth.kind !== 'oauth1') throw new Error(`${provider.slug} has no pages to sign in at`)
  try {
    const callback = `${redirectUri}?state=${encodeURIComponent(state)}`
    const asked = await requestToken(provider.auth, callback, { http: providerHttp(settings(c.env)), app })
    const sealed = sealSignIn(c.env, developer.developer_id, flow.flow_id, { ...signIn, requestToken: asked.token })
    await bindFlow(open(c.env.DB), flow.flow_id, { sealed })
    return c.redirect(rewrite(asked.authorizeUrl, PROVIDER_ORIGINS), 302)
  } catch (error) {
    logLine('no request token', { provider: provider.slug, reason: error instanceof Error ? error.message : 'unknown' })
    return failed(c, recalled, error instanceof TokenRefused ? 'refused_by_provider' : 'provider_unavailable')
  }
}

interface Shown {
  /** A code of the words, or a sentence. */
  error?: string
  values?: Record<string, string>
}
function form(
  c: Visit,
  { developer, provider, signIn, flow }: Recalled,
  auth: Credentials,
  { error, values = {} }: Shown,
) {
  const fields = auth.fields.map((field) => ({ ...field, help: field.help ?? null }))
  const kept = Object.fromEntries(fields.filter(({ secret }) => !secret).map(({ name }) => [name, values[name] ?? '']))
  return show(c, { developer, language: signIn.language, status: error ? 400 : 200 }, (context) => (
    <CredentialsPage
      context={context}
      name={provider.name}
      action={`/connect/flow/${flow.flow_id}`}
      fields={fields}
      help={auth.help ?? null}
      error={error ?? null}
      values={kept}
    />
  ))
}

/** What was typed. Wrong credentials may be typed again; the sign-in is used up when they are good. */
flow.post('/flow/:flow', async (c) => {
  const found = await usable(c)
  if ('answer' in found) return found.answer
  const { recalled } = found
  const { auth } = recalled.provider
  if (auth.kind !== 'credentials') return unknownLink(c)
  const stranger = strangerTo(c, recalled.flow)
  if (stranger) return failed(c, recalled, stranger)
  const body = await bodyOf(c)
  const typed = Object.fromEntries(auth.fields.map(({ name }) => [name, String(body[name] ?? '').trim()]))
  if (Object.values(typed).some((value) => value === ''))
    return form(c, recalled, auth, { error: 'incomplete', values: typed })
  const inside = await notPublic(c.env, auth, typed)
  if (inside) return form(c, recalled, auth, { error: inside, values: typed })
  const deps = {
    http: toProviders(c.env),
    now: Date.now,
    values: valuesOf(recalled.provider, recalled.app),
  }
  try {
    const granted = await grantOf(auth, typed, deps)
    const baseUrl = baseUrlOf(c)
    // Claimed only when the provider has said yes: two posts at once make one connection.
    const claim = async () => (await takeFlow(open(c.env.DB), recalled.flow.flow_id, Date.now())) !== undefined
    const done = await finishConnection(c.env, { ...recalled, grant: async () => granted, claim, baseUrl })
    return done ? succeeded(c, recalled) : failed(c, recalled, 'already_used')
  } catch (error) {
    logLine('sign-in failed', {
      user_id: recalled.signIn.user_id,
      reason: error instanceof Error ? error.message : 'unknown',
    })
    const again = await findFlow(open(c.env.DB), recalled.flow.flow_id)
    if (again?.state !== 'open') return cancelled(c, recalled, 'provider_unavailable')
    const reason = error instanceof TokenRefused ? 'refused_by_provider' : 'provider_unavailable'
    return form(c, recalled, auth, { error: reason, values: typed })
  }
})

/** Why an address that was typed is not asked: it is not one, or leads into a private network. */
async function notPublic(env: Env, auth: Credentials, typed: Record<string, string>): Promise<string | undefined> {
  for (const { name, type, label } of auth.fields) {
    if (type !== 'url') continue
    const address = URL.canParse(typed[name]!) ? new URL(typed[name]!) : undefined
    if (!address || !/^https?:$/.test(address.protocol) || address.username !== '' || address.password !== '')
      return `${label}: please give an address such as https://example.com`
    typed[name] = address.href.replace(/\/$/, '')
    if (settings(env).ALLOW_PRIVATE_DESTINATIONS) continue
    const inside = address.protocol === 'https:' ? await insideHost(address.host, resolveHost) : 'use https'
    if (inside) return `${label}: ${inside}`
  }
  return undefined
}
