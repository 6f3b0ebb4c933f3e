import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { payloadLink } from '../../durable-objects/payload-link.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { placeOfPayload } from '../../shared/access/payload-links.ts'
import { newId } from '../../shared/base/ids.ts'
import { DAY_MS } from '../../shared/base/time.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { sweepPayloads } from '../../workers/crons/sweep-payloads.ts'
import { drainCell } from '../../workers/queues/send.ts'
import { type Account, appendDaily, call, house, migrate, newAccount, newConnection } from '../house.ts'

let account: Account
let connection: ConnectionRow
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  connection = await newConnection(account)
})
afterEach(() => vi.restoreAllMocks())

/** With what JSON could lose: bytes of several lengths, numbers at the edge, spaces. */
const TEXT = '{"type":"daily", "data":[{"name":"Ä💥","n":1.0,"big":12345678901234567890}] }'
const link = (
  more: Partial<Parameters<typeof payloadLink>[2]> = {},
  { seconds = 300, now = Date.now(), of = connection } = {},
) =>
  payloadLink(
    house,
    { destination_id: 'dst_1', developer_id: of.developer_id, base_url: 'https://fascia.test' },
    { id: newId('evt'), type: 'daily', user_id: of.user_id, text: TEXT, cell: cellName(of), ...more },
    seconds,
    now,
  )
const get = async (url: string, headers: HeadersInit = {}) => {
  const response = await call(url.replace('https://fascia.test', ''), { headers })
  return { status: response.status, headers: response.headers, text: await response.text() }
}
const remake = async (payloadId: string, body?: object, who = account) => {
  const response = await call(`/api/v2/payloads/${payloadId}/link`, {
    method: 'POST',
    headers: who.headers,
    body: body && JSON.stringify(body),
  })
  return {
    status: response.status,
    body: (await response.json()) as { url: string; expires_in: number; detail: string },
  }
}
const stored = async () => (await house.RAW.list({ prefix: 'payloads/' })).objects.map(({ key }) => key)

