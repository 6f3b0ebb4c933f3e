import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import openapiTS, { astToString } from 'openapi-typescript'

/**
 * `npm run document`: writes .fascia/openapi.json, from it the types of the client, .fascia/asyncapi.json, and the picture in
 * docs/streaming.md. The routes are bundled first: Node by itself reads no JSX, which some of them come to.
 */
const root = join(import.meta.dirname, '../..')
const bundle = join(root, '.fascia/document.mjs')

await build({
  entryPoints: [join(import.meta.dirname, 'document.ts')],
  outfile: bundle,
  bundle: true,
  format: 'esm',
  platform: 'node',
  external: ['cloudflare:*'],
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  // Clients of databases and brokers are written for `require`.
  // Packages may import it by its own name.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom(import.meta.url)",
  },
  logLevel: 'error',
})
const { document, asyncDocument, streamPicture } = await import(pathToFileURL(bundle).href)
const text = JSON.stringify(document, null, 2)
write('.fascia/openapi.json', `${text}\n`)
write('.fascia/asyncapi.json', `${JSON.stringify(asyncDocument, null, 2)}\n`)
write('docs/streaming.svg', `${streamPicture}\n`)
const types = await openapiTS(text, { alphabetize: true, rootTypes: false })
write('shared/sdk/generated/api.ts', `// Made by \`npm run document\`.\n${astToString(types)}`)

/** Rewritten only when it changed: the compiler's cache looks at the file. */
function write(path: string, made: string): void {
  const target = join(root, path)
  mkdirSync(dirname(target), { recursive: true })
  if (read(target) !== made) writeFileSync(target, made)
}
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
