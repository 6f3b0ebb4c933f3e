import type { PropsWithChildren } from 'hono/jsx'
import { Page } from './page.tsx'

interface Props {
  title: string
  description: string
  /** Addresses of style sheets and scripts of our own. */
  styles: string[]
  scripts?: string[]
}

/** The frame of a documentation page: head, a line to go elsewhere, the content. */
export const Layout = ({ title, description, styles, scripts = [], children }: PropsWithChildren<Props>) => (
  <Page title={title} description={description} styles={styles} head={scripts.map((src) => <script src={src} defer />)}>
    <header class="bar">
      <a class="brand" href="/docs">
        Fascia
      </a>
      <nav aria-label="Documentation">
        <a href="/docs">API</a>
        <a href="/docs/events">Events</a>
        <a href="/docs/destinations">Destinations</a>
        <a href="/docs/suppliers">Suppliers</a>
        <a href="/docs/streaming">Streaming</a>
        <a href="/openapi.json">openapi.json</a>
        <a href="/asyncapi.json">asyncapi.json</a>
      </nav>
    </header>
    {children}
  </Page>
)
