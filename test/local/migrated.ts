import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { wranglerIn } from '../../shared/cli/wrangler.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const MIGRATIONS = join(ROOT, 'd1-migrations')
const digest = (): string => {
  const sql = readdirSync(MIGRATIONS).map((name) => readFileSync(join(MIGRATIONS, name)))
  return createHash('sha256').update(Buffer.concat(sql)).digest('hex').slice(0, 16)
}
/** With the databases, so that it goes where they go. */
const noteIn = (state: string): string => join(state, 'v3', 'd1', 'migrations')

/** Gives the database in a local state its tables. A note says which migrations it has had: Wrangler takes seconds to find out. */
export async function applyMigrations(state: string): Promise<void> {
  const now = digest()
  const note = noteIn(state)
  if (existsSync(note) && readFileSync(note, 'utf8') === now) return
  const { code, output } = await wranglerIn(ROOT)(['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', state])
  if (code !== 0) throw new Error(`the migrations of the database failed:\n${output}`)
  writeFileSync(note, now)
}

/** Copies an empty state with the database's tables, which is made once for the migrations as they are. */
export async function copyMigrated(state: string): Promise<void> {
  const kept = join(ROOT, '.fascia', 'harness', `state-${digest()}`)
  if (!existsSync(kept)) await makeMigrated(kept)
  cpSync(kept, state, { recursive: true })
}
async function makeMigrated(kept: string): Promise<void> {
  mkdirSync(dirname(kept), { recursive: true })
  const fresh = mkdtempSync(`${kept}-`)
  await applyMigrations(fresh)
  // Whole or not at all; where two made it at once, one is enough.
  if (existsSync(kept)) rmSync(fresh, { recursive: true, force: true })
  else renameSync(fresh, kept)
}
