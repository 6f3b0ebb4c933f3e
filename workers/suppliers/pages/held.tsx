import { HELD_REASONS, type HeldReason } from '../../../shared/supply/outcome.ts'
import type { RecordProblem } from '../../../shared/supply/problem.ts'
import { REMEDIES } from '../../../shared/supply/quarantine.ts'

/** Why a record is held, and what lets it go on. */
export const Why = ({ reason }: { reason: string }) =>
  isReason(reason) ? (
    <p class="notice calm">
      {sentence(HELD_REASONS[reason])} To go on: {REMEDIES[reason]}.
    </p>
  ) : null

const isReason = (reason: string): reason is HeldReason => reason in HELD_REASONS
export const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`

/** Where in the record; the whole of it has no pointer. */
export const Pointers = ({ problems }: { problems: Pick<RecordProblem, 'pointer'>[] }) => (
  <>
    {problems.map(({ pointer }) => (
      <>
        <code>{pointer === '' ? 'the record' : pointer}</code>{' '}
      </>
    ))}
  </>
)
