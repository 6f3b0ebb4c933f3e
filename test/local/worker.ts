import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const ROOT = join(import.meta.dirname, '..', '..')
const WRANGLER = join(ROOT, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
const READY_MS = 90_000
const STOP_MS = 8_000
/** What of the log is shown when the Worker does not start. */
const TAIL = 25

/** Nothing leaves loopback, nothing is traced, nothing is asked. */
const quiet = (dir: string) => ({
  ...process.env,
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  WRANGLER_REGISTRY_PATH: join(dir, 'registry'),
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
  X_LOCAL_EXPLORER: 'false',
  NO_COLOR: '1',
})

/** Each live Durable Object holds three descriptors: the usual limit of 1,024 would end at 300 of them. */
const RAISE = 'ulimit -n "$(ulimit -Hn)" 2>/dev/null || true; exec "$@"'

export interface Place {
  /** State, secrets and log of this start. */
  dir: string
  envFile: string
}
export interface Worker {
  pid: number
  /** Fulfilled when it has ended. */
  ended: Promise<void>
  stop(): Promise<void>
}

/** Runs `wrangler dev` as the leader of its own process group. */
export function startWorker({ dir, envFile }: Place, port: number): Worker & { tail(): string } {
  const flags = [
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--inspector-port',
    '0',
    '--show-interactive-dev-session=false',
  ]
  // A crash of the runtime is a warning: it is started again.
  const level = process.env.WRANGLER_LOG ?? 'warn'
  const command = [
    process.execPath,
    WRANGLER,
    'dev',
    ...flags,
    '--log-level',
    level,
    '--persist-to',
    join(dir, 'state'),
    '--env-file',
    envFile,
  ]
  const child = spawn('sh', ['-c', RAISE, 'sh', ...command], {
    cwd: ROOT,
    env: quiet(dir),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = createWriteStream(join(dir, 'worker.log'), { mode: 0o600 })
  let lines: string[] = []
  const write = (chunk: Buffer) => {
    log.write(chunk)
    lines = [...lines, ...chunk.toString().split('\n')].slice(-TAIL)
  }
  child.stdout.on('data', write)
  child.stderr.on('data', write)
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => log.end(resolve))
    child.once('error', () => resolve())
  })
  return { pid: child.pid!, ended, stop: () => stopGroup(child, ended), tail: () => lines.join('\n').trim() }
}

/** Killing only the leader would leave the runtimes holding the port. */
async function stopGroup(child: ChildProcess, ended: Promise<void>): Promise<void> {
  const kill = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
      throw error
    }
  }
  if (child.pid === undefined || !kill('SIGTERM')) return
  const late = sleep(STOP_MS, 'late', { ref: false })
  if ((await Promise.race([ended, late])) === 'late') kill('SIGKILL')
  await ended
  kill('SIGKILL')
}

/** Waits for the first good answer to `check`; the Worker's own words are the error when there is none. */
export async function whenReady(worker: Worker & { tail(): string }, check: () => Promise<Response>): Promise<void> {
  let ended = false
  worker.ended.then(() => (ended = true))
  const until = Date.now() + READY_MS
  let last = 'no answer'
  while (Date.now() < until) {
    if (ended) throw new Error(`the Worker ended while starting:\n${worker.tail()}`)
    try {
      const response = await check()
      const text = await response.text()
      if (response.ok) return
      last = `${response.status} ${text.slice(0, 300)}`
    } catch (error) {
      last = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message
    }
    await sleep(100)
  }
  throw new Error(`the Worker was not ready after ${READY_MS / 1000} s (${last})\n${worker.tail()}`)
}
