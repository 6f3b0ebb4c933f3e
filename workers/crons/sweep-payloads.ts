import type { Env } from '../../durable-objects/env.ts'
import { emptyFolder } from '../../durable-objects/payload-link.ts'
import { WEEK_MS, weekFolder } from '../../shared/access/payload-links.ts'
import { PAYLOADS_KEPT_MS } from '../../shared/base/limits.ts'

/** Pages of 1,000 objects in one run: 28 million a day. What is left is for the next minute. */
const PAGES = 20

/** Payloads that links led to go with their week, when the last of it was kept for long enough. */
export async function sweepPayloads(env: Env, now: number): Promise<void> {
  const { delimitedPrefixes } = await env.RAW.list({ prefix: weekFolder(), delimiter: '/' })
  for (const folder of delimitedPrefixes) {
    const endsAt = (Number(folder.slice(weekFolder().length, -1)) + 1) * WEEK_MS
    if (endsAt + PAYLOADS_KEPT_MS <= now && !(await emptyFolder(env, folder, PAGES))) return
  }
}
