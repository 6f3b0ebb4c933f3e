import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { MARK } from '../base/mark.ts'
import { type Command, UsageError } from './command.ts'
import { doubleText, FIXTURE, providerText, type Scaffold } from './provider-template.ts'

export const providerNew: Command = {
  name: 'provider new',
  summary: 'Begins a provider: its table, its double and a first fixture.',
  takes: [{ name: 'name', help: 'its slug, as in its file’s name: concept2, eight-sleep' }],
  flags: {
    auth: { value: 'oauth2|key', help: 'how people let us in; left out: oauth2' },
    calls: {
      value: 'poll|ping',
      help: 'whether it tells of new data (ping) or has to be asked (poll); left out: poll',
    },
  },
  async run({ args, flag }) {
    const [slug] = args as [string]
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(slug))
      throw new UsageError(`"${slug}" is no name of a file: use lower-case letters, digits and single dashes`)
    const scaffold = { slug, auth: oneOf('auth', flag('auth'), AUTHS), calls: oneOf('calls', flag('calls'), CALLS) }
    const files = filesOf(scaffold)
    const there = Object.keys(files).find((path) => existsSync(path))
    if (there) throw new UsageError(`${there} is there already: nothing was written`)
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
    }
    const paths = Object.keys(files)
    return {
      json: { files: paths },
      text: [
        ...paths.map((path) => `  wrote ${path}`),
        '',
        `Everything to change says ${MARK}. What is missing, in plain words, at any time:`,
        `  npm run fascia -- provider check ${slug}`,
        'How it is done: docs/adding-a-provider.md',
      ].join('\n'),
    }
  },
}

const AUTHS = ['oauth2', 'key'] as const
const CALLS = ['poll', 'ping'] as const
function oneOf<T extends string>(name: string, given: string | undefined, all: readonly [T, ...T[]]): T {
  const found = given === undefined ? all[0] : all.find((one) => one === given)
  if (!found) throw new UsageError(`--${name} is one of ${all.join(', ')}`)
  return found
}

const filesOf = (scaffold: Scaffold): Record<string, string> => ({
  [join('shared', 'providers', `${scaffold.slug}.ts`)]: providerText(scaffold),
  [join('test', 'doubles', 'providers', `${scaffold.slug}.ts`)]: doubleText(scaffold),
  [join('test', 'fixtures', 'providers', scaffold.slug, 'first-workout.json')]: FIXTURE,
})
