import type { Command } from './command.ts'
import { table } from './table.ts'

export const userList: Command = {
  name: 'user list',
  summary: 'Lists the connected users.',
  async run({ client }) {
    const users = await client.users()
    const rows = users.map((user) => [
      user.user_id,
      user.provider,
      user.reference_id ?? '',
      user.active === false ? 'inactive' : 'active',
    ])
    return { json: { users }, text: table(['user', 'provider', 'reference', 'state'], rows) }
  },
}
