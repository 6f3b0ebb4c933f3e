import type { Browser, BrowserContextOptions, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../shared/sdk/client.ts'
import { connectUser } from '../../shared/sdk/connect.ts'
import { serve } from '../local/spawned.ts'
import { barriers, launch, overflow, picture } from './chromium.ts'
import { newDeveloper } from './developer.ts'
import { asMember, type Member } from './member.ts'
import { strapOf } from './strap.ts'
import { weakLink } from './weak-link.ts'

type Account = Member['account']
let browser: Browser
let fascia: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  browser = await launch()
  fascia = await serve()
})
afterAll(async () => {
  await browser?.close()
  await fascia?.stop()
})

/** A developer of their own, with users of these names. */
async function developer(...names: string[]) {
  const account: Account = await newDeveloper(fascia, 'live')
  const client = createClient({ baseUrl: fascia.url, devId: account.dev_id, apiKey: account.api_key })
  const users: string[] = []
  for (const name of names)
    users.push(await connectUser(client, { resource: 'GARMIN', reference_id: name, account: name }))
  return { account, users }
}
async function watch(member: Omit<Member, 'browser' | 'url'> & { url?: string }, use: (page: Page) => Promise<void>) {
  await asMember({ browser, url: fascia.url, ...member }, async (page) => {
    await page.goto(`${member.url ?? fascia.url}/dashboard/live`)
    await use(page)
  })
}
/** The page asks who is there every few seconds, and this machine may be busy. */
const soon = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 15_000 })
const cardOf = (page: Page, user: string) => page.locator(`[data-user="${user}"]`)
const numberOn = (page: Page, user: string) => cardOf(page, user).locator('[data-of=value]').textContent()
/** Strokes of a line: one for every sample of the last two minutes, as they are a second apart. */
const lineOf = async (page: Page, user: string) => {
  const path = (await cardOf(page, user).locator('.line').getAttribute('d')) ?? ''
  return { points: path.match(/[ML]/g)?.length ?? 0, pieces: path.match(/M/g)?.length ?? 0, path }
}
const beats = (count: number, around = 70) =>
  Array.from({ length: count }, (_, i) => around + Math.round(12 * Math.sin(i / 9) + 3 * Math.sin(i / 2)))

