import { type Context, Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { dashboardStyle } from '../dashboard/style.ts'
import { chartStyle } from '../pages/chart.tsx'
import { sendAsset, sendText } from '../pages/send-asset.ts'
import { sendPage } from '../pages/send-page.ts'
import { StrapPage } from './strap-page.tsx'
import { strapStyle } from './strap-style.ts'

/** A page that streams a heart-rate strap, or a simulated heart: everything happens in the browser, with the producer core. */
export const strap = new Hono<{ Bindings: Env }>()

strap.get('/strap', (c) =>
  sendPage(c, <StrapPage />, { script: "'self'", style: "'self'", img: 'data:', connect: `'self' ${socketsOf(c)}` }),
)
strap.get('/assets/strap.css', (c) => sendText(c, dashboardStyle + chartStyle + strapStyle, 'css'))
/** From scripts/strap.ts. */
strap.get('/assets/:file', sendAsset)

/** Not every browser counts a socket of one's own origin as 'self'. */
function socketsOf(c: Context): string {
  const { protocol, host } = new URL(c.req.url)
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`
}
