import { type ChildProcess, fork } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One of our own processes, asked one thing at a time. */
export class Helper<Question extends object, Answer> {
  readonly child: ChildProcess
  private waiting: ((answer: Answer) => void)[] = []
  private early: Answer[] = []

  constructor(file: string) {
    this.child = fork(join(import.meta.dirname, file), {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.child.on('message', (answer) => {
      const next = this.waiting.shift()
      if (next) next(answer as Answer)
      else this.early.push(answer as Answer)
    })
  }
  next(): Promise<Answer> {
    const early = this.early.shift()
    return early === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(early)
  }
  ask(question: Question): Promise<Answer> {
    this.tell(question)
    return this.next()
  }
  tell(question: Question): void {
    this.child.send(question)
  }
  stop(): void {
    this.child.disconnect()
  }
}

/** The runtime below a process: the workerd that serves. */
export function workerdBelow(pid: number): number {
  const parents = new Map<number, number>()
  const names = new Map<number, string>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const stat = statOf(Number(entry))
    if (!stat) continue
    names.set(Number(entry), stat.name)
    parents.set(Number(entry), stat.parent)
  }
  const below = (child: number): boolean => child === pid || (parents.has(child) && below(parents.get(child)!))
  const found = [...names].filter(([id, name]) => name.startsWith('workerd') && below(id)).map(([id]) => id)
  // The development proxy is a worker of the same runtime or a second one, started before.
  const last = found.sort((a, b) => a - b).at(-1)
  if (last === undefined) throw new Error(`no workerd below process ${pid}`)
  return last
}

function statOf(pid: number): { name: string; parent: number; ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'))
    return { name, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }
  } catch (error) {
    // It ended between being listed and being read.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH')
      return undefined
    throw error
  }
}

const MS_PER_TICK = 10
/** Processor time of a process so far, all its threads. */
export const cpuMs = (pid: number): number => (statOf(pid)?.ticks ?? Number.NaN) * MS_PER_TICK
/** Its memory, MB. */
export const residentMb = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024)
