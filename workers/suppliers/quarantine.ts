import type { NewRedrive, RedriveContracts } from '../../durable-objects/quarantine-api.ts'
import { keyOfSupplier } from '../../durable-objects/supplier-key.ts'
import { allows } from '../../shared/access/scopes.ts'
import { text, utf8 } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { seal, unseal } from '../../shared/base/seal.ts'
import { z } from '../../shared/base/zod.ts'
import { deskName } from '../../shared/supply/desk.ts'
import { majorOf } from '../../shared/supply/major.ts'
import type { HeldReason } from '../../shared/supply/outcome.ts'
import { placeOfQuarantined } from '../../shared/supply/quarantine.ts'
import { quarantineContext } from '../../shared/supply/subject.ts'
import { limit } from '../api/params.ts'
import { type Api, queryOf } from '../api/route.ts'
import { inputOf } from '../read-input.ts'
import { type AtDesk, bothSides } from './both-sides.ts'
import { contractOf, contractWith } from './contract-of.ts'
import { numberCursor, writeNumber } from './number-cursor.ts'
import { mayPush } from './pushing.ts'
import { FILTER, filterOf, State } from './quarantine-filter.ts'
import {
  EXAMPLE_HELD,
  EXAMPLE_REDRIVE,
  heldRecord,
  QuarantinedDetail,
  QuarantinedRecord,
  QuarantineId,
  Redrive,
  RedriveId,
  redriveView,
} from './quarantine-views.ts'
import { redriveChunk } from './redrive-chunk.ts'
import type { SupplierContext } from './supplier-only.ts'

const ListQuery = z.object({ ...FILTER, state: State, cursor: numberCursor, limit })
const RedriveInput = z.strictObject(FILTER)
const ItemInput = z.strictObject({
  record: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('To be read in its place; suppliers only: the record is theirs'),
})

/** Records that wait until something is mended, to both sides. */
export function addHeldRecords(api: Api): void {
  bothSides(
    api,
    {
      path: '/quarantine',
      method: 'get',
      supplier: { id: 'listHeldRecords', scope: 'batches:read' },
      developer: { id: 'listSupplierQuarantine', scope: 'suppliers:read' },
      summary: 'Records in quarantine, the newest first',
      description:
        'Each with why it is held and what lets it go on. They are kept as long as their contract says, and then end; what ended is told of with `state`.',
      query: ListQuery,
      answer: z.object({ records: z.array(QuarantinedRecord), next_cursor: z.string().nullable() }),
      example: { records: [EXAMPLE_HELD], next_cursor: null },
    },
    async ({ c, desk, address }) => {
      const { state, cursor, limit: most, ...asked } = queryOf(c, ListQuery)
      const { items, to } = await desk.quarantined({
        ...filterOf(c.env, address, asked),
        ...(state !== 'all' && { state }),
        ...(cursor !== undefined && { before: cursor }),
        limit: most,
      })
      return c.json({ records: items.map(heldRecord), next_cursor: to === null ? null : writeNumber(to) })
    },
  )
  bothSides(
    api,
    {
      path: '/quarantine/:quarantine_id',
      method: 'get',
      supplier: { id: 'getHeldRecord', scope: 'batches:read' },
      developer: { id: 'getSupplierQuarantine', scope: 'suppliers:read' },
      summary: 'A record in quarantine, and what it says',
      description:
        'The record is there while it is kept. A developer’s key sees it with the scope `data:read` beside the other, and not where its subject’s consent is wanting (`no_consent`, `consent_ended`).',
      params: QuarantineId,
      answer: QuarantinedDetail,
      example: { ...EXAMPLE_HELD, record: { person: 'person-17', bedtime: '2026-06-30T22:41:00+02:00' } },
      fails: [404],
    },
    async (at) => {
      const { view, sealed } = await itemOf(at)
      const record = sealed && maySee(at, view) ? { record: opened(at, view.batch_id, view.line, sealed) } : {}
      return at.c.json({ ...heldRecord(view), ...record })
    },
  )
  bothSides(
    api,
    {
      path: '/quarantine/:quarantine_id/redrive',
      method: 'post',
      supplier: { id: 'redriveHeldRecord', scope: 'ingest:write' },
      developer: { id: 'redriveSupplierRecord', scope: 'suppliers:write' },
      summary: 'Reads one record again, as it is or corrected',
      description:
        'By the newest minor version of its contract. What is taken leaves quarantine, and its line in the report and the counts of its batch follow. What cannot be taken stays as it was, with what is wrong now. Where it takes longer the answer’s `state` is `redriving`.',
      params: QuarantineId,
      body: ItemInput,
      bodyOptional: true,
      bodyExample: { record: { person: 'person-17', bedtime: '2026-06-30T22:41:00+02:00' } },
      answer: QuarantinedRecord,
      example: {
        ...EXAMPLE_HELD,
        ...{ state: 'taken', tries: 1, outcome: 'accepted', redrive_id: EXAMPLE_REDRIVE.redrive_id },
        ended_at: '2026-07-02T08:01:11.190Z',
      },
      fails: [404, 409, 410],
    },
    async (at) => {
      const { record } = await inputOf(at.c, ItemInput)
      const { view } = await itemOf(at)
      const contracts = await contractsFor(at, [majorOf(view.contract)])
      if (record !== undefined) await mayCorrect(at, Object.values(contracts))
      const { batch_id, line } = view
      const redrive_id = newId('rdv')
      await begun(at, {
        ...{ redrive_id, contracts, filter: {} },
        item: { batch_id, line, ...(record && { corrected: sealed(at, batch_id, line, JSON.stringify(record)) }) },
      })
      await redriveChunk(at.c.env, deskName(at.address), redrive_id)
      return at.c.json(heldRecord((await itemOf(at)).view))
    },
  )
  bothSides(
    api,
    {
      path: '/quarantine/redrive',
      method: 'post',
      supplier: { id: 'redriveHeldRecords', scope: 'ingest:write' },
      developer: { id: 'redriveSupplierQuarantine', scope: 'suppliers:write' },
      summary: 'Reads records again: those that a filter finds, or all that wait',
      description:
        'Each by the newest minor version of its contract; those of a contract without one that takes data stay, and are not counted. It goes on beside batches.',
      body: RedriveInput,
      bodyOptional: true,
      bodyExample: { reason: 'unknown_subject' },
      status: 202,
      answer: Redrive,
      example: EXAMPLE_REDRIVE,
      fails: [409],
    },
    async (at) => {
      const filter = filterOf(at.c.env, at.address, await inputOf(at.c, RedriveInput))
      const majors = await at.desk.quarantineContracts(filter)
      const redrive = await begun(at, { redrive_id: newId('rdv'), contracts: await contractsFor(at, majors), filter })
      return at.c.json(redriveView(redrive), 202)
    },
  )
  bothSides(
    api,
    {
      path: '/redrives',
      method: 'get',
      supplier: { id: 'listRedrives', scope: 'batches:read' },
      developer: { id: 'listSupplierRedrives', scope: 'suppliers:read' },
      summary: 'Redrives, the newest first',
      description: 'The last 100.',
      answer: z.object({ redrives: z.array(Redrive) }),
      example: { redrives: [EXAMPLE_REDRIVE] },
    },
    async ({ c, desk }) => c.json({ redrives: (await desk.redrives()).map(redriveView) }),
  )
  bothSides(
    api,
    {
      path: '/redrives/:redrive_id',
      method: 'get',
      supplier: { id: 'getRedrive', scope: 'batches:read' },
      developer: { id: 'getSupplierRedrive', scope: 'suppliers:read' },
      summary: 'How far a redrive is',
      description: 'And what it has made of the records so far.',
      params: RedriveId,
      answer: Redrive,
      example: EXAMPLE_REDRIVE,
      fails: [404],
    },
    async ({ c, desk }) => {
      const redrive = await desk.redrive(c.req.param('redrive_id') ?? '')
      if (!redrive) throw new Fault('not_found', 'redrive not found')
      return c.json(redriveView(redrive))
    },
  )
}

