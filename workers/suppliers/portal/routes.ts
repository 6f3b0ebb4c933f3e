import { Hono } from 'hono'
import { dashboardStyle } from '../../dashboard/style.ts'
import { againScript } from '../../pages/again-script.ts'
import { ownFormsOnly } from '../../pages/own-forms.ts'
import { sendText } from '../../pages/send-asset.ts'
import { sharedPages } from '../pages/routes.ts'
import { supplierStyle } from '../pages/style.ts'
import { type PortalEnv, portalAsk, portalStream, tokenOf } from './ask.ts'
import { credentials } from './credentials.tsx'
import { invitation } from './invitation.tsx'
import { overview } from './overview.tsx'
import { pull } from './pull.tsx'
import { pulls } from './pulls.tsx'
import { endSession, portalSessionOf } from './session.ts'
import { portalSettings } from './settings.tsx'
import { sideFrame } from './side-frame.tsx'
import { signIn } from './sign-in.tsx'
import { tryIt } from './try.tsx'

type Fetch = (request: Request, env: PortalEnv['Bindings'], context: ExecutionContext) => Response | Promise<Response>

/** The suppliers' own pages. `worker`: our own doors, which the pages knock on with the credential that signed in. */
export function portal(worker: Fetch): Hono<PortalEnv> {
  const pages = new Hono<PortalEnv>()
  pages.get('/assets/portal.css', (c) => sendText(c, dashboardStyle + supplierStyle, 'css'))
  pages.get('/assets/again.js', (c) => sendText(c, againScript, 'javascript'))
  pages.use('*', ownFormsOnly)
  pages.use('*', async (c, next) => {
    c.set('api', async (request) => worker(request, c.env, c.executionCtx as ExecutionContext))
    await next()
  })
  pages.route('/', signIn)
  pages.route('/', invitation)
  pages.use('*', async (c, next) => {
    const session = portalSessionOf(c)
    if (!session) return c.redirect(`/suppliers/sign-in?next=${encodeURIComponent(new URL(c.req.url).pathname)}`, 303)
    c.set('session', session)
    // First of all, so that a page that asks several times takes one token.
    const token = await tokenOf(c)
    if (!token.ok) {
      endSession(c)
      return c.redirect('/suppliers/sign-in?ended=1', 303)
    }
    c.set('side', {
      who: 'supplier',
      environment: session.here,
      home: '/suppliers',
      ask: (method, path, body) =>
        portalAsk(
          c,
          method,
          `/supplier${path}`,
          body === undefined ? undefined : { text: JSON.stringify(body), type: 'application/json' },
        ),
      stream: (path, accept) => portalStream(c, `/supplier${path}`, accept),
      Frame: sideFrame(session),
    })
    await next()
    if (!c.get('ended')) return
    // Whatever the page would have been: its credential was revoked, or has expired.
    c.res = undefined
    c.res = new Response(null, { status: 303, headers: { location: '/suppliers/sign-in?ended=1' } })
    endSession(c)
  })
  for (const part of [overview, tryIt, pulls, pull, credentials, portalSettings]) pages.route('/', part)
  pages.route('/', sharedPages as unknown as Hono<PortalEnv>)
  return pages
}
