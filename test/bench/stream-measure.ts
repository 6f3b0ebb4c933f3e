import type { Helper } from './process.ts'
import { clock, round, type Spread, spread } from './statistics.ts'
import type { ConsumersAnswer, ConsumersCommand, Heard } from './stream-consumers.ts'
import type { ProducersAnswer, ProducersCommand } from './stream-producers.ts'

export type Producers = Helper<ProducersCommand, ProducersAnswer>
export type Consumers = Helper<ConsumersCommand, ConsumersAnswer>

/** What became of one load. */
export interface Streamed {
  frames: number
  /** Counted at each consumer. */
  lost: number
  duplicated: number
  /** After a later one of the same producer, or with a `seq` that does not rise. */
  reordered: number
  /** Heard by a consumer that it is none of the business of. */
  foreign: number
  /** Sockets that ended by themselves. */
  ended: number
  /** From a producer's send to a consumer's receive. */
  ms: Spread | undefined
  /** How long after it was due a frame went: of the generator, not of what is measured. */
  late: Spread | undefined
  /** Dispatches a second, all consumers together, from the first sending to the last arrival. */
  per_second: number
}
export interface Load {
  hz: number
  seconds: number
  /** Discarded at the start: objects wake, code is compiled. */
  warmUpMs: number
}

/** Whether a consumer is to hear what a person submits, each by its number; of one developer, all hear all. */
export type Owed = (consumer: number, person: number) => boolean
const all: Owed = () => true

/** Nothing more is waited for after so long without a frame. */
const QUIET_MS = 6_000
let numbers = 0

export async function stream(
  producers: Producers,
  consumers: Consumers,
  count: { producers: number; consumers: number },
  { hz, seconds, warmUpMs }: Load,
  owed = all,
): Promise<Streamed> {
  const first = numbers
  numbers += count.producers * hz * seconds
  const sent = await expected(producers.ask({ kind: 'send', first, hz, seconds }), 'sent')
  let frames = 0
  for (let consumer = 0; consumer < count.consumers; consumer++)
    for (const person of sent.person) if (owed(consumer, person)) frames++
  await allHeard(consumers, frames)
  const taken = await expected(consumers.ask({ kind: 'take' }), 'taken')
  return { ...judge(first, sent, taken.consumers, warmUpMs, owed), ended: sent.ended + taken.ended }
}

async function allHeard(consumers: Consumers, frames: number): Promise<void> {
  let before = -1
  let changedAt = clock()
  for (;;) {
    const { heard } = await expected(consumers.ask({ kind: 'count' }), 'count')
    if (heard !== before) changedAt = clock()
    before = heard
    if (heard >= frames || clock() - changedAt > QUIET_MS) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export function judge(
  first: number,
  sent: { at: Float64Array; person: Int32Array; late: Spread | undefined },
  consumers: Heard[],
  warmUpMs: number,
  owed = all,
): Omit<Streamed, 'ended'> {
  const begin = sent.at[0] ?? 0
  const ms: number[] = []
  let [lost, duplicated, reordered, foreign, arrived, last] = [0, 0, 0, 0, 0, begin]
  for (const [consumer, heard] of consumers.entries()) {
    const seen = new Uint8Array(sent.at.length)
    const newest = new Map<number, number>()
    for (const [i, n] of heard.n.entries()) {
      const sentAt = sent.at[n - first]
      // Of another load.
      if (sentAt === undefined) continue
      const person = sent.person[n - first]!
      if (!owed(consumer, person)) foreign++
      if (n < (newest.get(person) ?? -1)) reordered++
      newest.set(person, n)
      if (seen[n - first]) duplicated++
      seen[n - first] = 1
      arrived++
      last = Math.max(last, heard.at[i]!)
      if (sentAt >= begin + warmUpMs) ms.push(heard.at[i]! - sentAt)
    }
    for (const [i, person] of sent.person.entries()) if (!seen[i] && owed(consumer, person)) lost++
    reordered += heard.fallen
  }
  const per_second = round(arrived / Math.max(0.001, (last - begin) / 1000), 0)
  const { length: frames } = sent.at
  return { frames, lost, duplicated, reordered, foreign, ms: spread(ms), late: sent.late, per_second }
}

/** The answer of a helper, of the kind that was asked for. */
export async function expected<A extends { kind: string }, K extends A['kind']>(
  answer: Promise<A>,
  kind: K,
): Promise<Extract<A, { kind: K }>> {
  const got = await answer
  if (got.kind !== kind) throw new Error(`a helper answered ${got.kind} where ${kind} was expected`)
  return got as Extract<A, { kind: K }>
}

/** Opens them all, or says why not: a load with fewer is another load. */
export async function openProducers(
  producers: Producers,
  command: Omit<Extract<ProducersCommand, { kind: 'open' }>, 'kind'>,
) {
  const opened = await expected(producers.ask({ kind: 'open', ...command }), 'opened')
  if (opened.opened < command.people.length)
    throw new Error(
      `${command.people.length - opened.opened} producers got no socket: ${JSON.stringify(opened.failures)}`,
    )
  return opened
}
