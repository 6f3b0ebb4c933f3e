import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Redrive } from '../../workers/suppliers/quarantine-views.ts'
import { batchRound, pointsOf } from '../harness/supplier-round.ts'
import { openSupplierWorld, SHORT_SENDS, type SupplierWorld } from '../harness/supplier-world.ts'
import { testBuild } from '../harness/test-build.ts'
import { expectWhole } from './expect-whole.ts'
import type { NightFile } from './night-file.ts'
import { NIGHTS, night } from './nights.ts'

const PATIENCE_MS = 120_000

let world: SupplierWorld
beforeAll(async () => {
  world = await openSupplierWorld(await testBuild(), SHORT_SENDS)
}, 120_000)
afterAll(() => world?.close())

const HELD = {
  ...NIGHTS,
  name: 'nights-of-the-known',
  identity: { ...NIGHTS.identity, connect: 'registered' },
}

test('a quarantine that is redriven while the runtime is killed at four points: each record lands once, the sum is exact', async () => {
  // Two chunks.
  const records = 700
  const people = 20
  const points = pointsOf('redrive')
  await world.supplier.call('POST', '/v2/supplier/contracts', HELD)
  let redrive: Redrive | undefined
  const send = async ({ supplier }: SupplierWorld, { bytes }: NightFile) => {
    const { batch_id } = await supplier.pushBytes(`${HELD.name}@${HELD.version}`, bytes)
    // Nobody has told of these people.
    expect((await supplier.ended(batch_id)).counts).toMatchObject({ accepted: 0, quarantined: records })
    for (let person = 0; person < people; person++)
      await supplier.putSubject({ subject: night(person, { people }).person, consent: 'consent-2024' })
    const { redrive_id } = await supplier.call<Redrive>('POST', '/v2/supplier/quarantine/redrive', {})
    const ended = () => supplier.get<Redrive>(`/v2/supplier/redrives/${redrive_id}`)
    await expect.poll(ended, { timeout: PATIENCE_MS }).toMatchObject({ state: 'done' })
    redrive = await ended()
    return batch_id
  }
  const round = await batchRound(world, { records, brokenEach: 0, people, points, patienceMs: PATIENCE_MS, send })
  expectWhole(world, round, points)
  expect(redrive).toMatchObject({ matched: records, accepted: records, updated: 0, duplicate: 0, kept: 0 })
  const { records: waiting } = await world.supplier.get<{ records: unknown[] }>('/v2/supplier/quarantine')
  expect(waiting).toEqual([])
})
