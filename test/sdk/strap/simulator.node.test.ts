import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Simulator } from '../../../shared/sdk/strap/simulator.ts'

/** Mean rate of so many seconds. */
function mean(heart: Simulator, seconds: number): number {
  let sum = 0
  for (let i = 0; i < seconds; i++) sum += heart.next(1_000).bpm
  return sum / seconds
}

describe('a simulated heart', () => {
  test('rests calmly, rises with effort within a minute, and calms down more slowly', () => {
    const heart = new Simulator(0, Math.random)
    expect(Math.abs(mean(heart, 60) - 58)).toBeLessThan(6)
    heart.effort = 1
    const [first] = [mean(heart, 10)]
    expect(first).toBeLessThan(120)
    mean(heart, 80)
    expect(mean(heart, 20)).toBeGreaterThan(170)
    heart.effort = 0
    expect(mean(heart, 20)).toBeGreaterThan(130)
    mean(heart, 200)
    expect(mean(heart, 20)).toBeLessThan(66)
  })
  test('beats as often as it says, and its intervals add up to the time', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (effort) => {
        const heart = new Simulator(effort, Math.random)
        let [beats, rates, ms] = [0, 0, 0]
        for (let i = 0; i < 60; i++) {
          const { bpm, rrMs } = heart.next(1_000)
          beats += rrMs.length
          rates += bpm / 60
          ms += rrMs.reduce((sum, one) => sum + one, 0)
        }
        expect(Math.abs(beats - rates)).toBeLessThan(2.5)
        expect(Math.abs(ms - 60_000)).toBeLessThan(2_000)
      }),
      { numRuns: 40 },
    )
  })
  test('varies from beat to beat, most at rest', () => {
    const spread = (effort: number) => {
      const heart = new Simulator(effort, Math.random)
      const rr = Array.from({ length: 60 }, () => heart.next(1_000).rrMs).flat()
      const centre = rr.reduce((sum, one) => sum + one, 0) / rr.length
      return Math.sqrt(rr.reduce((sum, one) => sum + (one - centre) ** 2, 0) / rr.length)
    }
    expect(spread(0)).toBeGreaterThan(15)
    expect(spread(1)).toBeLessThan(spread(0) / 2)
  })
})
