import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { barriers, launch, overflow, picture, withPage } from './chromium.ts'
import { fakeBluetooth, serveStrap } from './strap-stage.ts'

let browser: Browser
let world: Awaited<ReturnType<typeof serveStrap>>
let bluetooth: string
beforeAll(async () => {
  browser = await launch()
  world = await serveStrap()
  bluetooth = await fakeBluetooth()
})
afterAll(async () => {
  await browser?.close()
  await world?.stop()
})
beforeEach(() => {
  world.server.record = []
  world.server.statuses = []
  world.server.isMute = false
})

const PHONE = { width: 390, height: 844 }
const STRAP = 'with a strap'

const visit = (fragment: string, options: BrowserContextOptions, use: (page: Page) => Promise<void>, has = STRAP) =>
  withPage(browser, { options }, async (page) => {
    await page.addInitScript(has === STRAP ? bluetooth : 'delete Navigator.prototype.bluetooth')
    await page.goto(`${world.url}/stream/strap${fragment}`)
    await use(page)
  })

const pairing = (name = 'runner-7') =>
  `#p=${encodeURIComponent(JSON.stringify({ rt_token: world.server.pairing(), reference_id: name, expires_at: Date.now() + 8 * 3_600_000 }))}`
const text = (page: Page, id: string) => page.locator(`#${id}`).innerText()
const becomes = (page: Page, id: string, expected: string | RegExp) =>
  page.locator(`#${id}`).filter({ hasText: expected }).waitFor()
const says = (page: Page, bytes: number[]) => page.evaluate(`fakeStrap.notify(${bytes})`)
const link = async (page: Page) => {
  await page.evaluate('globalThis.isChosen = true')
  await page.getByRole('button', { name: 'Connect a strap' }).click()
  await becomes(page, 'source-name', 'Chest 7')
}
const types = () => world.server.record.map(({ t }) => t)

describe('the page of a strap', () => {
  test('streams what the strap says, each beat once', async () => {
    await visit(pairing(), {}, async (page) => {
      expect(page.url()).toBe(`${world.url}/stream/strap`)
      expect(await text(page, 'paired-name')).toBe('runner-7')
      await link(page)
      await becomes(page, 'state', 'Live')
      await says(page, [0x16, 88, 0xb4, 0x02, 0xa7, 0x02])
      await becomes(page, 'acknowledged', '3')
      expect([await text(page, 'bpm'), await text(page, 'waiting')]).toEqual(['88', '0'])
      expect(world.server.record.map(({ t, d }) => [t, d.val])).toEqual([
        ['HEART_RATE', 88],
        ['RR_INTERVAL', 675.78],
        ['RR_INTERVAL', 663.09],
      ])
      expect(world.server.statuses.at(-1)).toEqual({ connected: true, device_id: 'Chest 7', source: 'web bluetooth' })
    })
  })
  test('holds on to a strap that goes away, and tells the server', async () => {
    await visit(pairing(), {}, async (page) => {
      await link(page)
      await becomes(page, 'state', 'Live')
      await page.evaluate('fakeStrap.reachable = false; fakeStrap.cut()')
      await becomes(page, 'source-state', 'looking for it')
      await vi.waitFor(() => expect(world.server.statuses.at(-1)).toMatchObject({ connected: false }))
      await page.evaluate('fakeStrap.reachable = true')
      await becomes(page, 'source-state', /^linked$/)
      await says(page, [0, 71])
      await becomes(page, 'bpm', '71')
      await vi.waitFor(() => expect(world.server.statuses.at(-1)).toMatchObject({ connected: true }))
    })
  })
  test('shows and streams no heart where the strap is off the skin', async () => {
    await visit(pairing(), {}, async (page) => {
      await link(page)
      await becomes(page, 'state', 'Live')
      await says(page, [0b110, 64])
      await becomes(page, 'acknowledged', '1')
      await says(page, [0b100, 190])
      await becomes(page, 'source-state', 'moisten')
      expect([await text(page, 'bpm'), await page.locator('#bpm').getAttribute('class')]).toEqual(['64', 'stale'])
      await says(page, [0b110, 65])
      await becomes(page, 'acknowledged', '2')
      expect(world.server.record.map(({ d }) => d.val)).toEqual([64, 65])
    })
  })
  test.each([
    ['none was chosen', 'globalThis.isChosen = false', /No strap was chosen/],
    ['it cannot be reached', 'globalThis.isChosen = true; fakeStrap.reachable = false', /cannot be reached/],
    ['Bluetooth is off', 'globalThis.isBluetoothOn = false', /switched off/],
    [
      'the page may not',
      "navigator.bluetooth.requestDevice = async () => { throw new DOMException('no', 'SecurityError') }",
      /does not let this page/,
    ],
  ])('helps where %s, and the next try is free', async (_, before, words) => {
    await visit('', {}, async (page) => {
      await page.evaluate(before)
      await page.getByRole('button', { name: 'Connect a strap' }).click()
      await page.getByRole('alert').filter({ hasText: words }).waitFor()
      await page.evaluate('fakeStrap.reachable = true; globalThis.isBluetoothOn = true')
      await page.getByRole('button', { name: 'Use the simulator' }).click()
      await becomes(page, 'source-name', 'Simulator')
      expect(await page.getByRole('alert').count()).toBe(0)
    })
  })
  test('says what to do in a browser without Bluetooth', async () => {
    await visit(
      '',
      {},
      async (page) => {
        await page.getByRole('button', { name: 'Connect a strap' }).click()
        await page.getByRole('alert').filter({ hasText: 'no Web Bluetooth' }).waitFor()
      },
      'without any',
    )
  })
})

