import { runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventLog } from '../../durable-objects/event-log.ts'
import type { Settings } from '../../shared/base/settings.ts'
import { recordSweep } from '../../shared/db/cells.ts'
import { open } from '../../shared/db/open.ts'
import { placeConnection } from '../../workers/cells.ts'
import { house, migrate, newAccount } from '../house.ts'
import { atStart, days, dies, objectsOf, putDay, read, START } from './cold-cell.ts'
import { cell, drained, type House } from './one-cell.ts'

beforeAll(migrate)
beforeEach(atStart)
afterEach(() => vi.restoreAllMocks())

/** Until the object dies, its bounds are these. */
const bounded = ({ log }: House, bounds: Partial<Settings>) =>
  runInDurableObject(log as unknown as DurableObjectStub<EventLog>, (instance) => {
    const { cell } = instance as unknown as { cell: { settings: Settings } }
    Object.assign(cell, { settings: { ...cell.settings, ...bounds } })
  })
/** Random, so that it does not become small when it is sealed. */
const large = () => ({ large: Array.from({ length: 3_000 }, () => Math.random()).join() })
const bodiesOf = async ({ row }: House) =>
  (await house.RAW.list()).objects.filter(
    ({ key }) => key.startsWith('bodies/') && key.includes(`/${row.developer_id}/`),
  )

describe('a cell that holds much', () => {
  it('takes no new connections', async () => {
    const { developer } = await newAccount()
    expect(await placeConnection(house, developer)).toBe(1)
    const swept = { swept_at: 1, oldest_inbox_at: null, oldest_undelivered_at: null, parked: 0 }
    const one = { developer_id: developer.developer_id, cell: 1 }
    await recordSweep(open(house.DB), one, { ...swept, bytes: 4 * 1024 ** 3 - 1 })
    expect(await placeConnection(house, developer)).toBe(1)
    await recordSweep(open(house.DB), one, { ...swept, bytes: 4 * 1024 ** 3 })
    expect(await placeConnection(house, developer)).toBe(2)
    expect(await placeConnection(house, developer)).toBe(2)
  })
  it('tells its size', async () => {
    const one = await cell()
    expect((await one.log.health()).bytes).toBeGreaterThan(4_096)
  })
  it('puts large bodies into object storage first, those that are delivered and a day old', async () => {
    const one = await cell({}, { created_at: START })
    await putDay(one, 0, large())
    await putDay(one, 1, { small: true })
    await drained(one)
    await putDay(one, 2, large())
    const before = await read(one)
    await bounded(one, { CELL_SHED_BYTES: 1 })
    await days(one, 2)
    expect(await bodiesOf(one)).toHaveLength(1)
    expect(await objectsOf(one)).toEqual([])
    await dies(one)
    expect(await read(one)).toEqual(before)
    // One that died gives no lease for a while.
    await days(one, 1)
    expect(await drained(one)).toHaveLength(1)
    // As old records, and as their connection: gone with it.
    await days(one, 90)
    expect(await read(one)).toEqual(before)
    await one.log.closeConnection(one.row.user_id, { type: 'deauth', message: 'bye', silent: false })
    expect(await bodiesOf(one)).toEqual([])
  })
  it('keeps records for a week, then for a day', async () => {
    const one = await cell({}, { created_at: START })
    for (const day of [-8, -2]) await putDay(one, day, { day })
    await drained(one)
    const before = await read(one)
    await days(one, 6)
    await bounded(one, { CELL_FULL_BYTES: 1_000_000_000 })
    await days(one, 2)
    expect(await objectsOf(one)).toEqual([])
    const { bytes } = await one.log.health()
    await bounded(one, { CELL_FULL_BYTES: bytes - 1 })
    await days(one, 1)
    expect(await objectsOf(one)).toHaveLength(1)
    await putDay(one, 8, { day: 8 })
    await drained(one)
    await days(one, 2)
    expect(await read(one, 8)).toHaveLength(1)
    const hot = await objectsOf(one)
    await bounded(one, { CELL_FULL_BYTES: 1 })
    await days(one, 1)
    expect(await objectsOf(one)).not.toEqual(hot)
    expect((await read(one)).slice(0, 2)).toEqual(before)
  })
})
