import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'd1-migrations')
/** A directory that is older than the rule that a name has one connection at a provider without accounts. */
const RULE = '0008_streams.sql'

test('two uploads of one name, as there could be, both stay; the earlier one has the name, and no third comes', () => {
  const db = new DatabaseSync(':memory:')
  const names = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'))
  const apply = (chosen: string[]) => {
    for (const name of chosen.sort()) db.exec(readFileSync(join(MIGRATIONS, name), 'utf8'))
  }
  apply(names.filter((name) => name < RULE))
  db.exec(`INSERT INTO developers (developer_id, name, region, version, created_at) VALUES ('dev', 'D', 'r', 'v', 0)`)
  const insert = (user: string, state: string, created: number, provider = 'file-upload') =>
    db
      .prepare(`INSERT INTO connections VALUES (?, 'dev', 'r', 1, ?, 'ann', 'ann', ?, '', ?)`)
      .run(user, provider, state, created)
  insert('late', 'active', 2)
  insert('ended', 'closed', 0)
  insert('twin-b', 'inactive', 1)
  insert('twin-a', 'active', 1)
  insert('elsewhere', 'active', 1, 'oura')
  apply(names.filter((name) => name >= RULE))
  expect(db.prepare('SELECT user_id, provider_user_id FROM connections ORDER BY user_id').all()).toEqual([
    { user_id: 'elsewhere', provider_user_id: 'ann' },
    { user_id: 'ended', provider_user_id: 'ann' },
    { user_id: 'late', provider_user_id: 'late' },
    { user_id: 'twin-a', provider_user_id: 'ann' },
    { user_id: 'twin-b', provider_user_id: 'twin-b' },
  ])
  expect(() => insert('third', 'active', 3)).toThrow('UNIQUE')
  insert('of-oura', 'active', 3, 'oura')
})
