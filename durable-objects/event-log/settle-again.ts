import { readItem } from '../../shared/delivery/again.ts'
import type { Change } from '../../shared/delivery/lanes.ts'
import type { Attempt } from '../../shared/delivery/types.ts'
import type { Cell } from './cell.ts'
import type { Destination } from './destinations.ts'
import type { Job } from './jobs.ts'
import { keepTries, markReplayed, parkAgain, parkedMeta, parkRecord } from './parked.ts'

type Failed = Extract<Change, { kind: 'failed' }>
/** Of one lane: what was sent again, and the attempts at it. */
export interface SentAgain {
  connection: number
  items: string[]
  attempts: Attempt[]
}

/** Writes what came of events that were sent again: to themselves, and to their jobs. Inside a transaction. */
export function settleAgain(cell: Cell, destination: Destination, changes: Change[], sent: SentAgain[]): void {
  const jobs = new Map<number, Job>()
  const count = (number: number, what: 'replayed' | 'failed') => {
    const job = destination.jobs.get(number)
    if (!job) return
    job.counts[what]++
    jobs.set(number, job)
  }
  const attemptsAt = (seq: number, connection: number) =>
    sent
      .filter((one) => one.connection === connection)
      .flatMap(({ attempts }) => attempts.filter(({ from, to }) => from <= seq && seq <= to))
  const over = new Set<string>()
  for (const change of changes) {
    if (change.kind === 'replayed')
      for (const text of change.ids) {
        over.add(text)
        const item = readItem(text)
        const row = item.kind === 'parked' ? parkedMeta(cell, destination, item.parked_id) : undefined
        if (row) markReplayed(cell, row, attemptsAt(row.seq, row.connection))
        count(item.job, 'replayed')
      }
    // The lane was held at them and is again: `park` has put them back.
    if (change.kind === 'park') for (const text of change.again) count(readItem(text).job, 'failed')
    if (change.kind === 'failed')
      for (const text of change.ids) {
        over.add(text)
        failed(cell, destination, change, text, attemptsAt)
        count(readItem(text).job, 'failed')
      }
  }
  for (const { items, connection } of sent)
    for (const text of items) {
      const item = readItem(text)
      if (item.kind !== 'parked' || over.has(text)) continue
      const row = parkedMeta(cell, destination, item.parked_id)
      const tried = row ? attemptsAt(row.seq, connection) : []
      if (row && tried.length > 0) keepTries(cell, row, tried)
    }
  for (const job of jobs.values()) cell.jobs.write(destination, job)
}

/** A parked event stays parked; a record of a backfill becomes one, so that nothing of it is lost. */
function failed(
  cell: Cell,
  destination: Destination,
  { connection, reason, status }: Failed,
  text: string,
  attemptsAt: (seq: number, connection: number) => Attempt[],
): void {
  const item = readItem(text)
  const why = (seq: number) => {
    const tried = attemptsAt(seq, connection)
    return { reason, status, attempts: Math.max(1, tried.length), tried }
  }
  if (item.kind === 'parked') {
    const row = parkedMeta(cell, destination, item.parked_id)
    if (row) parkAgain(cell, row, why(row.seq))
    return
  }
  const record = cell.record(connection, item.type, item.summary_id)
  if (record) parkRecord(cell, destination, record, why(record.seq), item.job)
}
