import type { Env } from '../../durable-objects/env.ts'
import { FLOW_KEPT_MS, WRITE_KEPT_MS } from '../../shared/base/limits.ts'
import { dropAppTokens } from '../../shared/db/app-tokens.ts'
import { releaseCell } from '../../shared/db/cells.ts'
import { dropFlows, expireFlows } from '../../shared/db/flows.ts'
import { open } from '../../shared/db/open.ts'
import { dropWrites } from '../../shared/db/provider-writes.ts'
import { dropWidgetSessions } from '../../shared/db/widget-sessions.ts'
import { tellCancelled } from '../connect/end.tsx'
import { recall } from '../connect/recall.ts'

/** Sign-ins that somebody opened and nobody finished are told as cancelled; what is over for long is forgotten. */
export async function sweepSignIns(env: Env): Promise<void> {
  const db = open(env.DB)
  const now = Date.now()
  for (const flow of await expireFlows(db, now)) {
    if (flow.browser_hash !== null) await tellCancelled(env, await recall(env, flow), 'expired')
    else await releaseCell(db, flow.developer_id, flow.cell)
  }
  await dropFlows(db, now - FLOW_KEPT_MS)
  await dropWidgetSessions(db, now)
  await dropAppTokens(db, now)
  await dropWrites(db, now - WRITE_KEPT_MS)
}
