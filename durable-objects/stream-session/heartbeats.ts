import type { Socket, Sockets } from './sockets.ts'

/** A heartbeat may be late by half an interval. */
const GRACE = 1.5
/** Many sockets have many deadlines: one look for those that are near each other. */
const LOOKS_AN_INTERVAL = 20

/** When somebody is late. An alarm, and no timer, so that their object can sleep between. */
export class Heartbeats {
  readonly deadlineMs: number
  private readonly storage: DurableObjectStorage
  private readonly sockets: Sockets
  /** When the next look is; undefined: not known. */
  private lookAt: number | undefined

  constructor(storage: DurableObjectStorage, sockets: Sockets, intervalMs: number) {
    this.storage = storage
    this.sockets = sockets
    this.deadlineMs = intervalMs * GRACE
  }

  /** Looks again when the first of them may be late. */
  async watch(): Promise<void> {
    this.lookAt ??= (await this.storage.getAlarm()) ?? undefined
    if (this.lookAt !== undefined && this.lookAt > Date.now()) return
    const first = Math.min(...this.sockets.all().map((socket) => this.dueAt(socket)))
    if (first === Number.POSITIVE_INFINITY) return
    this.lookAt = Math.max(first, Date.now() + this.deadlineMs / LOOKS_AN_INTERVAL)
    await this.storage.setAlarm(this.lookAt)
  }
  late(now: number): Socket[] {
    this.lookAt = undefined
    return this.sockets.all().filter((socket) => this.dueAt(socket) <= now)
  }
  private dueAt(socket: Socket): number {
    return this.sockets.heardAt(socket) + this.deadlineMs
  }
}
