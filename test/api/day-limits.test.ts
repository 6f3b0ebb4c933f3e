import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import { type Account, call, migrate, newAccount, newConnection } from '../house.ts'

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
afterEach(() => vi.useRealTimers())

const read = (row: ConnectionRow, range: string, type = 'daily') =>
  call(`/api/v2/${type}?user_id=${row.user_id}&${range}`, { headers: account.headers })
const told = (response: Response) => ({
  status: response.status,
  rule: response.headers.get('x-terra-ratelimit-rule'),
  limit: response.headers.get('x-terra-ratelimit-limit'),
  remaining: response.headers.get('x-terra-ratelimit-remaining'),
})
/** 1,825 days are the end of 2025 from its fifth year before. */
const MOST = 'start_date=2021-01-01&end_date=2025-12-31'

describe('days that a read asks for', () => {
  it('are at most 1825 in one request, and that many are let through', async () => {
    const row = await newConnection(account)
    const over = await read(row, 'start_date=2021-01-01&end_date=2026-01-01')
    expect(told(over)).toMatchObject({ status: 429, rule: 'r1' })
    expect(over.headers.get('retry-after')).toBeNull()
    expect(await over.json()).toMatchObject({ detail: 'rate limit exceeded', status: 'error' })
    expect(told(await read(row, MOST))).toEqual({ status: 200, rule: null, limit: '6000', remaining: '4175' })
  })
  it('are at most 6000 for one user in an hour; the refused ones are not counted', async () => {
    const row = await newConnection(account)
    for (const _ of [1, 2, 3]) expect((await read(row, MOST)).status).toBe(200)
    const over = await read(row, MOST)
    expect(told(over)).toEqual({ status: 429, rule: 'r2', limit: '6000', remaining: '525' })
    const wait = Number(over.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(over.headers.get('x-terra-ratelimit-reset-after')).toBe(String(wait))
    const within = await read(row, 'start_date=2026-01-01&end_date=2026-01-26&to_webhook=false')
    expect(told(within)).toMatchObject({ status: 200, remaining: '500' })
    expect((await read(await newConnection(account), MOST)).status).toBe(200)
  })
  it('begin again with the next hour', async () => {
    const row = await newConnection(account)
    for (const _ of [1, 2, 3]) await read(row, MOST)
    vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ['Date'] })
    expect((await read(row, MOST)).status).toBe(200)
  })
  it('are one where none is named', async () => {
    const row = await newConnection(account)
    expect(told(await read(row, 'to_webhook=false', 'athlete'))).toMatchObject({ status: 200, remaining: '5999' })
  })
})
