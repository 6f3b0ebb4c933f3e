import { readFileSync } from 'node:fs'
import type { SignedManifest } from '../sdk/wire.ts'
import { type Difference, Log, signed } from './check-manifest.ts'
import { type Command, UsageError } from './command.ts'
import { readReceived } from './received.ts'

export const manifestVerify: Command = {
  name: 'manifest verify',
  summary: 'Compares what a receiver got of a day with the signed manifest.',
  takes: [{ name: 'MANIFEST', help: 'the file that `manifest get --json` wrote' }],
  flags: {
    secret: { value: 'SECRET', help: "the destination's signing secret; default: FASCIA_SIGNING_SECRET" },
    received: {
      value: 'FILE',
      help: 'NDJSON of {user_id, seq, prev_seq, ordering_timestamp}, or CSV with a head; the last two may be left out',
    },
  },
  async run({ args, flag }) {
    const secret = flag('secret') ?? process.env.FASCIA_SIGNING_SECRET
    const file = flag('received')
    if (!secret) throw new UsageError('--secret needs the signing secret, shown when the destination was made')
    if (!file) throw new UsageError('--received needs the log of a receiver')
    const pages = readPages(args[0]!)
    const bad = pages.findIndex((page) => !signed(page, secret))
    if (bad >= 0)
      throw new Error(
        `the signature of page ${bad + 1} is not by this secret: the manifest was changed, or the secret was rotated`,
      )
    const [{ manifest: first }] = pages as [SignedManifest]
    for (const { manifest } of pages)
      if (manifest.date !== first.date || manifest.destination_id !== first.destination_id)
        throw new Error('the pages are of several manifests')
    if (pages.at(-1)!.manifest.next !== null) throw new Error('the last page is missing; fetch the manifest again')
    const log = new Log(
      first.date,
      pages.flatMap(({ manifest }) => manifest.users),
    )
    for await (const event of readReceived(file)) log.add(event)
    const differences = log.differences()
    const complete = pages.every(({ manifest }) => manifest.complete)
    const users = pages.reduce((n, { manifest }) => n + manifest.users.length, 0)
    const { destination_id, date } = first
    const { repeated, otherDays: other_days } = log
    return {
      json: { destination_id, date, complete, users, repeated, other_days, differences },
      text: [
        ...differences.map(line),
        `${users} users, ${differences.length} differ; ${repeated} received again, ${other_days} of other days`,
        complete
          ? `${date} is complete`
          : `${date} is not complete: something of it is not delivered yet, held or parked`,
      ].join('\n'),
      // What came without our knowing, and was then replaced, is no loss.
      failed: differences.some(({ extra }) => extra.length === 0),
    }
  },
}

function readPages(path: string): SignedManifest[] {
  const whole = JSON.parse(readFileSync(path, 'utf8')) as { pages?: SignedManifest[] } & SignedManifest
  const pages = whole.pages ?? [whole]
  if (pages.length === 0 || pages.some((page) => typeof page.signature !== 'string' || !page.manifest?.users))
    throw new Error(`${path} is not a signed manifest`)
  return pages
}

function line({ user_id, expected, received, missing, extra }: Difference): string {
  const list = (words: string, seqs: number[]) => (seqs.length > 0 ? `; ${words} ${shown(seqs)}` : '')
  const unknown = missing.length === 0 && extra.length === 0 ? '; which cannot be told from the log' : ''
  return `${user_id}: ${received} of ${expected} received${list('missing', missing)}${list('in no manifest', extra)}${unknown}`
}
const shown = (seqs: number[]) =>
  seqs.slice(0, 20).join(', ') + (seqs.length > 20 ? `, and ${seqs.length - 20} more` : '')
