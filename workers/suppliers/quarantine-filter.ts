import type { Env } from '../../durable-objects/env.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { z } from '../../shared/base/zod.ts'
import type { DeskAddress } from '../../shared/supply/desk.ts'
import { QUARANTINE_STATES, type QuarantineFilter } from '../../shared/supply/quarantine.ts'
import { subjectHash } from '../../shared/supply/subject.ts'
import { EXAMPLE_BATCH } from './batch-views.ts'
import { REASONS } from './quarantine-views.ts'

const at = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const time = (description: string, example: string) =>
  at.optional().openapi({ type: 'string', format: 'date-time', description, example })
/** What held records are found by, in lists and to be redriven. */
export const FILTER = {
  reason: z.enum(REASONS).optional().openapi({ description: 'Held for this', example: 'unknown_subject' }),
  contract: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,62}(@\d{1,4})?$/, 'is a contract’s name, or name@major')
    .optional()
    .openapi({ description: 'A contract’s name, or one major version of it', example: 'sleep@1' }),
  batch_id: z.string().max(64).optional().openapi({ description: 'Of one batch', example: EXAMPLE_BATCH.batch_id }),
  subject: z.string().min(1).max(256).optional().openapi({ description: 'Of one subject', example: 'person-17' }),
  from: time('Held since', '2026-07-01T00:00:00Z'),
  to: time('Held before', '2026-07-02T00:00:00Z'),
}
export const State = z
  .enum([...QUARANTINE_STATES, 'all'])
  .default('waiting')
  .openapi({ description: 'Those in this state', example: 'waiting' })
const Filter = z.object(FILTER)

export function filterOf(env: Env, address: DeskAddress, asked: z.output<typeof Filter>): QuarantineFilter {
  const { reason, contract, batch_id, subject, from, to } = asked
  return {
    ...(reason && { reason }),
    ...(contract !== undefined && { contract }),
    ...(batch_id !== undefined && { batch_id }),
    ...(subject !== undefined && { subject_hash: subjectHash(keyOfSupplier(env, address), subject) }),
    ...(from !== undefined && { from_at: from }),
    ...(to !== undefined && { to_at: to }),
  }
}
