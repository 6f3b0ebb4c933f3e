declare const CRASH_POINTS: boolean

/** The places where the runtime is killed to prove that nothing is lost. */
export type CrashPoint =
  | 'before-accept'
  | 'after-accept'
  | 'before-append'
  | 'after-append'
  | 'lease-taken'
  | 'request-unanswered'
  | 'answered-before-settle'
  | 'mid-settle'
  | 'alarm-before-rearm'
  | 'segment-put-before-delete'
  | 'cold-put-before-rows'
  | 'cold-rows-before-sweep'
  | 'group-commit'
  | SupplyPoint

/** … of a supplier's records. */
export type SupplyPoint =
  | 'batch-before-commit'
  | 'batch-after-commit'
  | 'part-before-commit'
  | 'part-after-commit'
  | 'upload-before-commit'
  | 'upload-after-commit'
  | 'pull-before-commit'
  | 'pull-after-commit'
  | 'piece-after-accept'
  | 'piece-after-append'
  | 'piece-after-commit'
  | 'redrive-before-commit'
  | 'redrive-after-commit'

/**
 * Test builds only: tells the harness that this place was reached and waits for its answer, which never comes
 * where the harness kills the runtime here. In every other build the condition is a constant and the body is gone.
 */
export async function crashPoint(name: CrashPoint, env: object, detail = ''): Promise<void> {
  if (typeof CRASH_POINTS === 'undefined' || !CRASH_POINTS) return
  const url = (env as { CRASH_CONTROL_URL?: string }).CRASH_CONTROL_URL
  if (url) await fetch(`${url}?point=${name}&detail=${encodeURIComponent(detail)}`)
}
