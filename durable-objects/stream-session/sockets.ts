import type { Role } from '../../shared/streaming/ops.ts'

/** What a socket carries with it while its object sleeps. */
export interface SocketAbout {
  id: string
  openedAt: number
  /** Its last heartbeat that came to us. */
  heardAt: number
  /** The address it was opened at, until it is known who it is. */
  url: string
  role?: Role
  developer_id?: string
  region?: string
  user_id?: string
  synthetic?: boolean
  producer?: string
  /** As its token says. */
  types?: string[]
  grants?: string[]
  until?: number
  /** Consumers: the last frame that was sent to it. */
  at?: number
}
export interface Socket {
  ws: WebSocket
  about: SocketAbout
  ended: boolean
  /** While it is found out who it is. */
  identifying: Promise<void> | undefined
  /** Submitted frames on their way; and when the last of them is there. */
  unstored: number
  stored: Promise<void>
  /** Bytes that were sent since it was heard of, and when that was as it ran full. */
  unheard: number
  fullAt: number
}

/** The sockets of one object, by themselves and by their ids. */
export class Sockets {
  private readonly ctx: DurableObjectState
  private readonly byWs = new Map<WebSocket, Socket>()
  private readonly byId = new Map<string, Socket>()

  constructor(ctx: DurableObjectState) {
    this.ctx = ctx
    for (const ws of ctx.getWebSockets()) {
      const about = ws.deserializeAttachment() as SocketAbout | null
      if (about) this.add(ws, about)
    }
  }
  private add(ws: WebSocket, about: SocketAbout): Socket {
    const socket: Socket = {
      ws,
      about,
      ended: false,
      identifying: undefined,
      unstored: 0,
      stored: Promise.resolve(),
      unheard: 0,
      fullAt: 0,
    }
    this.byWs.set(ws, socket)
    this.byId.set(about.id, socket)
    return socket
  }

  accept(ws: WebSocket, url: string): Socket {
    const now = Date.now()
    this.ctx.acceptWebSocket(ws)
    const socket = this.add(ws, { id: crypto.randomUUID(), openedAt: now, heardAt: now, url })
    this.keep(socket)
    return socket
  }
  keep({ ws, about }: Socket): void {
    ws.serializeAttachment(about)
  }

  of(ws: WebSocket): Socket | undefined {
    return this.byWs.get(ws)
  }
  named(id: string): Socket | undefined {
    return this.byId.get(id)
  }
  all(): Socket[] {
    return [...this.byWs.values()]
  }
  get size(): number {
    return this.byWs.size
  }
  /** false: it was removed before. */
  remove({ ws, about }: Socket): boolean {
    this.byId.delete(about.id)
    return this.byWs.delete(ws)
  }
  heardAt({ ws, about }: Socket): number {
    return Math.max(about.heardAt, this.ctx.getWebSocketAutoResponseTimestamp(ws)?.getTime() ?? 0)
  }
}
