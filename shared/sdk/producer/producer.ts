import { Backlog } from './backlog.ts'
import { type Clock, systemClock } from './clock.ts'
import { Emitter } from './emitter.ts'
import { frameText, type LinkStatus, type Sample } from './frame.ts'
import { type Keep, readSaved } from './keep.ts'
import { Keeper } from './keeper.ts'
import { limitsWith, type ProducerLimits } from './limits.ts'
import { Link } from './link.ts'
import { ProducerError, wordsOf } from './producer-error.ts'
import { Sender } from './sender.ts'
import type { Session } from './session.ts'
import type { State } from './state.ts'
import { type OpenSocket, webSocket } from './transport.ts'

export interface ProducerOptions {
  /** `wss://…/connect`. */
  url: string
  /** Called anew for every connection: a token is used once. One that begins with `rt.` may be given again and again. */
  token: () => string | Promise<string>
  /** Where what is not sent yet outlives the app. */
  keep?: Keep
  limits?: Partial<ProducerLimits>
  open?: OpenSocket
  clock?: Clock
  random?: () => number
}
export interface ProducerEvents {
  state: State
  /** The buffer was full: so many of the oldest samples are gone, now and altogether. */
  dropped: { frames: number; total: number }
  /** Samples went out, or are stored at the server. */
  progress: Counts
  /** What does not stop the stream: `keep` failed. */
  error: Error
}
export interface Counts {
  submitted: number
  /** Sent again counts again. */
  sent: number
  acknowledged: number
  /** Of those that were submitted, in the buffer: under way or not sent yet. */
  waiting: number
  inDoubt: number
  dropped: number
}

/**
 * Streams samples of one user: takes them at any time, holds them while there is no network, and sends each once, in order.
 *
 *     const producer = new Producer({ url: 'wss://…/connect', token: () => fetchTokenFromMyBackend() })
 *     producer.on('state', ({ kind }) => show(kind))
 *     await producer.start()
 *     producer.submit('HEART_RATE', { val: 72 })
 */
export class Producer {
  state: State = { kind: 'idle' }
  private id: string
  private status: LinkStatus | undefined
  private session: Session | undefined
  private loading: Promise<void> | undefined
  /** Before it is nothing may be saved: that would be over what is to be loaded. */
  private loaded = false
  private closing: Promise<{ waiting: number }> | undefined
  private drained: (() => void) | undefined
  private readonly totals = { submitted: 0, sent: 0, acknowledged: 0, dropped: 0 }
  private readonly backlog: Backlog
  private readonly sender: Sender
  private readonly link: Link
  private readonly keeper: Keeper | undefined
  private readonly events: Emitter<ProducerEvents>
  private readonly options: ProducerOptions
  private readonly clock: Clock
  private readonly limits: ProducerLimits

  constructor(options: ProducerOptions) {
    const { clock = systemClock, random = Math.random, open = webSocket() } = options
    this.options = options
    this.clock = clock
    this.limits = limitsWith(options.limits)
    this.id = newProducerId(random)
    this.events = new Emitter(clock)
    this.backlog = new Backlog(this.limits)
    this.sender = new Sender(this.backlog, clock, this.limits, (frames) => {
      this.totals.sent += frames
      this.progress()
    })
    const { url, token } = options
    const settings = { open, url, token, producer: () => this.id, clock, random, limits: this.limits }
    this.link = new Link(settings, {
      state: (state) => this.enter(state),
      ready: (session, n) => void this.ready(session, n),
      acknowledged: (n) => this.acknowledged(n),
      cut: () => this.cut(),
    })
    if (options.keep)
      this.keeper = new Keeper(
        options.keep,
        () => ({ version: 1, producer: this.id, ...this.backlog.save() }),
        (error) => this.events.emit('error', new Error(`keep.save failed: ${wordsOf(error)}`)),
        clock,
        this.limits.keepMs,
      )
  }

  on<K extends keyof ProducerEvents>(name: K, listener: (value: ProducerEvents[K]) => void): () => void {
    return this.events.on(name, listener)
  }
  get counts(): Counts {
    return { ...this.totals, waiting: this.backlog.size, inDoubt: this.backlog.inDoubt }
  }

