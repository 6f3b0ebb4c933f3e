import { Hono } from 'hono'
import { Fault } from '../../shared/base/fault.ts'
import { againScript } from '../pages/again-script.ts'
import { chartStyle } from '../pages/chart.tsx'
import { ownFormsOnly } from '../pages/own-forms.ts'
import { sendAsset, sendText } from '../pages/send-asset.ts'
import { supplierStyle } from '../suppliers/pages/style.ts'
import type { DashboardEnv } from './ask.ts'
import { destination } from './destination.tsx'
import { destinationList } from './destination-list.tsx'
import { destinationNew } from './destination-new.tsx'
import { jobs } from './jobs.tsx'
import { live } from './live.tsx'
import { liveStyle } from './live-style.ts'
import { pair } from './pair.tsx'
import { parked } from './parked.tsx'
import { sessionOf } from './session.ts'
import { signIn } from './sign-in.tsx'
import { dashboardStyle } from './style.ts'
import { suppliers } from './suppliers/routes.ts'

type Fetch = (
  request: Request,
  env: DashboardEnv['Bindings'],
  context: ExecutionContext,
) => Response | Promise<Response>

/** The members' pages. `worker`: our own doors, which the pages knock on with the key that signed in. */
export function dashboard(worker: Fetch): Hono<DashboardEnv> {
  const pages = new Hono<DashboardEnv>()
  pages.get('/assets/dashboard.css', (c) => sendText(c, dashboardStyle + chartStyle + liveStyle + supplierStyle, 'css'))
  pages.get('/assets/again.js', (c) => sendText(c, againScript, 'javascript'))
  pages.get('/assets/:file', sendAsset)
  pages.use('*', ownFormsOnly)
  pages.use('*', async (c, next) => {
    c.set('api', async (request) => worker(request, c.env, c.executionCtx as ExecutionContext))
    await next()
  })
  pages.route('/', signIn)
  pages.use('*', async (c, next) => {
    const session = sessionOf(c)
    // A script that asks would be led to a page that it cannot read.
    if (!session && /json|event-stream/.test(c.req.header('accept') ?? ''))
      throw new Fault('unauthorized', 'you are signed out; sign in at /dashboard/sign-in')
    if (!session) return c.redirect(`/dashboard/sign-in?next=${encodeURIComponent(new URL(c.req.url).pathname)}`, 303)
    c.set('session', session)
    await next()
  })
  for (const part of [destinationList, destinationNew, destination, parked, jobs, live, pair]) pages.route('/', part)
  pages.route('/suppliers', suppliers as unknown as Hono<DashboardEnv>)
  return pages
}
