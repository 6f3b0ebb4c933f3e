import { DurableObject } from 'cloudflare:workers'
import { STREAM } from '../shared/base/limits.ts'
import { logLine } from '../shared/base/log-line.ts'
import { OP } from '../shared/base/op-codes.ts'
import { settings } from '../shared/base/settings.ts'
import { CLOSE, type CloseCode, type Closing, closing, reasonText } from '../shared/streaming/close-codes.ts'
import { filterOf, StreamQuery } from '../shared/streaming/filter.ts'
import { ack, HEARTBEAT, HEARTBEAT_ACK, hello, type Incoming, readFrame, ready } from '../shared/streaming/frames.ts'
import { Outbox } from '../shared/streaming/outbox.ts'
import { openToken } from '../shared/streaming/tokens.ts'
import type { Entered, HubAddress, Pushed, Span, Standing, Submission } from '../shared/streaming/types.ts'
import type { Env } from './env.ts'
import { streamKey } from './stream-key.ts'
import { Deadlines } from './stream-session/deadlines.ts'
import { refusal, refusedHost } from './stream-session/refusal.ts'
import { type Socket, Sockets } from './stream-session/sockets.ts'
import { gatheringHub, streamHub } from './stubs.ts'

const AUTO_ACK = () => new WebSocketRequestResponsePair(HEARTBEAT, HEARTBEAT_ACK)

/**
 * Holds the sockets of clients near one place, of whichever developer: an upgrade says nothing of who comes. It keeps nothing;
 * each socket carries what has to outlast its sleep. Where nobody produces it sleeps, and heartbeats are answered without it.
 */
