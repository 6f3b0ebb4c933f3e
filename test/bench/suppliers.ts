import { Supplier } from '../../shared/sdk/supplier/supplier.ts'
import { type NightReceiver, startNightReceiver } from '../harness/night-receiver.ts'
import { type NightFile, nightFile } from '../suppliers/night-file.ts'
import { NIGHTS, night } from '../suppliers/nights.ts'
import { residentMb } from './process.ts'
import { round } from './statistics.ts'
import { momentOf, type PerEvent, perEvent } from './used.ts'
import type { World } from './world.ts'

const NO_LIMITS = { records_per_second: 1_000_000, burst_records: 100_000_000, bytes_per_day: 10 ** 13 }
const SMOKE = { records: 2_000, people: 20 }
const SAMPLES = 20
const PATIENCE_MS = 20 * 60_000

export interface SupplierFigures {
  records: number
  mb: number
  packed_mb: number
  /** Until the door answered that it is kept; until each record had its outcome; until the last had come to the webhook. */
  accepted: Rate
  worked_off: Rate
  landed: Rate
  lost: number
  peak_mb: number
  /** `JSON.parse` and the check by the schema, of the same records in the same kind of runtime. */
  alone?: Rate
  /** What one record uses. */
  use?: SupplierUse
}
export type SupplierUse = PerEvent & { webhook_calls: number }
export interface Rate {
  records_per_second: number
  mb_per_second: number
}

interface Lab {
  supplier: Supplier
  receiver: NightReceiver
  file: NightFile
}

/** One batch of a supplier's through its door: nights of a lab, to one webhook. */
export const suppliers = (world: World, smoke: boolean): Promise<SupplierFigures> =>
  inLab(world, smoke ? SMOKE : { records: 50_000, people: 200 }, (lab) => measured(world, lab))

/** What such a batch uses, from its door to its webhook: smaller, as counting takes time. */
export const countedSuppliers = (world: World, smoke: boolean): Promise<SupplierUse> =>
  inLab(world, smoke ? SMOKE : { records: 10_000, people: 200 }, (lab) => counted(world, lab))

async function inLab<T>(
  world: World,
  { records, people }: { records: number; people: number },
  work: (lab: Lab) => Promise<T>,
): Promise<T> {
  const receiver = await startNightReceiver()
  try {
    const delivery = { max_records_per_call: 100 }
    const { client } = await world.developer({ connections: 0, webhook: receiver.url, delivery })
    const { invitation } = await client.suppliers.invite({ name: 'bench', limits: NO_LIMITS })
    const { credential } = await client.suppliers.accept(invitation.token)
    const supplier = new Supplier({ baseUrl: world.url, credential })
    await supplier.call('POST', '/v2/supplier/contracts', NIGHTS)
    const nights = { people, samples: SAMPLES }
    // Everybody is connected by then: connecting is not what is measured.
    const first = await nightFile({ ...nights, records: people, brokenEach: 0, first: records })
    await pushed(supplier, first)
    await receiver.missing(first, PATIENCE_MS)
    return await work({ supplier, receiver, file: await nightFile({ ...nights, records, brokenEach: 100 }) })
  } finally {
    await receiver.close()
  }
}

async function pushed(supplier: Supplier, file: NightFile): Promise<void> {
  const { batch_id } = await supplier.pushBytes('sleep-nights@1.0', file.bytes)
  await supplier.ended(batch_id, { timeoutMs: PATIENCE_MS })
}

async function measured(world: World, { supplier, receiver, file }: Lab): Promise<SupplierFigures> {
  const began = performance.now()
  let peak_mb = 0
  const watch = setInterval(() => {
    peak_mb = Math.max(peak_mb, residentMb(world.workerd))
  }, 100)
  try {
    const { batch_id } = await supplier.pushBytes('sleep-nights@1.0', file.bytes)
    const acceptedMs = performance.now() - began
    await supplier.ended(batch_id, { timeoutMs: PATIENCE_MS })
    const workedMs = performance.now() - began
    const lost = await receiver.missing(file, PATIENCE_MS)
    const landedMs = performance.now() - began
    const rate = (ms: number): Rate => rateOf(file.records, file.unpacked, ms)
    return {
      records: file.records,
      mb: round(file.unpacked / 1e6, 1),
      packed_mb: round(file.bytes.length / 1e6, 1),
      accepted: rate(acceptedMs),
      worked_off: rate(workedMs),
      landed: rate(landedMs),
      lost: lost.length,
      peak_mb,
    }
  } finally {
    clearInterval(watch)
  }
}
async function counted(world: World, { supplier, receiver, file }: Lab): Promise<SupplierUse> {
  const before = await momentOf(world)
  const callsBefore = receiver.calls()
  await pushed(supplier, file)
  const lost = await receiver.missing(file, PATIENCE_MS)
  if (lost.length > 0) throw new Error(`${lost.length} records of ${file.records} did not land while counting`)
  const each = perEvent(before, await momentOf(world), { events: file.records, bytes: file.unpacked })
  return { ...each, webhook_calls: round((receiver.calls() - callsBefore) / file.records, 3) }
}

const rateOf = (records: number, bytes: number, ms: number): Rate => ({
  records_per_second: round(records / (ms / 1_000), 0),
  mb_per_second: round(bytes / 1e6 / (ms / 1_000), 1),
})

/** What parsing and the check by the schema cost alone, inside workerd, with the request's own cost taken off. */
export async function validatedAlone(world: World, smoke: boolean): Promise<Rate> {
  const lines = Array.from({ length: 1_000 }, (_, i) => JSON.stringify(night(i, { people: 20, samples: SAMPLES })))
  const body = lines.join('\n')
  const times = smoke ? 2 : 20
  const timed = async (count: number) => {
    const began = performance.now()
    const response = await fetch(`${world.url}/bench/work?what=validate&times=${count}`, { method: 'POST', body })
    const answer = (await response.json()) as { good?: number }
    if (answer.good !== count * lines.length) throw new Error(`validating gave ${JSON.stringify(answer)}`)
    return performance.now() - began
  }
  await timed(times)
  const empty = await timed(0)
  const took = (await timed(times)) - empty
  return rateOf(lines.length * times, body.length * times, took)
}
