import type { Clock } from '../../shared/sdk/producer/clock.ts'
import type { OpenSocket, SocketListener } from '../../shared/sdk/producer/transport.ts'
import type { StreamServer } from './stream-server.ts'

/** What is on its way in one direction, in order. */
class Lane {
  private queue: { text: string; stop: () => void }[] = []
  private readonly clock: Clock
  private readonly latencyMs: () => number
  private readonly deliver: (text: string) => void
  constructor(clock: Clock, latencyMs: () => number, deliver: (text: string) => void) {
    this.clock = clock
    this.latencyMs = latencyMs
    this.deliver = deliver
  }
  put(text: string): void {
    const one = { text, stop: this.clock.after(this.latencyMs(), () => this.take()) }
    this.queue.push(one)
  }
  /** A share of what is under way still arrives; the rest is lost. */
  cut(share: number): void {
    const arrive = Math.floor(share * (this.queue.length + 0.999))
    for (let i = 0; i < arrive && this.queue.length > 0; i++) {
      this.queue[0]!.stop()
      this.take()
    }
    for (const { stop } of this.queue) stop()
    this.queue = []
  }
  private take(): void {
    const one = this.queue.shift()
    if (one) this.deliver(one.text)
  }
}

interface Line {
  cut(shareUp: number, shareDown: number): void
  freeze(): void
}

/** Between producers and the double of the server, with what networks do: delay, cuts, no way through, silence. */
export class Network {
  isUp = true
  latencyMs = 20
  opened = 0
  private lines = new Set<Line>()
  private readonly server: StreamServer
  private readonly clock: Clock

  constructor(server: StreamServer, clock: Clock) {
    this.server = server
    this.clock = clock
  }

  /** Every connection breaks; of what is under way a share arrives. */
  cut(shareUp = 0, shareDown = 0): void {
    for (const line of [...this.lines]) line.cut(shareUp, shareDown)
  }
  /** Connections stay and nothing passes any more, as when a phone leaves the house. */
  freeze(): void {
    for (const line of this.lines) line.freeze()
  }

  open: OpenSocket = (_url, listener) => {
    this.opened++
    if (!this.isUp) {
      this.clock.after(this.latencyMs, () => listener.ended(1006, ''))
      return { send: () => {}, close: () => {} }
    }
    return this.connect(listener)
  }

  private connect(listener: SocketListener) {
    const latency = () => this.latencyMs
    let isFrozen = false
    let isOver = false
    const over = (code: number, reason: string) => {
      if (isOver) return
      isOver = true
      this.lines.delete(line)
      listener.ended(code, reason)
    }
    let far: ReturnType<StreamServer['accept']> | undefined
    const up = new Lane(this.clock, latency, (text) => !isFrozen && far?.received(text))
    const down = new Lane(this.clock, latency, (text) => !isFrozen && !isOver && listener.received(text))
    const line: Line = {
      cut: (shareUp, shareDown) => {
        up.cut(shareUp)
        down.cut(shareDown)
        far?.ended()
        over(1006, '')
      },
      freeze: () => {
        isFrozen = true
      },
    }
    this.lines.add(line)
    this.clock.after(this.latencyMs, () => {
      if (isOver || isFrozen) return
      far = this.server.accept({
        send: (text) => down.put(text),
        close: (code, reason) => this.clock.after(this.latencyMs, () => !isFrozen && over(code, reason)),
      })
    })
    return {
      send: (text: string) => !isOver && up.put(text),
      close: (code: number, reason: string) => {
        this.clock.after(this.latencyMs, () => far?.ended())
        over(code, reason)
      },
    }
  }
}
