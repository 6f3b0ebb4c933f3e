import type { Command } from './command.ts'
import { table } from './table.ts'

export const destinationList: Command = {
  name: 'destination list',
  summary: 'Lists the destinations.',
  async run({ client }) {
    const destinations = await client.destinations.list()
    const rows = destinations.map((one) => [
      one.destination_id,
      one.type,
      one.state ?? '',
      String(one.settings?.url ?? ''),
    ])
    return { json: { destinations }, text: table(['destination', 'type', 'state', 'where'], rows) }
  },
}
