import { evictDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { migrate } from '../house.ts'
import { cell, leased, put, settled } from './one-cell.ts'

beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

/** A cell that died with a lease out, under a clock of the test's. */
async function died() {
  const one = await cell()
  const clock = vi.spyOn(Date, 'now')
  const start = Date.now() + 60_000
  const at = (ms: number) => void clock.mockReturnValue(start + ms)
  at(0)
  await put(one.row, [{}])
  const before = leased(await one.log.lease(one.destination.destination_id))
  await evictDurableObject(one.log)
  const lease = () => one.log.lease(one.destination.destination_id)
  const waits = async () => {
    const answer = await lease()
    expect(answer).toMatchObject({ kind: 'wait', reason: 'fence' })
    return (answer as { retryAt: number }).retryAt - start
  }
  return { ...one, at, before, lease, waits }
}

describe('a cell that starts while a lease may still be out', () => {
  it('gives none until that one is over', async () => {
    const { at, lease, waits } = await died()
    const over = await waits()
    at(over - 1)
    await waits()
    at(over)
    expect(leased(await lease()).groups).toHaveLength(1)
  })
  it('and is put to sleep while it waits, waits no longer for that', async () => {
    const { log, at, lease, waits } = await died()
    const over = await waits()
    for (const ms of [1_000, over - 1]) {
      at(ms)
      await evictDurableObject(log)
      expect(await waits()).toBe(over)
    }
    at(over)
    await evictDurableObject(log)
    expect(leased(await lease()).groups).toHaveLength(1)
  })
  it('waits anew where it dies again with a lease of its own', async () => {
    const { log, destination, at, lease, waits } = await died()
    const over = await waits()
    at(over)
    const second = leased(await lease())
    at(over + 1_000)
    await evictDurableObject(log)
    expect(await waits()).toBeGreaterThan(over + 1_000)
    expect((await log.settle(settled({ ...second, destination_id: destination.destination_id }))).settled).toBe(false)
  })
})
