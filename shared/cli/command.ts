import { parseArgs } from 'node:util'
import { unknown } from '../base/closest.ts'
import { type Client, createClient } from '../sdk/client.ts'
import { type Local, readPrivate } from './home.ts'

/** One command: its words, what it takes, what it does. */
export interface Command {
  name: string
  summary: string
  /** Named arguments in order, each required. */
  takes?: { name: string; help: string }[]
  flags?: Record<string, Flag>
  run(input: Input): Promise<Result>
}
export interface Flag {
  /** What stands for the value; absent: a switch. */
  value?: string
  help: string
}
export interface Input {
  args: string[]
  flag(name: string): string | undefined
  on(name: string): boolean
  local: Partial<Local>
  client: Client
  say(line: string): void
}
/** `json` is the whole answer; `text` is the same for people. */
export interface Result {
  json: unknown
  text: string
  /** What was to be shown is not so: exit code 1. */
  failed?: boolean
}

/** The caller's mistake: exit code 2. */
export class UsageError extends Error {}

export const COMMON: Record<string, Flag> = {
  json: { help: 'print one JSON document' },
  help: { help: 'show this' },
  url: { value: 'URL', help: 'the server; default: the one that `npm start` runs' },
  'dev-id': { value: 'ID', help: 'the developer; default: the one that `npm start` made' },
  'api-key': { value: 'KEY', help: "the developer's key" },
}

/** Parses a command's own words. Unknown flags are refused by name. */
export function readInput(command: Command, words: string[], say: (line: string) => void): Input {
  const flags = { ...COMMON, ...command.flags }
  const { tokens } = parseArgs({ args: words, strict: false, tokens: true, options: optionsOf(flags) })
  const values = new Map<string, string>()
  const args: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') args.push(token.value)
    if (token.kind !== 'option') continue
    const known = flags[token.name]
    if (!known)
      throw new UsageError(
        unknown(
          'flag',
          token.rawName,
          Object.keys(flags).map((name) => `--${name}`),
        ),
      )
    if (known.value && token.value === undefined) throw new UsageError(`${token.rawName} needs a value: ${known.value}`)
    if (!known.value && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`)
    values.set(token.name, token.value ?? 'true')
  }
  const takes = command.takes ?? []
  if (!values.has('help')) {
    if (args.length < takes.length) throw new UsageError(`${command.name} needs ${takes[args.length]!.name}`)
    if (args.length > takes.length) throw new UsageError(`unexpected "${args[takes.length]}"`)
  }
  const local = readPrivate<Local>('local.json')
  return {
    args,
    flag: (name) => values.get(name),
    on: (name) => values.has(name),
    local,
    client: createClient(access(values, local)),
    say,
  }
}

const optionsOf = (flags: Record<string, Flag>) =>
  Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: flag.value ? ('string' as const) : ('boolean' as const) },
    ]),
  )

/** Flags first, then the environment, then what `npm start` wrote. A key belongs to the developer it came with. */
function access(values: Map<string, string>, local: Partial<Local>) {
  const env = process.env
  const devId = values.get('dev-id') ?? env.FASCIA_DEV_ID ?? local.dev_id
  const baseUrl = values.get('url') ?? env.FASCIA_URL ?? local.base_url
  const localKey = devId === local.dev_id ? local.api_key : undefined
  const apiKey = values.get('api-key') ?? env.FASCIA_API_KEY ?? localKey
  return {
    baseUrl: baseUrl ?? 'http://127.0.0.1:8787',
    devId,
    apiKey,
    // Sent only to the server it was made for, or where the caller names it.
    operatorToken: env.FASCIA_OPERATOR_TOKEN ?? (baseUrl === local.base_url ? local.operator_token : undefined),
  }
}

export function usage(command: Command): string {
  const takes = (command.takes ?? []).map(({ name }) => ` ${name}`).join('')
  const rows = [
    ...(command.takes ?? []).map(({ name, help }) => [name, help]),
    ...Object.entries({ ...command.flags, ...COMMON }).map(([name, { value, help }]) => [
      `--${name}${value ? ` ${value}` : ''}`,
      help,
    ]),
  ]
  const width = Math.max(...rows.map(([name]) => name!.length))
  return [
    command.summary,
    '',
    `  fascia ${command.name}${takes} [flags]`,
    '',
    ...rows.map(([name, help]) => `  ${name!.padEnd(width)}  ${help}`),
  ].join('\n')
}
