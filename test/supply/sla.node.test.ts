import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { budgetOf, type Measure, nextState, type SlaState, told } from '../../shared/supply/sla.ts'

const measure = (bad: number, more: Partial<Measure> = {}): Measure => ({
  ...{ objective: 'validity', target: 0.9, measured: 1 - bad / 1_000, total: 1_000, bad, allowed: 0.1 },
  ...{ recent: { total: 0, bad: 0 }, least: 20, ...more },
})

describe('an objective', () => {
  test.each<[string, SlaState, Measure, SlaState]>([
    ['is met while little of what is allowed is spent', 'no_data', measure(75), 'met'],
    ['is at risk when three quarters are spent', 'met', measure(76), 'at_risk'],
    ['stays at risk until it is clearly better', 'at_risk', measure(61), 'at_risk'],
    ['is met again when it is', 'at_risk', measure(60), 'met'],
    ['is kept at its very bound', 'met', measure(100), 'at_risk'],
    ['is breached beyond it', 'met', measure(101), 'breached'],
    ['stays breached just within it', 'breached', measure(91), 'breached'],
    ['is at risk when a tenth of it is free again', 'breached', measure(90), 'at_risk'],
    ['is met after a breach when most of it is free again', 'breached', measure(60), 'met'],
    ['says nothing of too few records', 'breached', measure(19, { total: 19 }), 'no_data'],
    ['is at risk when the last hours burn it fast', 'met', measure(10, { recent: { total: 20, bad: 13 } }), 'at_risk'],
    ['stays so while they burn it less fast', 'at_risk', measure(10, { recent: { total: 20, bad: 7 } }), 'at_risk'],
    ['is met when they do no more', 'at_risk', measure(10, { recent: { total: 20, bad: 6 } }), 'met'],
    ['that allows nothing is breached by one', 'met', measure(1, { allowed: 0 }), 'breached'],
    ['that allows nothing is met by none', 'breached', measure(0, { allowed: 0 }), 'met'],
    ['that is judged by a day is breached by it', 'met', measure(0, { broken: true }), 'breached'],
    ['that is judged by a day is well with it', 'breached', measure(900, { broken: false }), 'met'],
  ])('%s', (_, before, now, after) => {
    expect(nextState(before, now)).toBe(after)
  })
  test('rests in one state while nothing changes', () => {
    const states = fc.constantFrom<SlaState>('no_data', 'met', 'at_risk', 'breached')
    const recent = fc.nat(100).chain((total) => fc.record({ total: fc.constant(total), bad: fc.nat(total) }))
    fc.assert(
      fc.property(
        states,
        fc.nat(1_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        recent,
        (before, bad, allowed, recent) => {
          const one = measure(bad, { allowed, recent })
          const first = nextState(before, one)
          expect(nextState(first, one)).toBe(first)
        },
      ),
    )
  })
  test('never turns from well to breached and back by one record', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 100_000 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (total, allowed) => {
          const bound = Math.floor(total * allowed + 1e-9)
          if (total * allowed < 10) return
          expect(nextState('met', measure(bound + 1, { total, allowed }))).toBe('breached')
          expect(nextState('breached', measure(bound, { total, allowed }))).toBe('breached')
        },
      ),
    )
  })
})

test('the error budget is what is allowed, spent and left', () => {
  expect(budgetOf(measure(40))).toEqual({ allowed: 0.1, spent: 0.04, left: 0.1 - 0.04 })
  expect(budgetOf(measure(150)).left).toBeCloseTo(-0.05)
  expect(budgetOf(measure(0, { total: 0 }))).toEqual({ allowed: 0.1, spent: 0, left: 0.1 })
})

test('values are told in their unit', () => {
  expect([told('validity', 0.9912), told('freshness', 59.6), told('freshness', 5_400)]).toEqual([
    '99.12 %',
    '60 s',
    '90 min',
  ])
  expect([told('freshness', 90_000), told('volume', 12)]).toEqual(['25 h', '12 records a day'])
})
