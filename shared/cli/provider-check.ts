import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Command, UsageError } from './command.ts'

type Finding = { about: string; says: string }
/** The kit's checker is loaded when it is asked for: commands for a running Fascia do without it. */
interface Checker {
  checkProvider(provider: unknown, evidence: object): Finding[]
}
const loaded = async <T>(path: string): Promise<T> =>
  (await import(pathToFileURL(join(process.cwd(), path)).href)) as Promise<T>

export const providerCheck: Command = {
  name: 'provider check',
  summary: 'Tells what a provider lacks, in plain words.',
  takes: [{ name: 'name', help: 'its slug; `all`: every one of them' }],
  async run({ args }) {
    const [asked] = args as [string]
    // Parts of a long table lie in folders beside it.
    const shelf = readdirSync(join('shared', 'providers'))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => name.slice(0, -3))
    if (asked !== 'all' && !shelf.includes(asked))
      throw new UsageError(`there is no shared/providers/${asked}.ts; begin one with: fascia provider new ${asked}`)
    const { checkProvider } = await loaded<Checker>('shared/source/check.ts')
    const checked = await Promise.all(
      (asked === 'all' ? shelf : [asked]).map(async (slug) => ({ slug, findings: await check(slug, checkProvider) })),
    )
    const bad = checked.filter(({ findings }) => findings.length > 0)
    return {
      json: { checked },
      text: checked.map(({ slug, findings }) => told(slug, findings)).join('\n'),
      failed: bad.length > 0,
    }
  },
}

async function check(slug: string, checkProvider: Checker['checkProvider']): Promise<Finding[]> {
  const path = join('shared', 'providers', `${slug}.ts`)
  const { default: provider } = await loaded<{ default: unknown }>(path)
  const doublePath = join('test', 'doubles', 'providers', `${slug}.ts`)
  const double = existsSync(doublePath)
    ? {
        text: readFileSync(doublePath, 'utf8'),
        refuses: (await loaded<{ refuses?: unknown[] }>(doublePath)).refuses?.length ?? 0,
      }
    : undefined
  return checkProvider(provider, { text: readFileSync(path, 'utf8'), double, fixtures: fixturesOf(slug) })
}
function fixturesOf(slug: string): { name: string; fixture: unknown }[] {
  const folder = join('test', 'fixtures', 'providers', slug)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'genuine.json')
    .map((name) => ({ name, fixture: JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown }))
}

const told = (slug: string, findings: Finding[]): string =>
  findings.length === 0
    ? `✓ ${slug} is whole`
    : [
        `✗ ${slug} lacks ${findings.length}`,
        ...findings.map(({ about, says }) => `    ${about.padEnd(9)} ${says}`),
      ].join('\n')
