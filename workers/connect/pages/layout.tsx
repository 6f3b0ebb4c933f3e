import type { Child } from 'hono/jsx'
import { accentOf } from './accent.ts'
import type { Look, PageContext } from './context.ts'
import { Steps } from './steps.tsx'

interface Onward {
  seconds: number
  url: string
}
interface LayoutProps {
  context: PageContext
  title: string
  step: 1 | 2 | 3
  /** Where the browser goes by itself, and after how many seconds. */
  refresh?: Onward
  children: Child
}

/** What all pages of the widget share: head, the developer's look, progress. Who serves it says the doctype. */
export const Layout = ({ context, title, step, refresh, children }: LayoutProps) => {
  const { language, dir, look, nonce, words, embedded } = context
  return (
    <html lang={language} dir={dir}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{look.name ? `${title} · ${look.name}` : title}</title>
        <meta name="robots" content="noindex" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        {refresh && <Refresh {...refresh} />}
        {/* None: browsers would ask for one that is not there. */}
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/connect/assets/widget.css" />
        <style nonce={nonce}>{accentStyle(look)}</style>
        <script src="/connect/assets/widget.js" defer></script>
      </head>
      <body class={embedded ? 'embedded' : undefined}>
        <div class="card">
          <header>
            <Brand look={look} />
            <Steps words={words.steps} now={step} />
          </header>
          <main>{children}</main>
        </div>
      </body>
    </html>
  )
}

/** Who waits is disturbed by a page that comes again and again: where there is a script, it looks instead (`data-wait`). */
const Refresh = ({ seconds, url }: Onward) => {
  const meta = <meta http-equiv="refresh" content={`${seconds};url=${url}`} />
  return seconds === 0 ? meta : <noscript>{meta}</noscript>
}

function accentStyle(look: Look): string {
  const { fill, onFill, onLight, onDark } = accentOf(look.color)
  return `:root{--accent:${fill};--on-accent:${onFill};--accent-light:${onLight};--accent-dark:${onDark}}`
}

/** The name says what the logo shows, so the logo is silent beside it. */
const Brand = ({ look }: { look: Look }) => {
  const logo = look.logo?.startsWith('https://') ? look.logo : null
  if (!logo && !look.name) return null
  return (
    <p class="brand">
      {logo && <img src={logo} alt="" width="32" height="32" referrerpolicy="no-referrer" />}
      {look.name && <bdi>{look.name}</bdi>}
    </p>
  )
}
