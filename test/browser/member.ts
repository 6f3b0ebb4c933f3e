import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'

const DESK = { width: 1280, height: 900 }

export interface Member {
  browser: Browser
  /** Where the dashboard is. */
  url: string
  account: { dev_id: string; api_key: string }
  options?: BrowserContextOptions
  /** Complaints of the console that belong to the case: a refused form's status, a link that was cut. */
  expected?: RegExp
}

/** A member's browser, signed in by the form; what pages complained about fails the test. */
export async function asMember(
  { browser, url, account, options = {}, expected = /status of 400/ }: Member,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: DESK, ...options })
  const complaints: string[] = []
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`${url}/dashboard/destinations/new`)
    await page.getByLabel('dev-id').fill(account.dev_id)
    await page.getByLabel('API key').fill(account.api_key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/dashboard/destinations/new')
    await use(page)
  } finally {
    await context.close()
  }
  expect(complaints.filter((text) => !expected.test(text))).toEqual([])
}
