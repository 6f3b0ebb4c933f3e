import type { Command } from './command.ts'

export const developerCreate: Command = {
  name: 'developer create',
  summary: 'Creates a developer with a key (operator).',
  takes: [{ name: 'NAME', help: 'what the developer is called' }],
  flags: { region: { value: 'REGION', help: 'where its data lives; default: the deployment decides' } },
  async run({ args, flag, client }) {
    const region = flag('region')
    const made = await client.operator.createDeveloper({ name: args[0]!, ...(region && { region }) })
    return { json: made, text: `dev-id   ${made.dev_id}\napi key  ${made.api_key}   (shown once)` }
  },
}
