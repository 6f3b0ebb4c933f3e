import type { Command } from './command.ts'

export const destinationTest: Command = {
  name: 'destination test',
  summary: 'Sends a signed test event and shows the answer.',
  takes: [{ name: 'ID', help: 'the destination' }],
  async run({ args, client }) {
    const answer = await client.destinations.test(args[0]!)
    const text = Object.entries(answer)
      .map(([name, value]) => `${name}  ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join('\n')
    return { json: answer, text }
  },
}
