import type { PropsWithChildren } from 'hono/jsx'
import type { Environment } from '../../../shared/supply/document.ts'
import { Page, Skip } from '../../pages/page.tsx'
import type { FrameProps } from '../pages/side.ts'
import { Tabs } from '../pages/tabs.tsx'
import type { PortalSession } from './session.ts'

const HOME = '/suppliers'

/** The frame of the portal's pages; without a session, of those where one comes in. */
export const PortalFrame = ({
  title,
  here,
  goesOn = false,
  session,
  children,
}: PropsWithChildren<FrameProps & { session?: PortalSession }>) => (
  <Page
    title={title}
    styles={['/suppliers/assets/portal.css']}
    head={goesOn && <script type="module" src="/suppliers/assets/again.js" />}
  >
    <Skip />
    <header class="bar">
      <a class="brand" href={HOME}>
        Fascia <span class="soft">suppliers</span>
      </a>
      <nav aria-label="Portal">
        <a href="/docs/suppliers">How it works</a>
      </nav>
      {session && (
        <div class="who">
          <Where session={session} />
          <form method="post" action={`${HOME}/sign-out`}>
            <button type="submit" class="quiet">
              Sign out
            </button>
          </form>
        </div>
      )}
    </header>
    {session && <Tabs who="supplier" home={HOME} here={here} />}
    <main id="main">{children}</main>
  </Page>
)

/** Which environment one is in; the other is a press away where its credential is here too, else a sign-in. */
const Where = ({ session }: { session: PortalSession }) => (
  <nav class={`where ${session.here}`} aria-label="Environment">
    {(['sandbox', 'production'] as const).map((environment) => (
      <WhereTo environment={environment} session={session} />
    ))}
  </nav>
)
const WhereTo = ({ environment, session }: { environment: Environment; session: PortalSession }) => {
  if (environment === session.here) return <span aria-current="true">{environment}</span>
  if (!session.held[environment]) return <a href={`${HOME}/sign-in?environment=${environment}`}>{environment}</a>
  return (
    <form method="post" action={`${HOME}/environment`}>
      <input type="hidden" name="environment" value={environment} />
      <button type="submit">{environment}</button>
    </form>
  )
}
