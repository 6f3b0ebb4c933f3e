import type { Env } from '../../durable-objects/env.ts'
import { Fault } from '../../shared/base/fault.ts'
import { SUPPLY } from '../../shared/base/supply-limits.ts'
import { findContract, namesOf, type VersionRow, versionsOf } from '../../shared/db/contracts.ts'
import { open } from '../../shared/db/open.ts'
import type { ContractRow } from '../../shared/db/schema.ts'
import { compileContract } from '../../shared/supply/compile.ts'
import type { CompiledContract } from '../../shared/supply/compiled.ts'
import type { ContractDocument, ContractState, Environment } from '../../shared/supply/document.ts'
import { stateAt, takes } from '../../shared/supply/life.ts'
import { ContractInvalid } from '../../shared/supply/problem.ts'

/** A version of a contract, ready to read records. */
export interface KnownContract {
  contract_id: string
  name: string
  version: string
  state: ContractState
  row: ContractRow
  document: ContractDocument
  compiled: CompiledContract
}
interface Asked {
  supplier_id: string
  environment: Environment
  /** `name`, `name@1` or `name@1.2`. */
  named: string
}

/** What a push names, where it may be pushed to. A version that was found is believed for seconds. */
export async function contractOf(env: Env, asked: Asked): Promise<KnownContract> {
  const place = JSON.stringify([asked.supplier_id, asked.environment, asked.named])
  const now = Date.now()
  const found = believed.get(place)
  const known =
    found && found.until > now && found.until <= now + SUPPLY.believedMs ? compiledOnes.get(found.id) : undefined
  if (known && stateAt(known.row, now) === known.state) return known
  const version = await chosen(env, asked, now)
  const contract = await contractWith(env, version.contract_id, version.changed_at)
  if (believed.size > MOST_BELIEVED) believed.clear()
  believed.set(place, { id: contract.contract_id, until: now + SUPPLY.believedMs })
  return contract
}

/** By its id, whatever its state: for what was admitted before. One that may have changed since is read anew. */
export async function contractWith(env: Env, contractId: string, changedAt?: number): Promise<KnownContract> {
  const kept = compiledOnes.get(contractId)
  // What was active does not change its document; its state is looked up by `contractOf`.
  if (kept && (kept.row.changed_at === changedAt || (changedAt === undefined && isFinal(kept.row)))) return kept
  const row = await findContract(open(env.DB), contractId)
  if (!row) throw new Fault('not_found', 'the contract is not there any more', {}, 'contract_not_found')
  const document = JSON.parse(row.document) as ContractDocument
  const same = kept && kept.row.document === row.document
  const known: KnownContract = {
    contract_id: row.contract_id,
    name: row.name,
    version: `${row.major}.${row.minor}`,
    state: stateAt(row, Date.now()),
    row,
    document,
    compiled: same ? kept.compiled : ready(document),
  }
  if (compiledOnes.size >= MOST_COMPILED) compiledOnes.delete(compiledOnes.keys().next().value!)
  compiledOnes.set(contractId, known)
  return known
}
/** What is in review may go back: it is withdrawn or returned, changed, and handed in again under its id. */
const isFinal = ({ state }: ContractRow): boolean => state !== 'draft' && state !== 'review'
/** The same where it may have gone since, or cannot be used any more: why, then, which no later turn changes. */
export const contractOrWhy = (env: Env, contractId: string): Promise<KnownContract | Fault> =>
  contractWith(env, contractId).catch((error: unknown) => {
    if (error instanceof Fault) return error
    throw error
  })
const MOST_BELIEVED = 10_000
const MOST_COMPILED = 500
const believed = new Map<string, { id: string; until: number }>()
const compiledOnes = new Map<string, KnownContract>()

/** What this isolate believes of a supplier's contracts is looked up again. */
export function forgetContracts(supplierId: string): void {
  for (const place of believed.keys())
    if (place.startsWith(JSON.stringify([supplierId]).slice(0, -1))) believed.delete(place)
}

function ready(document: ContractDocument): CompiledContract {
  try {
    return compileContract(document)
  } catch (error) {
    if (!(error instanceof ContractInvalid)) throw error
    throw new Fault('unprocessable', `the contract cannot be used: ${error.message}`, {}, 'contract_invalid')
  }
}

async function chosen(env: Env, { supplier_id, environment, named }: Asked, now: number): Promise<VersionRow> {
  const [, name, major, minor] = /^([a-z][a-z0-9-]{0,62})(?:@(\d{1,4})(?:\.(\d{1,4}))?)?$/.exec(named) ?? []
  if (name === undefined)
    throw new Fault('not_found', 'a contract is named name, name@1 or name@1.2', {}, 'contract_not_found')
  const all = await versionsOf(open(env.DB), supplier_id, name)
  if (all.length === 0) {
    const names = await namesOf(open(env.DB), supplier_id)
    const there = names.length === 0 ? 'draft one with POST /v2/supplier/contracts' : `there are: ${names.join(', ')}`
    throw new Fault('not_found', `no contract has the name ${name}; ${there}`, {}, 'contract_not_found')
  }
  const versions = all.map((one) => ({ ...one, now: stateAt(one, now) }))
  const asked = versions.filter(
    (one) =>
      (major === undefined || one.major === Number(major)) && (minor === undefined || one.minor === Number(minor)),
  )
  if (asked.length === 0)
    throw new Fault('not_found', `there is no version ${named}; there are ${told(versions)}`, {}, 'contract_not_found')
  if (minor !== undefined) return mustTake(asked[0]!, environment, named)
  // The newest active one; where none is, in the sandbox, the newest that is on its way.
  const active = asked.filter((one) => one.now === 'active')
  const good = active.length > 0 ? active : asked.filter((one) => takes(environment, one.now))
  if (good.length === 0) return mustTake(asked[0]!, environment, named)
  const majors = [...new Set(good.map((one) => one.major))]
  if (majors.length > 1)
    throw new Fault(
      'conflict',
      `${name} has several major versions (${told(good)}); name one: ${majors.map((one) => `${name}@${one}`).join(' or ')}`,
      {},
      'contract_ambiguous',
    )
  return good[0]!
}
const told = (versions: { name: string; major: number; minor: number; now: ContractState }[]): string =>
  versions.map(({ name, major, minor, now }) => `${name}@${major}.${minor} (${now})`).join(', ')

function mustTake<T extends VersionRow & { now: ContractState }>(one: T, environment: Environment, named: string): T {
  if (takes(environment, one.now)) return one
  if (one.now === 'retired')
    throw new Fault('gone', `${named} is retired; push under a version that is active`, {}, 'contract_retired')
  throw new Fault(
    'conflict',
    `${named} is ${one.now === 'review' ? 'in review' : 'a draft'}: it takes data in the sandbox, and in production once the developer has activated it`,
    {},
    'contract_not_active',
  )
}