export class StreamSession extends DurableObject<Env> {
  private readonly sockets: Sockets
  private readonly outboxes = new Map<string, Outbox<Submission>>()
  private readonly deadlines: Deadlines

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.sockets = new Sockets(ctx)
    const { IDENTIFY_TIMEOUT_MS, HEARTBEAT_INTERVAL_MS } = settings(env)
    const after = { identifyMs: IDENTIFY_TIMEOUT_MS, intervalMs: HEARTBEAT_INTERVAL_MS }
    this.deadlines = new Deadlines(ctx.storage, this.sockets, after)
    this.answerHeartbeats()
  }

  override async fetch(request: Request): Promise<Response> {
    if (this.sockets.size >= STREAM.socketsPerSession)
      return new Response('this session is full; connect again', { status: 503, headers: { 'retry-after': '1' } })
    const pair = new WebSocketPair()
    const socket = this.sockets.accept(pair[1], request.url)
    this.send(socket, hello(settings(this.env).HEARTBEAT_INTERVAL_MS))
    await this.deadlines.watch(socket)
    return new Response(null, { status: 101, webSocket: pair[0] })
  }

  override async webSocketMessage(ws: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const socket = this.sockets.of(ws)
    if (!socket || socket.ended) return
    socket.unheard = 0
    const frame = readFrame(message)
    if (frame.op === 'refused') return this.end(socket, frame.closing)
    // In the order in which they came: what follows an IDENTIFY waits for what comes of it.
    if (socket.identifying) socket.identifying = socket.identifying.then(() => this.take(socket, frame))
    else this.take(socket, frame)
    if (socket.identifying) await socket.identifying
  }

  private take(socket: Socket, frame: Incoming): void {
    if (socket.ended) return
    const why = refusal(socket, frame)
    if (why) this.end(socket, why)
    else if (frame.op === OP.HEARTBEAT) this.heartbeat(socket)
    else if (frame.op === OP.IDENTIFY) {
      socket.identifying = this.identify(socket, frame).finally(() => {
        socket.identifying = undefined
      })
      this.answerHeartbeats()
    } else if (frame.op === OP.SUBMIT || frame.op === OP.SUBMIT_BATCH) this.submit(socket, frame)
    else if (frame.op === OP.REPLAY)
      this.later(socket, this.hubOf(socket).replay(socket.about.id, frame.after, frame.before))
    else if (frame.op === OP.STATUS && frame.status)
      this.later(socket, this.hubOf(socket).link(socket.about.id, frame.status))
  }

  private async identify(socket: Socket, { type, token, producer }: Extract<Incoming, { op: 3 }>): Promise<void> {
    const claims = openToken(streamKey(this.env), token, Date.now())
    if (!claims) return this.end(socket, badToken('the token is not known, or over; ask for a new one'))
    const role = type === 0 ? 'producer' : 'consumer'
    if ((claims.kind === 'consumer') !== (role === 'consumer'))
      return this.end(socket, badToken(`this token is not for a ${role}`))
    const elsewhere = refusedHost(settings(this.env), socket, claims.region)
    if (elsewhere) return this.end(socket, elsewhere)
    const { id: name } = this.ctx
    const address = { socket: socket.about.id, session: name.name! }
    const hub = streamHub(this.env, claims)
    let entered: Entered
    try {
      const { user_id } = claims
      if (role === 'producer')
        entered = await hub.enterProducer({
          ...address,
          claims: { ...claims, user_id: user_id! },
          producer,
        })
      else {
        const query = StreamQuery.parse(Object.fromEntries(new URL(socket.about.url).searchParams))
        entered = await hub.enterConsumer({ ...address, claims, filter: filterOf(query), after: query.after })
      }
    } catch (error) {
      logLine('identify failed', { error: (error as Error).name })
      return this.end(socket, closing(CLOSE.INTERNAL, 'this is our mistake; connect again'))
    }
    if (socket.ended) return this.later(socket, hub.leave([socket.about.id]))
    if (entered.kind === 'refused') return this.end(socket, entered.closing)
    const { developer_id, region, user_id, synthetic, types, grants, until } = claims
    const { at } = entered
    Object.assign(socket.about, { role, developer_id, region, user_id, synthetic, producer, at, url: '' })
    Object.assign(socket.about, { types, grants, until })
    this.sockets.keep(socket)
    this.answerHeartbeats()
    this.send(socket, ready(entered.ready))
    if (until !== undefined) await this.deadlines.watch(socket)
  }

  /** Says that all is stored that came before. */
  private heartbeat(socket: Socket): void {
    socket.about.heardAt = Date.now()
    this.sockets.keep(socket)
    if (socket.unstored === 0) this.send(socket, HEARTBEAT_ACK)
    else void socket.stored.then(() => this.send(socket, HEARTBEAT_ACK))
  }

  private submit(socket: Socket, frame: Extract<Incoming, { op: 6 | 9 }>): void {
    const { user_id, synthetic = false, producer } = socket.about
    const { samples } = frame
    const numbered = frame.op === OP.SUBMIT_BATCH ? { producer: producer!, n: frame.n } : undefined
    const size = samples.reduce((bytes, { t, d }) => bytes + t.length + d.length, 100)
    socket.unstored++
    const about = { uid: user_id!, synthetic, samples, at: Date.now() }
    socket.stored = this.outboxOf(socket)
      .add({ ...about, ...(numbered && { numbered }) }, size)
      .then(
        () => {
          socket.unstored--
          if (numbered) this.send(socket, ack(numbered.n + samples.length - 1))
        },
        (error: Error) => {
          logLine('submit failed', { error: error.name })
          this.end(socket, closing(CLOSE.INTERNAL, 'not stored; connect again and send what was not acknowledged'))
        },
      )
  }
  private outboxOf(socket: Socket): Outbox<Submission> {
    const address = this.addressOf(socket)
    const hub = gatheringHub(this.env, address, socket.about.user_id!)
    const found = this.outboxes.get(hub.name)
    if (found) return found
    const most = { call: STREAM.callBytes, held: STREAM.heldBytes }
    const made = new Outbox<Submission>((list) => hub.stub().submit(list), most)
    this.outboxes.set(hub.name, made)
    return made
  }
  private addressOf({ about }: Socket): HubAddress {
    return { region: about.region!, developer_id: about.developer_id! }
  }
  private hubOf(socket: Socket) {
    return streamHub(this.env, this.addressOf(socket))
  }
  private later(socket: Socket, told: Promise<void>): void {
    void told.catch((error: Error) => {
      logLine('hub not told', { error: error.name })
      this.end(socket, closing(CLOSE.INTERNAL, 'this is our mistake; connect again'))
    })
  }

  /** Frames for a consumer. Key: where of the stream they begin: what it has been sent already is not sent twice. */
  async push(id: string, frames: string[], span: Span | undefined): Promise<Pushed> {
    const socket = this.sockets.named(id)
    if (!socket || socket.ended) return 'gone'
    // READY goes before any frame.
    if (socket.identifying) await socket.identifying
    if (socket.ended) return 'gone'
    if (span && span.from < (socket.about.at ?? 0)) return 'ahead'
    for (const frame of frames) {
      this.send(socket, frame)
      socket.unheard += frame.length
    }
    if (span) {
      socket.about.at = span.to
      this.sockets.keep(socket)
    }
    return this.isFull(socket) ? 'full' : 'sent'
  }
  async standing(id: string): Promise<Standing | undefined> {
    const socket = this.sockets.named(id)
    return socket && !socket.ended ? { at: socket.about.at, full: this.isFull(socket) } : undefined
  }
  private isFull(socket: Socket): boolean {
    if (socket.unheard <= STREAM.unheardBytes) return false
    // A heartbeat that was answered without us.
    const heardAt = this.sockets.heardAt(socket)
    if (heardAt <= socket.fullAt) return true
    socket.fullAt = heardAt
    socket.unheard = 0
    return false
  }
  async close(id: string, code: CloseCode, reason: string): Promise<void> {
    const socket = this.sockets.named(id)
    if (socket) this.end(socket, closing(code, reason))
  }

  /** What these were given by has ended. */
  async endGrants(grants: string[], { code, reason }: Closing): Promise<void> {
    await Promise.all(
      this.sockets.all().map(async (socket) => {
        // Whoever is being let in; the others do not wait for them.
        if (socket.identifying) await socket.identifying
        if (socket.about.grants?.some((one) => grants.includes(one))) this.end(socket, closing(code, reason))
      }),
    )
  }

  private send(socket: Socket, text: string): void {
    if (socket.ended) return
    try {
      socket.ws.send(text)
    } catch {
      // It is closed, and its close is on the way to us.
      socket.ended = true
    }
  }
  private end(socket: Socket, { code, reason }: Closing): void {
    if (socket.ended) return
    socket.ws.close(code, reasonText(reason))
    this.gone(socket)
  }

  /** The platform leaves it to us to answer: otherwise the client waits ten seconds and takes it for a break. */
  override async webSocketClose(ws: WebSocket, code: number, reason: string): Promise<void> {
    // These are said of a socket, never by one.
    const sayable = code !== 1005 && code !== 1006 && code !== 1015
    if (sayable) ws.close(code, reason)
    else ws.close()
    const socket = this.sockets.of(ws)
    if (socket) this.gone(socket)
  }
  override async webSocketError(ws: WebSocket): Promise<void> {
    const socket = this.sockets.of(ws)
    if (socket) this.gone(socket)
  }
  private gone(socket: Socket): void {
    socket.ended = true
    if (!this.sockets.remove(socket)) return
    const { role, id } = socket.about
    if (!role) return
    this.answerHeartbeats()
    const told = this.hubOf(socket).leave([id])
    this.ctx.waitUntil(told.catch((error: Error) => logLine('leave not told', { error: error.name })))
  }

  /** A producer's heartbeat is answered by us: its answer is a promise. Anybody else's needs nobody. */
  private answerHeartbeats(): void {
    const producers = this.sockets.all().some(({ about, identifying }) => about.role === 'producer' || identifying)
    this.ctx.setWebSocketAutoResponse(producers ? undefined : AUTO_ACK())
  }

  /** Closes who is late, and tells the hubs who is here. */
  override async alarm(): Promise<void> {
    for (const { socket, why } of this.deadlines.late(Date.now())) this.end(socket, why)
    await this.tellHubs()
    await this.deadlines.again()
  }
  private toldAt = 0
  private async tellHubs(): Promise<void> {
    // Seldom: there are many looks, and a lease is long.
    if (Date.now() - this.toldAt < STREAM.leaseMs / 3) return
    this.toldAt = Date.now()
    const ofHubs = Map.groupBy(
      this.sockets.all().filter(({ about }) => about.role === 'producer'),
      ({ about }) => `${about.region}/${about.developer_id}`,
    )
    await Promise.all(
      [...ofHubs.values()].map(async (sockets) => {
        try {
          await this.hubOf(sockets[0]!).alive(sockets.map(({ about }) => about.id))
        } catch (error) {
          logLine('hub not told who is here', { error: (error as Error).name })
        }
      }),
    )
  }
}

const badToken = (reason: string) => closing(CLOSE.BAD_TOKEN, reason)
