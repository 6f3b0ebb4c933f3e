import type { ProducerOptions } from '../producer/producer.ts'
import type { Caller } from './caller.ts'
import type { LiveStream } from './wire.ts'

/** Whose samples they are, as a record would say it. */
export interface StreamSubject {
  subject: string
  reference_id?: string
  consent?: string
}

/** Samples that go as they are measured, by the live socket. */
export class Streams {
  private readonly caller: Caller
  constructor(caller: Caller) {
    this.caller = caller
  }

  /** → a token, good for one socket, and where that is. */
  open(contract: string, subject: StreamSubject): Promise<LiveStream> {
    return this.asked(contract, subject, true)
  }
  /**
   * What the producer core takes: an address, and a token for each connection.
   *
   *     const producer = new Producer(await supplier.streams.producer('straps@1', { subject: 'p-17' }))
   */
  async producer(contract: string, subject: StreamSubject): Promise<Pick<ProducerOptions, 'url' | 'token'>> {
    const { url, token } = await this.open(contract, subject)
    let first: string | undefined = token
    return {
      url,
      token: async () => {
        const given = first
        first = undefined
        // The producer waits and asks again by itself.
        return given ?? (await this.asked(contract, subject, false)).token
      },
    }
  }

  private asked(contract: string, subject: StreamSubject, repeatable: boolean): Promise<LiveStream> {
    const path = `/v2/ingest/${encodeURIComponent(contract)}/streams`
    return this.caller.json({ method: 'POST', path, body: JSON.stringify(subject), repeatable })
  }
}
