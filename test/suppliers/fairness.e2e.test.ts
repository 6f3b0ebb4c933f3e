import { afterAll, beforeAll, expect, test } from 'vitest'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { Supplier } from '../../shared/sdk/supplier/supplier.ts'
import type { Batch } from '../../shared/sdk/supplier/wire.ts'
import { CONTRACT } from '../harness/supplier-round.ts'
import { openSupplierWorld, type SupplierWorld } from '../harness/supplier-world.ts'
import { testBuild } from '../harness/test-build.ts'
import { NIGHTS, night } from './nights.ts'

/** Who sends much does not keep those waiting who send little. Work stands still until all of it is there. */

let world: SupplierWorld
beforeAll(async () => {
  world = await openSupplierWorld(await testBuild())
}, 120_000)
afterAll(() => world?.close())

const OTHER = { ...NIGHTS, name: 'other-nights' }
let number = 0
async function push(supplier: Supplier, contract: string): Promise<string> {
  const bytes = new Uint8Array(Buffer.from(JSON.stringify(night(number++, { people: 1 }))))
  return (await supplier.pushBytes(contract, bytes)).batch_id
}
async function newLab(name: string): Promise<Supplier> {
  const { invitation } = await world.developer.suppliers.invite({ name })
  const { credential } = await world.developer.suppliers.accept(invitation.token)
  const lab = new Supplier({ baseUrl: world.url, credential })
  await lab.call('POST', '/v2/supplier/contracts', NIGHTS)
  return lab
}
async function pushMany(supplier: Supplier, contract: string, count: number): Promise<string[]> {
  const pushed: string[] = []
  while (pushed.length < count) pushed.push(await push(supplier, contract))
  return pushed
}
/** The first piece of all is worked at, and whoever works at it stands there until `release`. */
function standingStill(): Promise<void> {
  let first = true
  return new Promise((resolve) => {
    world.control.arm('piece-after-commit', () => {
      const stands = first
      first = false
      resolve()
      return stands
    })
  })
}
type Ended = Batch & { ended_at: string }
const endOf = async (supplier: Supplier, batchId: string) =>
  Date.parse(((await supplier.ended(batchId, { timeoutMs: 120_000 })) as Ended).ended_at)
/** How many of these had ended when that one did. */
async function endedBefore(supplier: Supplier, batches: string[], end: number): Promise<number> {
  const ends = []
  for (const batch of batches) ends.push(await endOf(supplier, batch))
  return ends.filter((at) => at <= end).length
}

test('a supplier with a small batch waits for two turns of one with a great many, and not for all of them', async () => {
  const small = await newLab('small lab')
  const stands = standingStill()
  const many = await pushMany(world.supplier, CONTRACT, 1)
  await stands
  many.push(...(await pushMany(world.supplier, CONTRACT, 4 * SUPPLY.turnPieces)))
  const one = await push(small, CONTRACT)
  world.control.release()
  const before = await endedBefore(world.supplier, many, await endOf(small, one))
  // The turn that it came in, and the one that was called before it.
  expect(before).toBeLessThanOrEqual(2 * SUPPLY.turnPieces)
})

test('contracts of one supplier take turns', async () => {
  await world.supplier.call('POST', '/v2/supplier/contracts', OTHER)
  const stands = standingStill()
  const many = await pushMany(world.supplier, CONTRACT, 1)
  await stands
  many.push(...(await pushMany(world.supplier, CONTRACT, 20)))
  const few = await pushMany(world.supplier, `${OTHER.name}@${OTHER.version}`, 3)
  world.control.release()
  const before = await endedBefore(world.supplier, many, await endOf(world.supplier, few.at(-1)!))
  // One of theirs for each of its own.
  expect(before).toBeLessThanOrEqual(1 + few.length)
})

test('a small batch is done while the files of four others are being read', async () => {
  const small = await newLab('other small lab')
  const labs = await Promise.all([1, 2, 3, 4].map((one) => newLab(`lab ${one}`)))
  // Whoever reads a file stands at its end. The local queue gives one message at a time: there one stands for all four.
  const stands = new Promise<void>((resolve) =>
    world.control.arm('upload-before-commit', () => {
      resolve()
      return true
    }),
  )
  const file = new Blob([`${JSON.stringify(night(number++, { people: 1 }))}\n`])
  const uploaded = await Promise.all(labs.map((lab) => lab.upload(CONTRACT, file)))
  await stands
  expect(await small.ended(await push(small, CONTRACT), { timeoutMs: 60_000 })).toMatchObject({ state: 'done' })
  const states = await Promise.all(labs.map((lab, i) => lab.get(`/v2/supplier/batches/${uploaded[i]!.batch_id}`)))
  expect(states).toEqual(labs.map(() => expect.objectContaining({ state: 'receiving' })))
  world.control.release()
  for (const [i, lab] of labs.entries())
    expect(await lab.ended(uploaded[i]!.batch_id, { timeoutMs: 120_000 })).toMatchObject({ state: 'done' })
})
