import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { AxeResults } from 'axe-core'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

/** Where pictures of the pages are left, to be looked at. */
export const SCREENSHOTS = join(import.meta.dirname, '..', '..', '.fascia', 'screenshots')
export const DESK = { width: 1280, height: 900 }
export const PHONE = { width: 360, height: 740 }
const QUIET =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** The machine's own browser: see install.sh. */
export function launch(): Promise<Browser> {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const paths = (process.env.PATH ?? '').split(delimiter)
  const executablePath = names.flatMap((name) => paths.map((path) => join(path, name))).find((path) => existsSync(path))
  if (!executablePath) throw new Error('no chromium on the PATH: run test/browser/install.sh')
  return chromium.launch({ executablePath, args: QUIET.split(' ') })
}

/** A page in a browser profile of its own. What it complained about fails the test, but for what belongs to the case. */
export async function withPage(
  browser: Browser,
  { options = {}, expected }: { options?: BrowserContextOptions | undefined; expected?: RegExp | undefined },
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: DESK, ...options })
  const complaints: string[] = []
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await use(page)
  } finally {
    await context.close()
  }
  expect(complaints.filter((text) => !expected?.test(text))).toEqual([])
}

/** Of what is seen at once, or of the whole page. In CI nobody looks at it. */
export async function picture(page: Page, name: string, fullPage = false): Promise<void> {
  if (process.env.CI) return
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage })
}

/** What keeps people out, as axe finds it: rules and where. Runs outside the page's policy, which allows no script. */
export async function barriers(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const run = async (expression: string) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
  await run(`${axe.source};0`)
  const { violations } = (await run(`axe.run({ resultTypes: ['violations'] })`)) as AxeResults
  await session.detach()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

/** How far one can scroll sideways. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth') as Promise<number>

/** Cells of tables whose text runs into the next one. */
export const overlaps = (page: Page): Promise<string[]> =>
  page.evaluate(
    "[...document.querySelectorAll('td')].filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)",
  ) as Promise<string[]>
