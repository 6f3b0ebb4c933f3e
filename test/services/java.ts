import { existsSync } from 'node:fs'
import { join } from 'node:path'

const JARS = join(import.meta.dirname, '..', '..', '.fascia', 'services')

/** A program from the jars that install.sh fetched. The flags make it start soon and stay small. */
export function java(set: 'kafka' | 'elasticmq' | 's3proxy', main: string, args: string[], flags: string[] = []) {
  const jars = join(JARS, set)
  if (!existsSync(jars)) throw new Error(`${set} is not installed; run test/services/install.sh`)
  const small = ['-Xmx384m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto']
  return { program: 'java', args: [...small, ...flags, '-cp', join(jars, '*'), main, ...args] }
}
