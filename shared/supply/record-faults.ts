import type { RecordFault } from './gather.ts'
import { problem, type RecordProblem } from './problem.ts'

/** What stands at a record's place and is none, as a problem of the record. */
export const RECORD_FAULT_PROBLEMS: Record<RecordFault, RecordProblem> = {
  too_long: problem('', 'too_long', 'a record of at most 1 MB', 'text'),
  encoding: problem('', 'encoding', 'UTF-8', 'text'),
  json: problem('', 'json', 'JSON', 'text'),
}
