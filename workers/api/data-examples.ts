import type { DataType } from '../../shared/schema/data-types.ts'
import { EXAMPLE_RECORDS } from '../../shared/schema/examples/records.ts'
import { EXAMPLE_REFERENCE, EXAMPLE_USER as user } from '../../shared/schema/examples/user.ts'

/** Answers of the data routes as the reference shows them. */

export const inlineExample = (type: DataType) =>
  type === 'athlete'
    ? { user, type, athlete: EXAMPLE_RECORDS.athlete }
    : ({ user, type, data: [EXAMPLE_RECORDS[type]] } as never)

export const acceptedExample = (type: DataType) => ({
  status: 'success' as const,
  type,
  reference: EXAMPLE_REFERENCE,
  trace_id: EXAMPLE_REFERENCE,
  user,
})
