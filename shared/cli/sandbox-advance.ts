import { type Command, UsageError } from './command.ts'
import { table } from './table.ts'

/** Days of one call; so that it shows how far it is. */
const AT_ONCE = 7

export const sandboxAdvance: Command = {
  name: 'sandbox advance',
  summary: 'Lets the next days of a synthetic person happen now.',
  takes: [
    { name: 'USER', help: 'the user' },
    { name: 'DAYS', help: 'how many days' },
  ],
  async run({ args, client, say }) {
    const [user, text] = args as [string, string]
    if (!/^[1-9]\d*$/.test(text)) throw new UsageError('DAYS is a whole number from 1')
    const odd: string[][] = []
    let [payloads, from, to] = [0, '', '']
    for (let left = Number(text); left > 0; left -= AT_ONCE) {
      const step = await client.sandbox.advance(user, { days: Math.min(left, AT_ONCE) })
      payloads += step.payloads
      odd.push(...step.odd.map((one) => [one.sent_on, one.as, one.resource, one.date]))
      from ||= step.from
      to = step.to
      say(`up to ${to}: ${payloads} payloads`)
    }
    const rows = odd.length > 0 ? `\n${table(['sent on', 'as', 'what', 'of'], odd)}` : ''
    return { json: { from, to, payloads, odd }, text: `${payloads} payloads of ${from} until before ${to}${rows}` }
  },
}
