import { Supplier } from '../../shared/sdk/supplier/supplier.ts'
import { type NightReceiver, startNightReceiver } from '../harness/night-receiver.ts'
import { type NightFile, nightFile } from '../suppliers/night-file.ts'
import { NIGHTS, night } from '../suppliers/nights.ts'
import { residentMb } from './process.ts'
import { round } from './statistics.ts'
import type { World } from './world.ts'
import { addDestination } from './world.ts'

const NO_LIMITS = { records_per_second: 1_000_000, burst_records: 100_000_000, bytes_per_day: 10 ** 13 }
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
}
export interface Rate {
  records_per_second: number
  mb_per_second: number
}

/** One batch of a supplier's through its door: nights of a lab, to one webhook. */
export async function suppliers(world: World, smoke: boolean): Promise<SupplierFigures> {
  const receiver = await startNightReceiver()
  try {
    const { client } = await world.developer({ connections: 0 })
    await addDestination(client, receiver.url, { max_records_per_call: 100 })
    const { invitation } = await client.suppliers.invite({ name: 'bench', limits: NO_LIMITS })
    const { credential } = await client.suppliers.accept(invitation.token)
    const supplier = new Supplier({ baseUrl: world.url, credential })
    await supplier.call('POST', '/v2/supplier/contracts', NIGHTS)
    const records = smoke ? 2_000 : 50_000
    const nights = { people: smoke ? 20 : 200, samples: SAMPLES }
    // Everybody is connected by then: connecting is not what is measured.
    await pushed(supplier, await nightFile({ ...nights, records: nights.people, brokenEach: 0, first: records }))
    const file = await nightFile({ ...nights, records, brokenEach: 100 })
    return await measured(world, supplier, file, receiver)
  } finally {
    await receiver.close()
  }
}

async function pushed(supplier: Supplier, file: NightFile): Promise<void> {
  const { batch_id } = await supplier.pushBytes('sleep-nights@1.0', file.bytes)
  await supplier.ended(batch_id, { timeoutMs: PATIENCE_MS })
}

async function measured(world: World, supplier: Supplier, file: NightFile, receiver: NightReceiver) {
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
