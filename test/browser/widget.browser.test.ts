import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { serve } from '../local/spawned.ts'
import { barriers, launch, overflow, PHONE, picture } from './chromium.ts'
import { newDeveloper } from './developer.ts'
import { servePages } from './page-server.ts'

let browser: Browser
let fascia: Awaited<ReturnType<typeof serve>>
let app: Awaited<ReturnType<typeof servePages>>
let headers: Record<string, string>

beforeAll(async () => {
  browser = await launch()
  fascia = await serve()
  // The developer's app, to which people come back.
  app = await servePages({
    '/back': () => '<title>the app</title>',
    '/embedding': (url) =>
      `<title>the app</title><iframe src="${url.searchParams.get('url')}" width="400" height="620">`,
  })
  const { dev_id, api_key } = await newDeveloper(fascia, 'widget')
  headers = { 'dev-id': dev_id, 'x-api-key': api_key, 'content-type': 'application/json' }
})
afterAll(async () => {
  await browser?.close()
  await app?.stop()
  await fascia?.stop()
})

let people = 0
const newPerson = () => `person-${++people}`

/** A session of the widget for the person, opened in a browser of their own. */
async function visit<T>(
  asked: Record<string, unknown>,
  options: BrowserContextOptions,
  use: (page: Page, complaints: string[]) => Promise<T>,
): Promise<T> {
  const made = await fetch(`${fascia.url}/v2/auth/generateWidgetSession`, {
    method: 'POST',
    headers,
    body: JSON.stringify(asked),
  })
  const { url } = (await made.json()) as { url: string }
  const context = await browser.newContext({ viewport: PHONE, reducedMotion: 'reduce', ...options })
  try {
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await page.goto(url)
    return await use(page, complaints)
  } finally {
    await context.close()
  }
}

/** What the API says of the person: the sources that are connected. */
async function connectedOf(reference_id: string): Promise<string[]> {
  const answer = await fetch(`${fascia.url}/v2/userInfo?reference_id=${reference_id}`, { headers })
  const { users } = (await answer.json()) as { users: { provider: string; active: boolean }[] }
  return users.filter(({ active }) => active).map(({ provider }) => provider)
}

/** Changes the address of the provider's sign-in on the way there. */
const onTheWay = (page: Page, change: (url: URL) => void) =>
  page.route('**/connect/flow/*', async (route: Route) => {
    const response = await route.fetch({ maxRedirects: 0 })
    const url = new URL(response.headers().location!)
    change(url)
    await route.fulfill({ response, headers: { ...response.headers(), location: url.href } })
  })

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

describe('a person who connects a source', () => {
  test.each([true, false])('finds it, signs in and is connected (script: %s)', async (javaScriptEnabled) => {
    const reference_id = newPerson()
    await visit({ reference_id }, { javaScriptEnabled }, async (page, complaints) => {
      await page.getByRole('searchbox').fill('oura')
      await page.keyboard.press('Enter')
      await page.waitForURL('**?q=oura&category=')
      expect(await page.getByRole('list', { name: 'Devices and apps' }).getByRole('button').count()).toBe(1)
      await page.getByRole('button', { name: 'Oura' }).click()
      await heading(page, 'Oura is connected')
      expect(complaints).toEqual([])
    })
    expect(await connectedOf(reference_id)).toEqual(['OURA'])
  })
  test('does so with the keys alone', async () => {
    const reference_id = newPerson()
    await visit({ reference_id }, {}, async (page) => {
      await page.keyboard.press('Tab')
      await page.keyboard.type('garmin')
      const chosen = page.locator('button.source:focus')
      for (let presses = 0; presses < 20 && (await chosen.count()) === 0; presses++) await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await heading(page, 'Garmin is connected')
    })
    expect(await connectedOf(reference_id)).toEqual(['GARMIN'])
  })
  test('does so in Arabic, from right to left', async () => {
    const reference_id = newPerson()
    await visit({ reference_id, language: 'ar' }, {}, async (page) => {
      expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
      expect(await overflow(page)).toBe(0)
      await page.getByRole('button', { name: 'Withings' }).click()
      await heading(page, 'تم ربط Withings')
      expect(await barriers(page)).toEqual([])
      await picture(page, 'real-connected-ar')
    })
    expect(await connectedOf(reference_id)).toEqual(['WITHINGS'])
  })
  test('goes back to the app, whose address keeps what it held', async () => {
    const reference_id = newPerson()
    await visit({ reference_id, auth_success_redirect_url: `${app.url}/back?from=here` }, {}, async (page) => {
      await page.getByRole('button', { name: 'Oura' }).click()
      await page.waitForURL(`${app.url}/back?**`)
      const { user_id, ...rest } = Object.fromEntries(new URL(page.url()).searchParams)
      expect(rest).toEqual({ from: 'here', resource: 'OURA', reference_id })
      const answer = await fetch(`${fascia.url}/v2/userInfo?user_id=${user_id}`, { headers })
      expect(await answer.json()).toMatchObject({ user: { provider: 'OURA', reference_id, active: true } })
    })
  })
  test('goes on to the next, and sees what is connected', async () => {
    const reference_id = newPerson()
    await visit({ reference_id, multi_auth: true }, {}, async (page) => {
      await page.getByRole('button', { name: 'Oura' }).click()
      await page.getByText('Oura is connected').waitFor()
      await page.getByRole('button', { name: 'Garmin' }).click()
      await page.getByText('Garmin is connected').waitFor()
      expect(await page.getByRole('button', { name: 'Connected' }).count()).toBe(2)
      await picture(page, 'real-picker-several')
    })
    expect((await connectedOf(reference_id)).sort()).toEqual(['GARMIN', 'OURA'])
  })
})

