import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')
const PATCHES = join(import.meta.dirname, 'mutations')
const SOURCES = [
  'workers',
  'durable-objects',
  'shared',
  'd1-migrations',
  'wrangler.toml',
  'tsconfig.json',
  'package.json',
  '.fascia/assets',
]

/** Of events; those of streams are in a folder of their own. */
export const mutations = (folder = ''): string[] =>
  readdirSync(join(PATCHES, folder))
    .filter((name) => name.endsWith('.patch'))
    .map((name) => join(folder, name.slice(0, -'.patch'.length)))
    .sort()

/** A copy of the product with one mistake made on purpose. → its folder */
export function mutate(name: string): string {
  const copy = mkdtempSync(join(tmpdir(), `fascia-${name.replaceAll('/', '-')}-`))
  for (const source of SOURCES) cpSync(join(ROOT, source), join(copy, source), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  mkdirSync(join(copy, 'out'))
  try {
    execFileSync('git', ['apply', '--whitespace=nowarn', join(PATCHES, `${name}.patch`)], { cwd: copy, stdio: 'pipe' })
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error)
    throw new Error(
      `test/harness/mutations/${name}.patch does not apply to the sources any more; make the same mistake in the code as it is now and write the patch anew\n${said}`,
    )
  }
  return copy
}
