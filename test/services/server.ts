import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { family } from '../local/spawned.ts'
import type { Place } from './place.ts'

const READY_MS = 60_000
const STOP_MS = 10_000

export interface Command {
  name: string
  program: string
  args: () => string[]
  env?: Record<string, string>
  /** Asks it to end in an orderly way. */
  stopBy?: NodeJS.Signals
  /** Whether it answers as its clients need it. */
  ready: () => Promise<boolean>
}

/** One server process on its own folder and port. It can die as a machine dies, and come again on the same data. */
export class Server {
  private child: ChildProcess | undefined
  private ended: Promise<void> = Promise.resolve()
  private readonly place: Place
  private readonly command: Command
  constructor(place: Place, command: Command) {
    this.place = place
    this.command = command
  }

  async start(): Promise<void> {
    const { program, args, env } = this.command
    const log = openSync(this.logFile, 'a', 0o644)
    const child = spawn(program, args(), {
      cwd: this.place.dir,
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
      ...this.place.owner,
    })
    closeSync(log)
    let over: string | undefined
    this.child = child
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        over = error.message
        resolve()
      })
      child.once('exit', (code, signal) => {
        over ??= `it ended by ${signal ?? `code ${code}`}`
        resolve()
      })
    })
    const until = Date.now() + READY_MS
    let why = ''
    const ready = () =>
      this.command.ready().catch((error: Error) => {
        why = error.message
        return false
      })
    while (!(await ready())) {
      if (over !== undefined || Date.now() > until) {
        const ended = over ?? 'time-out'
        await this.kill()
        throw new Error(`${this.command.name} does not answer (${ended}): ${why}\n${this.tail()}`)
      }
      await sleep(50)
    }
  }

  /** SIGKILL to it and all it started, which may lead groups of their own. Nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    const pid = this.child?.pid
    this.child = undefined
    if (pid === undefined) return
    for (const one of family(pid)) signal(one, 'SIGKILL')
    await this.ended
  }

  async stop(): Promise<void> {
    const pid = this.child?.pid
    if (pid === undefined) return
    signal(pid, this.command.stopBy ?? 'SIGTERM')
    const late = sleep(STOP_MS, 'late', { ref: false })
    if ((await Promise.race([this.ended, late])) === 'late') await this.kill()
    this.child = undefined
  }

  /** The same port, the same data. */
  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  signal(name: NodeJS.Signals): void {
    signal(this.child!.pid!, name)
  }

  tail(): string {
    return readFileSync(this.logFile, 'utf8').split('\n').slice(-30).join('\n')
  }
  private get logFile(): string {
    return this.place.path(`${this.command.name}.log`)
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    // Gone by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Whether anything listens there. */
export const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
