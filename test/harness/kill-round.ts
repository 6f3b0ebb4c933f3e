import type { CrashPoint, SupplyPoint } from '../../shared/base/crash-point.ts'
import type { Judgement } from './ledger.ts'
import type { World } from './world.ts'

/** Every place where the runtime is killed on the way of one event. The compiler keeps the list whole. */
const ALL: Record<Exclude<CrashPoint, SupplyPoint>, true> = {
  'before-accept': true,
  'after-accept': true,
  'before-append': true,
  'after-append': true,
  'lease-taken': true,
  'request-unanswered': true,
  'answered-before-settle': true,
  'mid-settle': true,
  'alarm-before-rearm': true,
  'segment-put-before-delete': true,
  'cold-put-before-rows': true,
  'cold-rows-before-sweep': true,
  'group-commit': true,
}
export const POINTS = Object.keys(ALL) as CrashPoint[]

export interface Round {
  landed: boolean
  judgement: Judgement
  overlapping: number
  line: string
}
export interface RoundOptions {
  /** Contents sent before the kill. */
  contents: number
  /** After the kill nobody sends anything: what is pending must find its own way. */
  silent: boolean
  patienceMs: number
}

/** Traffic, a kill at the point, a start on the same disk state, until all that was taken has landed. */
export async function killRound(world: World, point: CrashPoint, options: RoundOptions): Promise<Round> {
  const startedAt = Date.now()
  const enough = world.ledger.sent.size + options.contents
  const generator = world.newGenerator(() => 20)
  generator.start()
  await world.until(() => world.ledger.sent.size >= enough, `${enough} contents sent`)
  const { signal, pids, flight } = await world.killAt(point, generator)
  const restartedAt = Date.now()
  if (options.silent) await generator.abandon()
  await world.runtime.start()
  await generator.stop()
  const landed = await world.landed(options.patienceMs)
  const judgement = world.judge()
  const { overlapping } = world.receiver
  const { sent, lost, duplicated, reordered, phantom, corrupted } = judgement
  const line = row(
    point,
    options.silent ? 'silence' : 'traffic',
    `${signal} ${pids.join('+')}`,
    `${flight.owed}/${flight.sending}/${flight.receiving}`,
    sent,
    judgement.landed,
    lost,
    duplicated,
    reordered,
    phantom,
    corrupted,
    Date.now() - restartedAt,
    Date.now() - startedAt,
  )
  return { landed, judgement, overlapping, line }
}

const COLUMNS = [
  ['point', 26],
  ['then', 8],
  ['killed', 22],
  ['in flight: owed/sending/receiving', 34],
  ['sent', 6],
  ['landed', 7],
  ['lost', 5],
  ['dup', 4],
  ['reord', 6],
  ['phantom', 8],
  ['corrupt', 8],
  ['back ms', 8],
  ['ms', 6],
] as const
const row = (...cells: (string | number)[]) =>
  cells.map((cell, i) => String(cell).padEnd(COLUMNS[i]?.[1] ?? 8)).join(' ')
export const HEAD = row(...COLUMNS.map(([name]) => name))
