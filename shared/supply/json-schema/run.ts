import type { Json } from '../../base/json.ts'
import { escaped } from '../pointer.ts'
import { MOST_PROBLEMS, problem, type RecordProblem, type ValueKind } from '../problem.ts'

/** One check of one value: what was found so far. */
export interface Run {
  problems: RecordProblem[]
  /** Within `not`, `if` and alternatives that may fail: nothing is noted. */
  quiet: number
  /** Branches taken: a schema may ask for more of them than there are atoms. */
  work: number
}
/** A schema, ready: whether a value fits. `seen`: what was evaluated of the value, where an `unevaluated…` around wants to know. */
export type Check = (value: unknown, run: Run, seen: Seen | undefined) => boolean
/** Makes the check of a schema within the same document. */
export type Compile = (schema: unknown) => Check

/** Members and elements of one value that a schema has evaluated (2020-12, core 7.7.1). */
export class Seen {
  allMembers = false
  readonly members = new Set<string>()
  /** All elements before this one. */
  elements = 0
  readonly elementsAt = new Set<number>()
  take(other: Seen): void {
    this.allMembers ||= other.allMembers
    for (const one of other.members) this.members.add(one)
    this.elements = Math.max(this.elements, other.elements)
    for (const one of other.elementsAt) this.elementsAt.add(one)
  }
}

/** More branches than any sensible schema needs: what goes beyond is stopped. */
const MOST_WORK = 100_000
export class TooMuchWork extends Error {}
export function branch(run: Run): void {
  if (++run.work > MOST_WORK) throw new TooMuchWork('the schema asks for too many comparisons of this record')
}

/** Notes that a value does not fit. → false */
export function fail(run: Run, rule: string, expected: string, kind: ValueKind): false {
  if (run.quiet === 0 && run.problems.length < MOST_PROBLEMS) run.problems.push(problem('', rule, expected, kind))
  return false
}
/** Checks what is within a value: its problems then say where. Nothing is spent on places while all is well. */
export function within(check: Check, value: unknown, key: string | number, run: Run): boolean {
  const before = run.problems.length
  if (check(value, run, undefined)) return true
  if (run.problems.length > before) relocate(run, before, escaped(key))
  return false
}
export function relocate(run: Run, from: number, step: string): void {
  for (let i = from; i < run.problems.length; i++) {
    const { pointer, rule, expected, kind } = run.problems[i]!
    run.problems[i] = problem(`/${step}${pointer}`, rule, expected, kind)
  }
}
/** Whether it fits, without a word. */
export function quietly(check: Check, value: unknown, run: Run, seen: Seen | undefined): boolean {
  run.quiet++
  try {
    return check(value, run, seen)
  } finally {
    run.quiet--
  }
}

export type Schema = Json
