import { runInDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventLog } from '../../durable-objects/stubs.ts'
import { cellOf, newId } from '../../shared/base/ids.ts'
import { findConnection } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { cellName } from '../../shared/delivery/cell.ts'
import { workOff } from '../../workers/queues/payloads.ts'
import type { BatchView } from '../../workers/suppliers/batch-views.ts'
import { deskAddress } from '../../workers/suppliers/desk-of.ts'
import type { QuarantinedRecord } from '../../workers/suppliers/quarantine-views.ts'
import { redriveChunk } from '../../workers/suppliers/redrive-chunk.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { runs } from '../ingest/rerun-house.ts'
import { deskOf, diesBeforeItAppends, diesBeforeItTells } from './held.ts'
import { NIGHTS } from './nights.ts'
import { answered, newSupplier, type Supplier } from './supplier.ts'

/** What stays where records were held while others with their key went by: by the doors, for every update rule. */

const RULES = {
  merge: { rule: 'merge' },
  newest: { rule: 'newest', version: { path: 'changed' } },
  refuse: { rule: 'refuse' },
} as const
type Rule = keyof typeof RULES
const { schema, mapping } = NIGHTS
const documentOf = (rule: Rule) => ({
  ...NIGHTS,
  name: rule,
  schema: {
    ...schema,
    properties: {
      ...schema.properties,
      changed: { type: 'string', format: 'date-time' },
      device: { type: 'string' },
      gone: { type: 'boolean' },
    },
  },
  mapping: { rules: mapping.rules.map((one) => ({ ...one, gone: { path: 'gone', is: [true] } })) },
  identity: { ...NIGHTS.identity, connect: 'registered' },
  updates: RULES[rule],
})

let account: Account
let supplier: Supplier
const desk = () => deskOf(deskAddress({ ...account.developer, supplier_id: supplier.supplier_id }, 'sandbox'))
const supplierAsks = async <T>(method: string, path: string, body?: object) =>
  answered<T>(await supplier.ask(method, `/v2/supplier${path}`, body))
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  supplier = await newSupplier(call, account)
  for (const rule of Object.keys(RULES) as Rule[]) {
    const document = documentOf(rule)
    // The first version reads what one device says; the next one reads them all.
    const rules = document.mapping.rules.map((one) => ({ ...one, when: { path: 'device', is: ['old'] } }))
    await supplierAsks('POST', '/contracts', { ...document, mapping: { rules } })
    await supplierAsks('POST', '/contracts', { ...document, version: '1.1' })
  }
})

