import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { Fault, type FaultCode } from '../../shared/base/fault.ts'
import { STREAM } from '../../shared/base/limits.ts'
import { iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { type ConnectionRow, findConnection } from '../../shared/db/connections.ts'
import { open } from '../../shared/db/open.ts'
import { isName } from '../../shared/supply/identity.ts'
import { grantOfEnvironment, grantOfSubject } from '../../shared/supply/stream-grants.ts'
import { subjectHash } from '../../shared/supply/subject.ts'
import type { Api } from '../api/route.ts'
import { type Refused, subjectsOf } from '../ingest/subjects-of.ts'
import { inputOf } from '../read-input.ts'
import { producerClaims } from '../stream/claims.ts'
import { streamToken } from '../stream/stream-token.ts'
import { ContractPath, letIn, type Push, pushOf } from './pushing.ts'
import { regionUrl } from './region.ts'
import { supplierRoute } from './route.ts'
import { EXAMPLE_SUBJECT } from './subject-views.ts'
import type { SupplierContext } from './supplier-only.ts'

const name = () => z.string().min(1).max(200).refine(isName, 'control characters are in no name')
const StreamInput = z.strictObject({
  subject: name().describe('Whose samples they are, as you call the person'),
  reference_id: name().optional().describe('What the developer calls the person; left out, the subject'),
  consent: name().optional().describe('The consent that they are given under, where none is on record'),
})
type StreamInput = z.infer<typeof StreamInput>
const StreamOpened = z
  .object({
    token: z.string().describe('Of IDENTIFY, as a producer; good once'),
    url: z.string().describe('The live socket'),
    expires_at: z.string().describe('Until then the token lets in'),
    ends_at: z.string().describe('The socket is closed then, with 4001: go on with another token'),
    subject: z.string(),
    types: z.array(z.string()).describe('The types of samples that may come'),
  })
  .openapi('SupplierStream')
const EXAMPLE: z.infer<typeof StreamOpened> = {
  token: 'st.q1Zg8c0…',
  url: 'wss://eu.api.example.com/connect',
  expires_at: '2026-07-02T08:03:00.000Z',
  ends_at: '2026-07-02T08:15:00.000Z',
  subject: EXAMPLE_SUBJECT.subject,
  types: ['HEART_RATE', 'RR_INTERVAL'],
}

/** Samples that are worth most in the second in which they are measured. */
export function addOpenStream(api: Api): void {
  supplierRoute(
    api,
    {
      id: 'openSupplierStream',
      method: 'post',
      path: '/ingest/:contract/streams',
      scope: 'ingest:write',
      push: true,
      tag: 'Push',
      summary: 'Lets a producer of live samples in',
      description:
        'The answer is a token for the live socket, for samples of one subject and of the types that the contract has among `live`. Whose they are is decided as of a record. Samples are no records: they are in no report, and no promise is measured by them.',
      params: ContractPath,
      body: StreamInput,
      bodyExample: { subject: EXAMPLE_SUBJECT.subject, consent: 'consent-2026-114' },
      status: 201,
      answer: StreamOpened,
      example: EXAMPLE,
      fails: [409, 410, 422],
    },
    async (c) => c.json(await opened(c, await inputOf(c, StreamInput)), 201, { 'cache-control': 'no-store' }),
  )
}

async function opened(c: SupplierContext, input: StreamInput): Promise<z.infer<typeof StreamOpened>> {
  const pushed = await pushOf(c)
  const types = liveTypes(c, pushed)
  const { now, held } = await letIn(c, pushed, { kind: 'records', records: 1 })
  if (held)
    throw new Fault(
      'forbidden',
      'what comes under this contract is held back by a rule until it is as promised again: see /v2/supplier/quality; the developer can lift it',
      {},
      'contract_quarantined',
    )
  const subject = await subjectOf(c, pushed, input, now)
  // What ends from then on ends this token too, however long its asker took to say whose it is.
  const { supplier, environment, credential, askedAt: givenAt } = c.get('supplier')
  const connection = await connectionOf(c, subject.user_id)
  const rights = [
    subject.consent_ends_at === null ? null : givenAt + subject.consent_ends_at - now,
    pushed.known.row.sunset_at,
    credential.expires_at,
  ]
  const until = Math.min(givenAt + STREAM.suppliedMs, ...rights.filter((at) => at !== null))
  const expires_at = givenAt + STREAM.tokenMs
  const token = streamToken(c.env, {
    ...{ kind: 'producer', ...producerClaims(connection), types, until, expires_at },
    grants: [
      grantOfEnvironment(supplier.supplier_id, environment),
      credential.credential_id,
      grantOfSubject(connection.user_id),
    ],
  })
  return {
    token,
    url: `${regionUrl(c, supplier.region).replace(/^http/, 'ws')}/connect`,
    expires_at: iso(Math.min(expires_at, until)),
    ends_at: iso(until),
    subject: input.subject,
    types,
  }
}

function liveTypes(c: SupplierContext, { known, contract }: Push): string[] {
  const { live } = known.document
  if (!live)
    throw new Fault(
      'conflict',
      `nothing comes live under ${contract}; name the types in a version of it, as {"live": {"types": ["HEART_RATE"]}}, or push records`,
      {},
      'live_not_in_contract',
    )
  // A sample is of no record's type.
  if (!c.get('supplier').scopes.includes('ingest:write'))
    throw new Fault(
      'forbidden',
      'this token is for records of some types; ask /oauth/token for ingest:write',
      {},
      'scope_missing',
    )
  return live.types
}

const WHY: Record<Refused, [FaultCode, string]> = {
  unknown_subject: ['not_found', 'the subject is not known; tell it first, with PUT /v2/supplier/subjects/{subject}'],
  no_consent: ['forbidden', 'no consent of the subject is on record; name it here, as `consent`'],
  consent_ended: [
    'forbidden',
    'the subject’s consent has ended; where they gave another one, record it with PUT /v2/supplier/subjects/{subject}',
  ],
  subject_closed: [
    'forbidden',
    'the subject’s connection has ended; where they came again, tell them with PUT /v2/supplier/subjects/{subject}',
  ],
}
const refused = (reason: Refused) => new Fault(WHY[reason][0], WHY[reason][1], {}, reason)

/** As of a record that names them so. */
async function subjectOf(c: SupplierContext, { address, known }: Push, input: StreamInput, now: number) {
  const { subject, reference_id, consent } = input
  const named = { hash: subjectHash(keyOfSupplier(c.env, address), subject), subject, reference_id, consent }
  const whose = await subjectsOf(c.env, address, known.document.identity, [named], { now, connect: true })
  const found = whose(named)
  if (found.kind === 'held') throw refused(found.reason)
  return found.subject
}

async function connectionOf(c: SupplierContext, userId: string): Promise<ConnectionRow> {
  const { supplier } = c.get('supplier')
  const connection = await findConnection(open(c.env.DB), supplier.developer_id, userId)
  if (!connection) throw refused('subject_closed')
  if (connection.state !== 'active')
    throw new Fault('forbidden', 'the developer has stopped this subject; only they resume it', {}, 'subject_inactive')
  return connection
}
