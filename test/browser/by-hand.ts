import type { Page } from 'playwright-core'
import { expect } from 'vitest'

export const press = (page: Page, name: string) => page.getByRole('button', { name }).click()
export const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
/** Reloads it until it says so: what one does where there is no script. */
export const lookedUntil = (page: Page, text: string) =>
  expect
    .poll(
      async () => {
        await page.reload()
        return (await page.locator('main').textContent())!.includes(text)
      },
      { timeout: 40_000, interval: 500 },
    )
    .toBe(true)
