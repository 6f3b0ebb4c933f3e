import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { barriers, launch, overflow, overlaps, picture, withPage } from './chromium.ts'
import { SUPPLIER } from './supplier-accounts.ts'
import { serveSupplierPages } from './supplier-doors.ts'
import { PULLS } from './supplier-pulls.ts'
import { BATCHES, CONTRACTS, QUARANTINED } from './supplier-views.ts'

let browser: Browser
let pages: Awaited<ReturnType<typeof serveSupplierPages>>
beforeAll(async () => {
  browser = await launch()
  pages = await serveSupplierPages()
})
afterAll(async () => {
  await browser?.close()
  await pages?.stop()
})

const PHONE = { width: 390, height: 844 }
const LOOKS: [string, BrowserContextOptions][] = [
  ['desk', {}],
  ['desk-dark', { colorScheme: 'dark' }],
  ['phone', { viewport: PHONE }],
  ['phone-dark', { viewport: PHONE, colorScheme: 'dark' }],
]
/** What both sides look at, and what each has of its own. */
const BOTH = {
  overview: '',
  quality: '/quality',
  batches: '/batches',
  running: `/batches/${BATCHES[0]!.batch_id}`,
  'batch-in-trouble': `/batches/${BATCHES[1]!.batch_id}`,
  batch: `/batches/${BATCHES[2]!.batch_id}`,
  quarantine: '/quarantine?reason=unknown_subject',
  quarantined: `/quarantine/${QUARANTINED[0]!.quarantine_id}`,
  subjects: '/subjects',
  contracts: '/contracts',
  active: `/contracts/${CONTRACTS[0]!.contract_id}`,
  review: `/contracts/${CONTRACTS[1]!.contract_id}`,
  draft: `/contracts/${CONTRACTS[2]!.contract_id}`,
  'contract-new': '/contracts/new',
  pulls: '/pulls',
  limits: '/limits',
  settings: '/settings',
}
const OWN = {
  pull: `/pulls/${PULLS[0]!.pull_id}`,
  'pull-in-trouble': `/pulls/${PULLS[1]!.pull_id}`,
  'pull-paused': `/pulls/${PULLS[2]!.pull_id}`,
  'pull-new': '/pulls/new',
  credentials: '/credentials',
  try: '/try',
}

async function look(page: Page, name: string): Promise<void> {
  await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
  await picture(page, name, true)
  expect(await overflow(page), name).toBe(0)
  expect(await overlaps(page), name).toEqual([])
  expect(await barriers(page), name).toEqual([])
}
async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).fill(value)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

describe.each(LOOKS)('the suppliers’ pages: %s', (look_, options) => {
  test('of a supplier keep nobody out and fit the screen', async () => {
    await withPage(browser, { options }, async (page) => {
      await page.goto(`${pages.url}/suppliers/invitations/fsi_abc`)
      await look(page, `portal-invitation-${look_}`)
      await page.goto(`${pages.url}/suppliers`)
      await look(page, `portal-sign-in-${look_}`)
      await fill(page, { 'Client id': 'crd_1', 'Client secret': 'fss_1' })
      await page.waitForURL('**/suppliers')
      for (const [name, path] of Object.entries({ ...BOTH, ...OWN })) {
        await page.goto(`${pages.url}/suppliers${path}`)
        await look(page, `portal-${name}-${look_}`)
      }
      await page.getByLabel('Records').fill('{"subject":"p-1"}')
      await page.getByRole('button', { name: 'Look at them' }).click()
      await page.getByText('nothing stored').waitFor()
      await look(page, `portal-looked-${look_}`)
    })
  })
  test('tell where a form of theirs was filled in wrongly, and repeat no secret', async () => {
    await withPage(browser, { options, expected: /status of 400/ }, async (page) => {
      await page.goto(`${pages.url}/suppliers`)
      await fill(page, { 'Client id': 'crd_1', 'Client secret': 'fss_1' })
      await page.waitForURL('**/suppliers')
      await page.goto(`${pages.url}/suppliers/pulls/new`)
      const typed = { bucket: 'no-such-bucket', region: 'eu-central-1', prefix: 'nights/', access_key_id: 'AKIA1' }
      for (const [name, value] of Object.entries(typed)) await page.locator(`#${name}`).fill(value)
      await page.getByLabel('Secret access key').fill('the-secret-of-the-bucket')
      await page.getByRole('button', { name: 'Try the keys' }).click()
      await page.getByRole('alert').waitFor()
      await look(page, `portal-pull-refused-${look_}`)
      for (const [name, value] of Object.entries(typed)) expect(await page.locator(`#${name}`).inputValue()).toBe(value)
      expect(await page.locator('[aria-invalid]').evaluateAll((all) => all.map(({ id }) => id))).toEqual(['bucket'])
      const border = (name: string) =>
        page.evaluate(`getComputedStyle(document.getElementById('${name}')).borderTopWidth`)
      expect([await border('bucket'), await border('region')]).toEqual(['2px', '1px'])
      expect(await page.content()).not.toContain('the-secret-of-the-bucket')
    })
  })
})

// Their insides are the supplier's own, and were seen in all looks: each width and each scheme once is enough.
const [, DESK_DARK, PHONE_LIGHT] = LOOKS
test.each([DESK_DARK!, PHONE_LIGHT!])(
  'the suppliers’ pages of their developer keep nobody out and fit the screen: %s',
  async (look_, options) => {
    await withPage(browser, { options }, async (page) => {
      await page.goto(`${pages.url}/dashboard/suppliers`)
      await fill(page, { 'dev-id': 'owls', 'API key': 'fsk_1' })
      await page.waitForURL('**/dashboard/suppliers')
      await look(page, `developer-list-${look_}`)
      await page.goto(`${pages.url}/dashboard/suppliers/invite`)
      await look(page, `developer-invite-${look_}`)
      for (const [name, path] of Object.entries(BOTH)) {
        await page.goto(`${pages.url}/dashboard/suppliers/${SUPPLIER.supplier_id}/production${path}`)
        await look(page, `developer-${name}-${look_}`)
      }
    })
  },
)
