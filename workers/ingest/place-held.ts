import type { Env } from '../../durable-objects/env.ts'
import { eventLogNamed } from '../../durable-objects/stubs.ts'
import type { Line } from './append-lines.ts'

/** What is held stands between the records of its person that are taken before it and those that are taken after it. */
export function countHeld(lines: Line[]): void {
  const held = new Map<string, number>()
  for (const line of lines) {
    const whose = line.subject?.user_id
    if (whose === undefined) continue
    const ahead = held.get(whose) ?? 0
    if (line.reason === undefined) line.heldAhead = ahead
    else held.set(whose, ahead + 1)
  }
}

/** Notes after which payload of their person's cell lines are held now: their place in the source order, whenever they are taken. */
export async function placeHeld(env: Env, lines: Line[]): Promise<void> {
  const held = lines.filter(({ reason, place }) => reason !== undefined && place === undefined)
  if (held.length === 0) return
  const taken = Map.groupBy(
    lines.filter(({ number }) => number !== undefined),
    ({ subject }) => subject!.user_id,
  )
  const newest = await newestOf(
    env,
    held.filter(({ subject }) => !taken.has(subject?.user_id ?? '')),
  )
  for (const line of held) {
    const theirs = taken.get(line.subject?.user_id ?? '') ?? []
    const before = theirs.findLast((one) => one.line < line.line)?.number
    // Of who has no connection yet, it is before all that ever comes.
    line.after = before ?? (theirs[0] ? theirs[0].number! - 1 : newest.get(line.subject?.cell ?? '')) ?? 0
  }
}

async function newestOf(env: Env, held: Line[]): Promise<Map<string, number>> {
  const cells = new Set(held.flatMap(({ subject }) => subject?.cell || []))
  return new Map(
    await Promise.all([...cells].map(async (cell) => [cell, await eventLogNamed(env, cell).newestPayload()] as const)),
  )
}
