import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/**
 * The Worker's configuration without queue consumers and crons: what a queue would start, tests in workerd start themselves. A
 * message that arrives when its test is over would keep the runner from ending. → the file's path
 */
export function wranglerWithoutConsumers(): string {
  const sections = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8').split(/^(?=\[)/m)
  const kept = sections.filter((section) => !/^\[\[?(queues\.consumers|triggers|env\.)/.test(section))
  const config = kept
    .join('')
    .replace('main = "', 'main = "../')
    .replace('migrations_dir = "', 'migrations_dir = "../')
    .replace('directory = ".fascia/', 'directory = "')
    .replace('tls = "./', 'tls = "../')
  mkdirSync(join(ROOT, '.fascia'), { recursive: true, mode: 0o700 })
  const path = join(ROOT, '.fascia', 'wrangler.tests.toml')
  writeFileSync(path, config)
  return path
}