describe('the simulator', () => {
  test('streams beats whose rate follows the effort', async () => {
    await visit(pairing(), {}, async (page) => {
      await page.getByRole('button', { name: 'Use the simulator' }).click()
      await vi.waitFor(() => expect(types()).toEqual(expect.arrayContaining(['HEART_RATE', 'RR_INTERVAL'])), 10_000)
      await page.getByLabel('Effort', { exact: true }).fill('100')
      expect(await text(page, 'effort-word')).toBe('Sprinting')
      const first = Number(await text(page, 'bpm'))
      await vi.waitFor(async () => expect(Number(await text(page, 'bpm'))).toBeGreaterThan(first + 5), 20_000)
    })
  })
  test('goes on over a cut, and nothing is missing or there twice', async () => {
    await visit(pairing(), {}, async (page) => {
      await page.getByRole('button', { name: 'Use the simulator' }).click()
      await vi.waitFor(() => expect(types()).toContain('RR_INTERVAL'), 10_000)
      world.sockets.cut()
      await becomes(page, 'state', /Reconnecting|Connecting/)
      await becomes(page, 'state', 'Live')
      const count = world.server.record.length
      await vi.waitFor(() => expect(world.server.record.length).toBeGreaterThan(count + 2), 10_000)
      const rates = world.server.record.filter(({ t }) => t === 'HEART_RATE').map(({ d }) => d.ts as string)
      expect(rates).toEqual([...new Set(rates)].sort())
      await page.getByRole('button', { name: 'Stop' }).click()
      await becomes(page, 'state', 'Not streaming')
      expect(await text(page, 'waiting')).toBe('0')
      expect(Number(await text(page, 'acknowledged'))).toBe(world.server.record.length)
    })
  })
})

describe('the screen', () => {
  test('stays lit while beats come, and no longer', async () => {
    await visit('', {}, async (page) => {
      await page.evaluate(`
        globalThis.lit = 0
        const request = async () => { lit++; return { release: async () => { lit-- } } }
        Object.defineProperty(navigator, 'wakeLock', { value: { request }, configurable: true })
      `)
      await page.getByRole('button', { name: 'Use the simulator' }).click()
      await page.waitForFunction('lit === 1')
      await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
      await page.waitForFunction('lit === 1')
      await page.getByRole('button', { name: 'Stop' }).click()
      await page.waitForFunction('lit === 0')
    })
  })
})

