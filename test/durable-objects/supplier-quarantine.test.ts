import { runInDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RedriveChunk } from '../../durable-objects/quarantine-api.ts'
import { rateBudget } from '../../durable-objects/stubs.ts'
import { Quarantine } from '../../durable-objects/supplier-desk/quarantine.ts'
import { Redrives } from '../../durable-objects/supplier-desk/redrives.ts'
import { Reports } from '../../durable-objects/supplier-desk/reports.ts'
import { DESK_STEPS } from '../../durable-objects/supplier-desk/steps.ts'
import { Tables } from '../../durable-objects/tables.ts'
import { newId } from '../../shared/base/ids.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { DAY_MS } from '../../shared/base/time.ts'
import { addCounts } from '../../shared/supply/outcome.ts'
import { problem, type RecordProblem } from '../../shared/supply/problem.ts'
import type { Redriven } from '../../shared/supply/quarantine.ts'
import { countCodes, noCounts as noOutcomes, type OutcomeCounts, sumOf } from '../../shared/supply/report.ts'
import { readerOf, reportPage } from '../../shared/supply/report-stream.ts'
import { house } from '../house.ts'

const UNKNOWN = problem('/subject', 'unknown_subject', 'a subject that is registered', 'string')
const UNMAPPED = problem('/hr', 'unmapped', 'a number', 'string')
const V1 = { 'sleep@1': { contract_id: 'ctr_new', contract: 'sleep@1.3' } }

type Parts = Awaited<ReturnType<typeof partsOf>>
/** The parts of a desk on a real object's tables, with batches whose counts are kept beside. */
function partsOf(state: DurableObjectState, clock: { now: number }) {
  const tables = new Tables(state.storage, DESK_STEPS)
  const desk = { tables, now: () => clock.now }
  const reports = new Reports(desk)
  const quarantine = new Quarantine(desk)
  const nobody = { redriveGoesOn: () => {}, redriveOver: () => {} }
  return { desk, reports, quarantine, redrives: new Redrives(desk, quarantine, reports, nobody) }
}
async function atDesk<T>(work: (parts: Parts, state: DurableObjectState, clock: { now: number }) => Promise<T> | T) {
  const stub = rateBudget(house, newId('dev'))
  const clock = { now: Date.parse('2031-03-01T00:00:00Z') }
  return runInDurableObject(stub, (_, state) => work(partsOf(state, clock), state, clock))
}
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/** A batch of one piece. `q`s are held, each of a subject of its own unless one is named. */
function put(
  { reports, quarantine, desk }: Parts,
  codes: string,
  more: { contract?: string; subject?: string; batch_id?: string } = {},
) {
  const { contract = 'sleep@1.0', batch_id = newId('bat') } = more
  const lines = [...codes].flatMap((code, i) => (code === 'q' ? [i + 1] : []))
  desk.tables.transaction(() => {
    reports.put(batch_id, 1, codes, new Map(lines.map((line) => [line - 1, [UNKNOWN]])))
    quarantine.put(
      { batch_id, contract, quarantine_days: 30 },
      lines.map((line) => ({
        ...{ line, reason: 'unknown_subject', problems: [UNKNOWN] },
        ...{ subject_hash: more.subject ?? `subject ${line}`, sealed: new TextEncoder().encode(`record ${line}`) },
      })),
    )
  })
  return batch_id
}
const counts = new Map<string, OutcomeCounts>()
function recount(batchId: string, change: Partial<OutcomeCounts>): void {
  const now = counts.get(batchId) ?? noOutcomes()
  counts.set(batchId, addCounts(now, { ...noOutcomes(), ...change }))
}
const results = (chunk: RedriveChunk, become: (line: number) => Redriven) => ({
  redrive_id: chunk.redrive_id,
  chunk: chunk.chunk,
  results: chunk.records.map(({ number, line }) => ({ number, ...become(line) })),
})
const taken = (code: 'a' | 'u' | 'd'): Redriven => ({ kind: 'taken', code })
const codesOf = ({ reports }: Parts, batch: string) =>
  reports
    .rows(batch, 0, {})
    .pieces.map(({ codes }) => codes)
    .join('')

