import type { Supplier } from '../sdk/supplier/supplier.ts'
import type { Command } from './command.ts'
import { readJson } from './read-json.ts'
import { supplierOf } from './supplier-kept.ts'

interface Contract {
  contract_id: string
  name: string
  version: string
  state: string
}

const PATH = '/v2/supplier/contracts'

export const supplierContract: Command = {
  name: 'supplier contract',
  summary: 'Drafts a contract, or changes the draft; the sandbox takes data under it at once.',
  takes: [{ name: 'FILE', help: 'the document as JSON, or - to read it' }],
  flags: { submit: { help: 'hand it in: the developer reviews it, and it cannot be changed any more' } },
  async run(input) {
    const document = readJson(input.args[0]!, "a contract's document") as { name?: string; version?: string }
    const supplier = supplierOf(input)
    const draft = await draftOf(supplier, document)
    const made = draft
      ? await supplier.call<Contract>('PUT', `${PATH}/${draft.contract_id}`, document)
      : await supplier.call<Contract>('POST', PATH, document, { repeatable: true })
    const contract = input.on('submit')
      ? await supplier.call<Contract>('POST', `${PATH}/${made.contract_id}/submit`, {}, { repeatable: true })
      : made
    const { contract_id, name, version, state } = contract
    return { json: contract, text: `${contract_id}  ${name}@${version}  ${state}` }
  },
}

/** The draft of this version, on whichever page it is. */
async function draftOf(supplier: Supplier, document: { name?: string; version?: string }) {
  let after: string | undefined
  for (;;) {
    const { contracts, next } = await supplier.get<{ contracts: Contract[]; next: string | null }>(PATH, { after })
    const found = contracts.find(
      ({ name, version, state }) => name === document.name && version === document.version && state === 'draft',
    )
    if (found || next === null) return found
    after = next
  }
}
