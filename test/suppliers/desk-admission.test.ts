import { beforeAll, describe, expect, it } from 'vitest'
import { Admission } from '../../durable-objects/supplier-desk/admission.ts'
import { DAY_MS } from '../../shared/base/time.ts'
import { limitsOf, MOST_WAITING_BLOCKED, MOST_WAITING_RECORDS } from '../../shared/supply/limits.ts'
import { LimitsView } from '../../shared/supply/quality-view.ts'
import { type Account, migrate, newAccount } from '../house.ts'
import { type DeskParts, inDesk } from './desk-parts.ts'

const NOW = Date.parse('2051-03-10T12:00:00Z')
const limits = limitsOf('sandbox', {
  records_per_second: 10,
  burst_records: 100,
  bytes_per_day: 1_000_000,
  concurrent_batches: 2,
})

let account: Account
beforeAll(async () => {
  await migrate()
  account = await newAccount()
})
const admitted = (desk: DeskParts) => {
  const open = { batches: 0, records: 0 }
  return { open, admission: new Admission(desk.place, () => open) }
}

describe('a desk', () => {
  it('refuses what is over a limit with 429, the time when it may come, and all limits', async () => {
    await inDesk(account, { now: NOW }, async (desk) => {
      const { admission, open } = admitted(desk)
      expect(admission.admit(limits, { kind: 'records', records: 90 }).kind).toBe('granted')
      const refused = admission.admit(limits, { kind: 'records', records: 20 })
      expect(refused).toMatchObject({ kind: 'refused', status: 429, code: 'too_many_records' })
      expect(refused.headers).toMatchObject({
        'retry-after': '1',
        ratelimit: expect.stringContaining('"records";r=10;t=9'),
      })
      desk.now += 1_000
      expect(admission.admit(limits, { kind: 'records', records: 20 }).kind).toBe('granted')
      open.batches = 2
      desk.now += 10_000
      expect(admission.admit(limits, { kind: 'batch' })).toMatchObject({ status: 429, code: 'too_many_batches' })
      expect(admission.admit(limits, { kind: 'records', records: 1 }).kind).toBe('granted')
    })
  })
  it('lets no more batches in at once than there are places, before they are in its table', async () => {
    await inDesk(account, { now: NOW }, async (desk) => {
      const { admission, open } = admitted(desk)
      const kinds = [1, 2, 3].map(() => admission.admit(limits, { kind: 'batch' }).kind)
      expect(kinds).toEqual(['granted', 'granted', 'refused'])
      admission.begun()
      open.batches = 1
      expect(admission.admit(limits, { kind: 'batch' }).kind).toBe('refused')
      open.batches = 0
      expect(admission.admit(limits, { kind: 'batch' }).kind).toBe('granted')
      // Whoever was let in and never came gives the place back.
      desk.now += 10_001
      expect([1, 2, 3].map(() => admission.admit(limits, { kind: 'batch' }).kind)).toEqual([
        'granted',
        'granted',
        'refused',
      ])
    })
  })
  it('counts bytes by the day, and knows them after it slept', async () => {
    await inDesk(account, { now: NOW }, async (desk) => {
      admitted(desk).admission.came({ bytes: 999_999, records: 5, batches: 1 })
      const { admission } = admitted(desk)
      expect(admission.admit(limits, { kind: 'batch', bytes: 2 })).toMatchObject({
        status: 429,
        code: 'too_many_bytes',
      })
      expect(admission.admit(limits, { kind: 'batch', bytes: 1 })).toMatchObject({ kind: 'granted', bytes_left: 1 })
      desk.now += DAY_MS / 2
      expect(admission.admit(limits, { kind: 'batch', bytes: 2 }).kind).toBe('granted')
      expect(desk.rows('usage')).toBe(1)
    })
  })
  it('waits for what a batch brought beyond the burst, before the next may come', async () => {
    await inDesk(account, { now: NOW }, async (desk) => {
      const { admission } = admitted(desk)
      expect(admission.admit(limits, { kind: 'batch' }).kind).toBe('granted')
      admission.begun()
      admission.came({ bytes: 9, records: 400, batches: 1 })
      expect(admission.admit(limits, { kind: 'batch' }).headers['retry-after']).toBe('31')
      desk.now += 31_000
      expect(admission.admit(limits, { kind: 'batch' }).kind).toBe('granted')
    })
  })
  it('answers 503 with a time while it is behind, or what it needs takes nothing', async () => {
    await inDesk(account, { now: NOW }, async (desk) => {
      const { admission, open } = admitted(desk)
      open.records = MOST_WAITING_BLOCKED + 1
      admission.blocked(NOW + 7_000)
      const refused = admission.admit(limits, { kind: 'records', records: 1 })
      expect(refused).toMatchObject({ status: 503, code: 'overloaded', headers: { 'retry-after': '7' } })
      admission.done(60_000)
      expect(admission.admit(limits, { kind: 'records', records: 1 }).kind).toBe('granted')
      open.records = MOST_WAITING_RECORDS + 1
      // A thousand a second: a million is to go.
      expect(admission.admit(limits, { kind: 'batch' })).toMatchObject({
        status: 503,
        headers: { 'retry-after': '300' },
      })
      admission.done(6_000_000)
      expect(admission.admit(limits, { kind: 'batch' })).toMatchObject({
        status: 503,
        headers: { 'retry-after': '10' },
      })
    })
  })
  it('tells limits and what is used of them', async () => {
    await inDesk(account, { now: NOW }, async (desk) => {
      const { admission, open } = admitted(desk)
      admission.admit(limits, { kind: 'batch' })
      admission.begun()
      admission.came({ bytes: 400, records: 30, batches: 1 })
      open.batches = 1
      expect(LimitsView.parse(admission.view(limits))).toMatchObject({
        limits: [
          { name: 'records', limit: 100, used: 30, resets_in_seconds: 3 },
          { name: 'bytes', limit: 1_000_000, used: 400, resets_in_seconds: 43_200 },
          { name: 'batches', limit: 2, used: 1, resets_in_seconds: null },
        ],
        days: [{ date: '2051-03-10', bytes: 400, records: 30, batches: 1 }],
      })
    })
  })
})
