import { CONNECTION_SLOTS } from '../../base/limits.ts'
import { Semaphore } from '../../base/semaphore.ts'
import type { Refusal } from '../aws/refusal.ts'
import { allShipped, type Shipment, type Shipped, type ShippedGroup, shipped } from '../shipment.ts'
import { type BatchLayout, batchesOf } from './batches.ts'
import { type EachLayout, objectsOf } from './each.ts'
import { notTaken } from './refusal.ts'
import type { ObjectStore, StoredObject } from './store.ts'

/**
 * A window in objects of many events: delivered when all of them are put. Where one is not, all come again; those that are
 * in already are found there. Among the objects of one window there is no order, from window to window there is.
 */
export async function shipBatches(
  store: ObjectStore,
  shipment: Shipment,
  layout: BatchLayout,
  onlyNew: boolean,
): Promise<Shipped> {
  const puts = new Puts(store, onlyNew)
  await Promise.all((await batchesOf(shipment, layout)).map((object) => puts.put(object)))
  return puts.refusal ? notTaken(puts.refusal) : allShipped(shipment)
}

/** One object for each record: connections beside each other, each in its order. Told how far each came. */
export async function shipEach(store: ObjectStore, { groups }: Shipment, layout: EachLayout): Promise<Shipped> {
  const puts = new Puts(store, false)
  const told = await Promise.all(
    groups.map(async (group) => {
      const { connection, lane } = group
      return { connection, lane, delivered: await inOrder(group, puts, layout) }
    }),
  )
  // What could not be put is not the fault of its event: it is next again, and where nothing goes in, nobody is held.
  return puts.refusal && told.every(({ delivered }) => delivered === 0) ? notTaken(puts.refusal) : shipped(told)
}

async function inOrder({ user, events }: ShippedGroup, puts: Puts, layout: EachLayout): Promise<number> {
  for (const [i, event] of events.entries())
    for (const object of objectsOf(event, user, layout)) if (!(await puts.put(object))) return i
  return events.length
}

/** Several at the same time, until the first refusal: it speaks of the bucket. */
class Puts {
  refusal: Refusal | undefined
  private readonly slots = new Semaphore(CONNECTION_SLOTS)
  private readonly store: ObjectStore
  private readonly onlyNew: boolean

  constructor(store: ObjectStore, onlyNew: boolean) {
    this.store = store
    this.onlyNew = onlyNew
  }

  put(object: StoredObject): Promise<boolean> {
    return this.slots.run(async () => {
      if (this.refusal) return false
      const put = await this.store.put(object, this.onlyNew)
      if (put.kind === 'refused') this.refusal ??= put.refusal
      return put.kind !== 'refused'
    })
  }
}
