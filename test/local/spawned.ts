import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyMigrated } from './migrated.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const START = join(import.meta.dirname, 'start.ts')

export interface Spawned {
  child: ChildProcess
  stdout(): string
  stderr(): string
  ended: Promise<number | null>
}
/** `npm …` as a person types it. */
export const npm = (words: string[], env: Record<string, string> = {}): Spawned => spawned('npm', words, env)
/** What `npm run fascia -- …` comes to: the catalogue was made before the tests. */
export const fascia = (words: string[], env: Record<string, string> = {}): Spawned =>
  spawned(process.execPath, [join(ROOT, 'shared', 'cli', 'bin.mjs'), ...words], env)

function spawned(command: string, words: string[], env: Record<string, string>): Spawned {
  const child = spawn(command, words, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (err += chunk))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, stdout: () => out, stderr: () => err, ended }
}

/** The JSON document on stdout; npm puts lines of its own in front, which begin with ">". */
export const document = <T>(spawned: Spawned): T => JSON.parse(spawned.stdout().replace(/^(?:\s|>.*\n)*/, '')) as T

/** Waits for the condition; fails with what the process said when it ends before. */
export async function until(spawned: Spawned, seen: () => boolean, timeoutMs = 90_000): Promise<void> {
  let over = false
  spawned.ended.then(() => (over = true))
  const end = Date.now() + timeoutMs
  while (!seen()) {
    if (over || Date.now() > end)
      throw new Error(`it ${over ? 'ended' : 'did not come'}:\n${spawned.stdout()}\n${spawned.stderr()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A process and everything it started, also what leads a group of its own. */
export function family(pid: number): number[] {
  const pairs = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
  const found = [pid]
  for (const one of found) found.push(...pairs.filter(([, parent]) => parent === one).map(([child]) => child))
  return found
}
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A dead child that nobody has waited for yet is dead.
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return false
  }
}

/**
 * What `npm start -- --serve` comes to, in a folder and at a port of its own; the tables of its database are there already.
 * One that ended or crashed before it was stopped says so then: what its tests saw of that was a closed connection at best.
 */
export async function serve(): Promise<{ url: string; home: string; stop(): Promise<void> }> {
  const home = mkdtempSync(join(tmpdir(), 'fascia-e2e-'))
  await copyMigrated(join(home, 'state'))
  const port = String(await freePort())
  const server = spawned(process.execPath, [START, '--serve', '--json', '--port', port], { FASCIA_HOME: home })
  const end = async (): Promise<string> => {
    server.child.kill('SIGTERM')
    await server.ended
    const log = join(home, 'worker.log')
    const said = existsSync(log) ? readFileSync(log, 'utf8') : ''
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    return said
  }
  const stop = async () => {
    const early = server.child.exitCode ?? server.child.signalCode
    const said = await end()
    const crashed = said.includes('runtime crashed')
    if (early !== null || crashed)
      throw new Error(
        `the runtime ${crashed ? 'crashed' : `ended by itself (${early})`}:\n${server.stderr()}\n${said.slice(-4_000)}`,
      )
  }
  try {
    await until(server, () => server.stdout().includes('"base_url"'))
  } catch (error) {
    await end()
    throw error
  }
  return { url: document<{ base_url: string }>(server).base_url, home, stop }
}