describe('a redrive', () => {
  it('changes the letters and counts of what it takes, and keeps the rest with what is wrong now', () =>
    atDesk(async (parts) => {
      const { redrives, quarantine, reports } = parts
      const batch = put(parts, 'aqqqr')
      counts.set(batch, countCodes('aqqqr'))
      const begun = redrives.begin({ redrive_id: 'rdv_1', contracts: V1, filter: {} })
      expect(begun).toMatchObject({ kind: 'begun', redrive: { matched: 3, state: 'running' } })
      const chunk = redrives.lease()!
      expect(chunk).toMatchObject({ contract_id: 'ctr_new' })
      expect(chunk.records.map(({ sealed }) => text(sealed))).toEqual(['record 2', 'record 3', 'record 4'])
      const kept: Redriven = { kind: 'kept', reason: 'unmapped', problems: [UNMAPPED] }
      redrives.commit(
        results(chunk, (line) => (line === 2 ? taken('a') : line === 3 ? taken('d') : kept)),
        recount,
      )
      expect(codesOf(parts, batch)).toBe('aadqr')
      expect(counts.get(batch)).toEqual(countCodes('aadqr'))
      expect(redrives.lease()).toBeUndefined()
      expect(redrives.view('rdv_1')).toMatchObject({ state: 'done', accepted: 1, updated: 0, duplicate: 1, kept: 1 })
      const { lines } = await reportPage(
        readerOf(async (after) => reports.rows(batch, after, {})),
        {},
        { after: 0, limit: 9 },
      )
      expect(lines[1]).toEqual({ line: 2, outcome: 'accepted' })
      expect(lines[3]).toEqual({ line: 4, outcome: 'quarantined', problems: [UNMAPPED] })
      expect(quarantine.page({ limit: 10 }).items.map(({ line, state, reason }) => [line, state, reason])).toEqual([
        [4, 'waiting', 'unmapped'],
        [3, 'taken', 'unknown_subject'],
        [2, 'taken', 'unknown_subject'],
      ])
      // What was taken is not kept here a second time.
      expect(quarantine.item(batch, 2)!.sealed).toBeNull()
      expect(text(quarantine.item(batch, 4)!.sealed!)).toBe('record 4')
    }))
  it('whose worker dies is given out again as the same chunk, and what two runs commit counts once', () =>
    atDesk((parts, state, clock) => {
      const batch = put(parts, 'qqq')
      counts.set(batch, countCodes('qqq'))
      parts.redrives.begin({ redrive_id: 'rdv_1', contracts: V1, filter: {} })
      const first = parts.redrives.lease()!
      expect(parts.redrives.lease()).toBeUndefined()
      // Its worker does not come back, and then the object starts anew.
      clock.now += SUPPLY.pieceLeaseMs
      expect(parts.redrives.lease()).toBeUndefined()
      clock.now += SUPPLY.troubleWaitsMs[0]
      expect(parts.redrives.lease()).toEqual({ ...first, now: clock.now })
      const anew = partsOf(state, clock)
      expect(anew.redrives.lease()).toEqual({ ...first, now: clock.now })
      anew.redrives.commit(
        results(first, () => taken('a')),
        recount,
      )
      anew.redrives.commit(
        results(first, () => taken('d')),
        recount,
      )
      expect(codesOf(anew, batch)).toBe('aaa')
      expect(counts.get(batch)).toEqual(countCodes('aaa'))
      expect(anew.redrives.lease()).toBeUndefined()
      expect(anew.redrives.view('rdv_1')).toMatchObject({ state: 'done', accepted: 3, duplicate: 0 })
    }))
  it('takes only what its filter finds, under the contracts that have an active version', () =>
    atDesk((parts) => {
      const { redrives } = parts
      const one = put(parts, 'qq')
      const other = put(parts, 'q', { contract: 'sleep@2.0' })
      put(parts, 'q', { contract: 'steps@1.0' })
      expect(redrives.contractsOf({ contract: 'sleep' })).toEqual(['sleep@1', 'sleep@2'])
      expect(redrives.contractsOf({ batch_id: other })).toEqual(['sleep@2'])
      const begun = redrives.begin({ redrive_id: 'rdv_1', contracts: V1, filter: { reason: 'unknown_subject' } })
      expect(begun).toMatchObject({ redrive: { matched: 2 } })
      expect(redrives.lease()).toMatchObject({ batch_id: one, records: [{ line: 1 }, { line: 2 }] })
      const none = redrives.begin({ redrive_id: 'rdv_2', contracts: V1, filter: { reason: 'no_consent' } })
      expect(none).toMatchObject({ redrive: { matched: 0, state: 'done' } })
    }))
  it('works through more than one chunk, in order, and never one record twice', () =>
    atDesk((parts) => {
      const batches = Array.from({ length: 3 }, () => put(parts, 'q'.repeat(400)))
      for (const batch of batches) counts.set(batch, countCodes('q'.repeat(400)))
      parts.redrives.begin({ redrive_id: 'rdv_1', contracts: V1, filter: {} })
      const seen: number[] = []
      for (let chunk = parts.redrives.lease(); chunk; chunk = parts.redrives.lease()) {
        seen.push(...chunk.records.map(({ number }) => number))
        // Half of it stays: it does not come again in this redrive.
        parts.redrives.commit(
          results(chunk, (line) => (line % 2 ? taken('u') : { kind: 'kept', problems: [UNKNOWN] })),
          recount,
        )
      }
      expect(seen).toEqual(Array.from({ length: 1_200 }, (_, i) => i + 1))
      expect(parts.redrives.view('rdv_1')).toMatchObject({ matched: 1_200, updated: 600, kept: 600, state: 'done' })
      for (const batch of batches) expect(counts.get(batch)).toMatchObject({ updated: 200, quarantined: 200 })
    }))
  it('of one item reads a corrected record in its place, and gives the item back as it was where that is wrong too', () =>
    atDesk((parts) => {
      const { redrives, quarantine } = parts
      const batch = put(parts, 'q')
      counts.set(batch, countCodes('q'))
      const corrected = (redrive_id: string, record: string) =>
        redrives.begin({
          ...{ redrive_id, contracts: V1, filter: {} },
          item: { batch_id: batch, line: 1, corrected: new TextEncoder().encode(record) },
        })
      expect(corrected('rdv_1', 'worse')).toMatchObject({ kind: 'begun' })
      expect(corrected('rdv_2', 'other')).toEqual({ kind: 'busy', state: 'redriving' })
      const worse = redrives.lease()!
      expect(text(worse.records[0]!.sealed)).toBe('worse')
      redrives.commit(
        results(worse, () => ({ kind: 'kept', problems: [UNMAPPED] })),
        recount,
      )
      expect(quarantine.item(batch, 1)).toMatchObject({ view: { state: 'waiting', tries: 1, problems: [UNMAPPED] } })
      expect(text(quarantine.item(batch, 1)!.sealed!)).toBe('record 1')
      corrected('rdv_3', 'better')
      const better = redrives.lease()!
      expect(text(better.records[0]!.sealed)).toBe('better')
      redrives.commit(
        results(better, () => taken('a')),
        recount,
      )
      expect(quarantine.item(batch, 1)).toMatchObject({
        view: { state: 'taken', tries: 2, outcome: 'accepted' },
        sealed: null,
      })
      expect(counts.get(batch)).toEqual(countCodes('a'))
      expect(
        redrives.begin({ redrive_id: 'rdv_4', contracts: V1, filter: {}, item: { batch_id: batch, line: 9 } }),
      ).toEqual({
        kind: 'absent',
      })
    }))
})