interface Said {
  asleep_minutes?: number
  heart?: { avg?: number; min?: number }
  /** Hour at which it was changed last. */
  hour?: number
  device?: 'old' | 'new'
  gone?: true
}
/** One night of a person’s, under the first version of a contract. */
class Case {
  readonly person = newId('evt')
  readonly rule: Rule
  userId = ''
  constructor(rule: Rule) {
    this.rule = rule
  }
  async consents(): Promise<void> {
    const { user_id } = await supplierAsks<{ user_id: string }>('PUT', `/subjects/${this.person}`, { consent: 'c' })
    this.userId = user_id
  }
  withdraws = () => supplierAsks('DELETE', `/subjects/${this.person}/consent`)
  record({ hour = 0, device = 'old', ...said }: Said) {
    return {
      ...{ night: this.person, person: this.person, consent: 'c', device },
      ...{ start: '2026-07-01T22:00:00Z', end: '2026-07-02T06:00:00Z' },
      changed: `2026-07-05T${String(hour).padStart(2, '0')}:00:00Z`,
      ...said,
    }
  }
  /** → what became of each. */
  async push(...said: Said[]) {
    const pushed = await supplier.ask(
      'POST',
      `/v2/ingest/${this.rule}@1.0/records`,
      said.map((one) => this.record(one)),
    )
    const { batch_id, records } = await answered<{ batch_id: string; records: { outcome: string }[] }>(pushed)
    return { batch_id, outcomes: records.map(({ outcome }) => outcome) }
  }
  begins = (filter: object = {}) => supplierAsks('POST', '/quarantine/redrive', { subject: this.person, ...filter })
  async redrives(filter: object = {}): Promise<void> {
    await this.begins(filter)
    await works()
  }
  async held(): Promise<QuarantinedRecord[]> {
    const path = `/quarantine?subject=${this.person}`
    return (await supplierAsks<{ records: QuarantinedRecord[] }>('GET', path)).records
  }
  corrects = ({ quarantine_id }: QuarantinedRecord, said: Said) =>
    supplierAsks<QuarantinedRecord>('POST', `/quarantine/${quarantine_id}/redrive`, { record: this.record(said) })
  /** What the log holds of the night. */
  async night() {
    const log = eventLog(house, { ...account.developer, cell: cellOf(this.userId)! })
    const all = { user_id: this.userId, type: 'sleep' as const, startAt: 0, endAt: Date.parse('2030-01-01T00:00:00Z') }
    const [found] = await log.records(all)
    if (!found) return undefined
    const { sleep_durations_data, heart_rate_data } = JSON.parse(found.body)
    const { avg_hr_bpm: avg, min_hr_bpm: min } = heart_rate_data?.summary ?? {}
    return { minutes: sleep_durations_data?.asleep?.duration_asleep_state_seconds / 60, avg, min }
  }
}
async function works(): Promise<void> {
  while (await redriveChunk(house, desk().name)) {}
}
/** A worker takes a chunk, and dies between the log and the desk, or sooner; so does the desk. */
async function dies(env = diesBeforeItTells): Promise<void> {
  await redriveChunk(env, desk().name).catch((error: Error) => expect(error.message).toBe('killed'))
  await runInDurableObject(desk().desk, (_, state) => state.abort()).catch(() => {})
}
async function known(rule: Rule): Promise<Case> {
  const one = new Case(rule)
  await one.consents()
  return one
}

