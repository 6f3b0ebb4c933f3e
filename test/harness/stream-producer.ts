import { deflateRawSync } from 'node:zlib'
import { OP, StreamSocket, streamToken } from '../bench/stream-socket.ts'
import type { Said, Session } from './stream-ledger.ts'

export interface Door {
  /** Where the product is at this moment. */
  url: () => string
  headers: Record<string, string>
}
/** plain: the contract's SUBMIT, with heartbeats as barriers; numbered: batches, resent from what READY says. */
export type Manner = 'plain' | 'numbered' | 'packed'
export interface ProducerOptions {
  name: string
  user: string
  type: string
  manner: Manner
  /** Samples at a time, and how long between. */
  burst?: number
  everyMs?: number
  /** What a sample has more: text to make it large, a clock that is wrong. */
  padding?: number
  skewMs?: number
}

/** So many samples may be unacknowledged. */
const WINDOW = 400
const BATCH = 20
const AGAIN_MS = 50
/** A producer that has nothing to say shows that it is there. */
const BEAT_MS = 1_000
/** So long a producer tries to come back. */
const PATIENCE_MS = 60_000

/** What a sample says follows from its producer and number, so that whoever gets it can tell whether it is whole. */
export const sampleValue = (name: string, k: number): number => (k * 7919 + name.length * 104_729) % 1_000_003

/** A watch or phone that streams without end, and comes back whenever its socket ends. */
export class StreamProducer implements Said {
  readonly name: string
  readonly user: string
  readonly type: string
  readonly sessions: Session[] = []
  /** How often it was READY. */
  readies = 0
  /** What READY said, where it was less than what had been acknowledged. */
  forgotten = 0
  /** How its sockets ended. */
  readonly ends: string[] = []
  private readonly door: Door
  private readonly options: ProducerOptions
  private streaming = false
  private ended = false
  private running: Promise<void>
  private socket: StreamSocket | undefined
  private barriers: number[] = []
  private beatAt = 0
  private wake = () => {}

  constructor(door: Door, options: ProducerOptions) {
    this.door = door
    this.options = options
    this.name = options.name
    this.user = options.user
    this.type = options.type
    this.running = this.run()
  }

  get sent(): number {
    return this.sessions.at(-1)?.sent ?? 0
  }
  get acked(): number {
    return this.sessions.at(-1)?.acked ?? 0
  }
  /** The last sample that was acknowledged: what a socket had not, as it was cut, counts for nothing when the next one opens. */
  get confirmed(): number {
    return this.sessions.findLast(({ first, acked }) => acked >= first)?.acked ?? 0
  }
  get inFlight(): number {
    return this.sent - this.acked
  }
  go(): void {
    this.streaming = true
  }
  /** Sends nothing new; what was sent is still brought home. */
  rest(): void {
    this.streaming = false
    this.wake()
  }
  async close(): Promise<void> {
    this.ended = true
    this.wake()
    await this.socket?.close()
    await this.running
  }

  private async run(): Promise<void> {
    let since = Date.now()
    while (!this.ended) {
      try {
        await this.connection()
        since = Date.now()
      } catch (error) {
        // A runtime that is being killed or started answers nobody; for longer it is a fault.
        if (Date.now() - since > PATIENCE_MS) throw error
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
  }

  private async connection(): Promise<void> {
    const { url, headers } = this.door
    const token = await streamToken(url(), headers, this.user)
    const numbered = this.options.manner !== 'plain'
    const socket = new StreamSocket({
      url: url(),
      token,
      role: 'producer',
      // A plain one's heartbeats are its barriers.
      silent: !numbered,
      onText: (text) => this.hear(text),
      ...(numbered && { producer: this.name }),
    })
    const ready = await socket.ready
    this.socket = socket
    this.readies++
    this.barriers = []
    let next = this.sent + 1
    if (numbered) {
      const stored = ready.n as number
      if (stored < this.acked) this.forgotten++
      // One session for all of its life: what was not stored is said again.
      this.sessions[0] ??= { first: 1, sent: 0, acked: 0 }
      this.sessions[0].acked = Math.max(this.acked, stored)
      next = stored + 1
    } else this.sessions.push({ first: next, sent: next - 1, acked: next - 1 })
    void socket.ended.then(({ code, reason }) => {
      this.ends.push(`${code} ${reason}`)
      this.wake()
    })
    while (socket.isOpen && !this.ended) {
      next = this.say(socket, next)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.options.everyMs ?? 20)
        this.wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    await (this.ended ? socket.close() : socket.ended)
  }

  /** What is due; → the number of the next sample. */
  private say(socket: StreamSocket, from: number): number {
    let next = from
    const until = this.streaming ? Math.min(next - 1 + (this.options.burst ?? 10), this.acked + WINDOW) : this.sent
    while (next <= until) {
      const last = Math.min(until, next + BATCH - 1)
      const samples = Array.from({ length: last - next + 1 }, (_, i) => this.sample(next + i))
      if (this.options.manner === 'plain') for (const sample of samples) socket.send({ op: OP.submit, ...sample })
      else if (this.options.manner === 'numbered') socket.send({ op: OP.batch, d: { n: next, frames: samples } })
      else socket.send({ op: OP.batch, d: { n: next, z: deflateRawSync(JSON.stringify(samples)).toString('base64') } })
      const session = this.sessions.at(-1)!
      session.sent = Math.max(session.sent, last)
      next = last + 1
    }
    // A barrier behind what is not acknowledged; one on its way is enough when nothing is new.
    const due = this.inFlight > 0 ? this.barriers.at(-1) !== this.sent : Date.now() - this.beatAt > BEAT_MS
    if (this.options.manner === 'plain' && due) {
      this.barriers.push(this.sent)
      this.beatAt = Date.now()
      socket.send({ op: OP.heartbeat })
    }
    return next
  }

  private sample(k: number) {
    const { name, padding = 0, skewMs = 0, type } = this.options
    const ts = new Date(Date.now() + skewMs).toISOString().replace('Z', '+00:00')
    return { t: type, d: { ts, val: sampleValue(name, k), p: name, k, ...(padding > 0 && { x: 'x'.repeat(padding) }) } }
  }

  private hear(text: string): void {
    const frame = JSON.parse(text) as { op: number; d?: { n: number } }
    const session = this.sessions.at(-1)!
    const stored = frame.op === OP.ack ? frame.d!.n : frame.op === OP.heartbeatAck ? this.barriers.shift() : undefined
    if (stored !== undefined) session.acked = Math.max(session.acked, stored)
  }
}
