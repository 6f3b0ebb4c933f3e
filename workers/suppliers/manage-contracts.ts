import type { Context } from 'hono'
import { utf8 } from '../../shared/base/bytes.ts'
import { Fault } from '../../shared/base/fault.ts'
import { newId } from '../../shared/base/ids.ts'
import { CONTRACT_BYTES, CONTRACT_PAGE_BYTES, CONTRACTS_PER_SUPPLIER } from '../../shared/base/limits.ts'
import {
  type ContractChange,
  changeContract,
  contractNamed,
  countContracts,
  createContract,
  deleteContract,
  followContract,
  listContracts,
  standingOf,
  versionsOf,
} from '../../shared/db/contracts.ts'
import { open } from '../../shared/db/open.ts'
import type { ContractRow, SupplierRow } from '../../shared/db/schema.ts'
import { compareContracts, titleOf } from '../../shared/supply/compatibility.ts'
import { ContractDocument } from '../../shared/supply/document.ts'
import {
  mayFollow,
  type Refusal,
  RULES,
  type Side,
  type Standing,
  type Step,
  stepRefused,
  sunsetRefused,
} from '../../shared/supply/life.ts'
import { errorsOf, lintContract } from '../../shared/supply/lint.ts'
import type { ApiEnv } from '../access.ts'
import { forgetContracts } from './contract-of.ts'
import { type ContractLooked, type ContractView, contractView } from './contract-views.ts'
import { shallowBodyOf } from './shallow.ts'

/** What both sides do with contracts: whose they are, and who asks. */
export interface Party {
  side: Side
  supplier: SupplierRow
}
export type Asking = Pick<Context<ApiEnv>, 'env' | 'req'>

/** The document that a request brings: as it is, or as its member `document`. */
async function documentOf(c: Asking): Promise<ContractDocument> {
  const body = await shallowBodyOf(c)
  const given = 'document' in body && !('schema' in body) ? body.document : body
  const document = ContractDocument.parse(given)
  const bytes = utf8(JSON.stringify(document)).length
  if (bytes > CONTRACT_BYTES)
    throw new Fault(
      'too_large',
      `a contract has at most ${CONTRACT_BYTES} bytes, this one ${bytes}`,
      {},
      'contract_too_large',
    )
  return document
}

export async function drafted(c: Asking, { side, supplier }: Party): Promise<ContractRow> {
  const document = await documentOf(c)
  const db = open(c.env.DB)
  if ((await countContracts(db, supplier.supplier_id)) >= CONTRACTS_PER_SUPPLIER)
    throw new Fault(
      'conflict',
      `there are ${CONTRACTS_PER_SUPPLIER} versions already; delete drafts that are not used`,
      {},
      'too_many_contracts',
    )
  const now = Date.now()
  const row: ContractRow = {
    contract_id: newId('ctr'),
    supplier_id: supplier.supplier_id,
    developer_id: supplier.developer_id,
    ...columnsOf(document),
    state: 'draft',
    drafted_by: side,
    note: null,
    created_at: now,
    changed_at: now,
    activated_at: null,
    sunset_at: null,
  }
  if (!(await createContract(db, row))) throw taken(document)
  forgetContracts(supplier.supplier_id)
  return row
}
const columnsOf = (document: ContractDocument) => {
  const [major, minor] = document.version.split('.').map(Number) as [number, number]
  return { name: document.name, major, minor, document: JSON.stringify(document) }
}
const taken = (document: ContractDocument): Fault =>
  new Fault(
    'conflict',
    `there is a ${titleOf(document)} already; change it while it is a draft, or give this one another version`,
    {},
    'version_taken',
  )

export async function redrafted(c: Asking, party: Party): Promise<ContractRow> {
  const row = await rowNamed(c, party)
  mayStep('change', party, row)
  const document = await documentOf(c)
  const columns = columnsOf(document)
  const moved = columns.name !== row.name || columns.major !== row.major || columns.minor !== row.minor
  if (moved) {
    const versions = await versionsOf(open(c.env.DB), row.supplier_id, columns.name)
    const other = versions.find(
      (one) => one.major === columns.major && one.minor === columns.minor && one.contract_id !== row.contract_id,
    )
    if (other) throw taken(document)
  }
  return put(c, row, columns)
}

export async function thrownAway(c: Asking, party: Party): Promise<void> {
  const row = await rowNamed(c, party)
  mayStep('delete', party, row)
  if (!(await deleteContract(open(c.env.DB), row))) throw meanwhile()
  forgetContracts(row.supplier_id)
}

/** Into review: it must be good by itself, and beside what stands. */
export async function submitted(c: Asking, party: Party): Promise<ContractRow> {
  const row = await rowNamed(c, party)
  mayStep('submit', party, row)
  mustBeGood(row)
  refuse(mayFollow(row, (await standing(c, row)).compared, 'not yet'))
  return put(c, row, { state: 'review', note: null })
}

/** A step that only changes the state. */
export async function stepped(c: Asking, party: Party, step: Step, change: ContractChange = {}): Promise<ContractRow> {
  const row = await rowNamed(c, party)
  mayStep(step, party, row)
  return put(c, row, { ...change, state: RULES[step].to ?? row.state })
}

