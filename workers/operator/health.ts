import { Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { eventLog } from '../../durable-objects/stubs.ts'
import { cellsToSweep, latestSweeps } from '../../shared/db/cells.ts'
import { listCounters } from '../../shared/db/counters.ts'
import { listDeadLetters } from '../../shared/db/dead-letters.ts'
import { open } from '../../shared/db/open.ts'

const MOST = 500

export const health = new Hono<{ Bindings: Env }>()

health.get('/dead-letters', async (c) => c.json({ dead_letters: await listDeadLetters(open(c.env.DB), MOST) }))

/** The oldest unfinished item of each stage as the sweep saw it, and what was dropped on purpose. */
health.get('/health', async (c) => {
  const db = open(c.env.DB)
  return c.json({ sweeps: await latestSweeps(db), counters: await listCounters(db) })
})

/** What each cell holds and has written since it was opened. */
health.get('/metrics', async (c) => {
  const devId = c.req.query('dev_id')
  const cells = (await cellsToSweep(open(c.env.DB), MOST)).filter((cell) => !devId || cell.developer_id === devId)
  return c.json({ cells: await Promise.all(cells.map((cell) => eventLog(c.env, cell).health())) })
})
