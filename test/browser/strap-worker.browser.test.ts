import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { OP, StreamSocket, streamToken } from '../bench/stream-socket.ts'
import { serve } from '../local/spawned.ts'
import { launch, withPage } from './chromium.ts'
import { newDeveloper } from './developer.ts'
import { fakeBluetooth } from './strap-stage.ts'

let browser: Browser
let fascia: Awaited<ReturnType<typeof serve>>
let headers: Record<string, string>
beforeAll(async () => {
  browser = await launch()
  fascia = await serve()
  const { dev_id, api_key } = await newDeveloper(fascia, 'strap')
  headers = { 'dev-id': dev_id, 'x-api-key': api_key }
})
afterAll(async () => {
  await browser?.close()
  await fascia?.stop()
})

async function call<T>(method: 'GET' | 'POST', path: string, body?: object, by = headers): Promise<T> {
  const response = await fetch(`${fascia.url}/v2${path}`, {
    method,
    headers: { ...by, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}
/** Somebody who streams, and the link that pairs a browser with them. */
async function runner(reference_id: string): Promise<{ user_id: string; link: string }> {
  const { token } = await call<{ token: string }>('POST', '/auth/generateAuthToken')
  const bearer = { authorization: `Bearer ${token}` }
  const { user_id } = await call<{ user_id: string }>('POST', '/stream/phones', { reference_id }, bearer)
  const { deep_link, ...pairing } = await call<Record<string, unknown>>('POST', '/stream/pairings', { user_id })
  return { user_id, link: `${fascia.url}/stream/strap#p=${encodeURIComponent(JSON.stringify(pairing))}` }
}
interface Heard {
  uid: string
  seq: number
  t: string
  d: { ts: string; val: number }
}
async function backend(): Promise<{ heard: Heard[]; close(): Promise<unknown> }> {
  const heard: Heard[] = []
  const socket = new StreamSocket({
    url: fascia.url,
    token: await streamToken(fascia.url, headers),
    role: 'consumer',
    onText: (text) => {
      const frame = JSON.parse(text) as Heard & { op: number }
      if (frame.op === OP.dispatch) heard.push(frame)
    },
  })
  await socket.ready
  return { heard, close: () => socket.close() }
}
const visit = (link: string, use: (page: Page) => Promise<void>) =>
  withPage(browser, {}, async (page) => {
    page.setDefaultTimeout(15_000)
    await page.addInitScript(await fakeBluetooth())
    await page.goto(link)
    await use(page)
  })
const becomes = (page: Page, id: string, expected: string | RegExp) =>
  page.locator(`#${id}`).filter({ hasText: expected }).waitFor()
interface Presence {
  users: { user_id: string; live: boolean; device: { connected: boolean; device_id?: string } | null }[]
}
const presence = async (user_id: string) =>
  (await call<Presence>('GET', '/stream/presence')).users.find((user) => user.user_id === user_id)

describe('from the page to a backend', () => {
  test('a strap is heard beat by beat, and is seen to be linked', async () => {
    const { user_id, link } = await runner('runner-7')
    const { heard, close } = await backend()
    await visit(link, async (page) => {
      await becomes(page, 'paired-name', 'runner-7')
      await page.evaluate('globalThis.isChosen = true')
      await page.getByRole('button', { name: 'Connect a strap' }).click()
      await becomes(page, 'state', 'Live')
      for (let bpm = 80; bpm < 90; bpm++) {
        await page.evaluate(`fakeStrap.notify(0x16, ${bpm}, 0xb4, 0x02)`)
        await becomes(page, 'acknowledged', String(2 * (bpm - 79)))
      }
      await vi.waitFor(() => expect(heard).toHaveLength(20), 10_000)
      expect(heard.filter(({ t }) => t === 'HEART_RATE').map(({ d }) => d.val)).toEqual([
        80, 81, 82, 83, 84, 85, 86, 87, 88, 89,
      ])
      expect(new Set(heard.map(({ uid }) => uid))).toEqual(new Set([user_id]))
      await vi.waitFor(
        async () =>
          expect(await presence(user_id)).toMatchObject({
            live: true,
            device: { connected: true, device_id: 'Chest 7' },
          }),
        10_000,
      )
      await page.getByRole('button', { name: 'Stop' }).click()
      await becomes(page, 'state', 'Not streaming')
      await vi.waitFor(async () => expect(await presence(user_id)).toMatchObject({ live: false }), 10_000)
    })
    await close()
  })
  test('the simulator is heard as it is shown, also over a reload with the same pairing', async () => {
    const { link } = await runner('runner-8')
    const { heard, close } = await backend()
    await visit(link, async (page) => {
      for (const _ of ['once', 'after a reload']) {
        const before = heard.length
        await page.getByRole('button', { name: 'Use the simulator' }).click()
        await becomes(page, 'state', 'Live')
        await vi.waitFor(() => expect(heard.length).toBeGreaterThan(before + 5), 15_000)
        await page.getByRole('button', { name: 'Stop' }).click()
        await becomes(page, 'state', 'Not streaming')
        const count = Number(await page.locator('#acknowledged').innerText())
        await vi.waitFor(() => expect(heard.length).toBe(before + count), 10_000)
        await page.reload()
      }
      const times = heard.filter(({ t }) => t === 'HEART_RATE').map(({ d }) => d.ts)
      expect(times).toEqual([...new Set(times)].sort())
    })
    await close()
  })
  test('the page is shut in: it may speak to this server alone', async () => {
    const response = await fetch(`${fascia.url}/stream/strap`)
    const host = new URL(fascia.url).host
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' ws://${host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
  })
})