/** What stands of older majors ends on the day that is given; without one it stays. */
export async function activated(c: Asking, party: Party, sunsetAt: number | undefined): Promise<ContractRow> {
  const row = await rowNamed(c, party)
  const now = Date.now()
  mayStep('activate', party, row)
  mustBeGood(row)
  if (sunsetAt !== undefined) refuse(sunsetRefused(sunsetAt, now), 'bad_request')
  const { rows, compared } = await standing(c, row)
  refuse(mayFollow(row, compared, sunsetAt))
  const older = rows.filter(({ state, major }) => state === 'active' && major < row.major)
  const changed_at = later(row, now)
  const changed = await followContract(
    open(c.env.DB),
    row,
    { state: 'active', note: null, activated_at: now, changed_at },
    {
      ids: sunsetAt === undefined ? [] : older.map(({ contract_id }) => contract_id),
      change: { state: 'deprecated', sunset_at: sunsetAt ?? null, note: `followed by ${titleOfRow(row)}`, changed_at },
    },
  )
  forgetContracts(row.supplier_id)
  if (!changed) throw meanwhile()
  return changed
}

/** An active version ends on a day that everybody is told. */
export async function deprecated(
  c: Asking,
  party: Party,
  sunsetAt: number,
  note: string | undefined,
): Promise<ContractRow> {
  refuse(sunsetRefused(sunsetAt, Date.now()), 'bad_request')
  return stepped(c, party, 'deprecate', { sunset_at: sunsetAt, note: note ?? null })
}

export async function looked(c: Asking, party: Party): Promise<ContractLooked> {
  const row = await rowNamed(c, party)
  const view = contractView(row)
  const { compared } = await standing(c, row)
  const newest = compared[0]?.comparison ?? null
  return {
    ...view,
    findings: lintContract(view.document),
    comparison: newest && { against: newest.older, ...newest },
  }
}

export async function listed(c: Asking, { supplier }: Party, { limit, after }: { limit: number; after?: string }) {
  const offset = after === undefined ? 0 : Number(after)
  const rows = await listContracts(open(c.env.DB), supplier.supplier_id, { offset, limit: limit + 1 })
  const contracts: ContractView[] = []
  let bytes = 0
  for (const row of rows.slice(0, limit)) {
    bytes += row.document.length
    if (bytes > CONTRACT_PAGE_BYTES && contracts.length > 0) break
    contracts.push(contractView(row))
  }
  return { contracts, next: contracts.length < rows.length ? String(offset + contracts.length) : null }
}

async function rowNamed(c: Asking, { supplier }: Party): Promise<ContractRow> {
  const id = c.req.param('contract_id') ?? ''
  const row = await contractNamed(open(c.env.DB), supplier.supplier_id, id)
  if (!row) throw new Fault('not_found', 'contract not found', {}, 'contract_not_found')
  return row
}
/** The other versions of its name that are active, or deprecated and not over; a comparison of each with it. */
async function standing(c: Asking, row: ContractRow): Promise<{ rows: ContractRow[]; compared: Standing[] }> {
  const all = await standingOf(open(c.env.DB), row, Date.now())
  const rows = all.filter((one) => one.contract_id !== row.contract_id)
  const document = parsed(row)
  // A draft that is not good by itself is not compared.
  if (errorsOf(lintContract(document)).length > 0) return { rows, compared: [] }
  // The newest of each major is enough: it took over what those before it promised.
  const newest = rows.filter((one, i) => rows.findIndex(({ major }) => major === one.major) === i)
  const compared = newest.map((one) => ({
    major: one.major,
    minor: one.minor,
    comparison: compareContracts(parsed(one), document),
  }))
  // Its own major first: that is what it follows.
  return { rows, compared: compared.sort((a, b) => Number(b.major === row.major) - Number(a.major === row.major)) }
}
const parsed = ({ document }: ContractRow) => JSON.parse(document) as ContractDocument
const titleOfRow = ({ name, major, minor }: ContractRow) => `${name}@${major}.${minor}`

const mustBeGood = (row: ContractRow): void => mustBeUsable('the contract', parsed(row))
/** Refused with all that keeps it from being used. */
export function mustBeUsable(what: string, document: ContractDocument): void {
  const errors = errorsOf(lintContract(document)).map(({ pointer, message }) => `${pointer}: ${message}`)
  if (errors.length > 0)
    throw new Fault(
      'unprocessable',
      `${what} cannot be used: ${errors.slice(0, 10).join('; ')}`,
      {},
      'contract_invalid',
    )
}
const mayStep = (step: Step, { side }: Party, row: ContractRow) => refuse(stepRefused(step, side, row, Date.now()))
function refuse(refusal: Refusal | undefined, code: 'conflict' | 'bad_request' = 'conflict'): void {
  if (refusal) throw new Fault(code, refusal.says, {}, refusal.reason)
}
const meanwhile = () =>
  new Fault('conflict', 'the contract was changed in the meantime; look at it again', {}, 'contract_changed')

async function put(c: Asking, row: ContractRow, change: ContractChange): Promise<ContractRow> {
  const changed = await changeContract(open(c.env.DB), row, { ...change, changed_at: later(row, Date.now()) })
  forgetContracts(row.supplier_id)
  if (!changed) throw meanwhile()
  return changed
}
/** Two changes of one millisecond are told apart by their times. */
const later = ({ changed_at }: ContractRow, now: number): number => Math.max(now, changed_at + 1)
