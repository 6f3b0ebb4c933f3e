import type { Look, PageContext, PickerProvider } from '../../workers/connect/pages/context.ts'
import { CredentialsPage } from '../../workers/connect/pages/credentials-page.tsx'
import { DevicePage } from '../../workers/connect/pages/device-page.tsx'
import { LeavingPage } from '../../workers/connect/pages/leaving-page.tsx'
import { PickerPage } from '../../workers/connect/pages/picker-page.tsx'
import { ResultPage } from '../../workers/connect/pages/result-page.tsx'
import { WaitPage } from '../../workers/connect/pages/wait-page.tsx'
import { wordsOf } from '../../workers/connect/words.ts'
import { NONCE, type Render } from './page-server.ts'

const source = (name: string, category: string, more: Partial<PickerProvider> = {}): PickerProvider => ({
  resource: name.toUpperCase().replaceAll(' ', '_'),
  name,
  category,
  kind: 'oauth',
  connected: false,
  beta: false,
  ...more,
})
export const SOURCES = [
  source('Oura', 'wearable', { connected: true }),
  source('Garmin', 'wearable'),
  source('Fitbit', 'wearable'),
  source('Withings', 'body'),
  source('Strava', 'training'),
  source('intervals.icu', 'training', { kind: 'credentials' }),
  source('Café Santé', 'nutrition', { beta: true }),
  source('Nightscout', 'glucose', { kind: 'credentials' }),
  source('Dexcom', 'glucose'),
  source('Clue', 'cycle', { beta: true }),
  source('Apple Health', 'phone', { kind: 'device' }),
  source('Health Connect', 'phone', { kind: 'device' }),
]
export const CATEGORIES = ['wearable', 'training', 'body', 'nutrition', 'glucose', 'cycle', 'phone']
export const LOOK: Look = { name: 'Morgenlauf', logo: null, color: '#e4572e' }
const ERRORS = { credentials: 'refused_by_provider' }

export const contextOf = (url: URL): PageContext => ({
  ...wordsOf(url.searchParams.get('language'), undefined),
  look: url.searchParams.has('plain') ? { name: null, logo: null, color: null } : LOOK,
  nonce: NONCE,
  embedded: url.searchParams.has('embedded'),
})

/** Every page with props as the routes give them; the address says what differs. */
export const PAGES: Record<string, Render> = {
  '/picker': (url) => (
    <PickerPage
      context={contextOf(url)}
      action="/picker"
      providers={SOURCES}
      categories={CATEGORIES}
      query={url.searchParams.get('q') ?? ''}
      category={url.searchParams.get('category')}
      notice={url.searchParams.get('notice')}
      cancel="/picker/cancel"
    />
  ),
  '/leaving': (url) => <LeavingPage context={contextOf(url)} name="Garmin" url="/stay" />,
  // Answered with nothing, so that the browser stays where it is.
  '/stay': () => null,
  '/wait': (url) => <WaitPage context={contextOf(url)} name="Garmin" url="/wait" />,
  '/device': (url) => <DevicePage context={contextOf(url)} name="Apple Health" continueUrl="morgenlauf://connect" />,
  '/connected': (url) => (
    <ResultPage
      context={contextOf(url)}
      ok={true}
      name="Garmin"
      reason={null}
      backUrl="https://app.test/"
      again={null}
    />
  ),
  '/failed': (url) => (
    <ResultPage
      context={contextOf(url)}
      ok={false}
      name="Garmin"
      reason={url.searchParams.get('reason') ?? 'access_denied'}
      backUrl="https://app.test/"
      again="/picker"
    />
  ),
  '/credentials': (url) => (
    <CredentialsPage
      context={contextOf(url)}
      name="Nightscout"
      action="/credentials"
      fields={[
        { name: 'url', label: 'Server address', secret: false, help: 'https://example.org', type: 'url' },
        { name: 'token', label: 'API key', secret: true, help: null, type: 'password' },
      ]}
      help={{ text: 'nightscout.github.io', url: 'https://nightscout.github.io' }}
      error={url.searchParams.has('wrong') ? ERRORS.credentials : null}
      values={{ url: 'https://sugar.example.org', token: 'never-shown' }}
    />
  ),
}
