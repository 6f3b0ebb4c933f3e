import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../shared/sdk/client.ts'
import { connectUser } from '../../shared/sdk/connect.ts'
import { serve } from '../local/spawned.ts'
import { barriers, launch, overflow, PHONE, picture } from './chromium.ts'
import { newDeveloper } from './developer.ts'
import { asMember } from './member.ts'

let browser: Browser
let fascia: Awaited<ReturnType<typeof serve>>
let receiver: Server
let hook: string
/** Whether the receiver at /picky refuses what it gets. */
let picky = true
let account: { dev_id: string; api_key: string }
beforeAll(async () => {
  browser = await launch()
  fascia = await serve()
  receiver = createServer((request, response) => {
    const status = { '/bad': 500, '/picky': picky ? 422 : 204 }[request.url ?? ''] ?? 204
    response.writeHead(status).end(status === 422 ? 'unknown field "user"' : '')
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  account = await newDeveloper(fascia, 'dashboard')
})
afterAll(async () => {
  await browser?.close()
  receiver?.close()
  await fascia?.stop()
})

const member = (options: BrowserContextOptions, use: (page: Page) => Promise<void>) =>
  asMember({ browser, url: fascia.url, account, options }, use)
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
  test('what was refused is found, looked at and sent again', async () => {
    const api = { baseUrl: fascia.url, devId: account.dev_id, apiKey: account.api_key }
    const client = createClient(api)
    const { destination_id } = await client.destinations.add({
      type: 'webhook',
      settings: { url: `${hook}/picky` },
      delivery: { event_types: ['auth'], retry_schedule_ms: [50] },
    })
    await connectUser(client, { resource: 'GARMIN', reference_id: 'ann', account: 'ann' })
    await expect
      .poll(async () => (await client.destinations.deliveries(destination_id)).parked, { timeout: 20_000 })
      .toBe(1)
    await member({}, async (page) => {
      await page.goto(`${fascia.url}/dashboard/destinations/${destination_id}/parked`)
      await page.getByLabel('Reason or answer').fill('no such word')
      await page.getByRole('button', { name: 'Search' }).click()
      await page.getByText('Nothing is parked here.').waitFor()
      await page.getByLabel('Reason or answer').fill('unknown field')
      await page.getByRole('button', { name: 'Search' }).click()
      await picture(page, 'dashboard-parked')
      expect(await barriers(page)).toEqual([])
      await page.getByRole('cell', { name: 'ago' }).getByRole('link').click()
      await page.getByText('unknown field "user"').first().waitFor()
      await picture(page, 'dashboard-parked-event')
      expect(await barriers(page)).toEqual([])
      picky = false
      await page.getByRole('button', { name: 'Send it again…' }).click()
      await page.getByRole('heading', { name: '1 event' }).waitFor()
      await page.getByRole('button', { name: 'Send them' }).click()
      await page.getByText('done', { exact: true }).waitFor()
      await page.getByText('1 arrived').waitFor()
      await picture(page, 'dashboard-jobs')
      expect(await barriers(page)).toEqual([])
      await page.setViewportSize(PHONE)
      expect(await overflow(page)).toBe(0)
      await picture(page, 'dashboard-jobs-phone')
    })
    expect((await client.destinations.deliveries(destination_id)).parked).toBe(0)
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
