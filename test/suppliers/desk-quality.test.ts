import { beforeAll, describe, expect, it } from 'vitest'
import { scorecard } from '../../durable-objects/supplier-desk/scorecard.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/base/time.ts'
import { open } from '../../shared/db/open.ts'
import { findSupplier } from '../../shared/db/suppliers.ts'
import { type ContractState, Slas } from '../../shared/supply/document.ts'
import { problem } from '../../shared/supply/problem.ts'
import { QualityView } from '../../shared/supply/quality-view.ts'
import { grantOfEnvironment } from '../../shared/supply/stream-grants.ts'
import type { Counted } from '../../shared/supply/tally.ts'
import { streamToken } from '../../workers/stream/stream-token.ts'
import { leased, newLog, settlement, taken } from '../durable-objects/log-of.ts'
import { type Account, call, house, migrate, newAccount, newConnection } from '../house.ts'
import { connectAs } from '../stream/live.ts'
import { type DeskParts, inDesk } from './desk-parts.ts'
import { intoProduction } from './into-production.ts'
import { NIGHTS } from './nights.ts'
import { newContract as draftedTo } from './pushed.ts'
import { newSupplier } from './supplier.ts'

const NOW = Date.parse('2051-03-10T10:30:00Z')
const bad: Counted = { outcome: 'r', problems: [problem('/bpm', 'maximum', 'at most 300', 'number')] }
const good = (subject: number, day: number): Counted => {
  const [startAt, endAt] = [day * DAY_MS, (day + 1) * DAY_MS]
  const data = { metadata: { start_time: new Date(startAt).toISOString() } }
  const record = { type: 'daily' as const, summary_id: `${subject}/${day}`, part: '', data, startAt, endAt }
  return { outcome: 'a', subject, became: [{ record, outcome: 'a' }] }
}
const times = (n: number, one: Counted) => Array.from({ length: n }, () => one)

let account: Account
/** A supplier and its contract, which takes data or is on its way out. Its records go to parts of a desk alone. */
async function newContract(slas: object, state: ContractState = 'active') {
  const supplier = await newSupplier(call, account, { name: 'Night lab' })
  const document = { ...NIGHTS, name: 'nights', slas }
  const contract_id = await draftedTo(supplier, { state, document })
  const { supplier_id } = supplier
  return { supplier, supplier_id, contract: { contract_id, name: 'nights', version: '1.0', slas: Slas.parse(slas) } }
}
const stateOf = (desk: DeskParts, objective = 'validity') =>
  desk.parts.store.standings().get(`nights@1/${objective}`)?.state
const raised = (desk: DeskParts) => desk.parts.alerts.list({ state: 'raised', limit: 10 })

beforeAll(async () => {
  await migrate()
  account = await newAccount()
})

