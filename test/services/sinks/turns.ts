import type { Landed } from './sink.ts'

/** A row as it was noted; rows of one transaction have one turn. */
export interface Noted {
  turn: string
  landed: Landed
}

/** What a transaction writes arrives at once, whatever the order of its statements: within it the order is the user's own. */
export function byTurns(noted: Noted[]): Landed[] {
  const turns: Noted[][] = []
  for (const one of noted) {
    const before = turns.at(-1)
    if (before?.at(0)?.turn === one.turn) before.push(one)
    else turns.push([one])
  }
  return turns.flatMap((turn) => turn.map(({ landed }) => landed).sort((a, b) => a.seq - b.seq))
}