describe('a record that was held while a newer one went by', () => {
  it('adds what that leaves out, where records are merged, and changes nothing of it', async () => {
    const one = await known('merge')
    await one.withdraws()
    const { batch_id } = await one.push({ asleep_minutes: 300, heart: { avg: 50, min: 40 } })
    await one.consents()
    expect((await one.push({ asleep_minutes: 400, heart: { avg: 60 } })).outcomes).toEqual(['accepted'])
    await one.redrives()
    expect(await one.night()).toEqual({ minutes: 400, avg: 60, min: 40 })
    const { counts } = await supplierAsks<BatchView>('GET', `/batches/${batch_id}`)
    expect(counts).toMatchObject({ updated: 1, quarantined: 0 })
  })
  it('is a duplicate, where it has nothing to add', async () => {
    const one = await known('merge')
    await one.push({ asleep_minutes: 300, device: 'new' })
    await one.push({ asleep_minutes: 400 })
    await one.redrives()
    expect(await one.night()).toMatchObject({ minutes: 400 })
    const { records } = await supplierAsks<{ records: QuarantinedRecord[] }>('GET', `/quarantine?state=taken`)
    expect(records[0]).toMatchObject({ outcome: 'duplicate' })
  })
  it('adds nothing where all of it was gone in between', async () => {
    const one = await known('merge')
    await one.push({ asleep_minutes: 300, heart: { min: 40 }, device: 'new' })
    await one.push({ gone: true })
    await one.push({ asleep_minutes: 400 })
    await one.redrives()
    expect(await one.night()).toEqual({ minutes: 400 })
  })
  it('counts by its version where versions tell, whenever it comes', async () => {
    for (const [held, went, stays] of [
      [8, 9, 400],
      [9, 8, 300],
      [8, 8, 400],
    ] as const) {
      const one = await known('newest')
      await one.push({ asleep_minutes: 300, hour: held, device: 'new' })
      await one.push({ asleep_minutes: 400, hour: went })
      await one.redrives()
      expect((await one.night())!.minutes, `${held} ${went}`).toBe(stays)
    }
  })
  it('waits on where the first content stays: that is what was taken first', async () => {
    const one = await known('refuse')
    await one.push({ asleep_minutes: 300, device: 'new' })
    await one.push({ asleep_minutes: 400 })
    await one.redrives()
    expect((await one.night())!.minutes).toBe(400)
    expect(await one.held()).toMatchObject([{ state: 'waiting', problems: [{ rule: 'immutable' }] }])
  })
  it('stays before it also where that said what was there already', async () => {
    const one = await known('merge')
    await one.push({ asleep_minutes: 400 })
    await one.push({ asleep_minutes: 300, device: 'new' })
    expect((await one.push({ asleep_minutes: 400 })).outcomes).toEqual(['duplicate'])
    await one.redrives()
    expect((await one.night())!.minutes).toBe(400)
  })
  it('in the same push has its place between those before and after it', async () => {
    const between = await known('merge')
    await between.push({ asleep_minutes: 200 }, { asleep_minutes: 300, device: 'new' }, { asleep_minutes: 400 })
    await between.redrives()
    expect((await between.night())!.minutes).toBe(400)
    const last = await known('merge')
    await last.push({ asleep_minutes: 200 }, { asleep_minutes: 300, device: 'new' })
    await last.redrives()
    expect((await last.night())!.minutes).toBe(300)
  })
  it('of somebody who was not known comes before all that is known of them', async () => {
    const one = new Case('merge')
    expect((await one.push({ asleep_minutes: 300 })).outcomes).toEqual(['quarantined'])
    await one.consents()
    await one.push({ asleep_minutes: 400 })
    await one.redrives()
    expect((await one.night())!.minutes).toBe(400)
  })
  it('is as old as it was, though its worker died after the log had taken it', async () => {
    const one = await known('merge')
    await one.push({ asleep_minutes: 300, device: 'new' })
    await one.push({ asleep_minutes: 400 })
    await one.begins()
    await dies()
    await works()
    expect((await one.night())!.minutes).toBe(400)
    expect(await one.held()).toEqual([])
  })
  it('is as old as it was, and told as it was taken, where its worker died sooner and the log’s own queue took it', async () => {
    const one = await known('merge')
    const { batch_id } = await one.push({ asleep_minutes: 300, heart: { min: 40 }, device: 'new' })
    await one.push({ asleep_minutes: 400 })
    await one.begins()
    await dies(diesBeforeItAppends)
    await workOff(house, cellName({ ...account.developer, cell: cellOf(one.userId)! }), true)
    expect(await one.night()).toMatchObject({ minutes: 400, min: 40 })
    await works()
    const { counts } = await supplierAsks<BatchView>('GET', `/batches/${batch_id}`)
    expect(counts).toMatchObject({ updated: 1, duplicate: 0, quarantined: 0 })
  })
  it('comes now, where it is corrected', async () => {
    const one = await known('merge')
    await one.push({ asleep_minutes: 300, device: 'new' })
    await one.push({ asleep_minutes: 400 })
    const [held] = await one.held()
    expect(await one.corrects(held!, { asleep_minutes: 350 })).toMatchObject({ state: 'taken', outcome: 'updated' })
    expect((await one.night())!.minutes).toBe(350)
  })
})

