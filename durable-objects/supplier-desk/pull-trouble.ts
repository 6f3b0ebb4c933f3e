import { PULL, SUPPLY } from '../../shared/base/supply-limits.ts'
import { HOUR_MS } from '../../shared/base/time.ts'
import { isHopeless, isToTell } from '../../shared/supply/trouble.ts'
import type { PullLease, PullProblem, PullResult } from '../pull-api.ts'
import type { Desk } from './desk.ts'
import { late } from './lateness.ts'
import type { Oversight } from './oversight.ts'
import type { ObjectRow, PullRow, PullRows } from './pull-rows.ts'

type Later = Extract<PullResult, { kind: 'later' }>

/** By whom both sides hear of it. */
export type Teller = Pick<Oversight, 'hook' | 'alerts'>

/** What keeps a pull's objects away: noted, told, and over. */
export class PullTrouble {
  private readonly desk: Desk
  private readonly teller: Teller
  private readonly rows: PullRows

  constructor(desk: Desk, teller: Teller, rows: PullRows) {
    this.desk = desk
    this.teller = teller
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

  /** Inside a transaction. `number`: of an object; undefined: of a look. */
  later(row: PullRow, number: number | undefined, result: Later): void {
    const next = this.noted(row, number, result)
    if (number !== undefined) this.rows.put(next)
    else {
      // A list that broke off is begun anew: the place where it goes on may not be good any more.
      const about = { ...next.about, list: null }
      this.rows.put({ ...next, due_at: this.desk.now() + this.waitOf(row, result), about })
    }
  }
  private noted(row: PullRow, number: number | undefined, result: Later): PullRow {
    const { problem: message, whose } = result
    if (message === undefined) return row
    const { about } = row
    const before = about.problem
    const now = this.desk.now()
    const sameSince = isSame(before, number, result) ? before.sameSince : now
    const times = (before?.times ?? 0) + 1
    const problem: PullProblem = { ...before, message, number, whose, since: before?.since ?? now, sameSince, times }
    const isHeard = row.state === 'paused' || problem.alert_id !== undefined
    if (!isHeard && times >= PULL.toldAfter && isToTell(problem, now)) problem.alert_id = this.tell(row, problem, now)
    return { ...row, about: { ...about, problem } }
  }
  private tell({ pull_id, about }: PullRow, { message, since }: PullProblem, now: number): string {
    const { contract } = about.settings
    this.teller.hook.say('pull.failing', { pull_id, contract, problem: message })
    return this.teller.alerts.begin(
      late({
        ...{ contract, objective: 'fetching', forMs: now - since },
        message: `${pull_id} cannot fetch what comes under ${contract}: ${message}. It is tried again by itself`,
      }),
      now,
    )
  }
  /** What a look or an object that succeeded ends. Trouble of objects also ends where none waits: it was given up, or is gone. */
  over(row: PullRow, work: PullLease['work']): PullRow {
    const { about, pull_id } = row
    const { problem, settings } = about
    if (!problem) return row
    const isObjects = problem.number !== undefined
    const isOver = work === 'object' ? isObjects : !isObjects || !this.rows.nextObject(pull_id)
    if (!isOver) return row
    if (problem.alert_id !== undefined) this.teller.hook.say('pull.recovered', { pull_id, contract: settings.contract })
    return { ...row, about: { ...this.dropped(row, 'fetches again').about, problem: null } }
  }
  /** Its trouble is nobody's any more, so nobody is told of it. `how`: what became of it. */
  dropped(row: PullRow, how: string): PullRow {
    const { about, pull_id } = row
    if (about.problem?.alert_id === undefined) return row
    const { alert_id, ...problem } = about.problem
    this.teller.alerts.clear(alert_id, this.desk.now(), { message: `${pull_id} ${how}` })
    return { ...row, about: { ...about, problem } }
  }
}

/** Whether trouble is what it was before: of the same object, or of looks, and of the same kind. */
const isSame = (problem: PullProblem | null, number: number | undefined, { whose }: Later): problem is PullProblem =>
  problem !== null && problem.number === number && problem.whose === whose
