import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Trial } from '../supply/trial.ts'
import { type Command, UsageError } from './command.ts'
import { bytesOf, contractKit, usable } from './contract-kit.ts'
import { readJson } from './read-json.ts'

export const contractTest: Command = {
  name: 'contract test',
  summary: 'Reads sample records by a contract, and tells of each what would become of it. Needs no server.',
  takes: [
    { name: 'FILE', help: 'the document as JSON' },
    { name: 'SAMPLES', help: 'NDJSON or a JSON array, packed with gzip or not; or a folder of such files' },
  ],
  flags: { all: { help: 'show good records too' } },
  async run({ args, on }) {
    const [path, samples] = args as [string, string]
    const kit = await contractKit()
    const document = usable(kit, readJson(path, "a contract's document"), path)
    const files: ({ file: string } & Trial)[] = []
    for (const file of filesOf(samples))
      files.push({ file, ...(await kit.tryContract(document, chunksOf(file), Date.now())) })
    const bad = files.some(({ counts }) => counts.rejected + counts.quarantined > 0)
    return { json: { good: !bad, files }, text: files.map((one) => told(one, on('all'))).join('\n'), failed: bad }
  },
}

function filesOf(path: string): string[] {
  if (path === '-') return [path]
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new UsageError(`${path} is not there`)
  if (!found.isDirectory()) return [path]
  const names = readdirSync(path).filter((name) => /\.(json|ndjson|jsonl)(\.gz)?$/.test(name))
  if (names.length === 0) throw new UsageError(`${path} has no .json, .ndjson or .jsonl file`)
  return names.sort().map((name) => join(path, name))
}
async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const bytes = bytesOf(path)
  yield bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
}

function told({ file, records, counts }: { file: string } & Trial, all: boolean): string {
  const lines = records
    .filter(
      ({ outcome, unread, implausible }) => all || outcome !== 'accepted' || unread.length + implausible.length > 0,
    )
    .flatMap(({ line, outcome, becomes, problems, implausible, unread }) => [
      `  ${String(line).padStart(6)}  ${outcome.padEnd(11)}  ${becomes.join(', ')}`.trimEnd(),
      ...problems.map(({ pointer, rule, message }) => `${' '.repeat(10)}${pointer || '/'}  ${rule}: ${message}`),
      ...implausible.map((field) => `${' '.repeat(10)}${field}: no living person has this value`),
      ...unread.map((one) => `${' '.repeat(10)}${one}: the schema does not name it; nothing is read from it`),
    ])
  const { accepted, rejected, quarantined } = counts
  const sum = `${file}: ${records.length} records, ${accepted} good, ${rejected} rejected, ${quarantined} quarantined`
  return [`${rejected + quarantined === 0 ? '✓' : '✗'} ${sum}`, ...lines].join('\n')
}
