import { PULL, SUPPLY } from '../../shared/base/supply-limits.ts'
import { HOUR_MS } from '../../shared/base/time.ts'
import { isHopeless } from '../../shared/supply/trouble.ts'
import type { PullLease, PullProblem, PullResult } from '../pull-api.ts'
import type { Desk } from './desk.ts'
import type { Hook } from './hook.ts'
import type { ObjectRow, PullRow, PullRows } from './pull-rows.ts'

export type Later = Extract<PullResult, { kind: 'later' }>

/** What keeps a pull's objects away: noted, told, and over. */
export class PullTrouble {
  private readonly desk: Desk
  private readonly hook: Hook
  private readonly rows: PullRows

  constructor(desk: Desk, hook: Hook, rows: PullRows) {
    this.desk = desk
    this.hook = hook
    this.rows = rows
  }

  /** Why an object is given up; undefined: it is not. What fails for a reason of ours has a day, each object its own. */
  whyNever({ about }: PullRow, { number, tries }: ObjectRow, result: PullResult): string | undefined {
    if (result.kind === 'failed') return result.reason
    if (result.kind !== 'later') return undefined
    if (result.whose === 'object' && tries + 1 >= PULL.tries) return result.problem
    const { problem } = about
    if (result.whose !== 'ours' || !isSame(problem, number, result)) return undefined
    if (!isHopeless({ since: problem.sameSince }, this.desk.now())) return undefined
    return `it could not be read, tried for ${SUPPLY.troubleMs / HOUR_MS} h: ${result.problem}; put it again`
  }
  waitOf({ about }: PullRow, result: PullResult): number {
    const wait = PULL.waitsMs[Math.min(about.problem?.times ?? 0, PULL.waitsMs.length - 1)]!
    return result.kind === 'later' ? Math.min(result.delayMs ?? wait, PULL.longestWaitMs) : 0
  }

  /** `number`: of an object; undefined: of a look. */
  noted(row: PullRow, number: number | undefined, result: Later): PullRow {
    const { problem: message, whose } = result
    if (message === undefined) return row
    const { about, pull_id } = row
    const { problem, settings } = about
    const now = this.desk.now()
    const since = problem?.since ?? now
    const sameSince = isSame(problem, number, result) ? problem.sameSince : now
    const times = (problem?.times ?? 0) + 1
    if (times === PULL.toldAfter)
      this.hook.say('pull.failing', { pull_id, contract: settings.contract, problem: message })
    return { ...row, about: { ...about, problem: { message, number, whose, since, sameSince, times } } }
  }
  /** What a look or an object that succeeded ends. Trouble of objects also ends where none waits: it was given up, or is gone. */
  over(row: PullRow, work: PullLease['work']): PullRow {
    const { about, pull_id } = row
    const { problem, settings } = about
    if (!problem) return row
    const isObjects = problem.number !== undefined
    const isOver = work === 'object' ? isObjects : !isObjects || !this.rows.nextObject(pull_id)
    if (!isOver) return row
    if (problem.times >= PULL.toldAfter) this.hook.say('pull.recovered', { pull_id, contract: settings.contract })
    return { ...row, about: { ...about, problem: null } }
  }
}

/** Whether trouble is what it was before: of the same object, or of looks, and of the same kind. */
const isSame = (problem: PullProblem | null, number: number | undefined, { whose }: Later): problem is PullProblem =>
  problem !== null && problem.number === number && problem.whose === whose
