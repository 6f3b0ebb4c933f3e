import { createHmac } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import { DAY_MS, dateOf, dayOf } from '../../shared/base/time.ts'
import type { SignedManifest } from '../../shared/sdk/wire.ts'
import { placeConnection } from '../../workers/cells.ts'
import { drain } from '../durable-objects/log-of.ts'
import { type Account, call, house, migrate, newAccount, newConnection } from '../house.ts'

beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

const ask = (who: Account, path: string) => call(`/api/v2${path}`, { headers: who.headers })
/** A destination of a developer with two cells of two connections each, all of whose events it took. */
async function delivered() {
  const who = await newAccount()
  const made = await call('/api/v2/destinations', {
    method: 'POST',
    headers: who.headers,
    body: JSON.stringify({ type: 'webhook', settings: { url: 'https://receiver.example/hook' } }),
  })
  const { destination_id: id, signing_secret: secret } = (await made.json()) as Record<string, string>
  const users: string[] = []
  const places = []
  for (let i = 0; i < 4; i++) places.push(await placeConnection(house, who.developer, 2))
  for (const cell of places) users.push((await newConnection(who, { cell })).user_id)
  for (const cell of new Set(places)) {
    const { developer_id, region } = who.developer
    await drain({ log: eventLog(house, { developer_id, region, cell }), id: id! })
  }
  return { who, id: id!, secret: secret!, users }
}
const today = () => dateOf(dayOf(Date.now()))
const signature = (text: string, secret: string, at: string) =>
  `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${text}`).digest('hex')}`

describe('the manifest of a day', () => {
  it('has the users of all cells, and is signed over its own bytes and over those of the body', async () => {
    const { who, id, secret, users } = await delivered()
    const response = await ask(who, `/destinations/${id}/manifests/${today()}`)
    const body = await response.text()
    const { manifest, signature: inside } = JSON.parse(body) as SignedManifest
    expect(manifest).toMatchObject({ destination_id: id, date: today(), events: 4, complete: false, next: null })
    expect(manifest.users.map((user) => user.user_id)).toEqual(users)
    const header = response.headers.get('terra-signature')!
    const at = /^t=(\d+),/.exec(header)![1]!
    expect(Math.abs(Number(at) * 1_000 - Date.now())).toBeLessThan(60_000)
    expect(header).toBe(signature(body, secret, at))
    const text = body.slice('{"manifest":'.length, body.indexOf(',"signature":"'))
    expect(inside).toBe(signature(text, secret, at))
  })
  it('comes in pages over cells, which together are the whole', async () => {
    const { who, id, users } = await delivered()
    const found: string[] = []
    for (let after = ''; ; ) {
      const response = await ask(who, `/destinations/${id}/manifests/${today()}?limit=1${after}`)
      const { manifest } = (await response.json()) as SignedManifest
      found.push(...manifest.users.map((user) => user.user_id))
      if (manifest.next === null) break
      after = `&after=${manifest.next}`
    }
    expect(found).toEqual(users)
  })
  it('is in the list of days, and complete when the day is over', async () => {
    const { who, id } = await delivered()
    const days = async () =>
      ((await (await ask(who, `/destinations/${id}/manifests`)).json()) as { days: object[] }).days
    const nothing = { undelivered: 0, held: 0, parked: 0, expired: 0 }
    const date = today()
    expect(await days()).toEqual([{ date, events: 4, ...nothing, complete: false }])
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + DAY_MS)
    expect(await days()).toEqual([{ date, events: 4, ...nothing, complete: true }])
    const old = (await (await ask(who, `/destinations/${id}/manifests/2020-02-29`)).json()) as SignedManifest
    expect(old.manifest).toMatchObject({ users: [], events: 0, complete: true })
  })
  it.each([
    '/manifests/yesterday',
    '/manifests/2026-02-30',
    `/manifests/2026-07-01?limit=0`,
    '/manifests/2026-07-01?limit=5001',
    '/manifests/2026-07-01?after=x',
    '/manifests/2026-07-01?after=WzAsMV0',
  ])('is not there for %s', async (path) => {
    const { who, id } = await delivered()
    expect((await ask(who, `/destinations/${id}${path}`)).status).toBe(400)
  })
})
