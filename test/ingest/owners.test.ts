import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { connectionObject, eventLog, orphanBox } from '../../durable-objects/stubs.ts'
import type { ConnectionRow } from '../../shared/db/connections.ts'
import type { Slice } from '../../shared/source/receive.ts'
import { disconnect } from '../../workers/connect/disconnect.ts'
import { acceptSlices } from '../../workers/ingest/accept.ts'
import { processPending } from '../../workers/ingest/process.ts'
import { type Account, house, migrate, newAccount, newConnection } from '../house.ts'

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})

const slice = (ownerId: string, n = 1): Slice =>
  ({ ownerId, kind: 'push', resource: 'dailies', body: JSON.stringify([{ userId: ownerId, n }]) }) as Slice
const accept = (slices: Slice[], env: Env = house) =>
  acceptSlices(env, { provider: 'garmin', origin: 'live', trace: 'req_test', receivedAt: Date.now() }, slices, false)
const inbox = async (row: ConnectionRow) =>
  (await eventLog(house, row).pending({ bulk: false, limit: 100 })).filter((one) => one.user_id === row.user_id)
const connect = (provider_user_id: string) => newConnection(account, { provider: 'garmin', provider_user_id })

describe('an owner who changes while data arrive', () => {
  it('gets under the new connection what an old look-up sent to the closed one', async () => {
    const old = await connect('again')
    await accept([slice('again', 1)])
    const now = await connect('again')
    await disconnect(house, old, { replaced: true })
    await accept([slice('again', 2)])
    expect((await inbox(now)).map((one) => one.body)).toEqual([slice('again', 2).body])
  })
  it('of whom no connection is left is a stranger: the data wait in the orphan box', async () => {
    const old = await connect('left')
    await accept([slice('left', 1)])
    await disconnect(house, old, { replaced: true })
    await accept([slice('left', 2)])
    expect(await orphanBox(house, 'garmin').peek('left')).toMatchObject([{ body: slice('left', 2).body }])
  })
  it('and lands while their data are being put into the orphan box has them at once', async () => {
    let landed: ConnectionRow | undefined
    const box = orphanBox(house, 'garmin')
    const late = {
      put: async (...args: Parameters<typeof box.put>) => {
        // The sign-in looks into the box, which is still empty, just before the data come in.
        landed = await connect('landing')
        return box.put(...args)
      },
      remove: (...args: Parameters<typeof box.remove>) => box.remove(...args),
    }
    const env = { ...house, ORPHAN_BOX: { idFromName: () => 'box', get: () => late } } as unknown as Env
    await accept([slice('landing')], env)
    expect((await inbox(landed!)).map((one) => one.body)).toEqual([slice('landing').body])
    expect(await box.peek('landing')).toEqual([])
  })
})

describe('a cell that takes no more', () => {
  it('keeps the notification whose data found no room', async () => {
    const row = await newConnection(account, { provider: 'oura' })
    await connectionObject(house, row.user_id).keep(
      { ...row, provider: 'oura', provider_user_id: 'o' },
      { access_token: 'token' },
    )
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ id: 'o1', day: '2026-07-01' }))
    const log = {
      accept: async () => ({ accepted: [], unknown: [], refused: true, nudge: false }),
      append: vi.fn(async () => ({ events: 0, leases: [], nudge: [] })),
    }
    const env = { ...house, EVENT_LOG: { idFromName: () => 'cell', get: () => log } } as unknown as Env
    const notice = {
      payload_id: 'pay_1',
      user_id: row.user_id,
      kind: 'notice',
      resource: 'sleep',
      origin: 'live',
      body: JSON.stringify({ event_type: 'create', data_type: 'sleep', object_id: 'o1', user_id: 'o' }),
      trace: 'req_1',
      receivedAt: Date.now(),
      number: 1,
      provider: 'oura',
    } as const
    await expect(processPending(env, 'cell', [notice], { lease: false })).rejects.toMatchObject({ name: 'RetryLater' })
    expect(log.append).not.toHaveBeenCalled()
    vi.restoreAllMocks()
  })
})

describe('large payloads', () => {
  it('are handed out in as many turns as calls can carry', async () => {
    const row = await connect('large')
    const large = Array.from({ length: 5 }, (_, n) => ({
      ...slice('large', n),
      body: JSON.stringify([{ n, x: 'x'.repeat(9_000_000) }]),
    }))
    for (const one of large) await accept([one])
    let seen = 0
    for (let turn = 0; turn < 5 && seen < 5; turn++) seen += (await inbox(row)).length
    expect(seen).toBe(5)
  })
})
