import { OP } from '../../base/op-codes.ts'
import type { Clock } from './clock.ts'
import type { LinkStatus } from './frame.ts'
import type { ProducerLimits } from './limits.ts'
import type { OpenSocket, Socket } from './transport.ts'

export interface SessionSettings {
  open: OpenSocket
  url: string
  token: string
  producer: string
  clock: Clock
  random: () => number
  limits: ProducerLimits
}
export interface SessionListener {
  /** Identified; the server has this producer's frames up to `n`. */
  ready(n: number): void
  /** Everything up to `n` is stored. */
  acknowledged(n: number): void
  /** Once. 1006 where it was us who found the socket dead. */
  ended(code: number, reason: string): void
}

/** One socket, from HELLO to its end: identifies itself, beats, and notices when the other side is gone. */
export class Session {
  private readonly socket: Socket
  private phase: 'opening' | 'greeted' | 'ready' | 'ended' = 'opening'
  private unheard: (() => void) | undefined
  private unacked: (() => void) | undefined
  private beat: (() => void) | undefined
  private deadline = () => {}
  private readonly settings: SessionSettings
  private readonly on: SessionListener

  constructor(settings: SessionSettings, on: SessionListener) {
    this.settings = settings
    this.on = on
    const { clock, limits, open, url } = settings
    this.socket = open(url, {
      received: (text) => this.received(text),
      ended: (code, reason) => this.end(code, reason),
    })
    // Only now: where it cannot be opened there is nothing to wait for, and no socket to close.
    this.deadline = clock.after(limits.openMs, () => this.lost(`no READY within ${limits.openMs} ms`))
  }

  /** Frames of a batch; their acknowledgement is waited for. */
  submit(text: string): void {
    this.socket.send(text)
    this.unacked ??= this.wait('no acknowledgement of a batch')
  }
  status(status: LinkStatus): void {
    this.socket.send(JSON.stringify({ op: OP.STATUS, d: status }))
  }
  close(code: number, reason: string): void {
    if (this.phase === 'ended') return
    this.end(code, reason)
    this.socket.close(code, reason)
  }
  /** Nothing is under way any more: no acknowledgement is due. */
  settled(): void {
    this.unacked?.()
    this.unacked = undefined
  }

  private received(text: string): void {
    if (this.phase === 'ended') return
    const frame = parsed(text)
    if (frame === undefined) this.lost('the server sent what is not a frame')
    else if (frame.op === OP.HELLO) this.greeted(frame.d?.heartbeat_interval)
    else if (frame.op === OP.READY) this.ready(frame.d?.n)
    else if (frame.op === OP.ACK) this.acknowledged(frame.d?.n)
    else if (frame.op === OP.HEARTBEAT_ACK) this.heard()
  }
  private greeted(interval: unknown): void {
    if (this.phase !== 'opening') return
    if (!isCount(interval) || interval === 0) {
      this.lost('HELLO names no heartbeat_interval')
      return
    }
    this.phase = 'greeted'
    const { clock, random, token, producer } = this.settings
    // The first after a random part, so that a crowd that came together does not beat together.
    const beat = (ms: number) => {
      this.beat = clock.after(ms, () => {
        this.heartbeat()
        if (this.phase !== 'ended') beat(interval)
      })
    }
    beat(Math.round(interval * random()))
    this.socket.send(JSON.stringify({ op: OP.IDENTIFY, d: { type: 0, token, producer } }))
  }
  private heartbeat(): void {
    if (this.unheard) {
      this.lost('no answer to a heartbeat before the next')
      return
    }
    this.unheard = this.wait('no answer to a heartbeat')
    this.socket.send(JSON.stringify({ op: OP.HEARTBEAT }))
  }
  private heard(): void {
    this.unheard?.()
    this.unheard = undefined
  }
  private ready(n: unknown): void {
    if (this.phase !== 'greeted') return
    if (!isCount(n)) {
      this.close(4004, 'READY without d.n: the server does not number frames')
      return
    }
    this.phase = 'ready'
    this.deadline()
    this.on.ready(n)
  }
  private acknowledged(n: unknown): void {
    if (this.phase !== 'ready' || !isCount(n)) return
    // Each is a sign that the rest is on its way, too.
    if (this.unacked) {
      this.settled()
      this.unacked = this.wait('no acknowledgement of a batch')
    }
    this.on.acknowledged(n)
  }

  private wait(what: string): () => void {
    const { clock, limits } = this.settings
    return clock.after(limits.ackMs, () => this.lost(`${what} within ${limits.ackMs} ms`))
  }
  /** A dead socket may take minutes to close: nobody waits for it. */
  private lost(reason: string): void {
    if (this.phase === 'ended') return
    this.end(1006, reason)
    this.socket.close(4000, reason)
  }
  private end(code: number, reason: string): void {
    if (this.phase === 'ended') return
    this.phase = 'ended'
    this.deadline()
    this.beat?.()
    this.unheard?.()
    this.settled()
    this.on.ended(code, reason)
  }
}

interface Received {
  op?: unknown
  d?: { heartbeat_interval?: unknown; n?: unknown }
}
function parsed(text: string): Received | undefined {
  try {
    const frame: unknown = JSON.parse(text)
    return typeof frame === 'object' && frame !== null ? (frame as Received) : undefined
  } catch {
    return undefined
  }
}
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
