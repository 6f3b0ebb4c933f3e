import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { withPage } from './chromium.ts'

export interface Member {
  browser: Browser
  /** Where the dashboard is. */
  url: string
  account: { dev_id: string; api_key: string }
  options?: BrowserContextOptions
  /** Complaints of the console that belong to the case: a refused form's status, a link that was cut. */
  expected?: RegExp
}

/** A member's browser, signed in by the form. */
export async function asMember(
  { browser, url, account, options, expected = /status of 400/ }: Member,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  await withPage(browser, { options, expected }, async (page) => {
    await page.goto(`${url}/dashboard/destinations/new`)
    await page.getByLabel('dev-id').fill(account.dev_id)
    await page.getByLabel('API key').fill(account.api_key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/dashboard/destinations/new')
    await use(page)
  })
}
