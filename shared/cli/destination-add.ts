import type { Command } from './command.ts'

export const destinationAdd: Command = {
  name: 'destination add',
  summary: 'Adds a destination; every event from now on goes there.',
  takes: [
    { name: 'TYPE', help: 'webhook' },
    { name: 'URL', help: 'where it is' },
  ],
  flags: {
    types: { value: 'LIST', help: 'only these event types, with commas; default: all' },
    'with-samples': { help: 'send samples too' },
  },
  async run({ args, flag, on, client }) {
    const [type, url] = args as [string, string]
    const types = flag('types')
    const delivery = {
      ...(types && { event_types: types.split(',').map((name) => name.trim()) }),
      ...(on('with-samples') && { with_samples: true }),
    }
    const made = await client.destinations.add({
      type,
      settings: { url },
      ...(Object.keys(delivery).length > 0 && { delivery }),
    })
    return {
      json: { destination_id: made.destination_id, signing_secret: made.signing_secret },
      text: `destination     ${made.destination_id}\nsigning secret  ${made.signing_secret}   (shown once)`,
    }
  },
}