describe('a breach', () => {
  it('is raised once, survives that the object sleeps, and is cleared when the window has passed', async () => {
    const { supplier_id, contract } = await newContract({ validity_share: 0.9, window_days: 2 })
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      desk.piece(contract, [...times(80, good(1, 29_000)), ...times(20, bad)])
      expect(desk.parts.quality.dueAt).toBe(NOW + 5_000)
      await desk.look()
      expect(stateOf(desk)).toBe('breached')
      expect(raised(desk)).toMatchObject([
        { contract: 'nights@1', objective: 'validity', target: 0.9, measured: 0.8, action: 'alert' },
      ])
      desk.wake()
      expect(desk.parts.quality.dueAt).toBe(NOW)
      await desk.look()
      expect(raised(desk)).toHaveLength(1)
      desk.now += 49 * HOUR_MS
      await desk.look()
      expect(raised(desk)).toEqual([])
      expect(desk.parts.alerts.list({ limit: 10 })).toMatchObject([
        { state: 'cleared', cleared_at: new Date(desk.now).toISOString() },
      ])
      expect(stateOf(desk)).toBe('no_data')
      expect(desk.parts.quality.dueAt).toBe(Date.parse('2051-03-12T12:00:00Z'))
    })
  })
  it('of validity holds the contract’s records back where it says so, until all is well or it is lifted', async () => {
    const { supplier_id, contract } = await newContract({
      validity_share: 0.9,
      window_days: 1,
      on_breach: 'quarantine',
    })
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      desk.piece(contract, times(30, bad))
      await desk.look()
      const { rules } = desk.parts
      expect([rules.isHeld('nights@1.0'), rules.isHeld('nights@1.7'), rules.isHeld('nights@2.0')]).toEqual([
        true,
        true,
        false,
      ])
      expect(raised(desk)).toMatchObject([{ action: 'quarantine' }])
      desk.wake()
      expect(desk.parts.rules.isHeld('nights@1.0')).toBe(true)
      expect(desk.parts.rules.lift('nights@1')).toBe(true)
      await desk.look()
      expect(desk.parts.rules.isHeld('nights@1.0')).toBe(false)
      desk.now += 30 * HOUR_MS
      await desk.look()
      desk.piece(contract, times(30, bad))
      await desk.look()
      expect(desk.parts.rules.isHeld('nights@1.0')).toBe(true)
      desk.piece(contract, times(600, good(1, 29_000)))
      await desk.look()
      expect(stateOf(desk)).toBe('met')
      expect(desk.parts.rules.isHeld('nights@1.0')).toBe(false)
    })
  })
  it('whose end cannot let go on what it held is not over: both are one', async () => {
    const slas = { validity_share: 0.9, window_days: 1, on_breach: 'quarantine' }
    const { supplier_id, contract } = await newContract(slas)
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      desk.piece(contract, times(30, bad))
      await desk.look()
      desk.now += 30 * HOUR_MS
      const redrive = desk.redrive
      desk.redrive = () => {
        throw new Error('not kept')
      }
      await expect(desk.look()).rejects.toThrow('not kept')
      expect([desk.parts.rules.isHeld('nights@1.0'), stateOf(desk), raised(desk).length]).toEqual([true, 'breached', 1])
      desk.redrive = redrive
      desk.wake()
      await desk.look()
      expect([desk.parts.rules.isHeld('nights@1.0'), stateOf(desk), desk.redriven]).toEqual([
        ...[false, 'no_data', [['nights@1', 'nights@1.0']]],
      ])
    })
  })
  it('of a supplier that is closed is over, and what it held stays where it is', async () => {
    const slas = { validity_share: 0.9, window_days: 1, on_breach: 'quarantine' }
    const { supplier_id, contract } = await newContract(slas)
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      desk.piece(contract, times(30, bad))
      await desk.look()
      expect(desk.parts.rules.isHeld('nights@1.0')).toBe(true)
      const closed = await call(`/v2/suppliers/${supplier_id}`, { method: 'DELETE', headers: account.headers })
      expect(closed.ok).toBe(true)
      desk.wake()
      await desk.look()
      expect([desk.parts.rules.isHeld('nights@1.0'), raised(desk), desk.redriven]).toEqual([false, [], []])
    })
  })
  it('of what is missing holds nothing back: that would make it worse', async () => {
    const completeness = { share: 0.9, types: ['daily'] }
    const { supplier_id, contract } = await newContract({ completeness, window_days: 2, on_breach: 'quarantine' })
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      const day = Math.floor(NOW / DAY_MS)
      desk.piece(contract, [good(1, day - 1), good(2, day - 1)])
      desk.now += 3 * DAY_MS
      desk.piece(contract, [good(1, day + 1)])
      await desk.look()
      expect(stateOf(desk, 'completeness')).toBe('no_data')
      desk.now += 12 * HOUR_MS
      await desk.look()
      expect(raised(desk)).toMatchObject([{ objective: 'completeness', measured: 0.5, action: 'alert' }])
      expect(desk.parts.rules.isHeld('nights@1.0')).toBe(false)
      // What is missing may come late.
      desk.piece(contract, [good(2, day + 1)])
      await desk.look()
      expect(raised(desk)).toEqual([])
    })
  })
  it('in production suspends the supplier where the contract says so, and no one who was resumed again', async () => {
    const { supplier, supplier_id, contract } = await newContract({ validity_share: 0.9, on_breach: 'suspend' })
    await intoProduction(supplier)
    const { developer_id, region } = account.developer
    const token = streamToken(house, {
      ...{ kind: 'producer', developer_id, region, user_id: (await newConnection(account)).user_id },
      ...{ grants: [grantOfEnvironment(supplier_id, 'production')], expires_at: Date.now() + MINUTE_MS },
    })
    const producer = await connectAs('producer', account, undefined, '', token)
    await inDesk(account, { now: NOW, supplier_id, environment: 'production' }, async (desk) => {
      desk.piece(contract, times(30, bad))
      await desk.look()
      await desk.parts.alerts.send()
      const row = await findSupplier(open(house.DB), supplier_id)
      expect(row).toMatchObject({ state: 'suspended', state_before: 'production' })
      expect(row!.state_reason).toBe('validity of nights@1 is 0 % where 90 % are promised; the supplier is suspended')
      expect(desk.parts.alerts.dueAt).toBeUndefined()
    })
    // Its live producers go too.
    await producer.until(() => producer.closed !== undefined)
    expect(producer.closed).toMatchObject({ code: 4001 })
  })
  it('in the sandbox suspends nobody', async () => {
    const { supplier_id, contract } = await newContract({ validity_share: 0.9, on_breach: 'suspend' })
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      desk.piece(contract, times(30, bad))
      await desk.look()
      await desk.parts.alerts.send()
      expect(raised(desk)).toMatchObject([{ action: 'quarantine' }])
      expect((await findSupplier(open(house.DB), supplier_id))!.state).toBe('sandbox')
    })
  })
  it('ends with its contract', async () => {
    const { supplier_id, contract } = await newContract({ validity_share: 0.9 }, 'retired')
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      desk.piece(contract, times(30, bad))
      await desk.look()
      expect([stateOf(desk), raised(desk)]).toEqual([undefined, []])
    })
  })
  it('of volume is none of a contract that is on its way out', async () => {
    const volume = { volume: { least: 10 } }
    for (const [state, expected] of [
      ['deprecated', undefined],
      ['active', 'breached'],
    ] as const) {
      const { supplier_id, contract } = await newContract(volume, state)
      await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
        desk.piece(contract, times(3, bad))
        desk.now += 2 * DAY_MS
        await desk.look()
        expect(stateOf(desk, 'volume')).toBe(expected)
      })
    }
  })
})

