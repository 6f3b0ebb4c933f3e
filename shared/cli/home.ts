import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a local Fascia keeps what only its owner may read. */
export const home = (): string => process.env.FASCIA_HOME ?? join(import.meta.dirname, '..', '..', '.fascia')

/** Written by `npm start`: how to reach the running server. */
export interface Local {
  base_url: string
  operator_token: string
  sandbox_url?: string
  receiver_url?: string
  dev_id?: string
  api_key?: string
}

/** `{}` where there is none. */
export function readPrivate<T extends object>(name: string, dir = home()): Partial<T> {
  try {
    return JSON.parse(readFileSync(join(dir, name), 'utf8')) as Partial<T>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Error(`${join(dir, name)} cannot be read: ${(error as Error).message}`)
  }
}

/** Readable by its owner only, also where the file was there before. */
export function writePrivate(name: string, value: object | string, dir = home()): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  chmodSync(dir, 0o700)
  const path = join(dir, name)
  writeFileSync(path, typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  chmodSync(path, 0o600)
  return path
}
