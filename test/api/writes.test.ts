import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectionObject } from '../../durable-objects/stubs.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { KEY, shelve, WEIGHT } from '../connect/shelf.ts'
import { type Account, call, house, migrate, newAccount, newConnection } from '../house.ts'

let account: Account
let row: ConnectionRow
beforeAll(async () => {
  await migrate()
  shelve('scale', KEY, WEIGHT)
  account = await newAccount()
  row = await newConnection(account, { provider: 'scale', reference_id: 'person' })
  const { user_id, developer_id, region, provider, provider_user_id } = row
  const about = { user_id, developer_id, region, provider, provider_user_id }
  await connectionObject(house, user_id).keep(about, { access_token: 'the-key' })
})
afterEach(() => vi.restoreAllMocks())

/** The provider: numbers what it is given; refuses strangers, and knows what was taken away. */
function scale(more: { status?: number } = {}) {
  const weights = new Map<string, string>()
  const asked = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init)
    if (more.status) return new Response('', { status: more.status, headers: { 'retry-after': '7' } })
    if (request.headers.get('x-provider-key') !== 'the-key') return Response.json({}, { status: 401 })
    if (request.method === 'POST') {
      const id = `w${weights.size + 1}`
      weights.set(id, new URLSearchParams(await request.text()).get('weight')!)
      return Response.json({ weight: { id } })
    }
    const id = new URL(request.url).pathname.split('/').at(-1)!
    return new Response(null, { status: weights.delete(id) ? 204 : 404 })
  })
  return { weights, asked }
}
const ask = async (method: string, path: string, body: object) => {
  const answer = await call(`/v2${path}`, { method, headers: account.headers, body: JSON.stringify(body) })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> }
}
const at = (path: string, of = row) => `${path}?user_id=${of.user_id}`

describe('a write', () => {
  it('goes to the provider item by item, and names them in the order given', async () => {
    const { weights } = scale()
    const data = [{ weight_kg: 71.5 }, { weight_kg: 70 }]
    const { status, body } = await ask('POST', at('/body'), { data })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      log_ids: ['w1', 'w2'],
      message: 'Body successfully logged',
      user: { user_id: row.user_id },
    })
    expect([...weights.values()]).toEqual(['71.5', '70'])
  })
  it('that is sent again is not done again', async () => {
    const { asked } = scale()
    const data = [{ weight_kg: 80 }]
    const first = await ask('POST', at('/body'), { data })
    expect((await ask('POST', at('/body'), { data })).body.log_ids).toEqual(first.body.log_ids)
    expect(asked).toHaveBeenCalledTimes(1)
  })
  it('may name the user in its items', async () => {
    scale()
    const data = [{ user_id: row.user_id, weight_kg: 81 }]
    expect((await ask('POST', '/body', { data })).status).toBe(201)
    expect(await ask('POST', '/body', { data: [{ weight_kg: 82 }] })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('user_id is missing') },
    })
  })
  it('is taken away by its id; 207 where one was not there; and may then be done anew', async () => {
    const { asked } = scale()
    const data = [{ weight_kg: 90 }]
    await ask('POST', at('/body'), { data })
    const gone = await ask('DELETE', at('/body'), { log_ids: ['w1'] })
    expect([gone.status, gone.body.processed_data]).toEqual([200, [{ id: 'w1', response_code: 200 }]])
    const again = await ask('DELETE', at('/body'), { log_ids: ['w1', 'never'] })
    expect(again.status).toBe(207)
    expect(again.body.processed_data).toEqual([
      { id: 'w1', response_code: 404 },
      { id: 'never', response_code: 404 },
    ])
    asked.mockClear()
    await ask('POST', at('/body'), { data })
    expect(asked).toHaveBeenCalledTimes(1)
  })
  it('that lacks what the provider needs is a 400 that names it', async () => {
    scale()
    expect(await ask('POST', at('/body'), { data: [{}] })).toMatchObject({
      status: 400,
      body: { detail: 'weight_kg is missing' },
    })
  })
  it('of a kind that the provider does not take is a 400 that says who does', async () => {
    expect(await ask('POST', at('/nutrition'), { data: [{}] })).toMatchObject({ status: 400 })
    const other = await newConnection(account)
    expect((await ask('POST', at('/body', other), { data: [{ weight_kg: 1 }] })).body.detail).toMatch(
      /^OURA takes no body items; these do: .*SCALE/,
    )
  })
  it('at a provider in trouble is a 503 with a time, and at one that refuses the user a 424', async () => {
    scale({ status: 503 })
    const later = await ask('POST', at('/body'), { data: [{ weight_kg: 91 }] })
    expect([later.status, later.headers.get('retry-after')]).toEqual([503, '7'])
    scale({ status: 401 })
    expect((await ask('POST', at('/body'), { data: [{ weight_kg: 92 }] })).status).toBe(424)
  })
})
