import { DurableObject } from 'cloudflare:workers'
import { type Ask, type Grant, grant, newWindow, type Window } from '../shared/access/rate-window.ts'
import type { Env } from './env.ts'

/**
 * One per developer: grants requests to the isolates that serve them. In memory only: where the object starts anew within
 * a window, it counts anew.
 */
export class RateBudget extends DurableObject<Env> {
  private window: Window | undefined

  /** `askedAt`: by the asker's clock. Where that is ahead, a window that it takes for over is over. */
  async take(asks: Ask[], askedAt: number): Promise<Grant[]> {
    const now = Math.max(Date.now(), askedAt)
    if (!this.window || this.window.endsAt <= now) this.window = newWindow(now)
    const window = this.window
    return asks.map((ask) => grant(window, ask))
  }
}
