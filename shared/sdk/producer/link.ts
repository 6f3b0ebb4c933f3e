import { Backoff } from './backoff.ts'
import type { Clock } from './clock.ts'
import { actionOf } from './close-action.ts'
import type { ProducerLimits } from './limits.ts'
import { ProducerError, wordsOf } from './producer-error.ts'
import { Session } from './session.ts'
import type { State } from './state.ts'
import type { OpenSocket } from './transport.ts'

export interface LinkSettings {
  open: OpenSocket
  url: string
  token: () => string | Promise<string>
  producer: () => string
  clock: Clock
  random: () => number
  limits: ProducerLimits
}
export interface LinkListener {
  state(state: State): void
  ready(session: Session, n: number): void
  acknowledged(n: number): void
  /** The session is gone; another may follow. */
  cut(): void
}

/** Keeps a session: a new token for each, and after each end what its close code asks for. */
export class Link {
  /** Whatever comes late from an attempt before belongs to nobody. */
  private attempt = 0
  private session: Session | undefined
  private timer: (() => void) | undefined
  private stable: (() => void) | undefined
  private refused: string | undefined
  private refusals = 0
  private readonly backoff: Backoff
  private readonly settings: LinkSettings
  private readonly on: LinkListener

  constructor(settings: LinkSettings, on: LinkListener) {
    this.settings = settings
    this.on = on
    this.backoff = new Backoff(settings.limits.backoffMs, settings.limits.backoffMostMs, settings.random)
  }

  /** Connects now; also where it waits to. */
  connect(): void {
    const attempt = this.reset()
    this.on.state({ kind: 'connecting' })
    this.token().then(
      (token) => attempt === this.attempt && this.open(token, attempt),
      (error) => attempt === this.attempt && this.wait(`token() failed: ${wordsOf(error)}`),
    )
  }
  stop(error?: ProducerError): void {
    this.reset()
    const { session } = this
    this.session = undefined
    session?.close(1000, 'the producer is closed')
    this.backoff.reset()
    this.refused = undefined
    this.refusals = 0
    this.on.state({ kind: 'stopped', ...(error && { error }) })
  }

  private reset(): number {
    this.timer?.()
    this.timer = undefined
    this.stable?.()
    this.stable = undefined
    return ++this.attempt
  }

  /** A call that never ends must not end the stream. */
  private token(): Promise<string> {
    const { clock, limits, token } = this.settings
    return new Promise((resolve, reject) => {
      const stop = clock.after(limits.tokenMs, () => reject(new Error(`no answer within ${limits.tokenMs} ms`)))
      Promise.resolve()
        .then(token)
        .then((text) => {
          if (typeof text !== 'string' || text.length === 0) throw new Error('it gave no text')
          resolve(text)
        })
        .catch(reject)
        .finally(stop)
    })
  }

  private open(token: string, attempt: number): void {
    const { open, url, producer, clock, random, limits } = this.settings
    const mine = (run: () => void) => attempt === this.attempt && run()
    const settings = { open, url, token, producer: producer(), clock, random, limits }
    try {
      const session = new Session(settings, {
        ready: (n) => mine(() => this.ready(session, n)),
        acknowledged: (n) => mine(() => this.on.acknowledged(n)),
        ended: (code, reason) => mine(() => this.ended(code, reason, token)),
      })
      this.session = session
    } catch (error) {
      // An address that is none, or one that this page may not open.
      this.stop(new ProducerError(`the socket cannot be opened: ${wordsOf(error)}`))
    }
  }
  private ready(session: Session, n: number): void {
    const { clock, limits } = this.settings
    this.refused = undefined
    this.refusals = 0
    this.stable = clock.after(limits.stableMs, () => this.backoff.reset())
    this.on.state({ kind: 'live', since: clock.now() })
    this.on.ready(session, n)
  }

  private ended(code: number, reason: string, token: string): void {
    this.session = undefined
    this.reset()
    this.on.cut()
    const action = actionOf(code)
    const words = reason || CLOSED[code] || `closed with ${code}`
    if (action.kind === 'stop') this.stop(new ProducerError(`${action.mend} (${code}: ${words})`, code))
    else if (action.kind === 'renew') this.renew(token, words)
    else this.wait(words, code)
  }
  private renew(token: string, words: string): void {
    if (token === this.refused) {
      const mend = 'token() gave a token again that was refused: fetch a new one in each call, or pair anew'
      this.stop(new ProducerError(`${mend} (4001: ${words})`, 4001))
      return
    }
    this.refused = token
    // The first may simply have been too old. After that the place where tokens come from is spared.
    if (this.refusals++ === 0) this.connect()
    else this.wait(words, 4001)
  }
  private wait(reason: string, code?: number): void {
    const { clock } = this.settings
    this.reset()
    const ms = this.backoff.next()
    this.timer = clock.after(ms, () => this.connect())
    this.on.state({ kind: 'waiting', until: clock.now() + ms, reason, ...(code !== undefined && { code }) })
  }
}

/** Where the other side gave no reason. */
const CLOSED: Record<number, string> = {
  1000: 'the server closed the socket',
  1001: 'the server is being restarted',
  1006: 'the connection broke off, or could not be made',
  4005: 'the server heard no heartbeat',
}