describe('a person who does not', () => {
  test('is told so after a denial, and may try again', async () => {
    const reference_id = newPerson()
    await visit({ reference_id }, {}, async (page) => {
      await onTheWay(page, (url) => url.searchParams.set('login_hint', 'deny'))
      await page.getByRole('button', { name: 'Oura' }).click()
      await heading(page, 'Oura is not connected')
      await page.getByText('You did not allow access').waitFor()
      expect(await connectedOf(reference_id)).toEqual([])
      expect(await barriers(page)).toEqual([])
      await picture(page, 'real-denied')
      await page.unroute('**/connect/flow/*')
      await page.getByRole('link', { name: 'Try again' }).click()
      await page.getByRole('button', { name: 'Oura' }).click()
      await heading(page, 'Oura is connected')
    })
    expect(await connectedOf(reference_id)).toEqual(['OURA'])
  })
  test('is stopped where the state was forged, and connects nothing', async () => {
    const reference_id = newPerson()
    await visit({ reference_id }, {}, async (page) => {
      await onTheWay(page, (url) => {
        const [flow, proof] = url.searchParams.get('state')!.split('.') as [string, string]
        url.searchParams.set('state', `${flow}.${[...proof].reverse().join('')}`)
      })
      await page.getByRole('button', { name: 'Oura' }).click()
      await heading(page, 'Oura is not connected')
      await page.getByText('does not match the one you started here').waitFor()
    })
    expect(await connectedOf(reference_id)).toEqual([])
  })
  test('is stopped in another browser than the one that began', async () => {
    const reference_id = newPerson()
    await visit({ reference_id }, {}, async (page) => {
      let back = ''
      await onTheWay(page, (url) => {
        back = `${url.searchParams.get('redirect_uri')}?code=c&state=${encodeURIComponent(url.searchParams.get('state')!)}`
        url.searchParams.set('login_hint', 'deny')
      })
      await page.getByRole('button', { name: 'Oura' }).click()
      await heading(page, 'Oura is not connected')
      const stranger = await browser.newContext({ viewport: PHONE })
      const elsewhere = await stranger.newPage()
      await elsewhere.goto(back)
      await heading(elsewhere, 'Oura is not connected')
      await elsewhere.getByText('cookie').waitFor()
      await stranger.close()
    })
    expect(await connectedOf(reference_id)).toEqual([])
  })
  test('leaves for the app with "Not now"', async () => {
    const reference_id = newPerson()
    await visit({ reference_id, auth_failure_redirect_url: `${app.url}/back?step=2` }, {}, async (page) => {
      await page.getByRole('link', { name: 'Not now' }).click()
      await page.waitForURL(`${app.url}/back?**`)
      expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({ step: '2', reason: 'cancelled' })
    })
    expect(await connectedOf(reference_id)).toEqual([])
  })
  test('is told that a link is not known', async () => {
    await visit({}, { locale: 'de' }, async (page) => {
      await page.goto(`${fascia.url}/connect/session/wgt_nobody`)
      await heading(page, 'Nicht verbunden')
      await page.getByText('Diesen Link kennen wir nicht').waitFor()
      expect(await barriers(page)).toEqual([])
    })
  })
})

describe('in a page of the developer’s', () => {
  const embed = (origins: string[]) =>
    fetch(`${fascia.url}/v2/widget`, { method: 'PATCH', headers, body: JSON.stringify({ allowed_origins: origins }) })
  afterEach(() => embed([]))

  test('a source opens in a tab of its own, and the list goes on when it is connected', async () => {
    await embed([app.url])
    const reference_id = newPerson()
    await visit({ reference_id }, { viewport: { width: 420, height: 640 } }, async (page, complaints) => {
      await page.goto(`${app.url}/embedding?url=${encodeURIComponent(page.url())}`)
      const widget = page.frameLocator('iframe')
      const opened = page.waitForEvent('popup')
      await widget.getByRole('button', { name: 'Oura' }).click()
      await widget.getByRole('heading', { name: 'Finish in the other tab' }).waitFor()
      await heading(await opened, 'Oura is connected')
      await widget.getByText('Oura is connected').waitFor()
      await widget.getByRole('button', { name: 'Oura' }).getByText('Connected').waitFor()
      expect(complaints).toEqual([])
      await picture(page, 'real-embedded')
    })
    expect(await connectedOf(reference_id)).toEqual(['OURA'])
  })
  test('that is not allowed to, nothing is shown', async () => {
    await visit({}, {}, async (page, complaints) => {
      await page.goto(`${app.url}/embedding?url=${encodeURIComponent(page.url())}`)
      expect(await page.frameLocator('iframe').getByRole('button', { name: 'Oura' }).count()).toBe(0)
      expect(complaints.join()).toContain('frame')
    })
  })
})

describe('the list', () => {
  test('offers what the session names, fits a phone and keeps nobody out', async () => {
    await visit(
      { providers: 'GARMIN,WITHINGS', language: 'en-GB' },
      { colorScheme: 'dark' },
      async (page, complaints) => {
        const names = page.getByRole('list', { name: 'Devices and apps' }).locator('.name')
        expect(await names.allInnerTexts()).toEqual(['Garmin', 'Withings'])
        await page.getByRole('button', { name: 'Body and scales', exact: true }).click()
        await page.getByText('1 device or app').waitFor()
        expect(await page.getByRole('button', { name: 'Garmin' }).isVisible()).toBe(false)
        await page.getByRole('button', { name: 'All', exact: true }).click()
        await page.getByText('2 devices and apps').waitFor()
        expect([await barriers(page), await overflow(page), complaints]).toEqual([[], 0, []])
        await picture(page, 'real-picker-dark')
      },
    )
  })
})
