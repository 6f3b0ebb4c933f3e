import { parseArgs } from 'node:util'
import { unknown } from '../../shared/base/closest.ts'
import { Settings } from '../../shared/base/settings.ts'

export interface Options {
  /** demo: connects sandbox users, shows their data landing, stays up. once: the same, then ends. serve: only serves. */
  mode: 'demo' | 'once' | 'serve'
  json: boolean
  help: boolean
  /** undefined: the usual one, or any free one for `--once`. */
  port: number | undefined
  vars: Record<string, string>
}

export class UsageError extends Error {}

export const USAGE = `npm start -- [flags]

  --once            connect sandbox users, show their data landing, end (exit 0: nothing lost, doubled or out of order)
  --serve           serve without the demonstration
  --json            print the result as one JSON document
  --port N          listen there; default 8787
  --var NAME=value  set a setting of the Worker (again for more): ${Object.keys(Settings.shape).join(', ')}
  --help            show this`

const FLAGS = {
  once: { type: 'boolean' },
  serve: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  port: { type: 'string' },
  var: { type: 'string', multiple: true },
} as const

/** Unknown flags and settings are refused by name. */
export function readOptions(words: string[]): Options {
  const { tokens } = parseArgs({ args: words, strict: false, tokens: true, options: FLAGS })
  const on = new Set<string>()
  const vars: Record<string, string> = {}
  let port: number | undefined
  for (const token of tokens) {
    if (token.kind === 'positional') throw new UsageError(`unexpected "${token.value}"`)
    if (token.kind !== 'option') continue
    if (!(token.name in FLAGS))
      throw new UsageError(
        unknown(
          'flag',
          token.rawName,
          Object.keys(FLAGS).map((name) => `--${name}`),
        ),
      )
    on.add(token.name)
    if (token.name === 'port') port = readPort(token.value)
    if (token.name === 'var') Object.assign(vars, readVar(token.value))
  }
  if (on.has('once') && on.has('serve')) throw new UsageError('--once and --serve exclude each other')
  const mode = on.has('once') ? 'once' : on.has('serve') ? 'serve' : 'demo'
  return { mode, json: on.has('json'), help: on.has('help'), port, vars }
}

function readPort(value: string | undefined): number {
  const port = Number(value)
  if (!value || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`--port needs a number from 1 to 65535, not "${value ?? ''}"`)
  return port
}

function readVar(pair: string | undefined): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair ?? '') ?? []
  if (name === undefined || value === undefined) throw new UsageError(`--var needs NAME=value, not "${pair ?? ''}"`)
  const schema = (
    Settings.shape as Record<string, { safeParse(value: unknown): { error?: { issues: { message: string }[] } } }>
  )[name]
  if (!schema) throw new UsageError(unknown('setting', name, Object.keys(Settings.shape)))
  const issue = schema.safeParse(value).error?.issues[0]
  if (issue) throw new UsageError(`setting ${name}: ${issue.message}`)
  return { [name]: value }
}
