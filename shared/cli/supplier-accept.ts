import type { Command } from './command.ts'
import { keepSupplier } from './supplier-kept.ts'

export const supplierAccept: Command = {
  name: 'supplier accept',
  summary: 'Takes an invitation: opens the sandbox, and keeps its credential for the other commands.',
  takes: [{ name: 'TOKEN', help: 'of the invitation' }],
  async run({ args, client }) {
    const joined = await client.suppliers.accept(args[0]!)
    const { supplier, credential } = joined
    const { client_id, client_secret } = credential
    const base_url = client.options.baseUrl
    const path = keepSupplier({ base_url, supplier_id: supplier.supplier_id, client_id, client_secret })
    const rows = [
      ['supplier', `${supplier.supplier_id}  ${supplier.name}, ${supplier.state}, region ${supplier.region}`],
      ['client id', client_id],
      ['secret', `kept in ${path}`],
    ]
    return { json: joined, text: rows.map(([name, value]) => `${name!.padEnd(9)} ${value}`).join('\n') }
  },
}
