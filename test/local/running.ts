import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readPrivate, writePrivate } from '../../shared/cli/home.ts'

interface Running {
  pid: number
  base_url: string
}

/** Two runtimes on one state would destroy it. → gives the place back. */
export function claim(dir: string, baseUrl: string): () => void {
  const { pid, base_url } = readPrivate<Running>('running.json', dir)
  if (pid !== undefined && isAlive(pid))
    throw new Error(
      `Fascia runs already at ${base_url} (process ${pid}); stop it there with Ctrl-C, or set FASCIA_HOME to another folder`,
    )
  writePrivate('running.json', { pid: process.pid, base_url: baseUrl } satisfies Running, dir)
  return () => rmSync(join(dir, 'running.json'), { force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