/** A corrected record is new data: who brings it may push it. */
async function mayCorrect({ c, side }: AtDesk, contracts: RedriveContracts[string][]): Promise<void> {
  if (side === 'developer')
    throw new Fault(
      'forbidden',
      'the record is the supplier’s: only they correct it; leave `record` out',
      {},
      'not_yours',
    )
  const asked = c as unknown as SupplierContext
  if (asked.get('supplier').credential.signatures === 'required')
    throw new Fault(
      'forbidden',
      'what this credential brings is signed, and a correction is not: push the corrected record to /v2/ingest instead',
      {},
      'signature_missing',
    )
  for (const { contract_id } of contracts) mayPush(asked, await contractWith(c.env, contract_id))
}
async function itemOf({ c, desk }: AtDesk) {
  const place = placeOfQuarantined(c.req.param('quarantine_id') ?? '')
  const found = place && (await desk.quarantinedItem(place.batch_id, place.line))
  if (!found) throw new Fault('not_found', 'no such record in quarantine')
  return found
}
/** To a developer whose subject has not agreed to it, or no more, their data are not shown. */
const NOT_AGREED: readonly HeldReason[] = ['no_consent', 'consent_ended']
const maySee = ({ c, side }: AtDesk, { reason }: { reason: HeldReason }): boolean =>
  side === 'supplier' || (allows(c.get('caller').scopes, 'data:read') && !NOT_AGREED.includes(reason))
function opened({ c, address }: AtDesk, batchId: string, line: number, bytes: Uint8Array): unknown {
  const plain = text(unseal(keyOfSupplier(c.env, address), bytes, quarantineContext(batchId, line)))
  try {
    return JSON.parse(plain)
  } catch {
    return plain
  }
}
const sealed = ({ c, address }: AtDesk, batchId: string, line: number, record: string) =>
  seal(keyOfSupplier(c.env, address), utf8(record), quarantineContext(batchId, line))

/** The newest version of each that takes data; where none of them has one, why not. */
async function contractsFor({ c, address }: AtDesk, majors: string[]): Promise<RedriveContracts> {
  const { supplier_id, environment } = address
  const found: RedriveContracts = {}
  let refused: unknown
  for (const named of majors)
    try {
      const { contract_id, name, version } = await contractOf(c.env, { supplier_id, environment, named })
      found[named] = { contract_id, contract: `${name}@${version}` }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      refused = error
    }
  if (refused && Object.keys(found).length === 0) throw refused
  return found
}
async function begun({ desk }: AtDesk, redrive: NewRedrive) {
  const answer = await desk.beginRedrive(redrive)
  if (answer.kind === 'absent') throw new Fault('not_found', 'no such record in quarantine')
  if (answer.kind === 'busy')
    throw new Fault(
      'conflict',
      `the record is ${answer.state}; only one that is waiting is read again`,
      {},
      'not_waiting',
    )
  return answer.redrive
}
