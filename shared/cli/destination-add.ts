import { readFileSync } from 'node:fs'
import type { NewDestination } from '../sdk/wire.ts'
import { type Command, UsageError } from './command.ts'
import { listed } from './flags.ts'

export const destinationAdd: Command = {
  name: 'destination add',
  summary: 'Adds a destination; every event from now on goes there.',
  takes: [
    { name: 'TYPE', help: 'webhook, or another kind: /docs/destinations lists them' },
    {
      name: 'WHERE',
      help: 'the URL of a webhook; else a JSON file {"settings", "secrets", "delivery"}, or - to read it',
    },
  ],
  flags: {
    types: { value: 'LIST', help: 'only these event types, with commas; default: all' },
    'with-samples': { help: 'send samples too' },
  },
  async run(input) {
    const { args, on, client } = input
    const [type, where] = args as [string, string]
    const { settings, secrets, delivery: given } = destinationOf(where)
    const event_types = listed(input, 'types')
    const delivery = {
      ...given,
      ...(event_types && { event_types }),
      ...(on('with-samples') && { with_samples: true }),
    }
    const made = await client.destinations.add({
      type,
      settings,
      ...(secrets && { secrets }),
      ...(Object.keys(delivery).length > 0 && { delivery }),
    })
    return {
      json: { destination_id: made.destination_id, signing_secret: made.signing_secret },
      text: `destination     ${made.destination_id}\nsigning secret  ${made.signing_secret}   (shown once)`,
    }
  },
}

/** A file, so that passwords stand in no history and no list of processes. */
function destinationOf(where: string): Omit<NewDestination, 'type'> {
  if (/^https?:/.test(where)) return { settings: { url: where } }
  let text: string
  try {
    text = readFileSync(where === '-' ? 0 : where, 'utf8')
  } catch (error) {
    throw new UsageError(`${where} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`)
  }
  try {
    return JSON.parse(text) as NewDestination
  } catch {
    throw new UsageError(`${where} is not JSON: it holds {"settings": {…}, "secrets": {…}}`)
  }
}
