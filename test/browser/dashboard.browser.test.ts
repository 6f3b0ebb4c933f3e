import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Local, readPrivate } from '../../shared/cli/home.ts'
import { createClient } from '../../shared/sdk/client.ts'
import { serve } from '../local/spawned.ts'
import { barriers, launch, overflow, PHONE, picture } from './chromium.ts'

let browser: Browser
let fascia: Awaited<ReturnType<typeof serve>>
let receiver: Server
let hook: string
let account: { dev_id: string; api_key: string }
beforeAll(async () => {
  browser = await launch()
  fascia = await serve()
  receiver = createServer((request, response) => response.writeHead(request.url === '/bad' ? 500 : 204).end())
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const operatorToken = readPrivate<Local>('local.json', fascia.home).operator_token!
  const { operator } = createClient({ baseUrl: fascia.url, operatorToken })
  account = await operator.createDeveloper({ name: 'dashboard' })
})
afterAll(async () => {
  await browser?.close()
  receiver?.close()
  await fascia?.stop()
})

const DESK = { width: 1280, height: 900 }

/** A member's browser, signed in by the form; what pages complained about fails the test. */
async function member(options: BrowserContextOptions, use: (page: Page) => Promise<void>) {
  const context = await browser.newContext({ viewport: DESK, ...options })
  const complaints: string[] = []
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    await page.goto(`${fascia.url}/dashboard/destinations/new`)
    await page.getByLabel('dev-id').fill(account.dev_id)
    await page.getByLabel('API key').fill(account.api_key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/dashboard/destinations/new')
    await use(page)
  } finally {
    await context.close()
  }
  // A refused form is answered with its status: the browser says so in its console, and that is all it may say.
  expect(complaints.filter((text) => !/status of 400/.test(text))).toEqual([])
}
async function addWebhook(page: Page, url: string): Promise<void> {
  await page.goto(`${fascia.url}/dashboard/destinations/new/webhook`)
  await page.getByLabel('URL').fill(url)
  await page.getByRole('button', { name: /Save/ }).click()
}
const seen = async (id: string) =>
  (await (
    await fetch(`${fascia.url}/v2/destinations/${id}`, {
      headers: { 'dev-id': account.dev_id, 'x-api-key': account.api_key },
    })
  ).json()) as { state: string; settings: { url: string }; delivery: Record<string, unknown> }
const idOf = (page: Page) => /dst_\w+/.exec(page.url())![0]

describe('the dashboard in a browser', () => {
  test('a destination is added, tested, paused and changed, and the API shows the same', async () => {
    await member({}, async (page) => {
      await addWebhook(page, `${hook}/good`)
      expect(await page.locator('#signing-secret').textContent()).toMatch(/whsec_/)
      await picture(page, 'dashboard-made')
      await page.getByRole('link', { name: 'Go on' }).click()
      const id = idOf(page)
      await page.getByRole('button', { name: 'Send a test' }).click()
      await page.getByText(/The test arrived/).waitFor()
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByText('Paused', { exact: true }).waitFor()
      expect((await seen(id)).state).toBe('paused')
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByText('Delivering', { exact: true }).waitFor()
      await page.getByText('Change the settings').click()
      await page.getByLabel('URL').fill(`${hook}/other`)
      await page.getByRole('checkbox', { name: 'sleep' }).check()
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved.').waitFor()
      expect(await seen(id)).toMatchObject({ settings: { url: `${hook}/other` }, delivery: { event_types: ['sleep'] } })
    })
  })
  test('a refused form says what is wrong and keeps what was typed', async () => {
    await member({}, async (page) => {
      await addWebhook(page, 'http://user:word@receiver.example/')
      await page.getByRole('alert').waitFor()
      expect(await page.getByRole('alert').textContent()).toContain('credentials')
      expect(await page.getByLabel('URL').inputValue()).toBe('http://user:word@receiver.example/')
      await picture(page, 'dashboard-refused')
    })
  })
  test('works with the keys alone and without script', async () => {
    await member({ javaScriptEnabled: false }, async (page) => {
      await page.goto(`${fascia.url}/dashboard/destinations/new/webhook`)
      await page.getByLabel('URL').focus()
      await page.keyboard.type(`${hook}/keys`)
      await page.keyboard.press('Enter')
      await page.getByText('Copy the secret').waitFor()
    })
  })

  const looks: [string, BrowserContextOptions][] = [
    ['desk', {}],
    ['desk-dark', { colorScheme: 'dark' }],
    ['phone', { viewport: PHONE }],
    ['phone-dark', { viewport: PHONE, colorScheme: 'dark' }],
  ]
  test.each(looks)('every page keeps nobody out and fits the screen: %s', async (name, options) => {
    await member(options, async (page) => {
      const look = async (what: string) => {
        expect(await overflow(page), what).toBe(0)
        expect(await barriers(page), what).toEqual([])
        await picture(page, `dashboard-${what}-${name}`)
      }
      await look('kinds')
      await page.goto(`${fascia.url}/dashboard/destinations/new/webhook`)
      await page.getByText('What is sent, and how').click()
      await look('form')
      await addWebhook(page, `${hook}/bad`)
      await page.getByRole('link', { name: 'Go on' }).click()
      await page.getByRole('button', { name: 'Send a test' }).click()
      await page.getByRole('alert').waitFor()
      await look('failing')
      await page.goto(`${fascia.url}/dashboard`)
      await look('list')
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByLabel('dev-id').waitFor()
      await look('sign-in')
    })
  })
})