describe('the live page in a browser', () => {
  test('a chart appears by itself when somebody sends, and moves', async () => {
    const { account, users } = await developer('ann')
    const [ann] = users as [string]
    await watch({ account }, async (page) => {
      await page.getByText('Nobody is live yet').waitFor()
      await page.getByText('Connected', { exact: true }).waitFor()
      await picture(page, 'live-nobody')
      expect(await barriers(page)).toEqual([])
      const strap = await strapOf(fascia.url, account, ann)
      strap.tell(true, { device_id: 'strap-1' })
      await strap.send('HEART_RATE', beats(60))
      await cardOf(page, ann).getByText('ann', { exact: true }).waitFor()
      await page.getByText('Nobody is live yet').waitFor({ state: 'hidden' })
      await soon(() => lineOf(page, ann)).toMatchObject({ points: 60, pieces: 1 })
      await strap.send('HEART_RATE', [142])
      await soon(() => numberOn(page, ann)).toBe('142')
      await cardOf(page, ann).getByText('linked: strap-1').waitFor()
      await cardOf(page, ann).getByText('Live', { exact: true }).waitFor()
      await soon(() => cardOf(page, ann).locator('[data-of=delay]').textContent()).toMatch(/^\d.* m?s$/)
      // Time goes on, and the line with it, where nothing new comes.
      const { path } = await lineOf(page, ann)
      await soon(async () => (await lineOf(page, ann)).path).not.toBe(path)
      await soon(() => page.locator('[data-figure=producers]').textContent()).toBe('1')
      strap.stop()
      await cardOf(page, ann).getByText('Away', { exact: true }).waitFor()
    })
  })
  test('a link that is cut comes back by itself and brings what was missed, once', async () => {
    const { account, users } = await developer('bob')
    const [bob] = users as [string]
    const link = await weakLink(fascia.url)
    const cutOff = /ERR_|status of 5\d\d/
    try {
      await watch({ account, url: link.url, expected: cutOff }, async (page) => {
        const strap = await strapOf(fascia.url, account, bob)
        const endsAt = Date.now()
        await strap.send('HEART_RATE', beats(20), endsAt - 40_000)
        await soon(() => lineOf(page, bob)).toMatchObject({ points: 20 })
        link.cut()
        await page.getByText('Link lost, trying again…').waitFor()
        await strap.send('HEART_RATE', beats(20), endsAt - 20_000)
        link.mend()
        await page.getByText('Connected', { exact: true }).waitFor()
        await strap.send('HEART_RATE', [...beats(19), 123], endsAt)
        await soon(() => numberOn(page, bob)).toBe('123')
        await soon(() => lineOf(page, bob)).toMatchObject({ points: 60, pieces: 1 })
        strap.stop()
      })
    } finally {
      await link.stop()
    }
  })
  test('what is drawn stands still while it is paused, and a user who sends several things has a choice', async () => {
    const { account, users } = await developer('eve')
    const [eve] = users as [string]
    await watch({ account }, async (page) => {
      const strap = await strapOf(fascia.url, account, eve)
      await strap.send('SPEED', [2.5, 2.84])
      await strap.send('RUNNING_HEART_RATE', [150, 151])
      strap.submit('LOCATION', { ts: new Date().toISOString(), d: [51.05, 13.74] })
      const card = cardOf(page, eve)
      await card.getByText('Not drawn, being no single numbers: LOCATION.').waitFor()
      await soon(() => card.getByLabel('What is drawn').locator('option').allTextContents()).toHaveLength(2)
      await card.getByLabel('What is drawn').selectOption({ label: 'Running heart rate' })
      await soon(() => numberOn(page, eve)).toBe('151')
      await card.getByLabel('What is drawn').selectOption({ label: 'Speed' })
      await soon(() => numberOn(page, eve)).toBe('2.8')
      await page.getByRole('button', { name: 'Pause' }).click()
      const other = await page.context().newPage()
      await other.goto(page.url())
      await strap.send('SPEED', [3.1])
      await other.locator(`[data-user="${eve}"]`).getByLabel('What is drawn').selectOption({ label: 'Speed' })
      await soon(() => numberOn(other, eve)).toBe('3.1')
      expect(await numberOn(page, eve)).toBe('2.8')
      await page.getByRole('button', { name: 'Pause' }).click()
      await soon(() => numberOn(page, eve)).toBe('3.1')
      strap.stop()
    })
  })
  test('a tab that nobody looks at gives its place back, and has it all when it is looked at again', async () => {
    const { account, users } = await developer('hugo')
    const [hugo] = users as [string]
    const headers = { 'dev-id': account.dev_id, 'x-api-key': account.api_key }
    const consumers = async () => {
      const status = await fetch(`${fascia.url}/v2/stream/status`, { headers })
      return ((await status.json()) as { consumers: unknown[] }).consumers.length
    }
    const look = (page: Page, hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`)
    await asMember({ browser, url: fascia.url, account }, async (page) => {
      await page.clock.install()
      await page.goto(`${fascia.url}/dashboard/live`)
      const strap = await strapOf(fascia.url, account, hugo)
      const endsAt = Date.now()
      await strap.send('HEART_RATE', beats(30), endsAt - 30_000)
      await soon(() => lineOf(page, hugo)).toMatchObject({ points: 30 })
      expect(await consumers()).toBe(1)
      await look(page, true)
      await page.clock.fastForward(61_000)
      // That the other end is gone is seen by who writes to it.
      await strap.send('HEART_RATE', [...beats(29), 131], endsAt)
      await soon(consumers).toBe(0)
      await look(page, false)
      await soon(() => numberOn(page, hugo)).toBe('131')
      await soon(() => lineOf(page, hugo)).toMatchObject({ points: 60, pieces: 1 })
      strap.stop()
    })
  })
  test('says why no stream comes, and when one is signed out', async () => {
    const { account } = await developer()
    const headers = { 'dev-id': account.dev_id, 'x-api-key': account.api_key }
    const ends = new AbortController()
    for (let i = 0; i < 10; i++)
      expect((await fetch(`${fascia.url}/v2/stream`, { headers, signal: ends.signal })).status).toBe(200)
    await watch({ account, expected: /status of 401/ }, async (page) => {
      await page.getByRole('status').getByText('10 consumers are connected').waitFor()
      await page.context().clearCookies()
      await page.getByRole('link', { name: 'Sign in again' }).waitFor()
    })
    ends.abort()
  })
  test('asks again where an answer was cut off', async () => {
    const { account, users } = await developer('ida')
    const [ida] = users as [string]
    await asMember({ browser, url: fascia.url, account }, async (page) => {
      let cutOff = 0
      const cut = (route: Route) => {
        cutOff++
        return route.fulfill({ contentType: 'application/json', body: '{"now":' })
      }
      await page.route('**/dashboard/live/state', cut, { times: 1 })
      await page.goto(`${fascia.url}/dashboard/live`)
      await soon(async () => cutOff).toBe(1)
      const strap = await strapOf(fascia.url, account, ida)
      await strap.send('HEART_RATE', [61])
      await cardOf(page, ida).getByText('ida', { exact: true }).waitFor()
      strap.stop()
    })
  })
  test('says that samples were dropped before they came', async () => {
    const { account } = await developer()
    await asMember({ browser, url: fascia.url, account }, async (page) => {
      const body = 'event: dropped\ndata: {"from":1795762801000000}\n\n'
      await page.route('**/dashboard/live/events*', (route) =>
        route.fulfill({ contentType: 'text/event-stream', body }),
      )
      await page.goto(`${fascia.url}/dashboard/live`)
      await page.getByRole('status').getByText('were dropped before they came here').waitFor()
      await picture(page, 'live-dropped')
    })
  })
  test('says who is live without its script', async () => {
    const { account, users } = await developer('finn')
    const strap = await strapOf(fascia.url, account, users[0]!)
    await strap.send('HEART_RATE', [61])
    await watch({ account, options: { javaScriptEnabled: false } }, async (page) => {
      await page.getByRole('heading', { name: 'finn' }).waitFor()
      expect(await page.getByRole('button', { name: 'Pause' }).isVisible()).toBe(false)
      await picture(page, 'live-plain')
    })
    strap.stop()
  })

  test('a person who is new is paired, opens the strap page by the code’s link, and is seen live', async () => {
    const { account } = await developer()
    await watch({ account }, async (page) => {
      await page.getByRole('link', { name: 'Start a stream' }).click()
      await page.getByLabel('reference_id of somebody new').fill('gwen')
      await page.getByRole('button', { name: 'Make the code' }).click()
      await page.getByRole('heading', { name: 'Code for gwen' }).waitFor()
      const href = await page.getByRole('link', { name: 'open the strap page' }).getAttribute('href')
      const strap = await page.context().newPage()
      await strap.goto(href!)
      await strap.getByText('gwen').waitFor()
      await strap.getByRole('button', { name: 'Use the simulator' }).click()
      await page.getByRole('link', { name: 'Watch it live' }).click()
      await page.getByRole('heading', { name: 'gwen' }).waitFor()
      const card = page.getByRole('listitem').filter({ hasText: 'gwen' })
      await card.getByText('linked: Simulator').waitFor()
      await soon(() => card.locator('[data-of=value]').textContent()).toMatch(/^\d+$/)
      await soon(async () => (await card.locator('.line').getAttribute('d'))?.match(/[ML]/g)?.length).toBeGreaterThan(3)
    })
  })

  test('a made-up person streams from the form, and is marked as what they are', async () => {
    const { account } = await developer()
    await asMember({ browser, url: fascia.url, account }, async (page) => {
      await page.goto(`${fascia.url}/dashboard/live/pair`)
      await page.getByLabel('SPEED').check()
      await page.getByLabel('Samples a second').selectOption('5')
      await page.getByRole('button', { name: 'Let it send' }).click()
      await page.waitForURL('**/dashboard/live')
      const card = page.getByRole('listitem').filter({ hasText: 'synthetic-stream' })
      await card.getByText('synthetic', { exact: true }).waitFor()
      await card.getByText('Live', { exact: true }).waitFor()
      await soon(() => card.locator('[data-of=value]').textContent()).toMatch(/^\d+$/)
      await card.getByLabel('What is drawn').selectOption({ label: 'Speed' })
      await soon(() => card.locator('[data-of=unit]').textContent()).toBe('m/s')
      await soon(async () => (await card.locator('.line').getAttribute('d'))?.match(/[ML]/g)?.length).toBeGreaterThan(
        10,
      )
      await picture(page, 'live-synthetic')
    })
  })

  const PHONE = { width: 390, height: 844 }
  const looks: [string, BrowserContextOptions][] = [
    ['desk', {}],
    ['desk-dark', { colorScheme: 'dark' }],
    ['phone', { viewport: PHONE }],
    ['phone-dark', { viewport: PHONE, colorScheme: 'dark' }],
  ]
  test.each(looks)('keeps nobody out and fits the screen: %s', async (name, options) => {
    const { account, users } = await developer('ann', 'a-rather-long-reference-id-of-somebody-4711', 'finn')
    const straps = await Promise.all(users.map((user) => strapOf(fascia.url, account, user)))
    await watch({ account, options: { reducedMotion: 'reduce', ...options } }, async (page) => {
      straps[0]!.tell(true, { device_id: 'Polar H10' })
      straps[1]!.tell(false, { reason: 'out of reach' })
      await straps[0]!.send('HEART_RATE', beats(110))
      await straps[1]!.send('HEART_RATE', beats(60, 120), Date.now() - 30_000)
      await straps[1]!.send('POWER', beats(110, 220))
      await straps[2]!.send(
        'STEPS',
        Array.from({ length: 110 }, (_, i) => 4_000 + 2 * i),
      )
      for (const user of users) await soon(() => lineOf(page, user).then(({ points }) => points)).toBeGreaterThan(50)
      await page.getByText('linked: Polar H10').waitFor()
      await soon(() => page.locator('[data-figure=screen]').textContent()).toMatch(/ · /)
      expect(await overflow(page)).toBe(0)
      expect(await barriers(page)).toEqual([])
      await picture(page, `live-${name}`)
    })
    for (const strap of straps) strap.stop()
  })
  test.each(looks)('beside it, how a stream begins keeps nobody out: %s', async (name, options) => {
    const { account, users } = await developer('ann')
    await asMember({ browser, url: fascia.url, account, options }, async (page) => {
      const look = async (what: string) => {
        expect(await overflow(page), what).toBe(0)
        expect(await barriers(page), what).toEqual([])
        await picture(page, `${what}-${name}`)
      }
      await page.goto(`${fascia.url}/dashboard/live/pair`)
      await look('pair')
      await page.getByRole('button', { name: 'Make the code' }).click()
      await page.getByRole('alert').getByText('choose a user').waitFor()
      await page.getByLabel('For whom').selectOption(users[0]!)
      await page.getByRole('button', { name: 'Make the code' }).click()
      await page.getByRole('img', { name: 'Code for the strap page' }).waitFor()
      await page.getByText('As text').click()
      await look('paired')
    })
  })
})
