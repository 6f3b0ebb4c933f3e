import { z } from '../../shared/base/zod.ts'
import { type DataType, SCHEMAS } from '../../shared/schema/data-types.ts'
import { EXAMPLE_RECORDS } from '../../shared/schema/examples/records.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { mergePerson } from '../../shared/schema/person/merge-person.ts'
import { DEFAULT_RULES } from '../../shared/schema/person/rules.ts'
import { TerraUser } from '../../shared/schema/user.ts'

/** What a merged view is made of, as the reference shows it. */

const SourceName = { user_id: z.string(), provider: z.string() }
const FieldSource = z
  .object({
    ...SourceName,
    also: z
      .array(z.object({ ...SourceName, items: z.int() }))
      .optional()
      .describe('Whose items fill its gaps'),
  })
  .openapi('FieldSource')
const LeftOut = z
  .object({
    ...SourceName,
    summary_id: z.string().optional(),
    start_time: z.string().optional(),
    reason: z
      .enum(['lower_priority', 'overlap'])
      .describe('Better sources had all of it, or it is a part of a session that is told of better'),
  })
  .openapi('LeftOutRecord')
const MergeSources = z
  .object({
    fields: z
      .record(z.string(), FieldSource)
      .describe('By JSON pointer into the record; a pointer stands for all that is inside'),
    left_out: z.array(LeftOut).describe('Records of which nothing was taken'),
  })
  .openapi('MergeSources')

export const mergedAnswer = (type: DataType) =>
  z.object({
    reference_id: z.string(),
    type: z.literal(type),
    users: z.array(TerraUser).describe('The connections that were read'),
    data: z.array(SCHEMAS[type]),
    sources: z.array(MergeSources).describe('One for each record of `data`'),
  })

export function mergedExample(type: DataType) {
  const { user_id, provider } = EXAMPLE_USER
  const source = { user_id, provider, category: 'wearable', connectedAt: 0 }
  const merged = mergePerson(type, [{ source, record: EXAMPLE_RECORDS[type] }], DEFAULT_RULES)
  return { reference_id: EXAMPLE_USER.reference_id ?? 'user-42', type, users: [EXAMPLE_USER], ...merged } as never
}
