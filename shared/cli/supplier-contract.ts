import type { Command } from './command.ts'
import { readJson } from './read-json.ts'
import { supplierOf } from './supplier-kept.ts'

interface Contract {
  contract_id: string
  name: string
  version: string
  state: string
}

export const supplierContract: Command = {
  name: 'supplier contract',
  summary: 'Drafts a contract, or changes the draft; the sandbox takes data under it at once.',
  takes: [{ name: 'FILE', help: 'the document as JSON, or - to read it' }],
  flags: { submit: { help: 'hand it in: the developer reviews it, and it cannot be changed any more' } },
  async run(input) {
    const document = readJson(input.args[0]!, "a contract's document") as { name?: string; version?: string }
    const supplier = supplierOf(input)
    const { contracts } = await supplier.get<{ contracts: Contract[] }>('/v2/supplier/contracts')
    const draft = contracts.find(
      ({ name, version, state }) => name === document.name && version === document.version && state === 'draft',
    )
    const path = '/v2/supplier/contracts'
    const made = draft
      ? await supplier.call<Contract>('PUT', `${path}/${draft.contract_id}`, document)
      : await supplier.call<Contract>('POST', path, document, { repeatable: true })
    const contract = input.on('submit')
      ? await supplier.call<Contract>('POST', `${path}/${made.contract_id}/submit`, {}, { repeatable: true })
      : made
    const { contract_id, name, version, state } = contract
    return { json: contract, text: `${contract_id}  ${name}@${version}  ${state}` }
  },
}
