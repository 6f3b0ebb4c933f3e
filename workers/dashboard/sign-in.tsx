import { Hono } from 'hono'
import { backTo } from '../pages/back-to.ts'
import { sendOwnPage } from '../pages/send-page.ts'
import { ask, type DashboardEnv } from './ask.ts'
import { Frame, Wrong } from './frame.tsx'
import { begin, end, sessionOf } from './session.ts'

/** By the developer's own key, in a form: never in an address, which logs and histories keep. */
export const signIn = new Hono<DashboardEnv>()

signIn.get('/sign-in', (c) => {
  if (sessionOf(c)) return c.redirect('/dashboard', 303)
  return sendOwnPage(c, <SignInPage next={backTo('/dashboard', c.req.query('next'))} />)
})

signIn.post('/sign-in', async (c) => {
  const form = await c.req.formData()
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const who = { dev_id: text('dev_id'), api_key: text('api_key') }
  const next = backTo('/dashboard', text('next'))
  c.set('session', who)
  const answer = await ask(c, 'GET', '/destinations')
  if (!answer.ok && answer.status !== 403) {
    const error =
      answer.status === 401 ? 'This dev-id and key do not go together, or the key has ended.' : answer.detail
    return sendOwnPage(c, <SignInPage next={next} devId={who.dev_id} error={error} />, 403)
  }
  begin(c, who)
  return c.redirect(next, 303)
})

signIn.post('/sign-out', (c) => {
  end(c)
  return c.redirect('/dashboard/sign-in', 303)
})

const SignInPage = ({ next, devId = '', error }: { next: string; devId?: string; error?: string }) => (
  <Frame title="Sign in">
    <h1>Sign in</h1>
    <p class="soft">With a dev-id and one of its API keys. What you can do here is what the key may do.</p>
    <Wrong text={error} />
    <form class="fields" method="post" action="/dashboard/sign-in">
      <input type="hidden" name="next" value={next} />
      <div class="field">
        <label for="dev_id">dev-id</label>
        <input
          id="dev_id"
          name="dev_id"
          value={devId}
          required
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
        />
      </div>
      <div class="field">
        <label for="api_key">API key</label>
        <input id="api_key" name="api_key" type="password" required autocomplete="current-password" />
        <p class="help">Kept sealed in a cookie of this browser for eight hours.</p>
      </div>
      <button type="submit">Sign in</button>
    </form>
  </Frame>
)
