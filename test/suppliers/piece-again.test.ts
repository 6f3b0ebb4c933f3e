import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, expect, it, vi } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/base/time.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { workOff } from '../../workers/queues/payloads.ts'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import { call, house } from '../house.ts'
import { diesBeforeItAppends, diesBeforeItTells, taken } from './held.ts'
import { NIGHTS, night } from './nights.ts'
import { ownSupplier } from './own-supplier.ts'
import { consume, pushLines } from './pushed.ts'
import { answered } from './supplier.ts'

/** A worker has put a piece's records into the log, whole or as they came, and is gone before the desk hears of it. */

const supplier = ownSupplier(({ ask }) => ask('POST', '/v2/supplier/contracts', NIGHTS).then(answered))
afterEach(() => vi.restoreAllMocks())

const asks = async <T>(method: string, path: string, body?: object) =>
  answered<T>(await supplier.ask(method, `/v2/supplier${path}`, body))
/** The next worker comes. → what is told of its batch then */
async function again(batch_id: string) {
  await asks('POST', '/clock', { advance_seconds: SUPPLY.pieceLeaseMs / SECOND_MS + 60 })
  await consume(supplier)
  await asks('POST', '/clock', { advance_seconds: 60 })
  await consume(supplier)
  const { state, counts } = await asks<BatchView>('GET', `/batches/${batch_id}`)
  expect(state).toBe('done')
  return counts
}
const nights = [0, 1, 2].map((number) => night(number, { people: 2 }))
const developer = async <T>(path: string) =>
  (await (await call(path, { headers: supplier.account.headers })).json()) as T

it('its records are told as they were taken the first time, and lie over nothing newer, also where the log has put the payloads away', async () => {
  const { batch_id } = await answered<BatchView>(await pushLines(supplier, 'sleep-nights', nights))
  await expect(consume(supplier, diesBeforeItTells)).rejects.toThrow('killed')
  // Single records wait for no batch.
  const newer = { ...nights[0]!, asleep_minutes: 111 }
  const later = await taken(supplier, 'sleep-nights', [newer])
  expect(await asks('GET', `/batches/${later}`)).toMatchObject({ counts: { updated: 1 } })

  const cell = { ...supplier.account.developer, cell: 1 }
  const log = eventLog(house, cell)
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 25 * HOUR_MS)
  await runDurableObjectAlarm(log)
  vi.restoreAllMocks()
  const { objects } = await house.RAW.list({ prefix: `raw/${cellName(cell)}/` })
  expect(objects).not.toHaveLength(0)
  await evictDurableObject(log)

  expect(await again(batch_id)).toMatchObject({ accepted: 3, updated: 0, duplicate: 0 })
  const { users } = await developer<{ users: { user_id: string; reference_id: string }[] }>('/v2/subscriptions')
  const { user_id } = users.find(({ reference_id }) => reference_id === newer.person)!
  const sleeps = `/v2/sleep?user_id=${user_id}&start_date=2024-01-01&end_date=2024-02-01&to_webhook=false`
  const { data } = await developer<{ data: { sleep_durations_data: { asleep: object } }[] }>(sleeps)
  expect(data.map(({ sleep_durations_data }) => sleep_durations_data.asleep)).toContainEqual(
    expect.objectContaining({ duration_asleep_state_seconds: 111 * 60 }),
  )
})

it('its records are told as they were taken, also where the log’s own queue was there before the piece’s next worker', async () => {
  const { batch_id } = await answered<BatchView>(await pushLines(supplier, 'sleep-nights', nights))
  await expect(consume(supplier, diesBeforeItAppends)).rejects.toThrow('killed')
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + MINUTE_MS)
  await workOff(house, cellName({ ...supplier.account.developer, cell: 1 }), false)
  vi.restoreAllMocks()
  expect(await again(batch_id)).toEqual({ accepted: 3, updated: 0, duplicate: 0, rejected: 0, quarantined: 0 })
})

it('each of its records is told, also where its draft of a contract was changed in between and reads more of them', async () => {
  const { contracts } = await asks<{ contracts: { contract_id: string }[] }>('GET', '/contracts')
  const changes = (document: object) => asks('PUT', `/contracts/${contracts[0]!.contract_id}`, document)
  const rules = NIGHTS.mapping.rules.map((one) => ({ ...one, when: { path: 'consent', is: ['c-1'] } }))
  await changes({ ...NIGHTS, mapping: { rules } })
  const lines = ['c-1', 'c-2', 'c-1'].map((consent, i) => ({ ...night(i, { people: 1 }), consent }))
  const { batch_id } = await answered<BatchView>(await pushLines(supplier, 'sleep-nights', lines))
  await expect(consume(supplier, diesBeforeItTells)).rejects.toThrow('killed')
  await changes(NIGHTS)
  expect(await again(batch_id)).toEqual({ accepted: 1, updated: 0, duplicate: 2, rejected: 0, quarantined: 0 })
})
