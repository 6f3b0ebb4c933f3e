import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { HOUR_MS, SECOND_MS } from '../../shared/base/time.ts'
import { majorOf } from '../../shared/supply/major.ts'
import { isToTell } from '../../shared/supply/trouble.ts'
import type { Alerts } from './alerts.ts'
import type { BatchRow } from './batch-rows.ts'
import type { Desk } from './desk.ts'

/** Both sides hear of a batch that waits for a mend of ours: once, and when it is over. Inside the transactions that say so. */
export class Lateness {
  private readonly desk: Desk
  private readonly alerts: Alerts

  constructor(desk: Desk, alerts: Alerts) {
    this.desk = desk
    this.alerts = alerts
  }
  /** Notes in the row that it was told. */
  goesOn({ batch_id, about: { contract, trouble } }: BatchRow): void {
    const now = this.desk.now()
    if (!trouble || trouble.alert_id !== undefined || !isToTell(trouble, now)) return
    trouble.alert_id = this.alerts.begin(
      {
        ...{ contract: majorOf(contract), objective: 'processing', action: 'alert' },
        target: SUPPLY.troubleToldMs / SECOND_MS,
        measured: Math.round((now - trouble.since) / SECOND_MS),
        // One batch, and it is late.
        error_budget: { allowed: 0, spent: 1, left: -1 },
        message: `${batch_id} of ${contract} waits, and what comes behind it: ${trouble.reason}. It is tried again by itself for ${SUPPLY.troubleMs / HOUR_MS} h, and then ends as failed`,
      },
      now,
    )
  }
  over({ batch_id, state, about: { contract, trouble } }: BatchRow): void {
    if (trouble?.alert_id === undefined) return
    const how = state === 'failed' ? 'failed' : state === 'cancelled' ? 'was cancelled' : 'goes on'
    this.alerts.clear(trouble.alert_id, this.desk.now(), { message: `${batch_id} of ${contract} ${how}` })
  }
}
