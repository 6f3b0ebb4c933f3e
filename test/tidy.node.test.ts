import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

/** Who may import what: a room may import itself and every room of a row below its own. */
const ROWS = [
  ['workers'],
  ['durable-objects'],
  ['shared/catalog', 'shared/db'],
  ['shared/providers', 'shared/destinations', 'shared/scores', 'shared/files', 'shared/schema/versions'],
  // A contract's mapping is made of the readers of sources.
  ['shared/supply'],
  ['shared/source', 'shared/delivery', 'shared/scoring', 'shared/streaming', 'shared/access'],
  ['shared/schema'],
  ['shared/base'],
]
/** What runs at a developer's, or in a browser, knows nothing of the Worker. */
const CLIENT_ROWS = [
  ['shared/cli', 'workers/dashboard/scripts', 'workers/stream/scripts'],
  ['shared/sdk'],
  ['shared/base'],
]
/** A page shares words and times with its script, and scripts share what draws. */
const PAGE_ROWS = [['workers'], ['workers/dashboard/scripts', 'workers/stream/scripts'], ['workers/pages/scripts']]
const ROOMS = [...new Set([...ROWS, ...CLIENT_ROWS, ...PAGE_ROWS].flat())].sort((a, b) => b.length - a.length)
const TOP = ['.ci', 'd1-migrations', 'docs', 'durable-objects', 'shared', 'test', 'workers']

const MAX_LINES = 300
const LONG: Record<string, string> = {
  'shared/schema/enums.ts': 'a list of codes is as long as there are codes',
  'shared/catalog/units.ts': 'made by the catalog, one line per unit',
  'shared/sdk/generated/api.ts': 'made from the OpenAPI document',
}

/** A provider is spoken of only in its own file; the catalog finds it by its name. Elsewhere it is an example. */
const NAMES_NO_PROVIDER = ['workers', 'durable-objects', 'shared/source', 'shared/delivery']
const EXAMPLES: Record<string, string> = {
  'workers/api/auth.ts': 'a refusal that shows how a provider is named',
  'workers/api/merge-rules.ts': 'an example of priorities',
  'workers/api/widget.ts': 'an example of an offer',
}

/** Providers have sandboxes of their own, and so do suppliers, who are spoken of everywhere. */
const PLAIN_WORDS = ['sandbox', 'supplier', 'supplier-sandbox']

const root = join(import.meta.dirname, '..')
const files = TOP.filter((folder) => folder !== 'test').flatMap((folder) => filesIn(folder))
const code = files.filter((path) => /\.(tsx?|mjs)$/.test(path)).map((path) => ({ path, text: read(path) }))

describe('the tree', () => {
  test('has no other top-level folders than those that everyone knows', () => {
    const ignored = read('.gitignore').split('\n')
    const folders = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== '.git' && !ignored.includes(`${entry.name}/`))
      .map((entry) => entry.name)
    expect(folders.filter((name) => !TOP.includes(name))).toEqual([])
  })
  test('has all knowledge in a room', () => {
    expect(code.filter(({ path }) => roomOf(path) === undefined && !isMigration(path)).map(({ path }) => path)).toEqual(
      [],
    )
  })
  test(`has no file of more than ${MAX_LINES} lines`, () => {
    const long = files.filter((path) => !(path in LONG) && read(path).trimEnd().split('\n').length > MAX_LINES)
    expect(long).toEqual([])
  })
})

/** All of the code is parsed, which takes a busy machine longer than a test usually may. */
describe('imports', { timeout: 60_000 }, () => {
  test('run downhill', () => {
    expect(code.flatMap(({ path, text }) => uphill(path, text))).toEqual([])
  })
  test('that run uphill, sideways or into the tests are found', () => {
    const found = (path: string, ...lines: string[]) => uphill(path, lines.join('\n')).length
    expect(found('shared/schema/x.ts', "import { a } from '../source/a.ts'")).toBe(1)
    expect(found('shared/source/x.ts', "export { a } from '../delivery/a.ts'")).toBe(1)
    expect(found('shared/source/x.ts', "export * from '../providers/a.ts'")).toBe(1)
    expect(found('shared/sdk/x.ts', "import { a } from '../schema/a.ts'")).toBe(1)
    expect(found('shared/schema/x.ts', "import { a } from './versions/a.ts'")).toBe(1)
    expect(found('workers/x.ts', "import '../test/house.ts'")).toBe(1)
    expect(found('workers/x.ts', "import { a } from '../shared/cli/a.ts'")).toBe(1)
    expect(found('workers/stream/scripts/x.ts', "import { a } from '../connect.ts'")).toBe(1)
    expect(found('workers/dashboard/scripts/x.ts', "import { a } from '../ask.ts'")).toBe(1)
    expect(found('workers/dashboard/scripts/x.ts', "import { a } from '../../pages/scripts/chart/a.ts'")).toBe(0)
    expect(found('shared/base/x.ts', "const a = await import('../db/open.ts')")).toBe(1)
    // Under verbatimModuleSyntax this leaves an import behind.
    expect(found('shared/base/x.ts', "import { type A } from '../db/open.ts'")).toBe(1)
    expect(found('shared/base/x.ts', "import type { A } from '../db/open.ts'")).toBe(0)
    expect(found('shared/cli/x.ts', "import { a } from '../sdk/a.ts'", "import { b } from '../base/b.ts'")).toBe(0)
  })
  test('hand no `env` to a kit: only doors and objects hold it', () => {
    expect(code.flatMap(({ path, text }) => heldEnv(path, text))).toEqual([])
  })
  test('of `env` are found in a kit, as a type too', () => {
    expect(heldEnv('shared/source/x.ts', "import { env } from 'cloudflare:workers'")).toHaveLength(1)
    expect(heldEnv('shared/source/x.ts', "import type { Env } from '../../durable-objects/env.ts'")).toHaveLength(1)
    expect(heldEnv('workers/x.ts', "import { env } from 'cloudflare:workers'")).toEqual([])
  })
})

