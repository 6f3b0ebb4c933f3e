import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { bundleScripts } from './bundle-scripts.ts'

/**
 * Puts the browser files that come from packages, and our own scripts, where Static Assets look (wrangler.toml, [assets]):
 * nothing is fetched from anybody else's server. Part of `npm run catalog`; `send-asset.ts` sends them.
 */
const target = join(import.meta.dirname, '../../.fascia/assets/docs/assets')
const renderer = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

mkdirSync(target, { recursive: true })
for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE']) copy(join(renderer, name))
await bundleScripts()

function copy(from: string): void {
  const to = join(target, basename(from))
  // Watchers look at the folder: a file of the same size and package is left alone.
  if (existsSync(to) && statSync(to).size === statSync(from).size && statSync(to).mtimeMs >= statSync(from).mtimeMs)
    return
  copyFileSync(from, to)
}
