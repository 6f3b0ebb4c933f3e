import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { barriers, launch, overflow, PHONE, picture } from './chromium.ts'
import { PAGES, SOURCES } from './fixtures.tsx'
import { servePages } from './page-server.ts'

let browser: Browser
let server: Awaited<ReturnType<typeof servePages>>
beforeAll(async () => {
  browser = await launch()
  server = await servePages(PAGES)
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** A page of its own browser profile, with all that it complained about. */
async function visit<T>(
  path: string,
  options: BrowserContextOptions,
  use: (page: Page, complaints: string[]) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ viewport: PHONE, ...options })
  try {
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(server.url + path)
    return await use(page, complaints)
  } finally {
    await context.close()
  }
}

const DESK = { width: 1200, height: 900 }
const NARROW = { width: 320, height: 560 }
const dark: BrowserContextOptions = { colorScheme: 'dark' }
const views: [string, string, BrowserContextOptions][] = [
  ['picker', '/picker', {}],
  ['picker-dark', '/picker?notice=Oura', dark],
  ['picker-desk', '/picker', { viewport: DESK }],
  ['picker-desk-dark', '/picker', { viewport: DESK, ...dark }],
  ['picker-narrow', '/picker?language=de', { viewport: NARROW }],
  ['picker-plain', '/picker?plain', {}],
  ['picker-de', '/picker?language=de', {}],
  ['picker-ar', '/picker?language=ar&notice=Oura', {}],
  ['picker-ar-desk', '/picker?language=ar', { viewport: DESK }],
  ['picker-embedded', '/picker?embedded', { viewport: { width: 420, height: 600 } }],
  ['picker-none', '/picker?q=zzz', {}],
  ['connected', '/connected', {}],
  ['connected-dark', '/connected?language=ar', dark],
  ['failed', '/failed', {}],
  ['failed-desk', '/failed?language=fr&reason=cookie_missing', { viewport: DESK }],
  ['failed-used', '/failed?reason=already_used', {}],
  ['failed-dark', '/failed?language=pl&reason=expired', dark],
  ['credentials', '/credentials', {}],
  ['credentials-wrong', '/credentials?wrong', {}],
  ['credentials-wrong-ar', '/credentials?wrong&language=ar', dark],
  ['device', '/device', {}],
  ['device-de-dark', '/device?language=de', dark],
  ['leaving', '/leaving', {}],
  ['wait', '/wait', {}],
  ['wait-plain-dark', '/wait?plain', dark],
]

describe('a page of the widget', () => {
  test.each(views)('keeps nobody out, fits the screen and keeps to its policy: %s', async (name, path, options) => {
    // Motion stands still, so that nothing is judged halfway.
    await visit(path, { reducedMotion: 'reduce', ...options }, async (page, complaints) => {
      await picture(page, name)
      expect(await barriers(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
      expect(complaints).toEqual([])
    })
  })
  test('leads on by itself where there is no script, and has a link for who is left behind', async () => {
    await visit('/picker', { javaScriptEnabled: false }, async (page) => {
      const [onward] = await Promise.all([page.waitForRequest('**/stay'), page.goto(`${server.url}/leaving`)])
      expect(onward.method()).toBe('GET')
      expect(await page.getByRole('link', { name: 'Go to Garmin' }).getAttribute('href')).toBe('/stay')
    })
  })
})

describe('the list of sources', () => {
  test.each([true, false])('is searched (script: %s)', async (javaScriptEnabled) => {
    await visit('/picker', { javaScriptEnabled }, async (page) => {
      await page.getByRole('searchbox', { name: 'Search devices and apps' }).fill('cafe')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/picker?q=cafe&category=')
      expect(await page.getByRole('list', { name: 'Devices and apps' }).getByRole('button').allInnerTexts()).toEqual([
        expect.stringContaining('Café Santé'),
      ])
      expect(await page.getByRole('status').innerText()).toBe('1 device or app')
    })
  })
  test.each([true, false])(
    'is narrowed to a category, which a search keeps (script: %s)',
    async (javaScriptEnabled) => {
      await visit('/picker', { javaScriptEnabled }, async (page) => {
        await page.getByRole('button', { name: 'Blood sugar', exact: true }).click()
        const status = page.getByRole('status').filter({ hasText: '2 devices and apps' })
        await status.waitFor()
        expect(await page.getByRole('button', { name: 'Blood sugar', exact: true }).getAttribute('aria-pressed')).toBe(
          'true',
        )
        await page.getByRole('searchbox').fill('night')
        await page.keyboard.press('Enter')
        await page.waitForURL('**/picker?q=night&category=glucose')
        expect(await page.getByRole('status').innerText()).toBe('1 device or app')
      })
    },
  )
  test('is filtered while one types, and says how many are left', async () => {
    await visit('/picker', {}, async (page) => {
      await page.getByRole('searchbox').pressSequentially('heal')
      expect(await page.getByRole('status').innerText()).toBe('2 devices and apps')
      await page.getByRole('searchbox').fill('nothing of that name')
      await page.getByRole('link', { name: 'Show all' }).click()
      expect(await page.getByRole('status').innerText()).toBe(`${SOURCES.length} devices and apps`)
    })
  })
  test('is used with the keys alone', async () => {
    await visit('/picker', {}, async (page) => {
      await page.keyboard.press('Tab')
      await page.keyboard.type('strava')
      const chosen = page.locator('button.source:focus')
      // Past the categories, of which there may be many, to the one source that is left.
      for (let presses = 0; presses < 20 && (await chosen.count()) === 0; presses++) await page.keyboard.press('Tab')
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/picker/connect')
      expect(server.sent.at(-1)).toEqual({ method: 'POST', path: '/picker/connect', body: 'resource=STRAVA' })
    })
  })
  test('has no target smaller than a finger', async () => {
    await visit('/picker', { javaScriptEnabled: false }, async (page) => {
      for (const target of await page.locator('main :is(a, button, input:not([type=hidden]))').all()) {
        if (!(await target.isVisible())) continue
        const { width, height } = (await target.boundingBox())!
        expect([await target.innerText(), Math.min(width, height) >= 44]).toEqual([expect.anything(), true])
      }
    })
  })
  test('opens a source in a tab of its own where it is embedded', async () => {
    await visit('/picker?embedded', {}, async (page) => {
      const opened = page.waitForEvent('popup')
      await page.getByRole('button', { name: 'Garmin' }).click()
      await (await opened).waitForURL('**/picker/connect')
      expect(new URL(page.url()).pathname).toBe('/picker')
    })
  })
})

describe('a form for credentials', () => {
  test('takes what is typed, and never shows a secret again', async () => {
    await visit('/credentials?wrong', {}, async (page) => {
      expect(await page.content()).not.toContain('never-shown')
      expect(await page.getByLabel('Address of your server').inputValue()).toBe('https://sugar.example.org')
      expect(await page.getByRole('alert').innerText()).toContain('not accepted')
      await page.getByLabel('API key').fill('new key')
      await page.getByRole('button', { name: 'Connect' }).click()
      await page.waitForURL('**/credentials')
      expect(server.sent.at(-1)?.body).toBe('url=https%3A%2F%2Fsugar.example.org&token=new+key')
    })
  })
})
