import type { NewRerun, RerunAsked, RerunRange, RerunTurn, RerunView } from '../rerun-api.ts'
import { HANDED_SIZE, payloadContext } from './accept.ts'
import type { Cell } from './cell.ts'
import { unsealText } from './keys.ts'
import { quarantinedPayloads } from './quarantine.ts'
import type { RawPayload } from './raw-archive.ts'
import type { Rerun } from './reruns.ts'

/** Payloads of one turn. */
const AT_ONCE = 50
/** A worker that is not heard of for so long is taken for dead. */
const SILENT_MS = 30_000

/** Key: job_id. What comes in after it was made runs through the maps of now by itself. */
export function startRerun(cell: Cell, job: NewRerun): void {
  cell.reruns.begin(job, cell.inbox.last)
  cell.arm(cell.now())
}
export const rerunsOf = (cell: Cell, jobId: string | undefined): RerunView[] =>
  (jobId === undefined ? cell.reruns.list() : [cell.reruns.find(jobId)]).flatMap((job) => (job ? viewOf(job) : []))
const viewOf = ({ tail: _, ...view }: Rerun): RerunView => view

/** What was appended stays; nothing more is. */
export function cancelRerun(cell: Cell, jobId: string): RerunView | undefined {
  const job = cell.reruns.find(jobId)
  if (job?.state !== 'running') return job && viewOf(job)
  const over: Rerun = { ...job, state: 'cancelled', endedAt: cell.now() }
  cell.tables.transaction(() => cell.reruns.write(over))
  cell.reruns.keep(over)
  return viewOf(over)
}

/** Calls a worker for each job that has none. */
export async function nudgeReruns(cell: Cell): Promise<void> {
  for (const job_id of cell.reruns.open.keys()) {
    const heardAt = cell.reruns.heardAt.get(job_id) ?? 0
    if (heardAt + SILENT_MS > cell.now()) continue
    cell.reruns.heardAt.set(job_id, cell.now())
    await cell.env.PAYLOADS_BULK.send({ cell: cell.name, rerun: job_id })
  }
}

/** The next payloads, opened. What cannot be opened any more, or is nobody's, is passed over. */
export async function nextTurn(cell: Cell, jobId: string): Promise<RerunTurn | undefined> {
  const job = cell.reruns.open.get(jobId)
  if (!job) return undefined
  cell.reruns.heardAt.set(jobId, cell.now())
  const { at: after, what, of } = job
  const raw = what.kind === 'redrive' ? await redriven(cell, job) : await cell.raw.after(after)
  const turn: RerunTurn = { payloads: [], after, to: after, over: raw === undefined }
  let size = 0
  for (const payload of raw ?? []) {
    const { number, connection, ...about } = payload.about
    if (number > of) {
      turn.over = true
      break
    }
    if (turn.payloads.length >= AT_ONCE || size > HANDED_SIZE) return turn
    turn.to = number
    if (cell.inbox.waiting.has(number) || !wanted(cell, what, payload)) continue
    await cell.keys.load([connection])
    const key = cell.keys.of(connection)
    const owner = cell.connections.numbered(connection)
    if (!key || owner?.state !== 'active') continue
    const body = unsealText(key, payload.sealed, payloadContext(about.payload_id))
    size += body.length
    turn.payloads.push({ ...about, number, body, user_id: owner.user_id, provider: owner.provider })
  }
  if (turn.to >= of) turn.over = true
  return turn
}

function wanted(cell: Cell, what: RerunAsked, { about }: RawPayload): boolean {
  if (what.kind === 'redrive') return true
  const { provider, userId, fromAt, toAt }: RerunRange = what
  const owner = cell.connections.numbered(about.connection)
  return (
    owner?.provider === provider &&
    (userId === undefined || owner.user_id === userId) &&
    about.receivedAt >= fromAt &&
    about.receivedAt < toAt
  )
}

/** Those that something in quarantine is of; undefined: no more. One that is kept no more stays there. */
async function redriven(cell: Cell, { what, at, of }: Rerun): Promise<RawPayload[] | undefined> {
  if (what.kind !== 'redrive') return undefined
  for (let after = at; ; ) {
    const numbers = quarantinedPayloads(cell, what.filter, after, of, AT_ONCE)
    if (numbers.length === 0) return undefined
    const found: RawPayload[] = []
    for (const number of numbers) {
      const raw = await cell.raw.one(number)
      if (raw) found.push(raw)
    }
    if (found.length > 0) return found
    after = numbers.at(-1)!
  }
}
