import { type Command, type Input, UsageError } from './command.ts'
import { table } from './table.ts'

const LOOK_EVERY_MS = 500

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
      history_days: days(input),
      live: live !== undefined && /^\d+$/.test(live) ? Number(live) : live,
      anomalies: flag('anomalies')
        ?.split(',')
        .map((name) => name.trim()),
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
function days({ flag }: Input): number | undefined {
  const text = flag('days')
  if (text !== undefined && !/^\d+$/.test(text)) throw new UsageError('--days is a whole number')
  return text === undefined ? undefined : Number(text)
}
/** Shows how far their past is until all of it is here. → records */
async function history({ client, say }: Input, userId: string): Promise<number> {
  let shown = ''
  for (;;) {
    const [job] = await client.userBackfills(userId)
    const line = job ? `history: ${job.slices_done} of ${job.slices} months, ${job.records} records` : 'history: begins'
    if (line !== shown) say(line)
    shown = line
    if (job?.state === 'done') return job.records
    if (job && job.state !== 'running')
      throw new Error(`the history is ${job.state}: ${job.reason ?? 'no reason was given'}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
