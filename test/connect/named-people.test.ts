import { applyD1Migrations } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { house } from '../house.ts'

/** A directory that is older than the rule that a name has one connection at a provider without accounts. */
const RULE = '0008_streams.sql'

test('two uploads of one name, as there could be, both stay; the earlier one has the name, and no third comes', async () => {
  const before = house.MIGRATIONS.slice(
    0,
    house.MIGRATIONS.findIndex(({ name }) => name === RULE),
  )
  expect(before.length).toBeGreaterThan(0)
  await applyD1Migrations(house.DB, before)
  await house.DB.exec(
    `INSERT INTO developers (developer_id, name, region, version, created_at) VALUES ('dev', 'D', 'r', 'v', 0)`,
  )
  const insert = (user: string, state: string, created: number, provider = 'file-upload') =>
    house.DB.prepare(`INSERT INTO connections VALUES (?, 'dev', 'r', 1, ?, 'ann', 'ann', ?, '', ?)`)
      .bind(user, provider, state, created)
      .run()
  await insert('late', 'active', 2)
  await insert('ended', 'closed', 0)
  await insert('twin-b', 'inactive', 1)
  await insert('twin-a', 'active', 1)
  await insert('elsewhere', 'active', 1, 'oura')
  await applyD1Migrations(house.DB, house.MIGRATIONS)
  const { results } = await house.DB.prepare(`SELECT user_id, provider_user_id FROM connections ORDER BY user_id`).all()
  expect(results).toEqual([
    { user_id: 'elsewhere', provider_user_id: 'ann' },
    { user_id: 'ended', provider_user_id: 'ann' },
    { user_id: 'late', provider_user_id: 'late' },
    { user_id: 'twin-a', provider_user_id: 'ann' },
    { user_id: 'twin-b', provider_user_id: 'twin-b' },
  ])
  await expect(insert('third', 'active', 3)).rejects.toThrow('UNIQUE')
  await insert('of-oura', 'active', 3, 'oura')
})
