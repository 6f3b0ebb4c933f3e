import type { SubjectAbout, SubjectRow } from '../../durable-objects/supplier-desk-api.ts'
import { text } from '../../shared/base/bytes.ts'
import { unseal } from '../../shared/base/seal.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { subjectContext } from '../../shared/supply/subject.ts'

/** Subjects, as both sides see them. */

export const SubjectView = z
  .object({
    subject: z.string().describe('The supplier’s name of the person'),
    reference_id: z.string().nullable().describe('The developer’s'),
    user_id: z.string().describe('The connection that their records go to'),
    state: z.enum(['active', 'withdrawn']).describe('`withdrawn`: their consent was taken back; records are held'),
    consent: z.string().nullable().describe('The one on record, as the supplier names it'),
    consent_ends_at: z.string().nullable().describe('null: it is open'),
    created_at: z.string(),
  })
  .openapi('SupplierSubject')
export type SubjectView = z.infer<typeof SubjectView>

export const EXAMPLE_SUBJECT: SubjectView = {
  subject: 'person-17',
  reference_id: 'user-42',
  user_id: EXAMPLE_USER.user_id,
  state: 'active',
  consent: 'consent-2026-114',
  consent_ends_at: null,
  created_at: '2026-07-01T21:10:02.000Z',
}
/** As it stands in a path; `%2F` and the like are part of the name. */
export const SubjectName = z.object({
  subject: z
    .string()
    .min(1)
    .max(256)
    .openapi({ description: 'The supplier’s name of the person', example: EXAMPLE_SUBJECT.subject }),
})

export function subjectView(key: Uint8Array, row: SubjectRow): SubjectView {
  const about = JSON.parse(text(unseal(key, row.sealed, subjectContext(row.subject_hash)))) as SubjectAbout
  return {
    subject: about.subject,
    reference_id: about.reference_id,
    user_id: row.user_id,
    state: row.state === 'withdrawn' ? 'withdrawn' : 'active',
    consent: row.consented ? about.consent : null,
    consent_ends_at: iso(row.consent_ends_at),
    created_at: iso(row.created_at),
  }
}
