import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { HOUR_MS, SECOND_MS } from '../../shared/base/time.ts'
import { majorOf } from '../../shared/supply/major.ts'
import { isToTell, type Trouble } from '../../shared/supply/trouble.ts'
import type { Alerts } from './alerts.ts'
import type { BatchRow } from './batch-rows.ts'
import type { Desk } from './desk.ts'

/** `alert_id`: both sides have heard of it. */
export type ToldTrouble = Trouble & { alert_id?: string }
export const troubleOf = ({ since, tries, reason, next_at }: ToldTrouble): Trouble => ({
  since,
  tries,
  reason,
  next_at,
})

/** Both sides hear of what waits for a mend of ours: once, and when it is over. Inside the transactions that say so. */
export class Lateness {
  private readonly desk: Desk
  private readonly alerts: Alerts

  constructor(desk: Desk, alerts: Alerts) {
    this.desk = desk
    this.alerts = alerts
  }
  batchGoesOn({ batch_id, about: { contract, trouble } }: BatchRow): void {
    const waits = `${batch_id} of ${contract} waits, and what comes behind it`
    if (trouble) this.goesOn(trouble, contract, waits, 'ends as failed')
  }
  batchOver({ batch_id, state, about: { contract, trouble } }: BatchRow): void {
    const how = state === 'failed' ? 'failed' : state === 'cancelled' ? 'was cancelled' : 'goes on'
    this.over(trouble, `${batch_id} of ${contract} ${how}`)
  }
  redriveGoesOn(redriveId: string, contract: string, trouble: ToldTrouble): void {
    this.goesOn(trouble, contract, `${redriveId} of ${contract} waits`, 'leaves its records in quarantine')
  }
  redriveOver(redriveId: string, ended: boolean, trouble: ToldTrouble | undefined): void {
    this.over(trouble, `${redriveId} ${ended ? 'ended: records of it stay in quarantine' : 'goes on'}`)
  }
  /** Notes in the trouble that it was told. */
  private goesOn(trouble: ToldTrouble, contract: string, waits: string, end: string): void {
    const now = this.desk.now()
    if (trouble.alert_id !== undefined || !isToTell(trouble, now)) return
    trouble.alert_id = this.alerts.begin(
      late({
        ...{ contract, objective: 'processing', forMs: now - trouble.since },
        message: `${waits}: ${trouble.reason}. It is tried again by itself for ${SUPPLY.troubleMs / HOUR_MS} h, and then ${end}`,
      }),
      now,
    )
  }
  private over(trouble: ToldTrouble | undefined, message: string): void {
    if (trouble?.alert_id !== undefined) this.alerts.clear(trouble.alert_id, this.desk.now(), { message })
  }
}

/** Told of one thing that is late, whatever is promised: it could not be done for so long. */
export const late = ({
  contract,
  objective,
  forMs,
  message,
}: {
  contract: string
  objective: 'processing' | 'fetching'
  forMs: number
  message: string
}) => ({
  ...{ contract: majorOf(contract), objective, action: 'alert' as const, message },
  target: SUPPLY.troubleToldMs / SECOND_MS,
  measured: Math.round(forMs / SECOND_MS),
  error_budget: { allowed: 0, spent: 1, left: -1 },
})
