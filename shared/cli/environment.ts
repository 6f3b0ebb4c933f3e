import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What one environment of wrangler.toml needs on the account. */
export interface Environment {
  name: string
  worker: string
  database: string
  /** Undefined: not created yet. */
  databaseId: string | undefined
  buckets: string[]
  queues: string[]
}

const NO_ID = '00000000-0000-0000-0000-000000000000'
const ID = /^(database_id = )"([^"]*)"/m

/** The tables `[[env.NAME.…]]` of the file, whole; TOML of our own hand, so a table ends where the next begins. */
const tables = (toml: string, env: string, table: string): string[] =>
  toml
    .split(/^(?=\[)/m)
    .filter((part) => part.startsWith(`[[env.${env}.${table}]]`) || part.startsWith(`[env.${env}.${table}]`))
const field = (part: string, name: string): string => {
  const found = new RegExp(`^${name} = "([^"]+)"`, 'm').exec(part)
  if (!found) throw new Error(`wrangler.toml: ${part.split('\n')[0]} has no ${name}`)
  return found[1]!
}

export function readEnvironment(root: string, name: string): Environment {
  const toml = readFileSync(join(root, 'wrangler.toml'), 'utf8')
  const head = toml.split(/^(?=\[)/m).find((part) => part.startsWith(`[env.${name}]`))
  if (!head) {
    const known = [...toml.matchAll(/^\[env\.([\w-]+)\]/gm)].map(([, env]) => env)
    throw new Error(`there is no environment "${name}" in wrangler.toml; it has ${known.join(', ')}`)
  }
  const [database] = tables(toml, name, 'd1_databases')
  if (!database) throw new Error(`wrangler.toml: environment "${name}" has no database`)
  const id = field(database, 'database_id')
  const consumers = tables(toml, name, 'queues.consumers').map((part) => field(part, 'queue'))
  const producers = tables(toml, name, 'queues.producers').map((part) => field(part, 'queue'))
  return {
    name,
    worker: field(head, 'name'),
    database: field(database, 'database_name'),
    databaseId: id === NO_ID ? undefined : id,
    buckets: tables(toml, name, 'r2_buckets').map((part) => field(part, 'bucket_name')),
    // Dead letters first: a queue may name only one that exists.
    queues: [...new Set([...consumers, ...producers])].sort(
      (a, b) => Number(b.endsWith('-dlq')) - Number(a.endsWith('-dlq')),
    ),
  }
}

/** Writes the id of the environment's database where wrangler reads it. */
export function writeDatabaseId(root: string, name: string, id: string): void {
  const path = join(root, 'wrangler.toml')
  const parts = readFileSync(path, 'utf8').split(/^(?=\[)/m)
  const changed = parts.map((part) =>
    part.startsWith(`[[env.${name}.d1_databases]]`) ? part.replace(ID, `$1"${id}"`) : part,
  )
  writeFileSync(path, changed.join(''))
}