describe('quarantine', () => {
  it('ends when its time is over, with nothing of the record left, and the report still counts it', () =>
    atDesk((parts, _, clock) => {
      const batch = put(parts, 'aqq')
      expect(parts.quarantine.dueAt).toBe(clock.now + 30 * DAY_MS)
      clock.now += 30 * DAY_MS - 1
      expect(parts.quarantine.expire()).toEqual(new Map())
      clock.now += 1
      expect(parts.quarantine.expire()).toEqual(new Map([[batch, 2]]))
      expect(parts.quarantine.dueAt).toBe(Number.POSITIVE_INFINITY)
      expect(parts.quarantine.counts(batch)).toEqual({ expired: 2 })
      expect(parts.quarantine.item(batch, 2)).toMatchObject({ view: { state: 'expired' }, sealed: null })
      expect(codesOf(parts, batch)).toBe('aqq')
    }))
  it('holds on to what a redrive is reading, however old it is', () =>
    atDesk((parts, _, clock) => {
      const batch = put(parts, 'qq')
      parts.redrives.begin({ redrive_id: 'rdv_1', contracts: V1, filter: {} })
      const chunk = parts.redrives.lease()!
      clock.now += 31 * DAY_MS
      expect(parts.quarantine.expire()).toEqual(new Map())
      parts.redrives.commit(
        results(chunk, (line) => (line === 1 ? taken('a') : { kind: 'kept', problems: [UNKNOWN] })),
        recount,
      )
      expect(parts.quarantine.expire()).toEqual(new Map([[batch, 1]]))
    }))
  it('keeps nothing of a subject who is erased, also where a redrive is on its way with it', () =>
    atDesk((parts) => {
      const batch = put(parts, 'qqq', { subject: 'erased' })
      counts.set(batch, countCodes('qqq'))
      put(parts, 'q', { subject: 'another' })
      parts.redrives.begin({ redrive_id: 'rdv_1', contracts: V1, filter: { batch_id: batch } })
      const chunk = parts.redrives.lease()!
      expect(parts.desk.tables.transaction(() => parts.quarantine.erase('erased'))).toBe(3)
      parts.redrives.commit(
        results(chunk, () => taken('a')),
        recount,
      )
      expect(parts.quarantine.counts(batch)).toEqual({ erased: 3 })
      expect(codesOf(parts, batch)).toBe('qqq')
      expect(counts.get(batch)).toEqual(countCodes('qqq'))
      expect(parts.quarantine.page({ state: 'waiting', limit: 10 }).items).toHaveLength(1)
      const left = parts.desk.tables.read(`SELECT * FROM quarantine WHERE batch_id = ?`, batch) as object[]
      for (const row of left) expect(row).toMatchObject({ subject_hash: null, sealed: null, corrected: null })
    }))
  it('is put there once, though its piece is committed twice', () =>
    atDesk((parts) => {
      const batch = put(parts, 'aq')
      put(parts, 'aq', { batch_id: batch })
      expect(parts.quarantine.counts(batch)).toEqual({ waiting: 1 })
    }))
  it('is paged from the newest on', () =>
    atDesk((parts) => {
      put(parts, 'qqqqq')
      const first = parts.quarantine.page({ limit: 3 })
      expect(first.items.map(({ line }) => line)).toEqual([5, 4, 3])
      const second = parts.quarantine.page({ limit: 3, before: first.to! })
      expect([second.items.map(({ line }) => line), second.to]).toEqual([[2, 1], null])
    }))
})

