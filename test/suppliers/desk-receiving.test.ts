import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { supplierDesk } from '../../durable-objects/stubs.ts'
import type { NewBatch } from '../../durable-objects/supplier-desk-api.ts'
import { newId } from '../../shared/base/ids.ts'
import { ContractDocument } from '../../shared/supply/document.ts'
import { newTally } from '../../shared/supply/tally.ts'
import { house } from '../house.ts'
import { NIGHTS } from './nights.ts'

const CONTRACT = ContractDocument.parse(NIGHTS)
const newDesk = () =>
  supplierDesk(house, {
    region: 'eu',
    developer_id: newId('dev'),
    supplier_id: newId('sup'),
    environment: 'sandbox',
  })
const newBatch = (more: Partial<NewBatch> = {}): NewBatch => ({
  batch_id: newId('bat'),
  contract_id: 'ctr_1',
  contract: 'nights@1.0',
  kind: 'push',
  mode: 'partial',
  origin: 'live',
  idempotency_key: 'night-7',
  hash: 'a',
  report_days: 1,
  quarantine_days: 1,
  ...more,
})
const received = (batch_id: string) => ({ batch_id, hash: 'a', bytes: 1, unpacked: 1, pieces: [1] })

test('a key whose door is at work is in use', async () => {
  const desk = newDesk()
  const first = newBatch()
  expect(await desk.beginBatch(first)).toEqual({ kind: 'go' })
  expect(await desk.beginBatch(newBatch())).toEqual({ kind: 'running' })
  await desk.keepBatch(first.batch_id)
  expect(await desk.commitBatch(received(first.batch_id))).toMatchObject({ kind: 'taken' })
  expect(await desk.beginBatch(newBatch())).toMatchObject({ kind: 'replayed', batch: { batch_id: first.batch_id } })
})

test('after a crash the same key is taken at once, and the one before cannot come in beside it', async () => {
  const desk = newDesk()
  const [first, second] = [newBatch(), newBatch()]
  await desk.beginBatch(first)
  await evictDurableObject(desk)
  expect(await desk.beginBatch(second)).toEqual({ kind: 'go' })
  expect(await desk.commitBatch(received(first.batch_id))).toEqual({ kind: 'gone' })
  expect(await desk.commitBatch(received(second.batch_id))).toMatchObject({ kind: 'taken' })
})

test('a door that lives on after the desk was put away is known again as soon as it speaks', async () => {
  const desk = newDesk()
  const first = newBatch()
  await desk.beginBatch(first)
  await evictDurableObject(desk)
  await desk.keepBatch(first.batch_id)
  expect(await desk.beginBatch(newBatch())).toEqual({ kind: 'running' })
})

test('records that came by themselves were in no pieces: nothing is to be swept at once', async () => {
  const desk = newDesk()
  const { idempotency_key: _, ...batch } = newBatch({ kind: 'records' })
  const tally = newTally({ contract_id: 'ctr_1', document: CONTRACT }, { receivedAt: Date.now(), origin: 'live' })
  const result = { batch_id: batch.batch_id, codes: 'a', problems: [], held: [], tally }
  await desk.wholeBatch({ ...batch, idempotency_key: undefined }, received(batch.batch_id), result)
  const alarm = await runInDurableObject(desk, (_, state) => state.storage.getAlarm())
  expect(alarm).toBeGreaterThan(Date.now() + 1_000)
})

test('what is live does not wait for data of the past where versions decide, and else comes in its turn', async () => {
  const lined = async (apart: boolean) => {
    const desk = newDesk()
    const push = async (origin: NewBatch['origin']) => {
      const batch = newBatch({ origin, apart, idempotency_key: undefined })
      await desk.beginBatch(batch)
      await desk.commitBatch(received(batch.batch_id))
      return batch.batch_id
    }
    const [old, older, live, next] = [
      await push('backfill'),
      await push('backfill'),
      await push('live'),
      await push('live'),
    ]
    const names = new Map([old, older, live, next].map((id, i) => [id, ['past 1', 'past 2', 'live 1', 'live 2'][i]]))
    const order: (string | undefined)[] = []
    for (;;) {
      const lease = await desk.takePiece()
      if (!lease) return order
      order.push(names.get(lease.batch_id))
      const tally = newTally({ contract_id: 'ctr_1', document: CONTRACT }, { receivedAt: 1, origin: lease.origin })
      const { batch_id, piece } = lease
      await desk.commitPiece({ lease: lease.lease, batch_id, piece, codes: 'a', problems: [], held: [], tally })
    }
  }
  expect(await lined(false)).toEqual(['past 1', 'past 2', 'live 1', 'live 2'])
  const apart = await lined(true)
  // They take turns: neither waits for all of the other.
  expect(apart.indexOf('live 1')).toBeLessThan(apart.indexOf('past 2'))
  expect(apart.filter((one) => one?.startsWith('past'))).toEqual(['past 1', 'past 2'])
  expect(apart.filter((one) => one?.startsWith('live'))).toEqual(['live 1', 'live 2'])
})
