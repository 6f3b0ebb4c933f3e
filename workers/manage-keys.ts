import type { Context } from 'hono'
import { streamHub } from '../durable-objects/stubs.ts'
import { newApiKey } from '../shared/access/keys.ts'
import { allows, lacking, readScopes, type Scope, writeScopes } from '../shared/access/scopes.ts'
import { Fault } from '../shared/base/fault.ts'
import { newId } from '../shared/base/ids.ts'
import { KEYS_PER_DEVELOPER } from '../shared/base/limits.ts'
import { settings } from '../shared/base/settings.ts'
import { iso, SECOND_MS } from '../shared/base/time.ts'
import type { z } from '../shared/base/zod.ts'
import { changeKey, countGoodKeys, type KeyChange, keyOf } from '../shared/db/api-keys.ts'
import { createKey } from '../shared/db/developers.ts'
import { open } from '../shared/db/open.ts'
import type { ApiKeyRow } from '../shared/db/schema.ts'
import { type ApiEnv, forgetDeveloper } from './access.ts'
import type { KeyChangeInput, KeyInput, KeyView, RotateInput } from './api/key-views.ts'

type Ask = Context<ApiEnv>

export const view = (row: ApiKeyRow): z.infer<typeof KeyView> => ({
  key_id: row.key_id,
  name: row.name,
  prefix: row.prefix,
  scopes: readScopes(row.scopes),
  requests_per_minute: row.requests_per_minute,
  created_at: iso(row.created_at),
  expires_at: iso(row.expires_at),
  last_used_at: iso(row.last_used_at),
  revoked_at: iso(row.revoked_at),
})

export async function made(c: Ask, input: z.infer<typeof KeyInput>) {
  const scopes = input.scopes ?? c.get('caller').scopes
  mayGive(c, scopes)
  mayHave(c, input.requests_per_minute)
  return insert(c, {
    name: input.name,
    scopes: writeScopes(scopes),
    expires_at: input.expires_at ?? null,
    requests_per_minute: input.requests_per_minute ?? null,
  })
}

async function insert(c: Ask, about: Pick<ApiKeyRow, 'name' | 'scopes' | 'expires_at' | 'requests_per_minute'>) {
  const db = open(c.env.DB)
  const { developer_id } = c.get('developer')
  const now = Date.now()
  if ((await countGoodKeys(db, developer_id, now)) >= KEYS_PER_DEVELOPER)
    throw new Fault('conflict', `there are ${KEYS_PER_DEVELOPER} keys already; delete one that is not used`)
  const { key, hash, prefix } = newApiKey()
  const row: ApiKeyRow = {
    ...about,
    key_id: newId('key'),
    developer_id,
    prefix,
    hash,
    created_at: now,
    revoked_at: null,
    last_used_at: null,
  }
  await createKey(db, row)
  return { ...view(row), api_key: key }
}

export async function changed(c: Ask, keyId: string, input: z.infer<typeof KeyChangeInput>) {
  const row = await goodKey(c, keyId)
  const held = readScopes(row.scopes)
  const later = input.expires_at !== undefined && endOf(input.expires_at) > endOf(row.expires_at)
  // What it has already it is not given, but for a longer life.
  const scopes = input.scopes ?? held
  mayGive(c, later ? scopes : lacking(held, scopes))
  mayHave(c, input.requests_per_minute)
  const { scopes: _, ...rest } = input
  const change: KeyChange = { ...rest, ...(input.scopes && { scopes: writeScopes(input.scopes) }) }
  const sooner = input.expires_at !== undefined && endOf(input.expires_at) < endOf(row.expires_at)
  await save(c, row, change, sooner || !allows(scopes, 'keys:write'))
  return view({ ...row, ...change })
}
const endOf = (at: number | null) => at ?? Number.POSITIVE_INFINITY

export async function revoked(c: Ask, keyId: string): Promise<void> {
  const row = await keyNamed(c, keyId)
  // Asked again: it is done.
  if (row.revoked_at === null) await save(c, row, { revoked_at: Date.now() }, isGood(row))
}

/** The new key is there before the old one ends: where this breaks off, both are good. */
export async function rotated(c: Ask, keyId: string, { overlap_seconds }: z.infer<typeof RotateInput>) {
  const row = await goodKey(c, keyId)
  mayGive(c, readScopes(row.scopes))
  const now = Date.now()
  const { name, scopes, requests_per_minute } = row
  const expires_at = row.expires_at === null ? null : now + row.expires_at - row.created_at
  const made = await insert(c, { name, scopes, requests_per_minute, expires_at })
  const end = Math.min(endOf(row.expires_at), now + overlap_seconds * SECOND_MS)
  await save(c, row, overlap_seconds === 0 ? { revoked_at: now } : { expires_at: end }, false)
  return made
}

/** `less`: it can do less than before, which the last key that can manage keys may not do to itself. */
async function save(c: Ask, row: ApiKeyRow, change: KeyChange, less: boolean): Promise<void> {
  if (Object.keys(change).length === 0) return
  const byItself = c.get('caller').key_id !== undefined
  const keepsManager = less && byItself && allows(readScopes(row.scopes), 'keys:write')
  if (!(await changeKey(open(c.env.DB), row, change, keepsManager)))
    throw new Fault(
      'conflict',
      'no other key would be left that can manage keys for as long as this one; make one with keys:write first',
    )
  forgetDeveloper(row.developer_id)
  const listened = allows(readScopes(row.scopes), 'stream:read')
  if (listened && !mayListen({ ...row, ...change })) await streamHub(c.env, c.get('developer')).endKey(row.key_id)
}
const mayListen = (row: ApiKeyRow) => isGood(row) && allows(readScopes(row.scopes), 'stream:read')

async function keyNamed(c: Ask, keyId: string): Promise<ApiKeyRow> {
  const row = await keyOf(open(c.env.DB), c.get('developer').developer_id, keyId)
  if (!row) throw new Fault('not_found', 'key not found')
  return row
}
const isGood = (row: ApiKeyRow) => row.revoked_at === null && endOf(row.expires_at) > Date.now()
async function goodKey(c: Ask, keyId: string): Promise<ApiKeyRow> {
  const row = await keyNamed(c, keyId)
  if (!isGood(row)) throw new Fault('conflict', 'the key has ended; make a new one')
  return row
}
function mayGive(c: Ask, scopes: readonly Scope[]): void {
  const missing = lacking(c.get('caller').scopes, scopes)
  if (missing.length > 0)
    throw new Fault('forbidden', `this key lacks the scope ${missing.join(', ')}, so it cannot give it`)
}
/** More than this deployment allows is the operator's to give. */
function mayHave(c: Ask, requestsPerMinute: number | null | undefined): void {
  const most = settings(c.env).API_KEY_PER_MINUTE
  if (c.get('caller').key_id === undefined || most === 0 || (requestsPerMinute ?? 0) <= most) return
  throw new Fault('forbidden', `requests_per_minute is at most ${most} here; the operator can give more`)
}
