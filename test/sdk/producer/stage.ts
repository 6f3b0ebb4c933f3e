import type { Saved } from '../../../shared/sdk/producer/keep.ts'
import type { ProducerLimits } from '../../../shared/sdk/producer/limits.ts'
import { Producer, type ProducerOptions } from '../../../shared/sdk/producer/producer.ts'
import type { State } from '../../../shared/sdk/producer/state.ts'
import { FakeClock } from '../../doubles/fake-clock.ts'
import { Network } from '../../doubles/network.ts'
import { StreamServer } from '../../doubles/stream-server.ts'

/** A producer, a network, a server; time goes on when the test says so. */
export function stage(settings: ConstructorParameters<typeof StreamServer>[1] = {}) {
  const clock = new FakeClock()
  const server = new StreamServer(clock, settings)
  const network = new Network(server, clock)
  const producer = (options: Partial<ProducerOptions> & { limits?: Partial<ProducerLimits> } = {}) => {
    const made = new Producer({
      url: 'wss://stream.test/connect',
      token: () => server.token(),
      open: network.open,
      clock,
      random: () => 0.5,
      ...options,
    })
    const states: State[] = []
    made.on('state', (state) => states.push(state))
    return Object.assign(made, { states, kinds: () => states.map(({ kind }) => kind) })
  }
  return { clock, server, network, producer }
}

/** A store of an app, which keeps what was saved as JSON. */
export class Store {
  text: string | undefined
  saves = 0
  load = async (): Promise<unknown> => this.text && JSON.parse(this.text)
  save = async (saved: Saved): Promise<void> => {
    this.saves++
    this.text = JSON.stringify(saved)
  }
}

export const vals = (server: StreamServer): unknown[] => server.record.map(({ d }) => d.val)
