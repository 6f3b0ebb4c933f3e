import type { RerunResult } from '../rerun-api.ts'
import { append } from './append.ts'
import type { Cell } from './cell.ts'
import { putDrafts } from './drafts.ts'
import { leaveQuarantine, quarantine } from './quarantine.ts'
import { type Again, type Decided, decide, drop, keysOf, madeOf, numberOf, type Processed } from './rerun-decide.ts'
import { addToDiff } from './rerun-diff.ts'
import { forgetFolded, type Key, keepFolded, undecided } from './rerun-drafts.ts'
import type { Rerun, Tail } from './reruns.ts'
import { wasKeptBack } from './source-order.ts'
import { typeOf } from './types.ts'

/** Records of one notification that are remembered over turns; of one with more, nothing is taken for dropped. */
const TAIL_KEYS = 5_000
const nameOf = ({ type, summary_id }: Key) => `${type}/${summary_id}`

/**
 * Takes what payloads became that ran again. Key: the place that the turn began at, so that a turn that comes twice counts
 * once; what it changed is written in the same transaction. → whether the job goes on
 */
export async function rerun(cell: Cell, result: RerunResult): Promise<boolean> {
  await cell.keys.load(result.processed.flatMap(({ user_id }) => cell.connections.of(user_id)?.number ?? []))
  for (;;) {
    const job = cell.reruns.open.get(result.job_id)
    if (!job) return false
    if (job.at !== result.after) return true
    cell.reruns.heardAt.set(job.job_id, cell.now())
    const done = job.what.kind === 'redrive' ? await redrive(cell, job, result) : await correct(cell, job, result)
    if (done === 'again') continue
    // Whoever waits for what is new hears of it at once.
    if (done.events > 0) cell.arm(cell.now())
    return cell.reruns.open.has(result.job_id)
  }
}

/** What a turn does to its job. */
function further(job: Rerun, { to, over, processed }: RerunResult, now: number): Rerun {
  const counts = { ...job.counts }
  for (const { records, quarantined } of processed) {
    counts.payloads++
    counts.records += records.length
    if (quarantined.length > 0) counts.quarantined++
  }
  return { ...structuredClone(job), at: over ? job.of : to, counts, ...(over && { state: 'done', endedAt: now }) }
}

/** As if the payload came late: what was not read of it is appended, what is still not read stays in quarantine. */
async function redrive(cell: Cell, job: Rerun, result: RerunResult): Promise<{ events: number }> {
  const events = await append(
    cell,
    result.processed.map(({ kind: _, ...payload }) => ({
      ...payload,
      origin: 'correction' as const,
      quarantined: [],
      notices: [],
    })),
  )
  // Meanwhile it was cancelled, or another worker brought this turn.
  if (cell.reruns.open.get(job.job_id) !== job) return { events }
  const next = further(job, result, cell.now())
  next.counts.events += events
  cell.tables.transaction(() => {
    for (const { user_id, number, quarantined, resource, payload_id } of result.processed) {
      const { number: connection, state } = cell.connections.of(user_id)!
      // Of one that was erased meanwhile nothing is put there again.
      if (state !== 'active') continue
      leaveQuarantine(cell, connection, number)
      quarantine(cell, { connection, payload: number }, quarantined, { resource, payload_id })
    }
    cell.reruns.write(next)
  })
  cell.reruns.keep(next)
  return { events }
}

async function correct(cell: Cell, job: Rerun, result: RerunResult): Promise<{ events: number } | 'again'> {
  const processed = result.processed.filter(({ user_id }) => cell.connections.of(user_id)?.state === 'active')
  const decided: Decided[] = []
  for (const { key, again } of byRecord(cell, processed)) decided.push(await decide(cell, job, key, again))
  const { gone, tail } = dropped(cell, job, processed, result.over)
  const now = new Set(decided.map(({ key }) => `${key.connection}/${nameOf(key)}`))
  for (const key of gone) if (!now.has(`${key.connection}/${nameOf(key)}`)) decided.push(await drop(cell, job, key))
  return cell.commit.run((batch) => {
    if (cell.reruns.open.get(job.job_id) !== job) return { events: 0 }
    const next = { ...further(job, result, cell.now()), tail }
    const drafts = decided.flatMap(({ draft }) => draft ?? [])
    const events = putDrafts(cell, batch, drafts)
    if (events === 'again') return events
    next.counts.events += events
    for (const { key, change, folded, forget } of decided) {
      const { user_id, state } = cell.connections.numbered(key.connection)!
      if (state !== 'active') continue
      if (change) {
        const { kind, ...texts } = change
        addToDiff(next.diff, typeOf(key.type, key.summary_id), kind, { user_id, summary_id: key.summary_id, ...texts })
      }
      if (folded && !keepFolded(cell, job, key, folded)) next.counts.skipped++
      if (forget) forgetFolded(cell, job, key)
    }
    if (result.over) next.counts.skipped += undecided(cell, job)
    cell.reruns.write(next)
    batch.after.push(() => cell.reruns.keep(next))
    return { events }
  })
}

function byRecord(cell: Cell, processed: Processed[]): Iterable<{ key: Key; again: Again[] }> {
  const found = new Map<string, { key: Key; again: Again[] }>()
  for (const payload of processed)
    keysOf(cell, payload).forEach((key, i) => {
      const name = `${key.connection}/${nameOf(key)}`
      const one = found.get(name) ?? { key, again: [] }
      one.again.push({ record: payload.records[i]!, number: numberOf(payload), payload })
      found.set(name, one)
    })
  return found.values()
}

/** What payloads made and make no more. The pages of one notification count together, also over two turns. */
function dropped(cell: Cell, job: Rerun, processed: Processed[], over: boolean): { gone: Key[]; tail?: Tail } {
  const gone: Key[] = []
  let { tail } = job
  const end = () => {
    if (!tail?.whole) return
    const made = new Set(tail.keys)
    gone.push(...madeOf(cell, tail.connection, tail.number).filter((key) => !made.has(nameOf(key))))
  }
  for (const payload of processed) {
    if (payload.kind === 'notice') continue
    const number = numberOf(payload)
    if (tail?.number !== number) {
      end()
      // Several that were kept back may have one place.
      const whole = !wasKeptBack(number)
      tail = { number, connection: cell.connections.of(payload.user_id)!.number, whole, keys: [] }
    }
    const keys: string[] = [...tail.keys, ...keysOf(cell, payload).map(nameOf)]
    const whole = tail.whole && payload.quarantined.length === 0 && keys.length <= TAIL_KEYS
    tail = { ...tail, whole, keys: whole ? keys : [] }
  }
  if (over) end()
  return { gone, tail }
}
