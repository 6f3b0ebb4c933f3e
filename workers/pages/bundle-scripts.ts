import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { build } from 'esbuild'

/**
 * Scripts that pages load, from TypeScript: `workers/<room>/scripts/<name>.ts` becomes `/<room>/assets/<name>.js`, a module
 * with all it imports, which `pages/send-asset.ts` sends. What several share is in a folder below `scripts`, and what
 * several rooms share in one below `pages/scripts`. Checked by tsconfig.browser.json, which knows a browser's types and
 * none of the Worker's.
 */
const root = join(import.meta.dirname, '../..')

export async function bundleScripts(): Promise<void> {
  const entries = globSync('workers/*/scripts/*.ts', { cwd: root })
  if (entries.length === 0) return
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((path) => ({ in: path, out: join(roomOf(path), 'assets', basename(path, '.ts')) })),
    outdir: join(root, '.fascia/assets'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'warning',
    write: false,
  })
  for (const { path, contents } of outputFiles) put(path, contents)
}

const roomOf = (path: string): string => path.split(/[\\/]/)[1]!

/** Watchers look at the folder: a file that is the same is left alone. */
function put(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, contents)
}
