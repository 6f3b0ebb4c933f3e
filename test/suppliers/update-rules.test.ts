import { beforeAll, describe, expect, it } from 'vitest'
import { findConnection } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { type Account, call, house, migrate, newAccount } from '../house.ts'
import { runs } from '../ingest/rerun-house.ts'
import { NIGHTS } from './nights.ts'
import { done, pushLines } from './pushed.ts'
import { answered, newSupplier, type Supplier } from './supplier.ts'

/** Which of two records with one key stays, also where the rule is another from one version of a contract to the next. */

const RULES = {
  newest: { rule: 'newest', version: { path: 'changed' } },
  merge: { rule: 'merge' },
  refuse: { rule: 'refuse' },
}
type Rule = keyof typeof RULES
const { schema } = NIGHTS
const changing = {
  ...NIGHTS,
  schema: { ...schema, properties: { ...schema.properties, changed: { type: 'string', format: 'date-time' } } },
}

let account: Account
let supplier: Supplier
beforeAll(async () => {
  await migrate()
  account = await newAccount()
  supplier = await newSupplier(call, account)
})

/** Versions 1.0, 2.0… of one contract, each with its rule. */
async function versionsBy(name: string, rules: Rule[]) {
  for (const [i, rule] of rules.entries())
    await answered(
      await supplier.ask('POST', '/v2/supplier/contracts', {
        ...{ ...changing, name, version: `${i + 1}.0`, updates: RULES[rule] },
      }),
    )
  return {
    /** One night, changed last at an hour, or several: what became of them. */
    async push(major: number, ...nights: [hour: number, asleep_minutes: number][]) {
      const lines = nights.map(([hour, asleep_minutes]) => ({
        ...{ night: name, person: name, consent: 'c-1', start: '2026-07-01T22:00:00Z', end: '2026-07-02T06:00:00Z' },
        ...{ changed: `2026-07-05T${String(hour).padStart(2, '0')}:00:00Z`, asleep_minutes },
      }))
      const batch = await done(supplier, await pushLines(supplier, `${name}@${major}.0`, lines))
      return Object.entries(batch.counts)
        .filter(([, count]) => count > 0)
        .map(([outcome, count]) => `${count} ${outcome}`)
        .join(', ')
    },
    async asleep() {
      const { data } = await developer<{ data: Sleep[] }>(
        `/v2/sleep?user_id=${await userOf(name)}&start_date=2026-07-01&end_date=2026-07-04&to_webhook=false`,
      )
      return data.map((sleep) => sleep.sleep_durations_data.asleep.duration_asleep_state_seconds / 60)
    },
    async rerun() {
      const user_id = await userOf(name)
      const row = (await findConnection(open(house.DB), account.dev_id, user_id))!
      return runs(account, row, '/renormalizations', {
        ...{ user_id, provider: 'supplier-sandbox', from: '2020-01-01', dry_run: false },
      })
    },
  }
}
interface Sleep {
  sleep_durations_data: { asleep: { duration_asleep_state_seconds: number } }
}
const developer = async <T>(path: string) => answered<T>(await call(path, { headers: account.headers }))
async function userOf(person: string): Promise<string> {
  const { users } = await developer<{ users: { user_id: string; reference_id: string }[] }>('/v2/subscriptions')
  return users.find(({ reference_id }) => reference_id === person)!.user_id
}

describe('a major that goes by another rule than the one before', () => {
  it('takes corrections by when they come, where before the newest version stayed', async () => {
    const nights = await versionsBy('newest-then-merge', ['newest', 'merge'])
    expect(await nights.push(1, [9, 400], [8, 300])).toBe('1 accepted, 1 duplicate')
    expect(await nights.push(2, [7, 410])).toBe('1 updated')
    expect(await nights.push(2, [7, 420])).toBe('1 updated')
    expect(await nights.push(2, [7, 420])).toBe('1 duplicate')
    expect(await nights.asleep()).toEqual([420])
  })
  it('takes the first correction that tells a version, and from there the newest, where before they came in turn', async () => {
    const nights = await versionsBy('merge-then-newest', ['merge', 'newest'])
    expect(await nights.push(1, [9, 400])).toBe('1 accepted')
    expect(await nights.push(2, [3, 410])).toBe('1 updated')
    expect(await nights.push(2, [2, 420], [4, 430], [3, 440])).toBe('1 updated, 2 duplicate')
    expect(await nights.asleep()).toEqual([430])
  })
  it('of two that are pushed to in turn, holds to what comes later', async () => {
    const nights = await versionsBy('in-turn', ['newest', 'merge'])
    expect(await nights.push(1, [9, 400])).toBe('1 accepted')
    expect(await nights.push(2, [1, 410])).toBe('1 updated')
    expect(await nights.push(1, [5, 420])).toBe('1 updated')
    expect(await nights.push(1, [4, 430])).toBe('1 duplicate')
    expect(await nights.push(2, [1, 440])).toBe('1 updated')
    expect(await nights.asleep()).toEqual([440])
  })
  it('lets nothing change what is there, where the first content stays now', async () => {
    const nights = await versionsBy('newest-then-refuse', ['newest', 'refuse', 'merge'])
    expect(await nights.push(1, [9, 400])).toBe('1 accepted')
    expect(await nights.push(2, [10, 410])).toBe('1 rejected')
    expect(await nights.push(3, [10, 420])).toBe('1 updated')
    expect(await nights.asleep()).toEqual([420])
  })
})

describe('a version that tells nothing new', () => {
  it('is the newest from then on all the same', async () => {
    const nights = await versionsBy('same-again', ['newest'])
    expect(await nights.push(1, [5, 400])).toBe('1 accepted')
    expect(await nights.push(1, [9, 400])).toBe('1 duplicate')
    expect(await nights.push(1, [7, 300])).toBe('1 duplicate')
    expect(await nights.asleep()).toEqual([400])
  })
})

describe('records that are read again', () => {
  it.each<[string, Rule[], [number, number, number][], number]>([
    [
      'newest',
      ['newest'],
      [
        [1, 9, 400],
        [1, 8, 300],
      ],
      400,
    ],
    [
      'refuse',
      ['refuse'],
      [
        [1, 9, 400],
        [1, 10, 300],
      ],
      400,
    ],
    [
      'merge',
      ['merge'],
      [
        [1, 9, 400],
        [1, 8, 300],
      ],
      300,
    ],
    [
      'newest-merge',
      ['newest', 'merge'],
      [
        [1, 9, 400],
        [2, 8, 300],
      ],
      300,
    ],
    [
      'merge-newest',
      ['merge', 'newest'],
      [
        [1, 9, 400],
        [2, 8, 300],
        [2, 7, 200],
      ],
      300,
    ],
  ])('are what they were, by the rule %s', async (name, rules, pushes, asleep) => {
    const nights = await versionsBy(`again-${name}`, rules)
    for (const [major, hour, minutes] of pushes) await nights.push(major, [hour, minutes])
    expect(await nights.asleep()).toEqual([asleep])
    expect(await nights.rerun()).toMatchObject({ payloads: pushes.length, events: 0 })
    expect(await nights.asleep()).toEqual([asleep])
  })
})
