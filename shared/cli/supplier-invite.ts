import type { Command } from './command.ts'

export const supplierInvite: Command = {
  name: 'supplier invite',
  summary: 'Invites a supplier, whose data come under a contract.',
  takes: [{ name: 'NAME', help: 'what the supplier is called' }],
  flags: { domain: { value: 'DOMAIN', help: 'whose they are; proved before production' } },
  async run({ args, flag, client }) {
    const domain = flag('domain')
    const made = await client.suppliers.invite({ name: args[0]!, ...(domain && { domain }) })
    const { token, url, expires_at } = made.invitation
    const rows = [
      ['supplier', made.supplier_id],
      ['page', url],
      ['token', `${token}   (good once, until ${expires_at})`],
    ]
    return { json: made, text: rows.map(([name, value]) => `${name!.padEnd(9)} ${value}`).join('\n') }
  },
}