  /** Connects, first taking up what an earlier run left. Also after it stopped for an error that is mended. */
  async start(): Promise<void> {
    if (this.closing) throw closedError()
    if (this.isUnderWay) return
    this.enter({ kind: 'connecting' })
    try {
      await this.load()
      // Meanwhile it may have been closed.
      if (this.isUnderWay) this.link.connect()
    } catch (error) {
      this.enter({ kind: 'stopped', error: new ProducerError(`keep.load failed: ${wordsOf(error)}`) })
    }
  }
  /** Where it waits to connect again it does so now: the network is back, or the app is. */
  wake(): void {
    if (this.state.kind === 'waiting') this.link.connect()
  }

  /** Takes a sample, connected or not. Throws where the server would refuse it. */
  submit(type: string, sample: Sample): void {
    if (this.closing) throw closedError()
    const gone = this.backlog.add(frameText(type, sample, this.clock.now()))
    this.totals.submitted++
    this.lose(gone)
    this.touch()
    this.sender.pump()
    this.progress()
  }
  /** Tells whether the device is linked; told again after each reconnect. */
  report(status: LinkStatus): void {
    this.status = status
    this.session?.status(status)
  }

  /** Takes no more, sends what it has, and stops. → how many samples are left: saved where there is `keep`, otherwise lost. */
  close({ flushMs = 5_000 } = {}): Promise<{ waiting: number }> {
    this.closing ??= this.end(flushMs)
    return this.closing
  }
  private async end(flushMs: number): Promise<{ waiting: number }> {
    if (this.isUnderWay && this.backlog.size > 0)
      await new Promise<void>((resolve) => {
        const stop = this.clock.after(flushMs, resolve)
        this.drained = () => {
          stop()
          resolve()
        }
      })
    this.drained = undefined
    if (this.state.kind !== 'stopped') this.link.stop()
    if (this.keeper) {
      await this.load()
      await this.keeper.flush()
      this.keeper.stop()
    }
    return { waiting: this.backlog.size }
  }

  private get isUnderWay(): boolean {
    return this.state.kind !== 'idle' && this.state.kind !== 'stopped'
  }
  private load(): Promise<void> {
    this.loading ??= this.restore().catch((error) => {
      this.loading = undefined
      throw error
    })
    return this.loading
  }
  private async restore(): Promise<void> {
    const found = await this.options.keep?.load()
    this.loaded = true
    try {
      const saved = readSaved(found)
      if (saved) {
        this.id = saved.producer
        this.lose(this.backlog.restore(saved, this.limits.unackedBatches * this.limits.batchFrames))
      }
    } catch (error) {
      this.events.emit('error', new Error(wordsOf(error)))
    }
    if (this.backlog.size > 0) this.touch()
  }
  private touch(): void {
    if (this.loaded) this.keeper?.touch()
  }

  private async ready(session: Session, n: number): Promise<void> {
    this.session = session
    if (this.status) session.status(this.status)
    const { stored, numbered } = this.backlog.settle(n)
    this.settle(stored)
    // Written down without its number, a frame would be sent under another by the next run, and be there twice.
    if (numbered) await this.keeper?.flush()
    if (session === this.session) this.sender.attach(session)
  }
  private acknowledged(n: number): void {
    this.settle(this.backlog.acknowledge(n))
    this.sender.acknowledged(n)
  }
  private cut(): void {
    this.session = undefined
    this.sender.detach()
  }
  private settle(stored: number): void {
    this.totals.acknowledged += stored
    this.touch()
    this.progress()
    if (this.backlog.size === 0) this.drained?.()
  }
  private lose(frames: number): void {
    if (frames === 0) return
    this.totals.dropped += frames
    this.events.emit('dropped', { frames, total: this.totals.dropped })
  }
  private progress(): void {
    this.events.emit('progress', this.counts)
  }
  private enter(state: State): void {
    if (state.kind === 'connecting' && this.state.kind === 'connecting') return
    this.state = state
    if (state.kind === 'stopped') {
      this.cut()
      this.drained?.()
    }
    this.events.emit('state', state)
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** No secret: it only tells this producer from the same user's others. */
const newProducerId = (random: () => number): string =>
  Array.from({ length: 22 }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('')
const closedError = () => new ProducerError('the producer was closed; make a new one')
