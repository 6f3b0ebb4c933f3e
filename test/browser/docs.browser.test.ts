import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve } from '../local/spawned.ts'
import { barriers, DESK, launch, overflow, PHONE, picture, withPage } from './chromium.ts'

interface Document {
  tags: { name: string }[]
  paths: Record<string, Record<string, { tags: string[] }>>
}
let browser: Browser
let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  browser = await launch()
  server = await serve()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** A page that asks nothing of others. */
async function visit(path: string, options: BrowserContextOptions, use: (page: Page) => Promise<void>) {
  const outside: string[] = []
  await withPage(browser, { options }, async (page) => {
    page.setDefaultTimeout(30_000)
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (protocol !== 'data:' && origin !== server.url) outside.push(request.url())
    })
    await page.goto(server.url + path)
    await use(page)
  })
  expect(outside).toEqual([])
}

describe('the reference in a browser', () => {
  test.each([
    ['docs-desk', { viewport: DESK }],
    ['docs-desk-dark', { viewport: DESK, colorScheme: 'dark' }],
    ['docs-phone', { viewport: PHONE }],
  ] as [string, BrowserContextOptions][])(
    'lists every group, and its operations, under its strict policy: %s',
    async (name, options) => {
      const { tags, paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document
      const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
      const ofUsers = operations.filter((operation) => operation.tags.includes('Users'))
      await visit('/docs', options, async (page) => {
        await page.locator('.opblock-tag').first().waitFor()
        expect(await page.locator('.opblock-tag').count()).toBe(tags.length)
        await page.locator('#operations-tag-Users').click()
        await page.locator('#operations-Users-getUserInfo').waitFor()
        expect(await page.locator('[id^="operations-Users-"]').count()).toBe(ofUsers.length)
        expect(await overflow(page)).toBe(0)
        const dark = options.colorScheme === 'dark'
        expect(await page.evaluate("document.documentElement.classList.contains('dark-mode')")).toBe(dark)
        await picture(page, name)
      })
    },
  )
  test('shows an operation with its example', async () => {
    await visit('/docs', { viewport: DESK }, async (page) => {
      await page.locator('#operations-tag-Users').click()
      await page.locator('#operations-Users-getUserInfo .opblock-summary-control').click()
      await page.locator('#operations-Users-getUserInfo .highlight-code').first().waitFor()
      expect(await page.locator('#operations-Users-getUserInfo').textContent()).toContain('last_webhook_update')
      await picture(page, 'docs-operation')
    })
  })
})

describe('the pages of events, destinations and streams in a browser', () => {
  test.each([
    ['events', '/docs/events', { viewport: DESK }],
    ['event-desk', '/docs/events/sleep', { viewport: DESK }],
    ['event-phone', '/docs/events/sleep', { viewport: PHONE }],
    ['event-phone-dark', '/docs/events/user_reauth', { viewport: PHONE, colorScheme: 'dark' }],
    ['destinations-phone', '/docs/destinations', { viewport: PHONE }],
    ['destination-desk', '/docs/destinations/webhook', { viewport: DESK }],
    ['destination-phone-dark', '/docs/destinations/webhook', { viewport: PHONE, colorScheme: 'dark' }],
    ['streaming-desk', '/docs/streaming', { viewport: DESK }],
    ['streaming-desk-dark', '/docs/streaming', { viewport: DESK, colorScheme: 'dark' }],
    ['streaming-phone', '/docs/streaming', { viewport: PHONE }],
    ['streaming-phone-dark', '/docs/streaming', { viewport: PHONE, colorScheme: 'dark' }],
    ['suppliers-desk', '/docs/suppliers', { viewport: DESK }],
    ['suppliers-phone-dark', '/docs/suppliers', { viewport: PHONE, colorScheme: 'dark' }],
    ['event-without-script', '/docs/events/auth', { viewport: PHONE, javaScriptEnabled: false }],
  ] as [string, string, BrowserContextOptions][])(
    'fit the screen and keep nobody out: %s',
    async (name, path, options) => {
      await visit(path, options, async (page) => {
        if (options.javaScriptEnabled !== false) {
          expect(await overflow(page)).toBe(0)
          expect(await barriers(page)).toEqual([])
        }
        expect(await page.locator('h1').isVisible()).toBe(true)
        await picture(page, name)
      })
    },
  )
})
