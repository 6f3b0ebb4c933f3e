import { OP, StreamSocket, streamToken } from '../bench/stream-socket.ts'
import type { Got, Heard, Said } from './stream-ledger.ts'
import { type Door, sampleValue } from './stream-producer.ts'

/**
 * resume: `/connect?after=`, in one round trip. recipe: the contract's own, a REPLAY between what was had and the first live
 * frame. events: server-sent events with Last-Event-ID.
 */
export type Way = 'resume' | 'recipe' | 'events'
export interface ConsumerOptions {
  name: string
  way: Way
  users?: string[]
  types?: string[]
}
const AGAIN_MS = 50
const PATIENCE_MS = 60_000

/** A developer's backend that comes back whenever its stream ends, from where it was. */
export class StreamConsumer implements Heard {
  readonly name: string
  /** How often its stream was open, and how its sockets ended. */
  opened = 0
  readonly ends: string[] = []
  /** What READY or an event said of frames that were dropped. */
  dropped = 0
  /** Frames that came a second time on one socket. */
  twice = 0
  socket: StreamSocket | undefined
  private readonly door: Door
  private readonly options: ConsumerOptions
  private readonly taken = new Map<number, Got>()
  private readonly arrived: Got[] = []
  private readonly highest = new Map<string, number>()
  /** Everything up to it is here. */
  private cursor: number
  private newest = 0
  private asked = false
  private here = new Set<number>()
  private ended = false
  private running: Promise<void>
  private stopEvents = new AbortController()

  constructor(door: Door, options: ConsumerOptions, cursor = 0) {
    this.door = door
    this.options = options
    this.name = options.name
    this.cursor = cursor
    this.running = this.run()
  }
  /** By the recipe, live frames come before those that are replayed: a consumer puts them into the order of `seq`. */
  get got(): Got[] {
    return this.options.way === 'recipe' ? [...this.taken.values()].sort((a, b) => a.seq - b.seq) : this.arrived
  }
  get last(): number {
    return this.newest
  }
  sees = ({ user, type }: Said): boolean =>
    (this.options.users?.includes(user) ?? true) && (this.options.types?.includes(type) ?? true)
  highestOf = (producer: string): number => this.highest.get(producer) ?? 0
  /** All is here up to the newest: from there the recipe begins the next time. */
  settle(): void {
    this.cursor = Math.max(this.cursor, this.newest)
  }
  async close(): Promise<void> {
    this.ended = true
    this.stopEvents.abort()
    await this.socket?.close()
    await this.running
  }

  private async run(): Promise<void> {
    let since = Date.now()
    while (!this.ended) {
      const { opened } = this
      try {
        await (this.options.way === 'events' ? this.events() : this.connection())
        since = Date.now()
      } catch (error) {
        if (this.ended) return
        // It was open: it is from its end that it tries again.
        if (this.opened > opened) since = Date.now()
        // A runtime that is being killed or started answers nobody; for longer it is a fault.
        if (Date.now() - since > PATIENCE_MS) throw error
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
  }
  private query(): Record<string, string> {
    const { users, types } = this.options
    return { ...(users && { users: users.join(',') }), ...(types && { types: types.join(',') }) }
  }

  private async connection(): Promise<void> {
    const { url, headers } = this.door
    const resume = this.options.way === 'resume'
    const token = await streamToken(url(), headers)
    this.asked = false
    this.here = new Set()
    const socket = new StreamSocket({
      url: url(),
      token,
      role: 'consumer',
      query: { ...this.query(), ...(resume && { after: String(this.cursor) }) },
      onText: (text) => this.hear(text, socket),
    })
    this.socket = socket
    const ready = await socket.ready
    if (ready.dropped) this.dropped++
    this.opened++
    const { code, reason } = await socket.ended
    this.ends.push(`${code} ${reason}`)
  }

  private async events(): Promise<void> {
    const { url, headers } = this.door
    const address = `${url()}/v2/stream?${new URLSearchParams(this.query())}`
    const response = await fetch(address, {
      headers: { ...headers, accept: 'text/event-stream', 'last-event-id': String(this.cursor) },
      signal: this.stopEvents.signal,
    })
    if (!response.ok) throw new Error(`GET /v2/stream answered ${response.status}: ${await response.text()}`)
    this.opened++
    let rest = ''
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + piece).split('\n\n')
      rest = blocks.pop()!
      for (const block of blocks) {
        if (/^event: ?dropped$/m.test(block)) this.dropped++
        else for (const [, data] of block.matchAll(/^data: ?(.*)$/gm)) this.hear(data!)
      }
    }
  }

  private hear(text: string, socket?: StreamSocket): void {
    const frame = JSON.parse(text) as { op: number; uid: string; seq: number; t: string; d: Sample }
    if (frame.op !== OP.dispatch) return
    const { seq, uid, t: type, d } = frame
    const good = d.val === sampleValue(d.p, d.k)
    const got: Got = { seq, uid, type, producer: d.p, k: d.k, good, ts: d.ts }
    if (this.options.way === 'recipe' && !this.asked) {
      this.asked = true
      socket!.send({ op: OP.replay, d: { after: this.cursor, before: seq } })
    }
    if (this.here.has(seq)) this.twice++
    this.here.add(seq)
    // Of the recipe it is known that it brings again what came after it was last complete.
    if (this.options.way !== 'recipe') {
      this.arrived.push(got)
      this.cursor = Math.max(this.cursor, seq)
    } else if (!this.taken.has(seq)) this.taken.set(seq, got)
    this.newest = Math.max(this.newest, seq)
    this.highest.set(d.p, Math.max(d.k, this.highestOf(d.p)))
  }
}
interface Sample {
  ts: string
  val: number
  p: string
  k: number
}