describe('pairing', () => {
  test('comes by typing too; until then nothing is sent', async () => {
    await visit('', {}, async (page) => {
      await page.getByRole('button', { name: 'Use the simulator' }).click()
      await becomes(page, 'bpm', /\d/)
      expect(await text(page, 'state')).toBe('Not streaming')
      await page.getByLabel('Pairing token or link').fill('st.wrong')
      await page.getByRole('button', { name: 'Pair', exact: true }).click()
      await page.getByRole('alert').filter({ hasText: 'holds no pairing' }).waitFor()
      await page.getByLabel('Pairing token or link').fill(world.server.pairing())
      await page.keyboard.press('Enter')
      await becomes(page, 'state', 'Live')
      await vi.waitFor(() => expect(types()).toContain('HEART_RATE'), 10_000)
    })
  })
  test('that is over says so, and another goes on in its place', async () => {
    await visit('#rt.over', {}, async (page) => {
      await page.getByRole('button', { name: 'Use the simulator' }).click()
      await becomes(page, 'state', 'Stopped')
      expect(await text(page, 'line-of-state')).toContain('pair anew')
      await page.getByLabel('Pairing token or link').fill(world.server.pairing())
      await page.getByRole('button', { name: 'Pair', exact: true }).click()
      await becomes(page, 'state', 'Live')
    })
  })
  test('outlives a reload, and goes with a click', async () => {
    await visit(pairing(), {}, async (page) => {
      await page.reload()
      await becomes(page, 'paired-name', 'runner-7')
      await page.getByRole('button', { name: 'Use another' }).click()
      await page.getByLabel('Pairing token or link').waitFor()
      await page.reload()
      await page.getByLabel('Pairing token or link').waitFor()
    })
  })
  test('of somebody else never gets what was measured before', async () => {
    const over = encodeURIComponent(JSON.stringify({ rt_token: 'rt.over', reference_id: 'first' }))
    await visit(`#p=${over}`, {}, async (page) => {
      await page.getByRole('button', { name: 'Use the simulator' }).click()
      await becomes(page, 'state', 'Stopped')
      await becomes(page, 'waiting', /^[3-9]$/)
      const changedAt = new Date().toISOString()
      await page.evaluate(`location.hash = ${JSON.stringify(pairing('second'))}`)
      await becomes(page, 'paired-name', 'second')
      await page.getByRole('alert').filter({ hasText: 'could not be sent' }).waitFor()
      await vi.waitFor(() => expect(types()).toContain('HEART_RATE'), 10_000)
      expect(world.server.record.filter(({ d }) => String(d.ts) < changedAt)).toEqual([])
    })
  })
  test('of somebody else waits until what still waits for a way has gone out as the first one’s', async () => {
    const first = world.server.pairing()
    const begun = encodeURIComponent(JSON.stringify({ rt_token: first, reference_id: 'first' }))
    await visit(`#p=${begun}`, {}, async (page) => {
      await page.getByRole('button', { name: 'Use the simulator' }).click()
      await becomes(page, 'state', 'Live')
      world.server.isMute = true
      world.sockets.cut()
      await becomes(page, 'waiting', /^([3-9]|\d\d+)$/)
      const changedAt = new Date().toISOString()
      await page.evaluate(`location.hash = ${JSON.stringify(pairing('second'))}`)
      await becomes(page, 'paired-name', 'second')
      world.server.isMute = false
      world.sockets.cut()
      const senders = (until = '~') =>
        new Set(world.server.record.filter(({ d }) => String(d.ts) < until).map(({ by }) => by))
      await vi.waitFor(() => expect(senders().size).toBe(2), 15_000)
      expect([...senders(changedAt)]).toEqual([first])
      expect(await page.getByRole('alert').count()).toBe(0)
    })
  })
  test('of the same person takes along what waited', async () => {
    const over = encodeURIComponent(JSON.stringify({ rt_token: 'rt.over', reference_id: 'runner-7' }))
    await visit(`#p=${over}`, {}, async (page) => {
      await page.getByRole('button', { name: 'Use the simulator' }).click()
      await becomes(page, 'state', 'Stopped')
      await becomes(page, 'waiting', /^[3-9]$/)
      const changedAt = new Date().toISOString()
      await page.evaluate(`location.hash = ${JSON.stringify(pairing())}`)
      await vi.waitFor(() => expect(types().length).toBeGreaterThan(3), 10_000)
      expect(world.server.record.filter(({ d }) => String(d.ts) < changedAt).length).toBeGreaterThan(2)
    })
  })
})

describe('the page', () => {
  const views: [string, BrowserContextOptions][] = [
    ['desk', {}],
    ['desk-dark', { colorScheme: 'dark' }],
    ['phone', { viewport: PHONE }],
    ['phone-dark', { viewport: PHONE, colorScheme: 'dark' }],
    ['narrow', { viewport: { width: 320, height: 640 } }],
  ]
  test.each(views)('keeps nobody out and fits the screen, before and while it streams: %s', async (name, options) => {
    await visit('', { reducedMotion: 'reduce', ...options }, async (page) => {
      await picture(page, `strap-${name}-before`)
      expect([await barriers(page), await overflow(page)]).toEqual([[], 0])
    })
    // The clock runs ahead, so that there is a curve to look at.
    await visit('', { reducedMotion: 'reduce', ...options }, async (page) => {
      await page.clock.install()
      await page.goto(`${world.url}/stream/strap${pairing()}`)
      await page.getByRole('button', { name: 'Use the simulator' }).click()
      for (const [effort, seconds] of [
        [20, 30],
        [75, 45],
        [35, 40],
      ] as const) {
        await page.getByLabel('Effort', { exact: true }).fill(String(effort))
        await page.clock.runFor(seconds * 1_000)
      }
      await becomes(page, 'state', 'Live')
      await picture(page, `strap-${name}`)
      expect([await barriers(page), await overflow(page)]).toEqual([[], 0])
    })
  })
})
