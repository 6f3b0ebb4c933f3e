import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { wranglerIn } from '../../shared/cli/wrangler.ts'
import { workerdBelow } from '../bench/process.ts'
import type { Serve } from '../bench/serve.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const SERVE = join(ROOT, 'test', 'bench', 'serve.ts')
/** Each live object holds three descriptors. */
const RAISE = 'ulimit -n "$(ulimit -Hn)" 2>/dev/null || true; exec "$@"'

/** Builds the sources in `source` as a test build: the crash points are compiled in. → the bundle's path */
export async function buildWithCrashPoints(source: string, outdir: string): Promise<string> {
  const { code, output } = await wranglerIn(source)([
    'deploy',
    '--env',
    '',
    '--dry-run',
    '--outdir',
    outdir,
    '--define',
    'CRASH_POINTS:true',
  ])
  if (code !== 0) throw new Error(`the test build failed:\n${output}`)
  return join(outdir, 'index.js')
}

/** The product on a state on disk; it can be killed as a machine dies, and started again. */
export class Runtime {
  url = ''
  /** Its process; undefined: it is not alive. */
  workerd: number | undefined
  private child: ChildProcess | undefined
  private ended: Promise<void> = Promise.resolve()
  private readonly serve: Serve
  private readonly log: string

  constructor(bundle: string, state: string, vars: Record<string, string>) {
    this.serve = { configPath: join(ROOT, 'wrangler.toml'), bundle, state, vars }
    this.log = join(state, 'runtime.log')
  }

  async start(): Promise<void> {
    const log = openSync(this.log, 'a', 0o600)
    // A group of its own, so that nothing of it survives the kill.
    const child = spawn('sh', ['-c', RAISE, 'sh', process.execPath, SERVE], {
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    })
    this.child = child
    this.ended = new Promise((resolve) => child.once('close', () => resolve()))
    const url = new Promise<string>((resolve, reject) => {
      child.once('message', (message) => resolve((message as { url: string }).url))
      child.once('close', () => reject(new Error(`the runtime ended while starting; see ${this.log}`)))
    })
    child.send(this.serve)
    this.url = await url
    this.workerd = workerdBelow(child.pid!)
  }

  /** SIGKILL to the runtime and all that belongs to it. → what was killed */
  async kill(): Promise<{ signal: string; pids: number[] }> {
    const pid = this.child!.pid!
    const pids = [workerdBelow(pid), pid]
    this.workerd = undefined
    process.kill(-pid, 'SIGKILL')
    await this.ended
    this.child = undefined
    return { signal: 'SIGKILL', pids }
  }
  async stop(): Promise<void> {
    if (!this.child) return
    const pid = this.child.pid!
    this.workerd = undefined
    this.child.kill('SIGTERM')
    const late = setTimeout(() => process.kill(-pid, 'SIGKILL'), 5_000)
    await this.ended
    clearTimeout(late)
    this.child = undefined
  }
}
