import type { Child, PropsWithChildren } from 'hono/jsx'

interface Props {
  title: string
  description?: string
  /** Addresses of style sheets of our own. */
  styles: string[]
  /** What else this one has in its head. */
  head?: Child
}

/** What our own pages have in common: the head. What a developer's users see has their look (connect/pages/layout.tsx). */
export const Page = ({ title, description, styles, head, children }: PropsWithChildren<Props>) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      {description !== undefined && <meta name="description" content={description} />}
      <title>{title} · Fascia</title>
      {/* None: browsers would ask for one that is not there. */}
      <link rel="icon" href="data:," />
      {styles.map((href) => (
        <link rel="stylesheet" href={href} />
      ))}
      {head}
    </head>
    <body>{children}</body>
  </html>
)

/** The first thing that a keyboard comes to. */
export const Skip = () => (
  <a class="skip" href="#main">
    Skip to the content
  </a>
)