// A destination's slug is often a plain word (webhook), so that only providers can be looked for.
describe('a provider', () => {
  const shelf = 'shared/providers'
  // A table that is too long for a file has parts in a folder of its provider's name.
  const nameOf = (path: string) => posix.basename(path.split('/')[2]!, '.ts')
  const names = [...new Set(filesIn(shelf).map(nameOf))].filter((name) => !PLAIN_WORDS.includes(name))

  test('is named nowhere but in its own file', () => {
    expect(names.length).toBeGreaterThan(0)
    const spoken = code.filter(({ path }) => NAMES_NO_PROVIDER.some((room) => path.startsWith(`${room}/`)))
    expect(spoken.flatMap(({ path, text }) => (path in EXAMPLES ? [] : mentions(path, text, names)))).toEqual([])
  })
  test('is not named by another', () => {
    for (const { path, text } of code.filter(({ path }) => path.startsWith(`${shelf}/`)))
      expect(
        mentions(
          path,
          text,
          names.filter((name) => name !== nameOf(path)),
        ),
      ).toEqual([])
  })
  test('that is named in code is found, in a comment it is not', () => {
    expect(mentions('x.ts', "if (slug === 'oura') a()", ['oura'])).toHaveLength(1)
    expect(mentions('x.ts', 'const a = `/OURA/a`', ['oura'])).toHaveLength(1)
    expect(mentions('x.ts', 'const ouraToken = 1', ['oura'])).toHaveLength(1)
    expect(mentions('x.ts', 'const fromOura = 1', ['oura'])).toHaveLength(1)
    expect(mentions('x.ts', '// oura\n/** Oura. */\nconst courage = ouranos', ['oura'])).toEqual([])
  })
  test('is an example only where it is one', () => {
    for (const path of Object.keys(EXAMPLES)) expect(mentions(path, read(path), names)).not.toEqual([])
  })
})

function filesIn(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : [path]
  })
}
function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
function isMigration(path: string): boolean {
  return path.startsWith('d1-migrations/')
}
function roomOf(path: string): string | undefined {
  return ROOMS.find((room) => path.startsWith(`${room}/`))
}

function uphill(path: string, text: string): string[] {
  const from = roomOf(path)
  return importsOf(path, text)
    .filter(({ target, typeOnly }) => target.startsWith('.') && !typeOnly)
    .map(({ target }) => posix.join(posix.dirname(path), target))
    .filter((target) => !mayImport(from, roomOf(target)))
    .map((target) => `${path} imports ${target}`)
}
function mayImport(from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined) return false
  if (from === to) return true
  return [ROWS, CLIENT_ROWS, PAGE_ROWS].some((rows) => {
    const [above, below] = [from, to].map((room) => rows.findIndex((row) => row.includes(room)))
    return above! >= 0 && above! < below!
  })
}

function heldEnv(path: string, text: string): string[] {
  if (!path.startsWith('shared/')) return []
  return importsOf(path, text)
    .filter(({ target }) => target === 'cloudflare:workers' || target.endsWith('/env.ts'))
    .map(({ target }) => `${path} imports ${target}`)
}

function importsOf(path: string, text: string): { target: string; typeOnly: boolean }[] {
  const found: { target: string; typeOnly: boolean }[] = []
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
      found.push({ target: node.moduleSpecifier.text, typeOnly: node.importClause?.isTypeOnly ?? false })
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
      found.push({ target: node.moduleSpecifier.text, typeOnly: node.isTypeOnly })
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments
      if (argument && ts.isStringLiteral(argument)) found.push({ target: argument.text, typeOnly: false })
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest))
  return found
}

/** Names in code, as a word or at the start of one (`ouraToken`); comments may say what they like. */
function mentions(path: string, text: string, names: string[]): string[] {
  const bare = ts
    .createPrinter({ removeComments: true })
    .printFile(ts.createSourceFile(path, text, ts.ScriptTarget.Latest))
  return names.filter((name) => spelled(name).test(bare)).map((name) => `${path} names ${name}`)
}
function spelled(name: string): RegExp {
  const title = name[0]!.toUpperCase() + name.slice(1)
  return new RegExp(`(?<![A-Za-z])(?:${name}|${name.toUpperCase()})(?![a-z])|${title}(?![a-z])`)
}
