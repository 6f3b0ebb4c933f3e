import fc from 'fast-check'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import type { LeaseAnswer } from '../../shared/delivery/types.ts'
import type { AppendRecord } from '../../shared/source/record.ts'
import { migrate } from '../house.ts'
import { atStart, daily, days, dies, looks, read, START, today } from './cold-cell.ts'
import { cell, type House, put, settled } from './one-cell.ts'

beforeAll(migrate)
afterEach(() => vi.restoreAllMocks())

/** Two cells with the same history: in one records grow cold, in the other a destination that never asks keeps them hot. */

const day = fc.integer({ min: -40, max: 60 })
/** Few records, so that they change, grow old, change and move to other months again and again. */
const record = fc.record({
  id: fc.integer({ min: 0, max: 6 }),
  day,
  part: fc.constantFrom('dailies', 'stress'),
  deleted: fc.boolean(),
  value: fc.integer({ min: 0, max: 2 }),
})
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      records: fc.array(record, { minLength: 1, maxLength: 4 }),
    }),
  },
  // A payload that was accepted some steps ago and is normalized only now.
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('late' as const),
      records: fc.array(record, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('days' as const), count: fc.integer({ min: 10, max: 90 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('read' as const), from: day, days: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const) }) },
)
type Made = typeof record extends fc.Arbitrary<infer R> ? R : never
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const appended = ({ id, day, part, deleted, value }: Made): Partial<AppendRecord> => ({
  ...daily(day, deleted && value === 0 ? undefined : { [part]: value, day }, part),
  summary_id: `record-${id}`,
})
/** Whatever is there arrives. → the seqs */
async function drain({ log, destination }: House): Promise<number[]> {
  const seqs: number[] = []
  for (let answer: LeaseAnswer = await log.lease(destination.destination_id); answer.kind === 'lease'; ) {
    seqs.push(...answer.lease.groups.flatMap(({ events }) => events.map(({ seq }) => seq)))
    answer = (await log.settle(settled(answer.lease))).next
  }
  return seqs
}
/** What readers of users and of the feed see. */
async function seen({ log, row }: House) {
  const { newestAt, lastEventAt } = (await log.connection(row.user_id))!
  const events = await log.events({ afterSeq: 0, limit: 1_000 })
  return { newestAt, lastEventAt, events: events.slice(1).map(({ user_id, ...event }) => event) }
}
/** What a destination that is new is sent of the past. → the seqs */
async function backfilled(one: House): Promise<number[]> {
  const destination = { ...one.destination, destination_id: `${one.destination.destination_id}_new` }
  const destinationId = destination.destination_id
  await one.log.setDestination(destination)
  const range = { startAt: 0, endAt: START * 2, types: ['daily'] }
  const asked = { destinationId, what: { kind: 'backfill' as const, range } }
  const { matched } = await one.log.countAgain(asked)
  await one.log.startJob({ ...asked, job_id: `job_${destinationId}`, rate: 1_000, matched, madeAt: today() })
  await looks(one, 1)
  const seqs: number[] = []
  for (let answer: LeaseAnswer = await one.log.lease(destinationId, 'again'); answer.kind === 'lease'; ) {
    const settlement = settled(answer.lease)
    for (const [i, { events }] of answer.lease.groups.entries()) {
      seqs.push(...events.map(({ seq }) => seq))
      settlement.results[i]!.replayed = events.map(({ replayOf }) => replayOf!)
    }
    answer = (await one.log.settle(settlement)).next
  }
  expect(seqs.length).toBe(matched)
  return seqs
}

async function run(steps: Step[]): Promise<number> {
  atStart()
  const moving = await cell({ deletions: true }, { created_at: START })
  const still = await cell({}, { created_at: START })
  const both = [moving, still]
  const early = new Map<House, number[]>([
    [moving, []],
    [still, []],
  ])
  for (const one of both) for (let i = 0; i < 12; i++) early.get(one)!.push(await put(one.row, []))
  let cold = 0
  for (const step of steps) {
    if (step.kind === 'append') for (const one of both) await put(one.row, step.records.map(appended))
    if (step.kind === 'late')
      for (const one of both) await put(one.row, step.records.map(appended), early.get(one)!.shift() ?? 1)
    if (step.kind === 'days') {
      // One that died gives no lease for a while.
      await days(moving, 1)
      const seqs = await drain(moving)
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
      await days(moving, step.count)
      cold = Math.max(cold, (await moving.log.health()).rowsWritten.cold ?? 0)
      expect(await seen(moving)).toEqual(await seen(still))
    }
    if (step.kind === 'die') await dies(moving)
    const range = step.kind === 'read' ? [step.from, step.from + step.days] : []
    expect(await read(moving, ...range)).toEqual(await read(still, ...range))
  }
  await days(moving, 1)
  await drain(moving)
  const { events } = await seen(still)
  const sent = events.filter(({ deleted }) => !deleted).map(({ seq }) => seq)
  expect(await backfilled(moving)).toEqual(sent)
  return cold
}

it('a record that is deleted twice stays where it was, whether or not something before it still waits', async () => {
  await run([
    { kind: 'die' },
    ...[54, 14].map(
      (day): Step => ({ kind: 'append', records: [{ id: 5, day, part: 'dailies', deleted: true, value: 0 }] }),
    ),
    { kind: 'days', count: 73 },
  ])
})
it('whatever happens, a cell whose records grow cold answers as one that keeps them', async () => {
  let cold = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      cold += await run(steps)
    }),
    { numRuns: 25, endOnFailure: true },
  )
  // A run that moves nothing proves nothing.
  expect(cold).toBeGreaterThan(100)
}, 120_000)
