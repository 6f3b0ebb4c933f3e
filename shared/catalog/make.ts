import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes units.ts: every provider, destination, file format and schema version by its file's name. The Worker cannot look into
 * folders at run time, so the list is made before each start, build, test and typecheck (`npm run catalog`).
 */
const shared = join(import.meta.dirname, '..')

const SHELVES = [
  { name: 'PROVIDERS', folder: 'providers', kit: '../source/define.ts', type: 'ProviderDefinition' },
  { name: 'DESTINATIONS', folder: 'destinations', kit: '../delivery/define.ts', type: 'DestinationDefinition' },
  { name: 'FILES', folder: 'files', kit: '../source/file.ts', type: 'FileDefinition' },
] as const

const made = unitsText()
const target = join(import.meta.dirname, 'units.ts')
// Rewritten only when it changed: watchers and build caches look at the file.
if (read(target) !== made) writeFileSync(target, made)

function unitsText(): string {
  const imports: string[] = []
  const lists: string[] = []
  for (const { name, folder, kit, type } of SHELVES) {
    const slugs = unitsOf(folder)
    if (slugs.length > 0) imports.push(`import type { ${type} } from '${kit}'`)
    for (const slug of slugs) imports.push(`import ${variable(folder, slug)} from '../${folder}/${slug}.ts'`)
    const entries = slugs.map((slug) => `  '${slug}': ${variable(folder, slug)},\n`).join('')
    lists.push(`export const ${name}: Record<string, ${slugs.length > 0 ? type : 'never'}> = {\n${entries}}\n`)
  }
  const versions = unitsOf('schema/versions')
  for (const slug of versions) imports.push(`import ${variable('version', slug)} from '../schema/versions/${slug}.ts'`)
  lists.push(
    `/** Oldest first. */\nexport const SCHEMA_VERSIONS = [\n${versions.map((slug) => `  ${variable('version', slug)},\n`).join('')}] as const\n`,
  )
  return `// Made by \`npm run catalog\`.\n${imports.join('\n')}\n\n${lists.join('\n')}`
}
function unitsOf(folder: string): string[] {
  // A fresh clone has no empty folders: a shelf without a unit is not there.
  if (!existsSync(join(shared, folder))) return []
  return readdirSync(join(shared, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => entry.name.slice(0, -3))
    .sort()
}
function variable(folder: string, slug: string): string {
  return `${folder.replace(/s$/, '')}_${slug.replaceAll(/[^a-z0-9]/gi, '_')}`
}
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
