import type { Env } from '../../durable-objects/env.ts'
import { Fault } from '../../shared/base/fault.ts'
import { contractsNamed, findContract } from '../../shared/db/contract-rows.ts'
import { open } from '../../shared/db/open.ts'
import type { ContractRow } from '../../shared/db/schema.ts'
import { compileContract } from '../../shared/supply/compile.ts'
import type { CompiledContract } from '../../shared/supply/compiled.ts'
import type { ContractDocument, Environment } from '../../shared/supply/document.ts'
import { ContractInvalid } from '../../shared/supply/problem.ts'
import { parseContractName, whichContract } from '../../shared/supply/which-contract.ts'

/** A version of a contract, ready to read records. */
export interface NamedContract {
  contract_id: string
  /** `name@1.2` */
  contract: string
  row: ContractRow
  compiled: CompiledContract
}

/** What a request means by `name`, `name@1` or `name@1.2`, where it takes records in this environment. */
export async function contractNamed(
  env: Env,
  supplierId: string,
  environment: Environment,
  text: string,
): Promise<NamedContract> {
  const asked = parseContractName(text)
  const versions = asked ? await contractsNamed(open(env.DB), supplierId, asked.name) : []
  const chosen = whichContract(versions, asked ?? {}, environment)
  if (chosen.kind === 'found') return ready(chosen.version)
  if (chosen.kind === 'unknown')
    throw new Fault(
      'not_found',
      'you have no such contract; /v2/supplier/contracts lists them, and a URL names one as name, name@1 or name@1.2',
      {},
      'contract_unknown',
    )
  const { name } = asked!
  if (chosen.kind === 'ambiguous')
    throw new Fault(
      'conflict',
      `several versions of this contract take records; name one: ${chosen.majors.map((major) => `${name}@${major}`).join(', ')}`,
      {},
      'contract_ambiguous',
    )
  throw new Fault(
    'conflict',
    `this contract is ${chosen.states.join(', ')} and takes no records in ${environment}; ${
      chosen.states.includes('retired') ? 'send to a newer version' : 'the developer has to activate it first'
    }`,
    {},
    'contract_not_active',
  )
}

/** undefined: it is gone, a draft that was thrown away. */
export async function contractById(env: Env, contractId: string): Promise<NamedContract | undefined> {
  const row = await findContract(open(env.DB), contractId)
  return row && ready(row)
}

/** To compile one takes longer than to read a thousand records; drafts may change. */
const compiled = new Map<string, CompiledContract>()
const MOST_COMPILED = 200

function ready(row: ContractRow): NamedContract {
  const key = `${row.contract_id}/${row.changed_at}`
  const found = compiled.get(key) ?? compile(row)
  // The ones used last stay.
  compiled.delete(key)
  compiled.set(key, found)
  if (compiled.size > MOST_COMPILED) compiled.delete(compiled.keys().next().value!)
  const { contract_id, name, major, minor } = row
  return { contract_id, contract: `${name}@${major}.${minor}`, row, compiled: found }
}

function compile({ document }: ContractRow): CompiledContract {
  try {
    return compileContract(JSON.parse(document) as ContractDocument)
  } catch (error) {
    if (!(error instanceof ContractInvalid)) throw error
    throw new Fault('unprocessable', `the contract cannot be used: ${error.message}`, {}, 'contract_invalid')
  }
}
