import { CLEAN, type Got, type StreamJudgement } from './stream-ledger.ts'
import type { StreamWorld } from './stream-world.ts'

export interface StreamRound {
  /** Samples that were sent and not yet said to be stored, at the kill. */
  inFlight: number
  sent: number
  judgement: StreamJudgement
  forgotten: number
  twice: number
  line: string
}
export interface StreamRoundOptions {
  /** Samples before the kill and after it; the kill comes at a random one. */
  samples: number
  /** Killed again while everybody comes back. */
  twice?: boolean
  patienceMs?: number
}

/** Everybody streams, the runtime is killed in the midst of it and started on the same state; then all must be there. */
export async function streamRound(world: StreamWorld, options: StreamRoundOptions): Promise<StreamRound> {
  const { samples, patienceMs } = options
  const startedAt = Date.now()
  for (const producer of world.producers) producer.go()
  const from = world.sent()
  const moment = from + Math.round(samples * (0.3 + 0.7 * Math.random()))
  await world.until(() => world.sent() >= moment && world.inFlight() > 0, `${moment} samples sent`, patienceMs)
  const inFlight = world.inFlight()
  const { signal, pids } = await world.runtime.kill()
  await world.runtime.start()
  if (options.twice) {
    const readies = world.producers.reduce((sum, one) => sum + one.readies, 0)
    await world.until(
      () => world.producers.reduce((sum, one) => sum + one.readies, 0) > readies,
      'the first to come back',
      patienceMs,
    )
    await world.runtime.kill()
    await world.runtime.start()
  }
  const backAt = Date.now()
  const after = world.sent() + samples
  await world.until(() => world.sent() >= after, `${after} samples sent after the start`, patienceMs)
  await world.settled(patienceMs)
  const judgement = world.judge()
  const forgotten = world.producers.reduce((sum, one) => sum + one.forgotten, 0)
  const twice = world.consumers.reduce((sum, one) => sum + one.twice, 0)
  const { heard, lost, duplicated, reordered, phantom, corrupted, disagreed } = judgement
  const line = row(
    `${signal} ${pids.join('+')}${options.twice ? ' twice' : ''}`,
    inFlight,
    world.sent(),
    heard,
    lost,
    duplicated + twice,
    reordered,
    phantom,
    corrupted,
    disagreed,
    forgotten,
    Date.now() - backAt,
    Date.now() - startedAt,
  )
  return { inFlight, sent: world.sent() - from, judgement, forgotten, twice, line }
}

export const isClean = ({ judgement, forgotten, twice }: StreamRound): boolean =>
  forgotten + twice === 0 && Object.keys(CLEAN).every((check) => judgement[check as keyof StreamJudgement] === 0)

/** Whoever asks for everything afterwards gets what the others heard, each once and in order. */
export async function replayed(
  world: StreamWorld,
  patienceMs?: number,
): Promise<{ live: Got[]; resumed: Got[]; recipe: Got[] }> {
  const [reference] = world.consumers
  const late = world.consumer({ name: `late-${world.consumers.length}`, way: 'resume' })
  const recipe = world.consumer({ name: `late-recipe-${world.consumers.length}`, way: 'recipe' })
  // The recipe begins with a live frame.
  await world.until(() => late.opened > 0 && recipe.opened > 0, 'two who come late', patienceMs)
  for (const producer of world.producers) producer.go()
  const enough = world.sent() + 50
  await world.until(() => world.sent() >= enough, 'something live', patienceMs)
  await world.settled(patienceMs)
  return { live: reference!.got, resumed: late.got, recipe: recipe.got }
}

const COLUMNS = [
  ['killed', 24],
  ['in flight', 10],
  ['sent', 7],
  ['heard', 8],
  ['lost', 5],
  ['dup', 4],
  ['reord', 6],
  ['phantom', 8],
  ['corrupt', 8],
  ['disagree', 9],
  ['forgot', 7],
  ['back ms', 8],
  ['ms', 6],
] as const
const row = (...cells: (string | number)[]) =>
  cells.map((cell, i) => String(cell).padEnd(COLUMNS[i]?.[1] ?? 8)).join(' ')
export const STREAM_HEAD = row(...COLUMNS.map(([name]) => name))
