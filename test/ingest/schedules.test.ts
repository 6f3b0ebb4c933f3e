import { runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { Env } from '../../durable-objects/env.ts'
import { connectionObject, eventLog } from '../../durable-objects/stubs.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { into, resource } from '../../shared/source/map.ts'
import { day } from '../../shared/source/places.ts'
import { number } from '../../shared/source/readers.ts'
import { processPending } from '../../workers/ingest/process.ts'
import { delivery } from '../delivery/leases.ts'
import { house, migrate, newAccount, newConnection } from '../house.ts'
import { dailies, offers, SLUG } from './rerun-house.ts'

beforeAll(migrate)
afterEach(() => void vi.restoreAllMocks())

it('a schedule that cannot be told keeps nothing from being delivered, and asks again for the same', async () => {
  offers({
    days: resource('days', [
      into('daily', day({ date: 'date' }), { distance_data: { steps: number('steps') } } as never),
    ]),
  })
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () =>
    Response.json({ days: [{ date: '2026-01-01', steps: 9 }] }),
  )
  const account = await newAccount()
  const row = await newConnection(account, { provider: SLUG })
  const log = eventLog(house, row)
  await log.setDestination({
    ...{
      destination_id: 'dst_told',
      developer_id: account.dev_id,
      type: 'webhook',
      version: 1,
      state: 'active' as const,
    },
    ...{ settings: {}, secrets: '', delivery: delivery({}) },
  })
  const connection = connectionObject(house, row.user_id)
  const { user_id, developer_id, region, provider_user_id } = row
  await connection.keep({ user_id, developer_id, region, provider: SLUG, provider_user_id }, { access_token: 'a' })
  await connection.startBackfill(Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2))

  const deaf = {
    accessToken: (fresh: boolean) => connection.accessToken(fresh),
    fetched: () => Promise.reject(new Error('the object moved')),
  }
  const env = { ...house, CONNECTION: { idFromName: () => 'one', get: () => deaf } } as unknown as Env
  const pending = () => log.pending({ bulk: true, limit: 10 })
  const { leases } = await processPending(env, cellName(row), await pending(), { lease: true })
  expect(leases).toMatchObject([{ kind: 'lease' }])
  expect(await connection.backfills()).toMatchObject([{ state: 'running', slices_done: 0 }])

  await runDurableObjectAlarm(connection)
  await processPending(house, cellName(row), await pending(), { lease: false })
  expect(await connection.backfills()).toMatchObject([{ state: 'done', records: 1 }])
  expect(await dailies(row)).toMatchObject([{ revision: 1 }])
})
