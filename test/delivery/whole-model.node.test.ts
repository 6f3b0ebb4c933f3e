import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Weakened, WholeModel } from './whole-model.ts'

const RUNS = Number(process.env.MODEL_RUNS ?? 10_000)
const tape = fc.array(fc.nat(1_000_000), { minLength: 40, maxLength: 160 })
const check = (kind: 'rows' | 'objects', runs: number, weak?: Weakened) =>
  fc.check(
    fc.property(tape, (choices) => new WholeModel(kind, choices, weak).run()),
    { numRuns: runs, seed: 20_261_126 },
  )

describe('a destination that takes windows whole', () => {
  test.each(['rows', 'objects'] as const)(
    `${RUNS} runs into %s lose nothing, keep the order, double no object and never stand still`,
    { timeout: 180_000 },
    (kind) => {
      const result = check(kind, RUNS)
      expect(result.failed, `${result.errorInstance} tape ${JSON.stringify(result.counterexample)}`).toBe(false)
    },
  )
  test.each<[string, 'rows' | 'objects', Weakened]>([
    ['the bounds of a window are not written down', 'objects', { boundsNotWritten: true }],
    ['a failed window is settled', 'rows', { failureSettled: true }],
    ['lanes of objects send live events too', 'objects', { lanesSendLive: true }],
    ['a failed window of objects is settled', 'objects', { failureSettled: true }],
  ])('it notices when %s', (_, kind, weak) => {
    expect(check(kind, 3_000, weak).failed).toBe(true)
  })
})