describe('a link to a payload', () => {
  it('opens without a key, at both doors, and is the event byte for byte', async () => {
    const { url, payload_id } = await link()
    expect(url).toMatch(
      new RegExp(`^https://fascia\\.test/v2/payloads/${payload_id}\\?expires=\\d+&signature=[0-9a-f]{64}$`),
    )
    for (const address of [url, url.replace('/v2/', '/api/v2/')]) {
      const { status, headers, text } = await get(address)
      expect([status, text]).toEqual([200, TEXT])
      expect(headers.get('content-type')).toBe('application/json')
      expect(headers.get('cache-control')).toBe('private, no-store')
    }
  })
  it('is refused with anything in it changed, and when it has ended', async () => {
    const { url, payload_id } = await link()
    const other = await link()
    const { searchParams } = new URL(url)
    const later = Number(searchParams.get('expires')) + 1
    for (const forged of [
      url.replace(/expires=\d+/, `expires=${later}`),
      url.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      url.replace(/signature=.*/, 'signature=ä'),
      url.replace(payload_id, other.payload_id),
    ])
      expect(await get(forged)).toMatchObject({ status: 403, text: expect.stringContaining('signature is not ours') })
    const ended = await link({}, { now: Date.now() - 301_000 })
    expect(await get(ended.url)).toMatchObject({
      status: 403,
      text: expect.stringContaining(`POST /v2/payloads/${ended.payload_id}/link makes another`),
    })
    expect((await get(url.replace(/\?.*/, ''))).status).toBe(400)
    const unknown = await get(url.replace(payload_id, `${payload_id}A`))
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  })
  it('leads to one object for one id of one destination, sealed', async () => {
    const before = (await stored()).length
    const id = newId('evt')
    const [first, second] = [await link({ id }), await link({ id }, { seconds: 600 })]
    expect(second.payload_id).toBe(first.payload_id)
    expect(second.url).not.toBe(first.url)
    expect((await stored()).length).toBe(before + 1)
    const name = (await stored()).find((key) => key.endsWith(placeOfPayload(first.payload_id)!.hash))!
    expect(await (await house.RAW.get(name))!.text()).not.toContain('daily')
  })
  it('is made anew for its owner, for as long as they ask, and for nobody else', async () => {
    const { payload_id } = await link({}, { now: Date.now() - 301_000 })
    const { status, body } = await remake(payload_id)
    expect([status, body.expires_in]).toEqual([200, 600])
    expect((await get(body.url)).text).toBe(TEXT)
    const long = await remake(payload_id, { expires_in: 86_400 })
    expect(Number(new URL(long.body.url).searchParams.get('expires'))).toBeGreaterThan(Date.now() / 1_000 + 86_000)
    expect((await remake(payload_id, { expires_in: 86_401 })).status).toBe(400)
    const stranger = await newAccount()
    const [foreign, none] = [await remake(payload_id, {}, stranger), await remake('pld_none', {}, stranger)]
    expect([foreign.status, none.status, none.body.detail]).toEqual([404, 404, foreign.body.detail])
  })
  it('is refused to a key that may not read data', async () => {
    const { payload_id } = await link()
    const made = await call('/v2/keys', {
      method: 'POST',
      headers: account.headers,
      body: JSON.stringify({ name: 'deliveries', scopes: ['deliveries:read'] }),
    })
    const { api_key } = (await made.json()) as { api_key: string }
    const asked = await call(`/v2/payloads/${payload_id}/link`, {
      method: 'POST',
      headers: { ...account.headers, 'x-api-key': api_key },
    })
    expect(asked.status).toBe(403)
  })
  it('needs the address of the deployment, from a setting or from when the destination was saved', async () => {
    const destination = { destination_id: 'dst_1', developer_id: account.dev_id }
    const body = { id: 'x', type: 'healthcheck', user_id: '', text: '{}', cell: undefined } as const
    await expect(payloadLink(house, destination, body, 300, Date.now())).rejects.toThrow('set BASE_URL')
    const set = { ...house, BASE_URL: 'https://set.example' }
    const { url } = await payloadLink(set, { ...destination, base_url: 'https://saved.example' }, body, 300, Date.now())
    expect(url).toMatch(/^https:\/\/set\.example\/v2\/payloads\//)
  })
})

describe('a payload', () => {
  it('is gone with its connection, and what outlives that stays', async () => {
    const leaving = await newConnection(account)
    const data = await link({}, { of: leaving })
    const goodbye = await link({ type: 'deauth', text: '{"type":"deauth"}' }, { of: leaving })
    const { user_id, week } = placeOfPayload(data.payload_id)!
    expect([user_id, placeOfPayload(goodbye.payload_id)!.user_id]).toEqual([leaving.user_id, undefined])
    const folder = `payloads/${week}/${account.dev_id}/${user_id}/`
    expect((await house.RAW.list({ prefix: folder })).objects).toHaveLength(1)
    await eventLog(house, leaving).closeConnection(user_id!, { type: 'deauth', message: 'bye', silent: false })
    expect((await house.RAW.list({ prefix: folder })).objects).toHaveLength(0)
    expect((await get(data.url)).status).toBe(410)
    expect((await remake(data.payload_id)).status).toBe(404)
    expect((await get(goodbye.url)).text).toBe('{"type":"deauth"}')
    // A deauth is told after the key is destroyed.
    expect((await get((await link({ type: 'deauth', text: '{}' }, { of: leaving })).url)).text).toBe('{}')
    await expect(link({}, { of: leaving })).rejects.toThrow('the connection was erased')
  })
  it('cannot be read where the key alone was destroyed', async () => {
    const leaving = await newConnection(account)
    const { url, payload_id } = await link({}, { of: leaving })
    await house.KEYS.delete(`${cellName(leaving)}/${leaving.user_id}`)
    expect((await get(url)).status).toBe(410)
    expect((await remake(payload_id)).status).toBe(404)
  })
  it('is kept for 30 days, and swept with its week', async () => {
    const now = Date.now()
    const id = newId('evt')
    const { url } = await link({ id }, { seconds: 86_400 * 60 })
    for (const days of [0, 29.9]) {
      await sweepPayloads(house, now + days * DAY_MS)
      expect((await get(url)).status).toBe(200)
    }
    await sweepPayloads(house, now + 37 * DAY_MS)
    expect((await get(url)).status).toBe(410)
    expect(await stored()).toEqual([])
    // Sent again, it is there again.
    await link({ id })
    expect((await get(url)).text).toBe(TEXT)
  })
})

describe('a destination that carries links', () => {
  it('remembers the address that it was saved under, and sends links that open', async () => {
    const who = await newAccount()
    const person = await newConnection(who)
    const made = await call('/v2/destinations', {
      method: 'POST',
      headers: who.headers,
      body: JSON.stringify({ type: 'webhook', settings: { url: 'https://receiver.example/hook', payload: 'link' } }),
    })
    const { destination_id } = (await made.json()) as { destination_id: string }
    const bodies: { url: string }[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
      bodies.push(JSON.parse(String(init?.body)) as { url: string })
      return new Response('ok')
    })
    await appendDaily(person, '2026-07-01', { distance_data: { summary: { steps: 7 } } })
    const log = eventLog(house, person)
    await drainCell(house, cellName(person), await log.lease(destination_id), Date.now() + 10_000)
    expect(bodies.map((body) => ({ ...body, url: '' }))).toContainEqual({
      type: 's3_payload',
      status: 'success',
      url: '',
      expires_in: 300,
    })
    const opened = await Promise.all(
      bodies.map(async ({ url }) => JSON.parse((await get(url)).text) as { type: string }),
    )
    expect(opened.map(({ type }) => type)).toContain('daily')
    expect(opened.find(({ type }) => type === 'daily')).toMatchObject({
      user: { user_id: person.user_id },
      data: [{ distance_data: { summary: { steps: 7 } } }],
    })
  })
})