describe('records that were held one after the other', () => {
  it('stand in that order, in whatever order they are redriven', async () => {
    const one = await known('merge')
    const first = await one.push({ asleep_minutes: 300, device: 'new' })
    const second = await one.push({ asleep_minutes: 400, device: 'new' })
    await one.redrives({ batch_id: second.batch_id })
    await one.redrives({ batch_id: first.batch_id })
    expect((await one.night())!.minutes).toBe(400)
  })
  it('are what they were when all that came is read again, and none is taken for dropped', async () => {
    const one = await known('merge')
    const other = await known('merge')
    await one.push({ asleep_minutes: 200 }, { asleep_minutes: 300, heart: { min: 40 }, device: 'new' })
    const { batch_id } = await one.push({ asleep_minutes: 250, heart: { min: 41 }, device: 'new' })
    await one.push({ asleep_minutes: 400 })
    await one.redrives({ batch_id })
    await one.redrives()
    await other.push({ asleep_minutes: 500 })
    const night = await one.night()
    expect(night).toMatchObject({ minutes: 400, min: 41 })
    const row = (await findConnection(open(house.DB), account.dev_id, one.userId))!
    const job = await runs(account, row, '/renormalizations', {
      ...{ user_id: one.userId, provider: 'supplier-sandbox', from: '2020-01-01', dry_run: false },
    })
    expect(job).toMatchObject({ payloads: 4, events: 0 })
    expect(await one.night()).toEqual(night)
  })
})

describe('whatever is held, redriven and killed in whatever order', () => {
  const said = fc.record({
    hour: fc.integer({ min: 0, max: 3 }),
    device: fc.constantFrom('old' as const, 'new' as const),
  })
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('push' as const),
        said: fc.array(said, { minLength: 1, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('consent' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('redrive' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('correct' as const), hour: fc.integer({ min: 0, max: 3 }) }),
    },
  )
  it.each(['merge', 'newest', 'refuse'] as const)(
    'that stays which the rule %s says, and sums are exact',
    async (rule) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
          const one = await known(rule)
          /** By its minutes, which each says anew: when it came, and its version. */
          const came = new Map<number, { hour: number; at: number }>()
          const pushed: { batch_id: string; minutes: number[] }[] = []
          const next = (hour: number) => {
            const minutes = 100 + came.size
            came.set(minutes, { hour, at: came.size })
            return minutes
          }
          for (const step of [...steps, { kind: 'consent' as const }, { kind: 'redrive' as const }]) {
            if (step.kind === 'push') {
              const all = step.said.map((what) => ({ ...what, asleep_minutes: next(what.hour) }))
              const { batch_id } = await one.push(...all)
              pushed.push({ batch_id, minutes: all.map(({ asleep_minutes }) => asleep_minutes) })
            } else if (step.kind === 'withdraw') await one.withdraws()
            else if (step.kind === 'consent') await one.consents()
            else if (step.kind === 'redrive') await one.redrives()
            else if (step.kind === 'die') {
              await one.begins()
              await dies()
            } else {
              const [held] = await one.held()
              if (held?.state !== 'waiting') continue
              const batch = pushed.find(({ batch_id }) => batch_id === held.batch_id)!
              const minutes = next(step.hour)
              const { state } = await one.corrects(held, { hour: step.hour, asleep_minutes: minutes })
              if (state === 'taken') batch.minutes[held.line - 1] = minutes
            }
          }
          const taken: number[] = []
          for (const { batch_id, minutes } of pushed) {
            const { counts, records } = await supplierAsks<BatchView>('GET', `/batches/${batch_id}`)
            expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(records)
            const report = await supplierAsks<{ records: { line: number; outcome: string }[] }>(
              'GET',
              `/batches/${batch_id}/report`,
            )
            for (const { line, outcome } of report.records)
              if (outcome === 'accepted' || outcome === 'updated' || outcome === 'duplicate')
                taken.push(minutes[line - 1]!)
          }
          const night = await one.night()
          if (rule === 'refuse') {
            // Whatever was taken first: nothing of another content.
            expect(taken.length).toBe(night ? 1 : 0)
            expect(night?.minutes).toBe(taken[0])
            return
          }
          const order = (minutes: number) => {
            const { hour, at } = came.get(minutes)!
            return (rule === 'newest' ? hour * 1_000 : 0) + at
          }
          const stays = taken.toSorted((a, b) => order(a) - order(b)).at(-1)
          expect(night?.minutes).toBe(stays)
        }),
        { numRuns: 8 },
      )
    },
    30_000,
  )
})
