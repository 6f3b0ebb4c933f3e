import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LogModel, type Weakened } from './log-model.ts'

const RUNS = Number(process.env.MODEL_RUNS ?? 20_000)
const tape = fc.array(fc.nat(1_000_000), { minLength: 60, maxLength: 220 })
const check = (runs: number, weak?: Weakened) =>
  fc.check(
    fc.property(tape, (choices) => new LogModel(choices, weak).run()),
    { numRuns: runs, seed: 20_260_701 },
  )

describe('the log under crashes, lost messages, time-outs and late answers', () => {
  test(`${RUNS} runs lose nothing, keep the order and never stand still`, { timeout: 180_000 }, () => {
    const result = check(RUNS)
    expect(result.failed, `${result.errorInstance} tape ${JSON.stringify(result.counterexample)}`).toBe(false)
  })

  test.each<[string, Weakened]>([
    ['the cursor moves before the answer', { cursorBeforeAnswer: true }],
    ['there is no watchdog', { noWatchdog: true }],
    ['a restarted object leases at once', { noFence: true }],
    ['a held connection is not held', { laneNotHeld: true }],
    ['a parked event is sent again as it was', { againAsItWas: true }],
  ])('it notices when %s', (_, weak) => {
    expect(check(5_000, weak).failed).toBe(true)
  })
})
