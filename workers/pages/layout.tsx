import type { PropsWithChildren } from 'hono/jsx'

interface Props {
  title: string
  description: string
  /** Addresses of style sheets and scripts of our own. */
  styles: string[]
  scripts?: string[]
}

/** The frame of a documentation page: head, a line to go elsewhere, the content. */
export const Layout = ({ title, description, styles, scripts = [], children }: PropsWithChildren<Props>) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="description" content={description} />
      <title>{title}</title>
      <link rel="icon" href="data:," />
      {styles.map((href) => (
        <link rel="stylesheet" href={href} />
      ))}
      {scripts.map((src) => (
        <script src={src} defer />
      ))}
    </head>
    <body>
      <header class="bar">
        <a class="brand" href="/docs">
          Fascia
        </a>
        <nav aria-label="Documentation">
          <a href="/docs">API</a>
          <a href="/docs/events">Events</a>
          <a href="/docs/destinations">Destinations</a>
          <a href="/docs/streaming">Streaming</a>
          <a href="/openapi.json">openapi.json</a>
          <a href="/asyncapi.json">asyncapi.json</a>
        </nav>
      </header>
      {children}
    </body>
  </html>
)
