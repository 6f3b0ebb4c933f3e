import { spawn } from 'node:child_process'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wranglerIn } from '../../shared/cli/wrangler.ts'
import { copyMigrated } from '../local/migrated.ts'
import { preferPort } from '../local/ports.ts'
import { writeEnvFile } from '../local/secrets.ts'
import { startWorker, whenReady } from '../local/worker.ts'
import type { Serve } from './serve.ts'

/** deployed: the bundle as it is deployed, without the development proxy; counting: with counters around it; dev: `wrangler dev`. */
export type Kind = 'deployed' | 'counting' | 'dev'
export interface Product {
  url: string
  pid: number
  stop(): Promise<void>
}

const ROOT = join(import.meta.dirname, '..', '..')
const START_MS = 60_000
const STOP_MS = 10_000
/** Each live object holds three descriptors. */
const RAISE = 'ulimit -n "$(ulimit -Hn)" 2>/dev/null || true; exec "$@"'

export async function startProduct(kind: Kind, dir: string, vars: Record<string, string>): Promise<Product> {
  const envFile = writeEnvFile(dir, vars)
  await copyMigrated(join(dir, 'state'))
  if (kind === 'dev') return startDev(dir, envFile)
  const bundle = await bundleOf(kind)
  return serveBundle(dir, { configPath: join(ROOT, 'wrangler.toml'), bundle, state: join(dir, 'state'), vars })
}

/** Built once a run: every runtime of it is the same product. */
const bundles = new Map<Kind, Promise<string>>()
function bundleOf(kind: Kind): Promise<string> {
  const made = bundles.get(kind) ?? build(kind)
  bundles.set(kind, made)
  return made
}
async function build(kind: Kind): Promise<string> {
  const entry = kind === 'counting' ? 'test/bench/counting.ts' : 'workers/index.ts'
  const outdir = join(ROOT, '.fascia', 'bench', kind)
  const { code, output } = await wranglerIn(ROOT)(['deploy', entry, '--dry-run', '--outdir', outdir])
  if (code !== 0) throw new Error(`the bundle could not be built:\n${output}`)
  return join(outdir, kind === 'counting' ? 'counting.js' : 'index.js')
}

async function serveBundle(dir: string, serve: Serve): Promise<Product> {
  const log = openSync(join(dir, 'runtime.log'), 'a', 0o600)
  const child = spawn('sh', ['-c', RAISE, 'sh', process.execPath, join(import.meta.dirname, 'serve.ts')], {
    stdio: ['ignore', log, log, 'ipc'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const started = Promise.withResolvers<string>()
  const fail = (what: string) =>
    started.reject(new Error(`the runtime ${what}:\n${readFileSync(join(dir, 'runtime.log'), 'utf8')}`))
  const late = setTimeout(() => fail('did not start'), START_MS)
  const failed = () => fail('ended while starting')
  child.once('message', (message) => started.resolve((message as { url: string }).url))
  child.once('close', failed)
  child.send(serve)
  const url = await started.promise
  clearTimeout(late)
  child.off('close', failed)
  return {
    url,
    pid: child.pid!,
    stop: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(late)
    },
  }
}

async function startDev(dir: string, envFile: string): Promise<Product> {
  const port = await preferPort(0)
  const worker = startWorker({ dir, envFile }, port)
  const url = `http://127.0.0.1:${port}`
  await whenReady(worker, () => fetch(`${url}/health`))
  return { url, pid: worker.pid, stop: () => worker.stop() }
}
