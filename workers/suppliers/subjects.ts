import { streamHub } from '../../durable-objects/stubs.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { findConnection } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { grantOfSubject } from '../../shared/supply/stream-grants.ts'
import { subjectHash } from '../../shared/supply/subject.ts'
import { limit } from '../api/params.ts'
import { type Api, queryOf } from '../api/route.ts'
import { disconnect } from '../connect/disconnect.ts'
import { inputOf } from '../read-input.ts'
import { type AtDesk, atDeskOf, bothSides } from './both-sides.ts'
import { connectSubject } from './connect-subject.ts'
import { numberCursor, writeNumber } from './number-cursor.ts'
import { supplierRoute } from './route.ts'
import { EXAMPLE_SUBJECT, SubjectName, SubjectView, subjectView } from './subject-views.ts'

const tag = 'Supplier account'
const ListQuery = z.object({ cursor: numberCursor, limit })
const SubjectInput = z.strictObject({
  reference_id: z
    .string()
    .min(1)
    .max(512)
    .optional()
    .describe(
      'What the developer calls the person; left out, the subject. Of a subject who is there already it stays: the developer changes it',
    ),
  consent: z.string().min(1).max(256).optional().describe('The consent that their data come under, as you name it'),
  consent_ends_at: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('The consent is over then, and records are held; left out: it is open'),
})

/** Whose data a supplier sends. */
export function addSubjects(api: Api): void {
  bothSides(
    api,
    {
      path: '/subjects',
      method: 'get',
      supplier: { id: 'listSubjects', scope: 'subjects:write', tag },
      developer: { id: 'listSupplierSubjects', scope: 'suppliers:read' },
      summary: 'Subjects, in the order in which they came',
      description: 'Those whose connection is open, with the consent that is on record.',
      query: ListQuery,
      answer: z.object({ subjects: z.array(SubjectView), next_cursor: z.string().nullable() }),
      example: { subjects: [EXAMPLE_SUBJECT], next_cursor: null },
    },
    async ({ c, desk, address }) => {
      const { cursor = 0, limit: most } = queryOf(c, ListQuery)
      const rows = await desk.subjectRows(cursor, most + 1)
      const shown = rows.slice(0, most)
      const key = keyOfSupplier(c.env, address)
      return c.json({
        subjects: shown.map((row) => subjectView(key, row)),
        next_cursor: rows.length > most ? writeNumber(shown.at(-1)!.number) : null,
      })
    },
  )
  bothSides(
    api,
    {
      path: '/subjects/:subject',
      method: 'get',
      supplier: { id: 'getSubject', scope: 'subjects:write', tag },
      developer: { id: 'getSupplierSubject', scope: 'suppliers:read' },
      summary: 'A subject',
      description: 'With the consent that is on record.',
      params: SubjectName,
      answer: SubjectView,
      example: EXAMPLE_SUBJECT,
      fails: [404],
    },
    async (at) => at.c.json(await shown(at)),
  )
  supplierRoute(
    api,
    {
      id: 'putSubject',
      method: 'put',
      path: '/supplier/subjects/:subject',
      scope: 'subjects:write',
      tag,
      summary: 'Tells a subject, or a consent of theirs',
      description:
        'Their records go to one connection of the developer’s from now on. A consent goes on record, also in place of one that has ended or was taken back; without one nothing changes about it. Records that were held for the lack of it wait for a redrive.',
      params: SubjectName,
      body: SubjectInput,
      bodyOptional: true,
      bodyExample: { reference_id: 'user-42', consent: 'consent-2026-114' },
      answer: SubjectView,
      example: EXAMPLE_SUBJECT,
    },
    async (c) => {
      const { reference_id, consent, consent_ends_at } = await inputOf(c, SubjectInput)
      if (consent === undefined && consent_ends_at !== undefined)
        throw new Fault('bad_request', 'consent_ends_at is the end of a consent; name that in `consent`')
      const at = atDeskOf(c)
      const subject = nameOf(at)
      const endsAt = consent_ends_at === undefined ? null : Date.parse(consent_ends_at)
      const about = { subject, reference_id: reference_id ?? subject, consent: consent ?? null }
      await connectSubject(c.env, at.address, about, endsAt)
      return c.json(await shown(at))
    },
  )
  supplierRoute(
    api,
    {
      id: 'withdrawConsent',
      method: 'delete',
      path: '/supplier/subjects/:subject/consent',
      scope: 'subjects:write',
      tag,
      summary: 'A subject takes their consent back',
      description:
        'Records of theirs that come from now on are held, sealed, for as long as their contract says (`quarantine_days`), and shown to their supplier alone; their live producers are closed, and nothing of them is taken until another consent is on record. What is there stays; erasing the subject removes it.',
      params: SubjectName,
      answer: SubjectView,
      example: { ...EXAMPLE_SUBJECT, state: 'withdrawn', consent: null },
      fails: [404],
    },
    async (c) => {
      const at = atDeskOf(c)
      await at.desk.withdrawSubject(hashOf(at))
      const { user_id } = await rowOf(at)
      await streamHub(c.env, at.address).endGrants([grantOfSubject(user_id)], Date.now())
      return c.json(await shown(at))
    },
  )
  supplierRoute(
    api,
    {
      id: 'eraseSubject',
      method: 'delete',
      path: '/supplier/subjects/:subject',
      scope: 'subjects:write',
      tag,
      summary: 'Erases a subject',
      description:
        'Ends the connection, and erases its data and what is held of the subject in quarantine; the developer’s destinations hear of it. Records that come later are rejected (`subject_closed`), and nothing of them is kept, until the subject is told anew.',
      params: SubjectName,
      status: 204,
      fails: [404],
    },
    async (c) => {
      const at = atDeskOf(c)
      const row = await rowOf(at)
      const connection = await findConnection(open(c.env.DB), at.address.developer_id, row.user_id)
      if (connection) await disconnect(c.env, connection, { replaced: false })
      else await at.desk.closeSubject(row.subject_hash)
      return c.body(null, 204)
    },
  )
}

const nameOf = ({ c }: AtDesk): string => SubjectName.parse({ subject: c.req.param('subject') }).subject
const hashOf = (at: AtDesk): string => subjectHash(keyOfSupplier(at.c.env, at.address), nameOf(at))
/** One whose connection has ended can be erased again, where that broke off; otherwise it is not there. */
async function rowOf(at: AtDesk) {
  const row = await at.desk.subjectRow(hashOf(at))
  if (!row) throw new Fault('not_found', 'subject not found')
  return row
}
async function shown(at: AtDesk) {
  const row = await rowOf(at)
  if (row.state === 'closed') throw new Fault('not_found', 'subject not found: its connection has ended')
  return subjectView(keyOfSupplier(at.c.env, at.address), row)
}
