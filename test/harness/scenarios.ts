import type { CrashPoint } from '../../shared/base/crash-point.ts'
import type { World } from './world.ts'

/** One way to put the product under strain. It ends when what was taken has landed, or cannot be waited for longer. */
export type Scenario = (world: World, patienceMs: number) => Promise<void>

/** So much is delivered before a fault begins, and after it. */
const SOME = 40

/** The runtime dies at a point that is held until several callers wait there; then nobody sends anything any more. */
const diesInSilence =
  (point: CrashPoint, waiting: number): Scenario =>
  async (world, patienceMs) => {
    world.receiver.behaves(() => ({ kind: 'ok', afterMs: 60 }))
    const generator = world.newGenerator(() => 10)
    generator.start()
    await arrive(world, SOME)
    const killed = await world.killAt(point, generator, { waiting })
    await generator.abandon()
    console.log(`${killed.signal} ${killed.pids.join('+')} at ${point}, in flight ${JSON.stringify(killed.flight)}`)
    await world.runtime.start()
    await world.landed(patienceMs)
  }

/** Answers come after very different times. */
const unevenAnswers: Scenario = async (world, patienceMs) => {
  let calls = 0
  world.receiver.behaves(() => ({ kind: 'ok', afterMs: calls++ % 2 === 0 ? 80 : 5 }))
  await traffic(world, 4 * SOME, patienceMs)
}

/** Three people's events fail now and then while those that come after them would be taken. */
const failsNowAndThen: Scenario = async (world, patienceMs) => {
  const calls = new Map<string, number>()
  world.receiver.behaves((person) => {
    const call = (calls.get(person) ?? 0) + 1
    calls.set(person, call)
    const fails = /-[0-2]$/.test(person) && call % 4 === 0
    return fails ? { kind: 'status', status: 500 } : { kind: 'ok', afterMs: 10 }
  })
  await traffic(world, 4 * SOME, patienceMs)
}

async function traffic(world: World, arrivals: number, patienceMs: number): Promise<void> {
  const generator = world.newGenerator(() => 10)
  generator.start()
  await arrive(world, arrivals)
  await generator.stop()
  await world.landed(patienceMs)
}

function arrive(world: World, more: number): Promise<void> {
  const enough = world.ledger.arrivals.length + more
  return world.until(() => world.ledger.arrivals.length >= enough, `${enough} arrivals`)
}

/** For each mutation the scenario that must show it. */
export const SCENARIOS: Record<string, Scenario> = {
  'answer-before-accept': diesInSilence('before-accept', 6),
  'cursor-before-answer': diesInSilence('request-unanswered', 3),
  'no-watchdog': diesInSilence('after-append', 3),
  'two-in-flight': unevenAnswers,
  'held-not-held': failsNowAndThen,
}

/** The checks that a run turned red, with their counts. */
export function redChecks(world: World): Record<string, number> {
  const { lost, phantom, reordered, corrupted } = world.judge()
  const found = { lost, phantom, reordered, corrupted, overlapping: world.receiver.overlapping }
  return Object.fromEntries(Object.entries(found).filter(([, count]) => count > 0))
}