describe('an alert', () => {
  it('is an event for destinations that name it, raised and cleared, each once', async () => {
    const watcher = await newLog({ event_types: ['supplier.alert'] }, account)
    const { supplier_id, contract } = await newContract({ validity_share: 0.9, window_days: 1 })
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      desk.piece(contract, times(30, bad))
      await desk.look()
      await desk.parts.alerts.send()
      await desk.parts.alerts.send()
      desk.now += 30 * HOUR_MS
      await desk.look()
      await desk.parts.alerts.send()
    })
    const lease = leased(await watcher.log.lease(watcher.id))
    const events = lease.groups.flatMap(({ events }) => events).map(({ body }) => JSON.parse(body!))
    await watcher.log.settle(settlement(lease, taken(lease)))
    expect(events).toMatchObject([
      {
        type: 'supplier.alert',
        status: 'warning',
        state: 'raised',
        name: 'Night lab',
        supplier_id,
        environment: 'sandbox',
      },
      { type: 'supplier.alert', status: 'success', state: 'cleared', alert_id: events[0].alert_id, measured: 0 },
    ])
  })
  it('waits where the directory does not answer', async () => {
    const { supplier_id, contract } = await newContract({ validity_share: 0.9 })
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      desk.piece(contract, times(30, bad))
      await desk.look()
      const { alerts } = desk.parts
      const place = (alerts as unknown as { place: { env: object } }).place
      const env = place.env
      place.env = {
        ...env,
        DB: {
          prepare: () => {
            throw new Error('no answer')
          },
        },
      }
      await alerts.send()
      expect(alerts.dueAt).toBe(NOW + 60_000)
      place.env = env
      desk.now += 60_000
      await alerts.send()
      expect(alerts.dueAt).toBeUndefined()
    })
  })
})

