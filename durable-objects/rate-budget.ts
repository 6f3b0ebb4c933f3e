import { DurableObject } from 'cloudflare:workers'
import { type Ask, type Grant, grant, newWindow, type Window } from '../shared/access/rate-window.ts'
import { HOUR_MS } from '../shared/base/time.ts'
import { PROVIDERS } from '../shared/catalog/units.ts'
import { countUsersOf } from '../shared/db/connections.ts'
import { open } from '../shared/db/open.ts'
import { block, newBudget, type Permit, type Ask as ProviderAsk, spend } from '../shared/source/budget.ts'
import type { Env } from './env.ts'

/**
 * One per developer, whose requests it grants to the isolates that serve them; and one per provider's app, whose limits all
 * connections share. In memory only: where the object starts anew within a window, it counts anew.
 */
export class RateBudget extends DurableObject<Env> {
  private window: Window | undefined
  private readonly budget = newBudget()

  /** `askedAt`: by the asker's clock. Where that is ahead, a window that it takes for over is over. */
  async take(asks: Ask[], askedAt: number): Promise<Grant[]> {
    const now = Math.max(Date.now(), askedAt)
    if (!this.window || this.window.endsAt <= now) this.window = newWindow(now)
    const window = this.window
    return asks.map((ask) => grant(window, ask))
  }

  /** One call to a provider. */
  async spend(provider: string, ask: ProviderAsk): Promise<Permit> {
    const limits = PROVIDERS[provider]?.limits ?? []
    const users = limits.some(({ morePerUser }) => morePerUser) ? await this.usersOf(provider) : undefined
    return spend(this.budget, limits, { ...ask, users }, Date.now())
  }
  private counted: { users: number; until: number } | undefined
  /** Counted once an hour: the limit is what it was when the hour began, or a little less than it could be. */
  private async usersOf(provider: string): Promise<number> {
    if (!this.counted || this.counted.until <= Date.now())
      this.counted = { users: await countUsersOf(open(this.env.DB), provider), until: Date.now() + HOUR_MS }
    return this.counted.users
  }
  /** The provider said that it takes nothing until then. */
  async block(untilAt: number): Promise<void> {
    block(this.budget, untilAt)
  }
}
