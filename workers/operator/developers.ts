import { Hono } from 'hono'
import type { Env } from '../../durable-objects/env.ts'
import { newApiKey } from '../../shared/access/keys.ts'
import { newId } from '../../shared/base/ids.ts'
import { z } from '../../shared/base/zod.ts'
import { createDeveloper, createKey } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { API_VERSION } from '../../shared/schema/version.ts'
import { inputOf } from '../read-input.ts'

const Input = z.strictObject({
  name: z.string().min(1).max(200),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,20}$/, 'is lower-case letters, digits and dashes')
    .default('global'),
})

export const developers = new Hono<{ Bindings: Env }>()

/** A developer with a first key; the key is shown this once. */
developers.post('/developers', async (c) => {
  const { name, region } = await inputOf(c, Input)
  const db = open(c.env.DB)
  const developer_id = newId('dev')
  const now = Date.now()
  const { key, hash, prefix } = newApiKey()
  await createDeveloper(db, { developer_id, name, region, version: API_VERSION, created_at: now })
  await createKey(db, {
    key_id: newId('key'),
    developer_id,
    name: 'first key',
    prefix,
    hash,
    scopes: '*',
    created_at: now,
  })
  return c.json({ dev_id: developer_id, api_key: key, name, region }, 201)
})
