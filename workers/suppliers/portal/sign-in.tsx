import { type Context, Hono } from 'hono'
import { decodeJwt } from 'jose'
import type { Environment } from '../../../shared/supply/document.ts'
import { Wrong } from '../../dashboard/frame.tsx'
import { backTo } from '../../pages/back-to.ts'
import { sendOwnPage } from '../../pages/send-page.ts'
import { grant, type PortalEnv } from './ask.ts'
import { PortalFrame } from './frame.tsx'
import { endSession, type Held, keepSession, portalSessionOf } from './session.ts'

/** By a credential of the supplier, in a form: never in an address, which logs and histories keep. */
export const signIn = new Hono<PortalEnv>()

signIn.get('/sign-in', (c) => {
  const environment = c.req.query('environment') === 'production' ? 'production' : 'sandbox'
  const session = portalSessionOf(c)
  if (session?.held[environment]) return c.redirect('/suppliers', 303)
  const ended = c.req.query('ended') === undefined ? undefined : 'You were signed out: the credential is good no more.'
  return sendOwnPage(
    c,
    <SignInPage next={backTo('/suppliers', c.req.query('next'))} environment={session && environment} error={ended} />,
  )
})

signIn.post('/sign-in', async (c) => {
  const form = await c.req.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const who = { client_id: text('client_id'), client_secret: text('client_secret') }
  const next = backTo('/suppliers', text('next'))
  const granted = await grant(c, who)
  if (!granted.ok) {
    const error =
      granted.status === 401 ? 'This client id and secret do not go together, or they have ended.' : granted.detail
    return sendOwnPage(c, <SignInPage next={next} clientId={who.client_id} error={error} />, 403)
  }
  beginWith(c, granted.body)
  return c.redirect(next, 303)
})

signIn.post('/sign-out', (c) => {
  endSession(c)
  return c.redirect('/suppliers/sign-in', 303)
})

signIn.post('/environment', async (c) => {
  const session = portalSessionOf(c)
  const wanted = (await c.req.formData()).get('environment') === 'production' ? 'production' : 'sandbox'
  if (!session?.held[wanted]) return c.redirect(`/suppliers/sign-in?environment=${wanted}`, 303)
  keepSession(c, { ...session, here: wanted })
  return c.redirect('/suppliers', 303)
})

/** Signs in with a credential that was just let in; the other environment's stays where it is of the same supplier. */
export function beginWith(c: Context<PortalEnv>, held: Held): void {
  const { sup, env } = claimsOf(held)
  const before = portalSessionOf(c)?.held ?? {}
  const others = Object.entries(before).filter(([, one]) => claimsOf(one).sup === sup)
  keepSession(c, { here: env, held: { ...Object.fromEntries(others), [env]: held } })
}
/** Of a token that our own door has just given, or that came back in our sealed cookie. */
const claimsOf = (held: Held) => decodeJwt<{ sup: string; env: Environment }>(held.token!)

interface SignInProps {
  next: string
  clientId?: string
  error?: string | undefined
  environment?: Environment | undefined
}
const SignInPage = ({ next, clientId = '', error, environment }: SignInProps) => (
  <PortalFrame title="Sign in" here="">
    <h1>{environment === undefined ? 'Sign in' : `Sign in to ${environment}`}</h1>
    <p class="soft">
      With a credential of yours: its client id and its secret. The sandbox and production have credentials of their
      own, so what you see depends on which you use.
    </p>
    <Wrong text={error} />
    <form class="fields" method="post" action="/suppliers/sign-in">
      <input type="hidden" name="next" value={next} />
      <div class="field">
        <label for="client_id">Client id</label>
        <input
          id="client_id"
          name="client_id"
          value={clientId}
          required
          placeholder="crd_…"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
        />
      </div>
      <div class="field">
        <label for="client_secret">Client secret</label>
        <input id="client_secret" name="client_secret" type="password" required autocomplete="current-password" />
        <p class="help">Kept sealed in a cookie of this browser for eight hours.</p>
      </div>
      <button type="submit">Sign in</button>
    </form>
    <p class="soft">
      No credential yet? Whoever wants your data sends you an invitation; its link makes the first one.
    </p>
  </PortalFrame>
)
