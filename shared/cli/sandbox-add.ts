import type { UserBackfill } from '../sdk/wire.ts'
import type { Command, Input } from './command.ts'
import { count, listed } from './flags.ts'
import { follow } from './follow.ts'
import { table } from './table.ts'

export const sandboxAdd: Command = {
  name: 'sandbox add',
  summary: 'Connects a synthetic person, with a past.',
  flags: {
    person: {
      value: 'NAME',
      help: 'marathon-runner, shift-worker, … or any text, of which a person is made; default office-worker',
    },
    days: { value: 'N', help: 'days of history; default 30' },
    live: {
      value: 'HOW',
      help: 'as_it_happens (default), fast (a day a minute), off, or a number of payloads an hour',
    },
    anomalies: { value: 'LIST', help: 'with commas: duplicates, updates, late, gaps, illness, clock_change' },
    'starts-on': { value: 'DATE', help: 'their first live day; default: today' },
    reference: { value: 'ID', help: 'your own name of the person' },
    'no-wait': { help: 'do not wait for the history' },
  },
  async run(input) {
    const { flag, on, client } = input
    const live = flag('live')
    const user = await client.sandbox.add({
      person: flag('person'),
      history_days: count(input, 'days', 0),
      live: live !== undefined && /^\d+$/.test(live) ? Number(live) : live,
      anomalies: listed(input, 'anomalies'),
      starts_on: flag('starts-on'),
      reference_id: flag('reference'),
    })
    const records = user.history_days === 0 || on('no-wait') ? undefined : await history(input, user.user_id)
    const { user_id, person, name, time_zone, starts_on } = user
    const row = [
      user_id,
      person,
      name,
      time_zone,
      starts_on,
      String(user.live),
      records === undefined ? '' : String(records),
    ]
    return {
      json: { ...user, records },
      text: table(['user', 'person', 'name', 'lives in', 'starts on', 'live', 'records'], [row]),
    }
  },
}
/** Shows how far their past is until all of it is here. → records */
async function history(input: Input, userId: string): Promise<number> {
  const job = await follow(input, {
    look: async () => (await input.client.userBackfills(userId))[0],
    line: (now) => (now === undefined ? 'history: begins' : now.state === 'running' ? progress(now) : undefined),
  })
  if (job!.state !== 'done') throw new Error(`the history is ${job!.state}: ${job!.reason ?? 'no reason was given'}`)
  input.say(progress(job!))
  return job!.records
}
const progress = ({ slices_done, slices, records }: UserBackfill): string =>
  `history: ${slices_done} of ${slices} months, ${records} records`
