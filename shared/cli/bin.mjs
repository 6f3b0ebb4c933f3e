#!/usr/bin/env node
// Runs main.ts. TypeScript runs as it is from Node 24 on; under an older one the package's own Node takes over, and inside
// node_modules, where Node strips no types by itself, a hook does it.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const major = Number(process.versions.node.split('.')[0])

if (major < 24) {
  const node = ownNode()
  if (!node) {
    console.error(`fascia: needs Node 24; this is ${process.versions.node} and the package's own is not installed`)
    process.exit(1)
  }
  const { status } = spawnSync(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exit(status ?? 1)
}
if (here.includes(`${sep}node_modules${sep}`)) await stripOwnTypes()
const { main } = await import(new URL('main.ts', import.meta.url).href)
process.exitCode = await main(process.argv.slice(2), { out: console.log, err: console.error })

/** Node comes as an npm package per platform, beside this one or above it. */
function ownNode() {
  const require = createRequire(import.meta.url)
  const exe = process.platform === 'win32' ? 'node.exe' : join('bin', 'node')
  for (const platform of [`node-${process.platform}-${process.arch}`]) {
    try {
      const path = join(dirname(require.resolve(`${platform}/package.json`)), exe)
      if (existsSync(path)) return path
    } catch {}
  }
  return undefined
}

async function stripOwnTypes() {
  const { registerHooks, stripTypeScriptTypes } = await import('node:module')
  const root = new URL('../', import.meta.url).href
  const warn = process.emitWarning
  registerHooks({
    load(url, context, next) {
      if (!url.startsWith(root) || !url.endsWith('.ts')) return next(url, context)
      // The stripper calls itself experimental; that is no news to who runs a command.
      process.emitWarning = () => {}
      const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'))
      process.emitWarning = warn
      return { format: 'module', source, shortCircuit: true }
    },
  })
}
