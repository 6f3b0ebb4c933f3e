import { appended } from './appended.ts'
import { hops, type Size } from './experiments.ts'
import { allLanded, evaluate } from './measure.ts'
import { Helper } from './process.ts'
import type { ReceiverAnswer, ReceiverCommand } from './receiver.ts'
import { round } from './statistics.ts'
import { setState } from './trouble.ts'
import { addDestination, type World } from './world.ts'

export interface CaughtUp {
  behind: number
  live_rate: number
  /** Events a second at the destination that was behind. */
  drained_per_second: number
  times_live: number
  /** p99 at the healthy one, ms. */
  alone_p99: number
  during_p99: number
  ratio: number
  lost: number
}

/** One destination is far behind and comes again, while another goes on with what is live. */
export async function catchUp(world: World, size: Size): Promise<CaughtUp> {
  const behind = size.backfillRecords
  const rate = size.smoke ? 20 : 100
  const late = new Helper<ReceiverCommand, ReceiverAnswer>('receiver.ts')
  const listening = await late.next()
  if (listening.kind !== 'listening') throw new Error('the second receiver did not start')
  try {
    const developer = await world.developer({ connections: size.connections, delivery: { max_records_per_call: 1 } })
    const half = developer.accounts.length >> 1
    const [live, past] = [developer.accounts.slice(0, half), developer.accounts.slice(half)]
    // The healthy one takes the live users only, so that what is behind is behind at one destination alone.
    const healthy = await addDestination(developer.client, world.receiverUrl, { users: live, max_records_per_call: 1 })
    await developer.client.destinations.remove(developer.destinationId)
    const other = await addDestination(developer.client, listening.url, { batch_events: 50, max_records_per_call: 100 })
    await setState(developer.client, other.destination_id, 'paused')
    const alone = await hops(world, live, rate, size.smoke ? 2 : 10)
    const filling = world.load({
      connections: past,
      first: world.take(behind),
      requestsPerSecond: 0,
      seconds: 600,
      itemsPerRequest: 50,
      together: false,
      closed: { lanes: 4, items: behind },
      bulk: true,
    })
    const filled = await world.second.ask(filling)
    await appended(world, developer.client.options.devId!)
    const seconds = size.smoke ? 3 : 30
    const load = world.load({
      connections: live,
      first: world.take(rate * seconds),
      requestsPerSecond: rate,
      seconds,
      itemsPerRequest: 1,
      together: false,
    })
    await setState(developer.client, other.destination_id, 'active')
    const begin = Date.now()
    const sending = world.generator.ask(load)
    const drained = await allLanded(late, behind, 600_000)
    const tookSeconds = (Date.now() - begin) / 1000
    const sent = await sending
    await allLanded(world.receiver, rate * seconds, 60_000)
    const taken = await world.receiver.ask({ kind: 'take' })
    if (taken.kind !== 'taken') throw new Error(`the receiver answered ${taken.kind}`)
    const during = evaluate(load, sent, taken.arrivals, taken.requests, 0)
    for (const { destination_id } of [healthy, other]) await setState(developer.client, destination_id, 'paused')
    const [before, after] = [alone.to_landed?.p99 ?? Number.NaN, during.to_landed?.p99 ?? Number.NaN]
    return {
      behind,
      live_rate: rate,
      drained_per_second: round(drained / tookSeconds, 0),
      times_live: round(drained / tookSeconds / rate),
      alone_p99: before,
      during_p99: after,
      ratio: round(after / before),
      lost: alone.lost + during.lost + Math.max(0, filled.answered.filter((at) => at > 0).length - drained),
    }
  } finally {
    late.stop()
  }
}
