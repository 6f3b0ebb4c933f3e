import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export interface Owner {
  uid: number
  gid: number
}

/** PostgreSQL, PgBouncer and MariaDB refuse to run as root; whoever is not root runs them as themselves. */
export function unprivileged(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** A folder for one server, and commands that are run as its owner. */
export function openPlace(name: string, owner: Owner | undefined = undefined) {
  const dir = mkdtempSync(join(tmpdir(), `fascia-${name}-`))
  const own = (path: string) => owner && chownSync(path, owner.uid, owner.gid)
  own(dir)
  return {
    dir,
    owner,
    path: (file: string) => join(dir, file),
    folder(file: string): string {
      mkdirSync(join(dir, file))
      own(join(dir, file))
      return join(dir, file)
    },
    write(file: string, text: string, mode = 0o600): string {
      writeFileSync(join(dir, file), text, { mode })
      chmodSync(join(dir, file), mode)
      own(join(dir, file))
      return join(dir, file)
    },
    async run(program: string, args: string[], env: Record<string, string> = {}): Promise<string> {
      const { stdout } = await execute(program, args, { cwd: dir, env: { ...process.env, ...env }, ...owner, ...BIG })
      return stdout
    },
    remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }),
  }
}
export type Place = ReturnType<typeof openPlace>

const BIG = { maxBuffer: 256 * 1024 * 1024 }
/** A client's whole output; where it fails, what it said is the error. */
export async function output(program: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await execute(program, args, { env: { ...process.env, ...env }, ...BIG })
  return stdout
}
