import type { HookEvent } from '../../shared/supply/hook.ts'
import type { BatchRow } from './batch-rows.ts'
import type { Hook } from './hook.ts'

const TOLD: Partial<Record<BatchRow['state'], HookEvent>> = {
  done: 'batch.done',
  refused: 'batch.refused',
  failed: 'batch.failed',
}

/** The supplier's webhook hears what a batch came to, and of records that were held in vain. Inside the transactions that say so. */
export class BatchNews {
  private readonly hook: Hook

  constructor(hook: Hook) {
    this.hook = hook
  }
  ended({ batch_id, contract_id, state, about }: BatchRow): void {
    const type = TOLD[state]
    // Whoever sends records one by one has the answer already.
    if (!type || about.kind === 'records') return
    const { contract, kind, mode, reason, bytes, records, counts } = about
    const ended_at = new Date(about.ended_at!).toISOString()
    this.hook.say(
      type,
      { batch_id, contract_id, contract, kind, mode, state, reason, bytes, records, counts, ended_at },
      `evt_${batch_id.slice('bat_'.length)}`,
    )
  }
  expired(byBatch: Map<string, number>): void {
    for (const [batch_id, records] of byBatch) this.hook.say('quarantine.expired', { batch_id, records })
  }
}