describe('whatever happens in whatever order', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), codes: fc.stringMatching(/^[audrq]{1,6}$/) }),
    fc.record({ kind: fc.constant('begin' as const) }),
    fc.record({ kind: fc.constant('lease' as const) }),
    fc.record({
      kind: fc.constant('commit' as const),
      become: fc.array(fc.constantFrom('a', 'u', 'd', 'kept'), { minLength: 1 }),
    }),
    fc.record({ kind: fc.constant('restart' as const) }),
    fc.record({ kind: fc.constant('erase' as const), line: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant('wait' as const), days: fc.integer({ min: 0, max: 20 }) }),
  )
  it('counts are those of the letters, and each held record is waiting, taken, or ended', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), (steps) =>
        atDesk((first, state, clock) => {
          let parts = first
          const batches: { id: string; codes: string; held: number }[] = []
          let chunk: RedriveChunk | undefined
          let redrives = 0
          for (const one of steps) {
            if (one.kind === 'put') {
              const id = put(parts, one.codes)
              counts.set(id, countCodes(one.codes))
              batches.push({ id, codes: one.codes, held: countCodes(one.codes).quarantined })
            } else if (one.kind === 'begin')
              parts.redrives.begin({ redrive_id: `rdv_${redrives++}`, contracts: V1, filter: {} })
            else if (one.kind === 'lease') chunk = parts.redrives.lease() ?? chunk
            else if (one.kind === 'commit' && chunk) {
              const become = (line: number): Redriven => {
                const is = one.become[line % one.become.length]!
                return is === 'kept' ? { kind: 'kept', problems: [UNMAPPED] } : taken(is as 'a')
              }
              parts.redrives.commit(results(chunk, become), recount)
            } else if (one.kind === 'restart') parts = partsOf(state, clock)
            else if (one.kind === 'erase') parts.quarantine.erase(`subject ${one.line}`)
            else if (one.kind === 'wait') {
              clock.now += one.days * DAY_MS
              parts.quarantine.expire()
            }
          }
          for (const { id, codes, held } of batches) {
            expect(counts.get(id)).toEqual(countCodes(codesOf(parts, id)))
            expect(sumOf(counts.get(id)!)).toBe(codes.length)
            const states = parts.quarantine.counts(id)
            expect(Object.values(states).reduce((sum, n) => sum + n, 0)).toBe(held)
            expect(held - (states.taken ?? 0)).toBe(counts.get(id)!.quarantined)
          }
          // What is open ends when it is worked through.
          while (Number.isFinite(parts.redrives.dueAt)) {
            clock.now = Math.max(clock.now, parts.redrives.dueAt)
            const left = parts.redrives.lease()
            if (!left) continue
            parts.redrives.commit(
              results(left, () => taken('a')),
              recount,
            )
          }
          expect(parts.redrives.all().every(({ state: one }) => one === 'done')).toBe(true)
          expect(parts.redrives.dueAt).toBe(Number.POSITIVE_INFINITY)
        }),
      ),
      { numRuns: 60 },
    )
  })
})

describe('the rows of a report', () => {
  it('are looked through in bounded steps, however far apart those are that a filter wants', () =>
    atDesk(async ({ reports, desk }) => {
      const batch = newId('bat')
      const rejected: RecordProblem[] = [problem('/a', 'type', 'a string', 'number')]
      desk.tables.transaction(() => {
        for (let i = 0; i < 450; i++) reports.put(batch, 1 + i * 10, 'a'.repeat(10), new Map())
        reports.put(batch, 4_501, 'ar', new Map([[1, rejected]]))
      })
      let calls = 0
      const read = readerOf(async (after) => {
        calls++
        return reports.rows(batch, after, { outcomes: ['rejected'] })
      })
      const page = await reportPage(read, { outcomes: ['rejected'] }, { after: 0, limit: 10 })
      expect(page).toEqual({ lines: [{ line: 4_502, outcome: 'rejected', problems: rejected }], next: null })
      expect(calls).toBeLessThan(7)
    }))
})
