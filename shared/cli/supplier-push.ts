import { openAsBlob } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Supplier } from '../sdk/supplier/supplier.ts'
import type { Batch } from '../sdk/supplier/wire.ts'
import { type Command, type Input, UsageError } from './command.ts'
import { supplierOf } from './supplier-kept.ts'
import { batchText } from './supplier-report.ts'

/** What is larger goes in parts, and is not read into memory. */
const ONE_BODY_BYTES = 32 * 1024 ** 2

export const supplierPush: Command = {
  name: 'supplier push',
  summary: 'Pushes a file of records, and waits until each is accounted for.',
  takes: [
    { name: 'CONTRACT', help: 'its name, name@1 or name@1.2' },
    { name: 'FILE', help: 'NDJSON or a JSON array; packed with gzip or not' },
  ],
  flags: {
    strict: { help: 'all or nothing' },
    'dry-run': { help: 'say what would come of them, and store nothing' },
    backfill: { help: 'past data, which do not overtake what is live' },
    key: { value: 'KEY', help: 'the same file with the same key again is the same batch' },
    'no-wait': { help: 'until the bytes are safe, and no longer' },
  },
  async run(input) {
    const [contract, path] = input.args as [string, string]
    const { size } = await stat(path).catch(() => {
      throw new UsageError(`${path} is not there, or cannot be read`)
    })
    const supplier = supplierOf(input)
    if (input.on('dry-run')) return dryRun(supplier, input)
    const receipt = await (size > ONE_BODY_BYTES ? inParts(supplier, input) : asOne(supplier, input))
    input.say(`${receipt.batch_id}  ${basename(path)} is safe`)
    if (input.on('no-wait')) return { json: receipt, text: receipt.batch_id }
    const batch = await supplier.ended(receipt.batch_id, { onProgress: progress(input) })
    return { json: batch, text: await batchText(supplier, batch, contract), failed: batch.state !== 'done' }
  },
}

const modeOf = ({ on }: Input) => ({
  ...(on('strict') && { mode: 'strict' as const }),
  ...(on('backfill') && { origin: 'backfill' as const }),
})
async function asOne(supplier: Supplier, input: Input): Promise<Batch> {
  const [contract, path] = input.args as [string, string]
  const bytes = new Uint8Array(await readFile(path))
  return supplier.pushBytes(contract, bytes, { ...modeOf(input), idempotencyKey: input.flag('key') })
}
async function inParts(supplier: Supplier, input: Input): Promise<Batch> {
  const [contract, path] = input.args as [string, string]
  if (input.flag('key')) throw new UsageError('--key is for files up to 32 MB; a larger one is an upload of its own')
  return supplier.upload(contract, await openAsBlob(path), {
    ...modeOf(input),
    onPart: ({ part, of }) => input.say(`part ${part} of ${of}`),
  })
}
async function dryRun(supplier: Supplier, input: Input) {
  const [contract, path] = input.args as [string, string]
  const bytes = new Uint8Array(await readFile(path))
  const seen = await supplier.dryRunBytes(contract, bytes, modeOf(input))
  const counts = Object.entries(seen.counts).map(([outcome, count]) => `${outcome} ${count}`)
  return { json: seen, text: `nothing is stored; of ${seen.records} records: ${counts.join(', ')}` }
}
const progress = ({ say }: Input) => {
  let last = ''
  return ({ state, records, counts }: Batch) => {
    const done = counts ? Object.values(counts).reduce((sum, one) => sum + one, 0) : 0
    const line = `${state}  ${done} of ${records}`
    if (line !== last) say(line)
    last = line
  }
}
