import type { SupplyPoint } from '../../shared/base/crash-point.ts'
import type { Batch } from '../../shared/sdk/supplier/wire.ts'
import type { FeedEvent } from '../../shared/sdk/wire.ts'
import { type FileOptions, type NightFile, nightFile } from '../suppliers/night-file.ts'
import type { SupplierWorld } from './supplier-world.ts'

type Way = 'push' | 'upload' | 'pull' | 'redrive'
/** Every place where the runtime is killed, in the order in which one comes by them, and on which ways that is. */
const ALL: Record<SupplyPoint, Way[]> = {
  'batch-before-commit': ['push'],
  'batch-after-commit': ['push'],
  'part-before-commit': ['upload'],
  'part-after-commit': ['upload'],
  'upload-before-commit': ['upload'],
  'upload-after-commit': ['upload'],
  'pull-before-commit': ['pull'],
  'pull-after-commit': ['pull'],
  'piece-after-accept': ['push', 'redrive'],
  'piece-after-append': ['push', 'redrive'],
  'piece-after-commit': ['push', 'upload', 'pull'],
  'redrive-before-commit': ['redrive'],
  'redrive-after-commit': ['redrive'],
}
export const pointsOf = (way: Way): SupplyPoint[] =>
  (Object.keys(ALL) as SupplyPoint[]).filter((point) => ALL[point].includes(way))
/** A draft is named in full. */
export const CONTRACT = 'sleep-nights@1.0'

export interface BatchRound {
  file: NightFile
  batch: Batch
  /** Of which pieces the runtime died. */
  killed: SupplyPoint[]
  /** Lines whose outcome in the report is not the one they must have; those that are told twice or not at all. */
  wrong: string[]
  /** Nights that did not come to the developer, or came with another figure. */
  lost: string[]
  /** Records that the log holds more than once, or that nobody sent. */
  twice: string[]
  acceptedMs: number
  endedMs: number
  landedMs: number
}

/** How a file goes out. → its batch */
type Send = (world: SupplierWorld, file: NightFile) => Promise<string>
const push: Send = async ({ supplier }, { bytes }) => (await supplier.pushBytes(CONTRACT, bytes)).batch_id

/** One batch, killed once at each of these points and started again, until everything of it has landed. */
export async function batchRound(
  world: SupplierWorld,
  {
    points = [],
    patienceMs,
    send = push,
    ...options
  }: FileOptions & { points?: SupplyPoint[]; patienceMs: number; send?: Send },
): Promise<BatchRound> {
  const file = await nightFile(options)
  const startedAt = Date.now()
  const killed: SupplyPoint[] = []
  const killing = killEach(world, points, patienceMs, killed)
  const batch_id = await Promise.race([send(world, file), killing.failed])
  const acceptedMs = Date.now() - startedAt
  const batch = await Promise.race([world.supplier.ended(batch_id, { timeoutMs: patienceMs }), killing.failed])
  await killing.done
  const endedMs = Date.now() - startedAt
  const lost = await world.receiver.missing(file, patienceMs)
  const landedMs = Date.now() - startedAt
  const wrong = await wrongLines(world, batch_id, file)
  return { file, batch, killed, wrong, lost, twice: await twice(world, file), acceptedMs, endedMs, landedMs }
}

/** `failed` never ends well: it is what to race against. */
function killEach(world: SupplierWorld, points: SupplyPoint[], patienceMs: number, killed: SupplyPoint[]) {
  const done = (async () => {
    for (const point of points) {
      await reached(world, point, patienceMs)
      await world.runtime.kill()
      world.control.disarm()
      killed.push(point)
      await world.runtime.start()
    }
  })()
  const failed = new Promise<never>((_, reject) => done.catch(reject))
  failed.catch(() => {})
  return { done, failed }
}
const reached = (world: SupplierWorld, point: SupplyPoint, patienceMs: number) =>
  new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the point ${point} was never reached`)), patienceMs)
    world.control.arm(point, () => {
      clearTimeout(late)
      resolve()
      return true
    })
  })

async function wrongLines({ supplier }: SupplierWorld, batchId: string, { records, broken }: NightFile) {
  const wrong: string[] = []
  let next = 1
  for await (const { line, outcome, problems = [] } of supplier.report(batchId)) {
    if (line !== next) wrong.push(`line ${line} comes where ${next} should`)
    next = line + 1
    const rule = broken.get(line)
    const good = rule ? outcome === 'rejected' && problems.some((one) => one.rule === rule) : outcome === 'accepted'
    if (!good) wrong.push(`line ${line} is ${outcome}${rule ? `, but it breaks ${rule}` : ''}`)
  }
  if (next !== records + 1) wrong.push(`the report ends at ${next - 1} of ${records}`)
  return wrong
}

/** The log: one record for each night, at its first revision. */
async function twice({ developer }: SupplierWorld, file: NightFile): Promise<string[]> {
  const seen = new Map<string, number>()
  const odd: string[] = []
  for (let after: string | undefined; ; ) {
    const page: { events: FeedEvent[]; next?: string | null } = await developer.events({ after, limit: 500 })
    for (const { type, user_id, summary_id, revision } of page.events) {
      if (type !== 'sleep') continue
      const key = `${user_id} ${summary_id}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
      if (seen.get(key)! > 1 || revision > 1) odd.push(`${key} at revision ${revision}`)
    }
    if (!page.next || page.events.length === 0) break
    after = page.next
  }
  const owed = [...file.nights()].length
  if (seen.size < owed) odd.push(`the log holds ${seen.size} nights, and ${owed} were sent`)
  return odd
}
