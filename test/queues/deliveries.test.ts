import { createMessageBatch } from 'cloudflare:test'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { cellName, type DeliveryNudge } from '../../shared/delivery/cell.ts'
import { deliveries } from '../../workers/queues/deliveries.ts'
import { appendDaily, call, house, migrate, newAccount, newConnection } from '../house.ts'

beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

/** A cell with one event for a webhook, and the calls that the webhook gets. */
async function owing() {
  const account = await newAccount()
  const row = await newConnection(account)
  const made = await call('/v2/destinations', {
    method: 'POST',
    headers: account.headers,
    body: JSON.stringify({ type: 'webhook', settings: { url: 'https://receiver.example/hook' } }),
  })
  const { destination_id } = (await made.json()) as { destination_id: string }
  await appendDaily(row, '2026-07-01')
  const posted: string[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
    posted.push((JSON.parse(String(init?.body)) as { type: string }).type)
    return new Response(null, { status: 204 })
  })
  const look = (queue: string, more: Partial<DeliveryNudge> = {}) => {
    const body = { cell: cellName(row), destination_id, ...more }
    return deliveries(
      createMessageBatch<DeliveryNudge>(queue, [{ id: queue, timestamp: new Date(), attempts: 1, body }]),
      house,
    )
  }
  return { look, posted }
}

it('a message of either queue delivers what is owed: what came in bulk is live all the same', async () => {
  for (const queue of ['deliveries', 'deliveries-bulk']) {
    const { look, posted } = await owing()
    await look(queue)
    expect([queue, posted]).toEqual([queue, ['daily']])
  }
})
it('a message about what is sent again leaves alone what is live', async () => {
  const { look, posted } = await owing()
  await look('deliveries-bulk', { again: true })
  expect(posted).toEqual([])
})
