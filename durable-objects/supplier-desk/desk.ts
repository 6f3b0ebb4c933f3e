import { DAY_MS } from '../../shared/base/time.ts'
import { type DeskAddress, deskName, parseDeskName } from '../../shared/supply/desk.ts'
import { AlarmClock } from '../alarm-clock.ts'
import type { Env } from '../env.ts'
import { Tables } from '../tables.ts'
import { DESK_STEPS } from './steps.ts'
import { Turns } from './turns.ts'

/** Further ahead a time would not fit where times are told. */
const MOST_AHEAD_MS = 3_652 * DAY_MS

/** A part of a desk that the clock wakes. Times are the desk's. */
export interface Part {
  /** When it is to look; Infinity: nothing waits. */
  dueAt(): number
  /** Does what is due. Throws nothing that would keep the others from it. */
  look(now: number): Promise<void>
}

/** What the parts of a supplier's desk share. */
export class Desk {
  readonly env: Env
  readonly address: DeskAddress
  readonly name: string
  readonly tables: Tables
  readonly turns: Turns
  readonly fileTurns: Turns
  readonly parts: Part[] = []
  private readonly clock: AlarmClock
  private offsetMs: number
  /** One look at a time: two at once would send what is to be sent twice. */
  private looking: Promise<void> = Promise.resolve()

  constructor(ctx: DurableObjectState, env: Env) {
    this.env = env
    this.address = parseDeskName(ctx.id.name!)
    this.name = deskName(this.address)
    this.tables = new Tables(ctx.storage, DESK_STEPS)
    this.turns = new Turns(env.BATCHES, this.name)
    this.fileTurns = new Turns(env.SUPPLIER_FILES, this.name)
    this.offsetMs = Number(this.tables.meta('clock') ?? 0)
    this.clock = new AlarmClock(ctx.storage, (now) => {
      const dueAt = Math.min(...this.parts.map((part) => part.dueAt()))
      return Math.max(now, dueAt - this.offsetMs)
    })
  }
  /** In the sandbox suppliers put the clock forward, to see what time does. */
  now(): number {
    return Date.now() + this.offsetMs
  }
  /** Never back: what has happened has happened. → whether it was: it is ahead by ten years at most. */
  advance(ms: number): boolean {
    if (this.offsetMs + ms > MOST_AHEAD_MS) return false
    this.offsetMs += ms
    this.tables.setMeta('clock', String(this.offsetMs))
    return true
  }
  /** Rings when the first part has something to do. */
  async arm(): Promise<void> {
    await this.clock.arm()
  }
  /** What a call came to, once it is certain that the clock wakes whatever follows of it. */
  async armed<T>(value: T): Promise<T> {
    await this.arm()
    return value
  }
  /** Everything that is due is done; one part's trouble is no other's. */
  rang(failed: (error: unknown) => void): Promise<void> {
    this.clock.rang()
    const look = this.looking.then(() => this.look(failed))
    // Of trouble its own caller hears; the next one looks all the same.
    this.looking = look.catch(() => {})
    return look
  }
  private async look(failed: (error: unknown) => void): Promise<void> {
    for (const part of this.parts)
      try {
        if (part.dueAt() <= this.now()) await part.look(this.now())
      } catch (error) {
        failed(error)
      }
    await this.arm()
  }
}
