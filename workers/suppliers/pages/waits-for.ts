import type { BatchView } from '../batch-views.ts'
import { moment } from './words.ts'

type Trouble = NonNullable<BatchView['trouble']>

/** What waits for a mend of ours, and that nobody has to do anything. */
export const waitsFor = (what: string, { reason, tries, next_try_at }: Trouble): string =>
  `${what}: ${reason}. It was tried ${tries === 1 ? 'once' : `${tries} times`}; the next try is at ${moment(next_try_at)} UTC, by itself.`
