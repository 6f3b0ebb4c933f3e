import { DurableObject } from 'cloudflare:workers'
import { assert } from '../shared/base/fault.ts'
import { STREAM } from '../shared/base/limits.ts'
import type { LinkStatus } from '../shared/streaming/frames.ts'
import { Outbox } from '../shared/streaming/outbox.ts'
import type { SyntheticPlan } from '../shared/streaming/synthetic.ts'
import type {
  ConsumerEntry,
  Entered,
  EventsAsked,
  HubAddress,
  ProducerEntry,
  Submission,
} from '../shared/streaming/types.ts'
import type { Env } from './env.ts'
import { Hub } from './stream-hub/hub.ts'
import { streamHub } from './stubs.ts'

/**
 * One per developer: numbers what their users' producers submit, keeps a day of it, and sends it to their
 * consumers. Where they are very many, others of its kind gather for it.
 */
export class StreamHub extends DurableObject<Env> {
  private made: Hub | undefined
  private readonly address: HubAddress
  /** Where many producers are, some objects gather for the one that numbers. */
  private readonly gatherer: Outbox<Submission[]> | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const [region, developer_id, shard] = ctx.id.name!.split('/')
    const address = { region: region!, developer_id: developer_id! }
    this.address = address
    if (shard !== undefined)
      this.gatherer = new Outbox((lists) => streamHub(env, address).submit(lists.flat()), {
        call: STREAM.callBytes,
        held: STREAM.heldBytes,
      })
    else if (this.wasUsed) this.made = new Hub(ctx, env, address)
  }
  /** Made when it is first needed: most developers do not stream, and tables are billed. */
  private get whole(): Hub {
    assert(!this.gatherer, 'a gathering object has no stream of its own')
    this.made ??= new Hub(this.ctx, this.env, this.address)
    return this.made
  }
  private get wasUsed(): boolean {
    return this.ctx.storage.sql.exec(`SELECT 1 FROM sqlite_master WHERE name = 'frames'`).toArray().length > 0
  }

  /** Fulfilled when all is committed. */
  async submit(list: Submission[]): Promise<void> {
    if (this.gatherer) return this.gatherer.add(list, sizeOf(list))
    return this.whole.submit(list)
  }
  async enterProducer(entry: ProducerEntry): Promise<Entered> {
    return this.whole.enterProducer(entry)
  }
  async enterConsumer(entry: ConsumerEntry): Promise<Entered> {
    return this.whole.enterConsumer(entry)
  }
  async leave(sockets: string[]): Promise<void> {
    this.whole.leave(sockets)
  }
  async alive(sockets: string[]): Promise<void> {
    this.whole.users.alive(sockets, Date.now())
  }
  async link(socket: string, status: LinkStatus): Promise<void> {
    this.whole.users.link(socket, status, Date.now())
  }
  async replay(socket: string, after: number, before: number): Promise<void> {
    this.whole.audience.replay(socket, after, before)
  }
  /** The stream as server-sent events; undefined: there are as many consumers as there may be. */
  async events(asked: EventsAsked): Promise<ReadableStream<Uint8Array> | undefined> {
    return this.whole.events(asked)
  }
  async endKey(key_id: string): Promise<void> {
    return this.whole.endKey(key_id)
  }
  /** Of producers: what they were let in by has ended. Tokens that it gave `before` then are none any more. */
  async endGrants(grants: string[], givenBefore: number): Promise<void> {
    return this.whole.endGrants(grants, givenBefore)
  }
  async presence() {
    return this.whole.presence()
  }
  async status() {
    return this.whole.status()
  }
  async synthesize(user_id: string, plan: SyntheticPlan | undefined): Promise<boolean> {
    return this.whole.synthesize(user_id, plan)
  }
  /** Minutes of the stream become samples of records, or no more. */
  async tellMinutes(on: boolean): Promise<void> {
    this.whole.minutes.switch(on)
  }
  /** The user is gone, or may send nothing now: their producers are closed; erased, their frames cannot be read any more. */
  async stop(user_id: string, erased: boolean): Promise<void> {
    if (!erased || this.wasUsed) await this.whole.stop(user_id, erased)
  }
  async resume(user_id: string): Promise<void> {
    if (this.wasUsed) this.whole.resume(user_id)
  }
  override async alarm(): Promise<void> {
    return this.whole.alarm()
  }
}

const sizeOf = (list: Submission[]): number =>
  list.reduce((sum, { samples }) => sum + samples.reduce((bytes, { t, d }) => bytes + t.length + d.length, 0), 0)
