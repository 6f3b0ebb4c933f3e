import { Webhook } from 'standardwebhooks'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { base64 } from '../../shared/base/bytes.ts'
import { DAY_MS } from '../../shared/base/time.ts'
import { type Account, migrate, newAccount } from '../house.ts'
import { inDesk } from './desk-parts.ts'

const NOW = Date.parse('2051-03-10T10:30:00Z')
const SECRET = `whsec_${base64(new Uint8Array(24).fill(5))}`
const URL = 'https://lab.example/hook'

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
afterEach(() => vi.restoreAllMocks())

interface Got {
  url: string
  headers: Record<string, string>
  body: string
}
/** What the receiver gets, and answers: a status, or nothing at all. */
function receiver(answer: () => number | Error): Got[] {
  const got: Got[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    got.push({ url: String(input), headers: init!.headers as Record<string, string>, body: init!.body as string })
    const status = answer()
    if (status instanceof Error) throw status
    return new Response(null, { status })
  })
  return got
}

describe('a supplier’s hook', () => {
  it('is told what it asked for, signed so that the official verifier takes it, and each message once', async () => {
    const got = receiver(() => 204)
    await inDesk(account, { now: NOW }, async ({ parts: { hook } }) => {
      expect(hook.set({ url: URL, events: ['batch.done'] }, SECRET)).toMatchObject({ fresh: true })
      hook.say('batch.done', { batch_id: 'bat_1' }, 'bat_1-done')
      hook.say('batch.done', { batch_id: 'bat_1' }, 'bat_1-done')
      hook.say('alert.raised', {})
      await hook.send()
      await hook.send()
      expect(hook.status()).toMatchObject({ delivered: 1, waiting: 0, failing: false, last: { status: 204 } })
    })
    expect(got).toHaveLength(1)
    const said = new Webhook(SECRET).verify(got[0]!.body, got[0]!.headers)
    expect(said).toEqual({ type: 'batch.done', timestamp: '2051-03-10T10:30:00.000Z', data: { batch_id: 'bat_1' } })
    expect(got[0]!.headers['webhook-id']).toBe('bat_1-done')
    expect(Object.keys(got[0]!.headers).some((name) => /terra/i.test(name))).toBe(false)
  })
  it('is tried again, later each time, under the same id, also after the object slept', async () => {
    let status: number | Error = 500
    const got = receiver(() => status)
    await inDesk(account, { now: NOW }, async (desk) => {
      desk.parts.hook.set({ url: URL, events: [] }, SECRET)
      desk.parts.hook.say('batch.failed', { batch_id: 'bat_2' }, 'bat_2-failed')
      await desk.parts.hook.send()
      const first = desk.parts.hook.dueAt! - desk.now
      expect(first).toBeGreaterThanOrEqual(4_000)
      await desk.parts.hook.send()
      expect(got).toHaveLength(1)
      desk.wake()
      desk.now += first
      status = new TypeError('connection refused to 10.0.0.7')
      await desk.parts.hook.send()
      expect(desk.parts.hook.status()).toMatchObject({ failing: true, last: { status: null, error: 'no connection' } })
      expect(desk.parts.hook.dueAt! - desk.now).toBeGreaterThan(first)
      status = 200
      desk.now = desk.parts.hook.dueAt!
      await desk.parts.hook.send()
      expect(desk.parts.hook.status()).toMatchObject({ failing: false, waiting: 0, delivered: 1 })
    })
    expect(new Set(got.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(['bat_2-failed']))
  })
  it('is not held up by a message that it never takes', async () => {
    const got = receiver(() => (got.at(-1)!.body.includes('bat_bad') ? 422 : 200))
    await inDesk(account, { now: NOW }, async (desk) => {
      const { hook } = desk.parts
      hook.set({ url: URL, events: [] }, SECRET)
      hook.say('batch.done', { batch_id: 'bat_bad' })
      hook.say('batch.done', { batch_id: 'bat_good' })
      await hook.send()
      desk.now = hook.dueAt!
      await hook.send()
      expect(hook.status()).toMatchObject({ delivered: 1, waiting: 1 })
      desk.now += 3 * DAY_MS + 1
      await hook.send()
      expect(hook.status()).toMatchObject({ delivered: 1, waiting: 0, dropped: 1 })
    })
  })
  it('keeps its secret sealed, over a change of its address, until it is removed', async () => {
    const got = receiver(() => 200)
    await inDesk(account, { now: NOW }, async (desk) => {
      const { hook } = desk.parts
      hook.set({ url: URL, events: [] }, SECRET)
      const moved = hook.set({ url: `${URL}/new`, events: [] }, 'whsec_another')
      expect(moved).toMatchObject({ fresh: false, hook: { url: `${URL}/new` } })
      const kept = JSON.stringify(desk.tables.read(`SELECT * FROM hook`))
      expect(kept).not.toContain(SECRET.slice(6))
      expect(JSON.stringify(hook.status())).not.toMatch(/sealed|whsec/)
      expect(await hook.test()).toEqual({ ok: true, status: 200, error: null })
      new Webhook(SECRET).verify(got[0]!.body, got[0]!.headers)
      hook.say('batch.done', {})
      expect(hook.remove()).toBe(true)
      expect([hook.remove(), hook.status(), hook.dueAt, await hook.test()]).toEqual([
        false,
        undefined,
        undefined,
        undefined,
      ])
    })
  })
})
