import { StreamSocket, streamToken } from '../bench/stream-socket.ts'
import type { Manner } from './stream-producer.ts'
import type { StreamWorld } from './stream-world.ts'

/** One way to put streams under strain. → what is wrong then, by its name, with its count */
export type StreamScenario = (world: StreamWorld, patienceMs: number) => Promise<Record<string, number>>

const SAMPLES = 400
const SOCKETS = 20

/** Nobody listens, and the runtime dies in the midst of it; whoever comes afterwards gets all that was acknowledged. */
const diesUnheard: StreamScenario = async (world, patienceMs) => {
  const before = world.producers.length
  for (const [i, user] of world.users.entries())
    for (const manner of ['plain', 'numbered', 'packed'] as Manner[])
      world.producer({ name: `${manner}-${before}-${i}`, user, type: 'HEART_RATE', manner })
  await world.until(() => world.producers.every(({ readies }) => readies > 0), 'every producer')
  for (const producer of world.producers) producer.go()
  const acknowledged = () => world.producers.reduce((sum, { acked }) => sum + acked, 0)
  await world.until(() => acknowledged() >= SAMPLES, `${SAMPLES} samples acknowledged`)
  await world.runtime.kill()
  await world.runtime.start()
  await world.until(() => world.producers.every(({ readies }) => readies > 1), 'every producer again')
  // What was on its way at the kill is nobody's promise: that it is missing is seen by what comes after it.
  const enough = world.sent() + SAMPLES
  await world.until(() => world.sent() >= enough, `${enough} samples sent`)
  const late = world.consumer({ name: 'late', way: 'resume' })
  try {
    await world.settled(patienceMs)
  } catch (error) {
    // What is missing is what is asked for.
    console.log((error as Error).message.slice(0, 100))
  }
  const { lost, duplicated, reordered, phantom, corrupted } = world.judge()
  const forgotten = world.producers.reduce((sum, producer) => sum + producer.forgotten, 0)
  const found = { lost, duplicated, reordered, phantom, corrupted, forgotten, twice: late.twice }
  await world.alone()
  return red(found)
}

/** Many sockets come with one token at the same time; one of them is let in. */
const oneToken: StreamScenario = async (world) => {
  const { url, headers } = world.door
  const token = await streamToken(url(), headers)
  const sockets = Array.from({ length: SOCKETS }, () => new StreamSocket({ url: url(), token, role: 'consumer' }))
  const entered = await Promise.allSettled(sockets.map(({ ready }) => ready))
  const letIn = entered.filter(({ status }) => status === 'fulfilled').length
  await Promise.all(sockets.map((socket) => socket.close()))
  return red({ 'let in': Math.abs(letIn - 1) })
}

const red = (found: Record<string, number>) =>
  Object.fromEntries(Object.entries(found).filter(([, count]) => count > 0))

/** For each mutation the scenario that must show it. */
export const STREAM_SCENARIOS: Record<string, StreamScenario> = {
  'stream/ack-before-stored': diesUnheard,
  'stream/token-not-consumed': oneToken,
}