describe('the numbers', () => {
  it('of an hour are one row, whatever comes in it, and of a day one for each type that has news', async () => {
    const { supplier_id, contract } = await newContract({})
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      for (let i = 0; i < 50; i++) desk.piece(contract, [good(i % 5, 29_650), bad])
      desk.now += HOUR_MS
      desk.piece(contract, [good(1, 29_650)])
      expect([desk.rows('quality_hours'), desk.rows('quality_contracts')]).toEqual([2, 1])
      // The day, who came today, and who ever came.
      expect(desk.rows('subject_days')).toBe(3)
      expect(desk.parts.store.hours(contract.contract_id, desk.now).map(({ counters }) => counters.outcomes)).toEqual([
        { a: 50, r: 50 },
        { a: 1 },
      ])
    })
  })
  it('of a piece that was not kept are not counted', async () => {
    const { supplier_id, contract } = await newContract({})
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      desk.piece(contract, [bad])
      const note = desk.parts.quality.note.bind(desk.parts.quality)
      desk.parts.quality.note = (tally) => {
        note(tally)
        throw new Error('not kept')
      }
      expect(() => desk.piece(contract, [bad, good(9, 29_650)])).toThrow('not kept')
      desk.parts.quality.note = note
      desk.piece(contract, [bad])
      expect(desk.parts.store.hours(contract.contract_id, NOW)[0]!.counters.outcomes).toEqual({ r: 2 })
    })
  })
  it('older than the longest window go, and who was expected stays', async () => {
    const completeness = { share: 0.5, types: ['daily'] }
    const { supplier_id, contract } = await newContract({ completeness })
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      const day = Math.floor(NOW / DAY_MS)
      desk.piece(contract, [good(1, day), good(2, day), good(3, day)])
      desk.parts.quality.ended(3)
      desk.now += 60 * DAY_MS
      desk.piece(contract, [good(1, day + 57)])
      await desk.look()
      expect(desk.rows('quality_hours')).toBe(1)
      const days = desk.parts.completeness.days('nights@1', ['daily'], 3, desk.now)
      expect(days).toEqual([
        { day: day + 55, present: 0, expected: 2 },
        { day: day + 56, present: 0, expected: 2 },
        { day: day + 57, present: 1, expected: 2 },
      ])
    })
  })
  it('are a scorecard of the shape that is documented', async () => {
    const { supplier_id, contract } = await newContract({ validity_share: 0.95, volume: { least: 1 }, window_days: 3 })
    await inDesk(account, { now: NOW, supplier_id }, async (desk) => {
      desk.piece(contract, [...times(90, good(1, Math.floor(NOW / DAY_MS))), ...times(10, bad)])
      desk.piece({ ...contract, contract_id: 'ctr_next', version: '1.1' }, times(100, good(1, 29_650)))
      await desk.look()
      const { contracts, ...all } = QualityView.parse(scorecard(desk.parts, desk.now))
      expect(all).toMatchObject({ score: expect.any(Number), as_of: '2051-03-10T10:30:00.000Z' })
      expect(contracts).toMatchObject([
        {
          contract: 'nights@1',
          versions: [
            { contract: 'nights@1.0', records: 100, counts: { accepted: 90, rejected: 10 } },
            { contract: 'nights@1.1', records: 100, counts: { accepted: 100 } },
          ],
          records: 200,
          counts: { accepted: 190, rejected: 10 },
          objectives: [
            { objective: 'validity', state: 'at_risk', measured: 0.95, error_budget: { spent: 0.05 } },
            { objective: 'volume', state: 'no_data', measured: null },
          ],
          rejections: [{ rule: 'maximum', pointer: '/bpm', records: 10 }],
          held: null,
        },
      ])
      expect(contracts[0]!.days.at(-1)).toMatchObject({ date: '2051-03-10', counts: { accepted: 190 } })
      expect(contracts[0]!.objectives[0]!.series.map(({ value }) => value)).toEqual([null, null, 0.95])
    })
  })
})
