import WebSocket from 'ws'

export const OP = {
  heartbeat: 0,
  heartbeatAck: 1,
  hello: 2,
  identify: 3,
  ready: 4,
  dispatch: 5,
  submit: 6,
  replay: 7,
  batch: 9,
  ack: 10,
} as const
export type Role = 'producer' | 'consumer'
export interface Opening {
  /** Of the product, or of the relay that it is measured against: `http://…`. */
  url: string
  token: string
  role: Role
  /** A producer's own name; with it its frames are numbered. */
  producer?: string
  query?: Record<string, string>
  /** Every frame but those of the handshake, as text. Called at once from the socket's own event. */
  onText?: (text: string) => void
  /** A socket that is asked to be silent sends no heartbeats by itself. */
  silent?: boolean
}
export interface Ended {
  code: number
  reason: string
}

/** A client's end of one socket, written from the protocol alone: HELLO, IDENTIFY, READY, heartbeats. */
export class StreamSocket {
  readonly socket: WebSocket
  /** What READY says; refused where the socket ends before. */
  readonly ready: Promise<Record<string, unknown>>
  readonly ended: Promise<Ended>
  private beating: NodeJS.Timeout | undefined

  constructor(opening: Opening) {
    const query = new URLSearchParams(opening.query).toString()
    const address = `${opening.url.replace(/^http/, 'ws')}/connect${query && `?${query}`}`
    // Without compression, which is the client's choice: what it costs would be measured with everything else.
    this.socket = new WebSocket(address, { perMessageDeflate: false, handshakeTimeout: 30_000 })
    const ready = Promise.withResolvers<Record<string, unknown>>()
    const ended = Promise.withResolvers<Ended>()
    this.ready = ready.promise
    this.ended = ended.promise
    let trouble = ''
    let isReady = false
    this.socket.on('error', (error) => {
      trouble = error.message
    })
    this.socket.on('close', (code, reason) => {
      clearInterval(this.beating)
      const end = { code, reason: reason.toString() || trouble }
      ended.resolve(end)
      ready.reject(new Error(`the socket of a ${opening.role} ended before READY: ${end.code} ${end.reason}`))
    })
    this.socket.on('message', (data) => {
      const text = data.toString()
      if (isReady) return opening.onText?.(text)
      const frame = JSON.parse(text) as { op: number; d?: Record<string, unknown> }
      if (frame.op === OP.hello) {
        if (!opening.silent) this.beat(frame.d!.heartbeat_interval as number)
        const { role, token, producer } = opening
        this.send({
          op: OP.identify,
          d: { type: role === 'producer' ? 0 : 1, token, ...(producer !== undefined && { producer }) },
        })
      } else if (frame.op === OP.ready) {
        isReady = true
        ready.resolve(frame.d ?? {})
      }
    })
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN
  }
  send(frame: object): void {
    this.socket.send(JSON.stringify(frame))
  }
  close(): Promise<Ended> {
    this.socket.close(1000)
    return this.ended
  }
  /** As a machine that dies: no closing handshake. */
  async cut(): Promise<Ended> {
    this.socket.terminate()
    return this.ended
  }

  /** The first at a random moment of the interval, so that many sockets do not beat at once. */
  private beat(everyMs: number): void {
    const first = setTimeout(() => {
      this.send({ op: OP.heartbeat })
      this.beating = setInterval(() => this.isOpen && this.send({ op: OP.heartbeat }), everyMs)
    }, Math.random() * everyMs)
    this.socket.once('close', () => clearTimeout(first))
  }
}

/** A token from the product's door; `user` makes it a producer's. */
export async function streamToken(url: string, headers: Record<string, string>, user?: string): Promise<string> {
  const path = user === undefined ? '/auth/developer' : `/auth/user?id=${encodeURIComponent(user)}`
  const response = await fetch(url + path, { method: 'POST', headers })
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`)
  return ((await response.json()) as { token: string }).token
}
