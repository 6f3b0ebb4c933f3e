import { type Command, UsageError } from './command.ts'
import { bytesOf, contractKit } from './contract-kit.ts'

export const contractInfer: Command = {
  name: 'contract infer',
  summary: 'Makes a start of a contract from sample records. Needs no server.',
  takes: [{ name: 'SAMPLES', help: 'NDJSON or a JSON array, or - to read it' }],
  flags: {
    name: { value: 'NAME', help: 'name of the contract' },
    type: {
      value: 'TYPE',
      help: 'what a record becomes: activity, athlete, body, daily, menstruation, nutrition, sleep',
    },
  },
  async run({ args, flag, say }) {
    const [path] = args as [string]
    const [name, type] = [flag('name'), flag('type')]
    if (name === undefined || type === undefined) throw new UsageError('contract infer needs --name and --type')
    const { inferContract, InferInput } = await contractKit()
    const input = InferInput.safeParse({ name, type, samples: recordsOf(path) })
    if (!input.success)
      throw new UsageError(input.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
    const inferred = inferContract(input.data)
    // The document alone goes to where it is written.
    for (const note of inferred.notes) say(`  ${note}`)
    return { json: inferred, text: JSON.stringify(inferred.document, null, 2) }
  },
}

function recordsOf(path: string): unknown[] {
  const text = new TextDecoder().decode(bytesOf(path)).trim()
  try {
    if (text.startsWith('[')) return JSON.parse(text) as unknown[]
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(0, 1_000)
      .map((line) => JSON.parse(line) as unknown)
  } catch {
    throw new UsageError(`${path} holds neither a JSON array nor a record on each line`)
  }
}
