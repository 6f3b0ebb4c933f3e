import type { Command } from './command.ts'

export const providerSubscribe: Command = {
  name: 'provider subscribe',
  summary: 'Makes the app’s subscriptions at a provider, and renews those that end soon.',
  takes: [{ name: 'provider', help: 'its slug: oura' }],
  async run({ args, client }) {
    const [provider] = args as [string]
    const done = await client.operator.keepSubscriptions(provider)
    const secrets = Object.entries(done.secrets).map(
      ([name, secret]) => `  put into the app's "more", now: ${name} = ${secret} (the provider shows it this once)`,
    )
    const text = [`${done.made} made, ${done.renewed} renewed, ${done.kept} as they should be`, ...secrets].join('\n')
    return { json: done, text }
  },
}
