import { Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { Fault } from '../../shared/base/fault.ts'
import { settings } from '../../shared/base/settings.ts'
import { DESTINATIONS } from '../../shared/catalog/units.ts'
import { baseUrlOf } from '../base-url.ts'
import { Layout } from '../pages/layout.tsx'
import { sendAsset, sendText } from '../pages/send-asset.ts'
import { sendPage } from '../pages/send-page.ts'
import { DestinationListPage, DestinationPage } from './destination-pages.tsx'
import { docsStyle } from './docs-style.ts'
import { EventListPage } from './event-list-page.tsx'
import { EventPage } from './event-page.tsx'
import { eventDocs } from './events.ts'
import { referenceScript } from './reference-script.ts'
import { StreamPage } from './stream-page.tsx'
import { pictureStyle } from './stream-picture.tsx'
import { SupplierPage } from './supplier-page.tsx'
import { supplierPictureStyle } from './supplier-picture.tsx'

const PLAIN = { style: "'self'", img: 'data:' }
/** The renderer places marks in its pictures, and asks the API only where somebody presses "Execute". */
const REFERENCE = { script: "'self'", style: "'self'", img: "'self' data:", connect: "'self'", font: "'self' data:" }

/** The reference, a page for every event that a webhook receives and every kind of destination, the live protocol, and suppliers. */
export const docs = new Hono<{ Bindings: Env }>()

docs.get('/', (c) =>
  sendPage(
    c,
    <Layout
      title="API reference"
      description="Every operation of the API, with examples"
      styles={['/docs/assets/docs.css', '/docs/assets/swagger-ui.css']}
      scripts={['/docs/assets/swagger-ui-bundle.js', '/docs/assets/reference.js']}
    >
      <main id="reference">
        <noscript>
          This page needs JavaScript; the same is in <a href="/openapi.json">openapi.json</a>.
        </noscript>
      </main>
    </Layout>,
    REFERENCE,
  ),
)
docs.get('/events', (c) => sendPage(c, <EventListPage />, PLAIN))
docs.get('/events/:type', (c) => {
  const event = eventDocs().find((one) => one.type === c.req.param('type'))
  if (!event) throw new Fault('not_found', 'no event of that type; /docs/events lists them')
  return sendPage(c, <EventPage event={event} />, PLAIN)
})
docs.get('/destinations', (c) => sendPage(c, <DestinationListPage />, PLAIN))
docs.get('/destinations/:type', (c) => {
  const unit = DESTINATIONS[c.req.param('type')]
  if (!unit) throw new Fault('not_found', 'no destination of that type; /docs/destinations lists them')
  return sendPage(c, <DestinationPage unit={unit} />, PLAIN)
})
docs.get('/streaming', (c) => sendPage(c, <StreamPage base={baseUrlOf(c)} set={settings(c.env)} />, PLAIN))
docs.get('/suppliers', (c) => sendPage(c, <SupplierPage base={baseUrlOf(c)} />, PLAIN))
docs.get('/assets/docs.css', (c) => sendText(c, docsStyle + pictureStyle + supplierPictureStyle, 'css'))
docs.get('/assets/reference.js', (c) => sendText(c, referenceScript, 'javascript'))

/** From packages: see pages/make-assets.ts. */
docs.get('/assets/:file', sendAsset)
