import { CLOSE, type Closing, closing } from '../../shared/streaming/close-codes.ts'
import { AlarmClock } from '../alarm-clock.ts'
import { OVER } from './refusal.ts'
import type { Socket, Sockets } from './sockets.ts'

/** A heartbeat may be late by half an interval. */
const GRACE = 1.5
/** Many sockets have many deadlines: one look for those that are near each other. */
const LOOKS_AN_INTERVAL = 20

/**
 * When somebody is late, with IDENTIFY or with a heartbeat, or their time is over. An alarm, and no timer, so that their
 * object can sleep between.
 */
export class Deadlines {
  private readonly clock: AlarmClock
  private readonly sockets: Sockets
  private readonly identifyMs: number
  private readonly heartbeatMs: number

  constructor(storage: DurableObjectStorage, sockets: Sockets, after: { identifyMs: number; intervalMs: number }) {
    this.sockets = sockets
    this.identifyMs = after.identifyMs
    this.heartbeatMs = after.intervalMs * GRACE
    this.clock = new AlarmClock(storage, (now) => {
      const first = Math.min(...this.sockets.all().map((socket) => this.dueAt(socket)))
      return Math.max(first, now + this.heartbeatMs / LOOKS_AN_INTERVAL)
    })
  }

  /** Looks when this one may be late. */
  async watch(socket: Socket): Promise<void> {
    if (this.clock.isLate(this.dueAt(socket))) await this.clock.arm()
  }
  /** Who is late, and with what. In the alarm. */
  late(now: number): { socket: Socket; why: Closing }[] {
    return this.sockets
      .all()
      .filter((socket) => this.dueAt(socket) <= now)
      .map((socket) => ({ socket, why: this.why(socket, now) }))
  }
  /** Looks again when the next of them may be. In the alarm, at its end. */
  async again(): Promise<void> {
    this.clock.rang()
    await this.clock.arm()
  }

  private dueAt(socket: Socket): number {
    return this.isKnown(socket)
      ? Math.min(this.sockets.heardAt(socket) + this.heartbeatMs, socket.about.until ?? Number.POSITIVE_INFINITY)
      : socket.about.openedAt + this.identifyMs
  }
  private why(socket: Socket, now: number): Closing {
    if (!this.isKnown(socket)) return this.stranger()
    return (socket.about.until ?? now + 1) <= now ? OVER : this.silent()
  }
  private isKnown({ about, identifying }: Socket): boolean {
    return about.role !== undefined || identifying !== undefined
  }
  private silent(): Closing {
    return closing(CLOSE.NO_HEARTBEAT, `no heartbeat within ${this.heartbeatMs} ms`)
  }
  private stranger(): Closing {
    return closing(CLOSE.NO_IDENTIFY, `no IDENTIFY within ${this.identifyMs} ms`)
  }
}
