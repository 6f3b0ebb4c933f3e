import type { Child, PropsWithChildren } from 'hono/jsx'
import { Page, Skip } from '../pages/page.tsx'

interface Props {
  title: string
  /** Who is signed in; nobody on the page where one signs in. */
  devId?: string
  /** Seconds after which the page looks again: while something goes on. */
  again?: number | undefined
  /** What the page needs beyond its words; most need none. */
  script?: string
  /** For what is looked at side by side. */
  wide?: boolean
  /** A second bar below the first, of pages that belong together. */
  below?: Child
}

/** The frame of every page of the dashboard. */
export const Frame = ({ title, devId, again, script, wide = false, below, children }: PropsWithChildren<Props>) => (
  <Page
    title={title}
    styles={['/dashboard/assets/dashboard.css']}
    head={
      <>
        {again !== undefined && <meta http-equiv="refresh" content={String(again)} />}
        {script !== undefined && <script type="module" src={script} />}
      </>
    }
  >
    <Skip />
    <header class="bar">
      <a class="brand" href="/dashboard">
        Fascia
      </a>
      {devId !== undefined && (
        <>
          <nav aria-label="Dashboard">
            <a href="/dashboard">Destinations</a>
            <a href="/dashboard/suppliers">Suppliers</a>
            <a href="/dashboard/live">Live</a>
            <a href="/docs">API</a>
          </nav>
          <form method="post" action="/dashboard/sign-out" class="who">
            <span class="soft" title={devId}>
              {devId.length > 22 ? `${devId.slice(0, 20)}…` : devId}
            </span>
            <button type="submit" class="quiet">
              Sign out
            </button>
          </form>
        </>
      )}
    </header>
    {below}
    <main id="main" class={wide ? 'wide' : undefined}>
      {children}
    </main>
  </Page>
)

/** What went wrong, in the API's own words. */
export const Wrong = ({ text }: { text: string | undefined }) =>
  text === undefined ? null : (
    <p class="notice bad" role="alert">
      {text}
    </p>
  )
export const Done = ({ text }: { text: string | undefined }) =>
  text === undefined ? null : (
    <p class="notice good" role="status">
      {text}
    </p>
  )
