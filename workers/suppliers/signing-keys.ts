import type { JSONWebKeySet, JWK } from 'jose'
import type { Env } from '../../durable-objects/env.ts'
import { newSigningKey, PUBLISHED_BEFORE_MS, signerAt, timesFrom } from '../../shared/access/signing-keys.ts'
import type { Signer } from '../../shared/access/supplier-tokens.ts'
import { deploymentKey, sealJson, unsealJson } from '../../shared/access/vault.ts'
import { assert } from '../../shared/base/fault.ts'
import { settings } from '../../shared/base/settings.ts'
import { MINUTE_MS, SECOND_MS } from '../../shared/base/time.ts'
import { open } from '../../shared/db/open.ts'
import { addSigningKey, dropSigningKeys, listSigningKeys, type SigningKeyRow } from '../../shared/db/signing-keys.ts'

/** An isolate looks for new keys this often, and sooner for one that it does not know, but no oftener than that. */
const BELIEVED_MS = 5 * MINUTE_MS
const ASKED_EVERY_MS = SECOND_MS

interface Known {
  rows: SigningKeyRow[]
  set: JSONWebKeySet
  signers: Map<string, Signer>
  at: number
}
const known = new WeakMap<D1Database, Known>()

/** The keys whose tokens may still come. `missing`: somebody came with a key that is not among those known here. */
export async function keySet(env: Env, missing = false): Promise<JSONWebKeySet> {
  return (await knownKeys(env, missing)).set
}

async function knownKeys(env: Env, missing = false): Promise<Known> {
  const now = Date.now()
  const found = known.get(env.DB)
  const age = found ? now - found.at : Number.POSITIVE_INFINITY
  const believed = found && found.rows.length > 0 && age >= 0 && age < (missing ? ASKED_EVERY_MS : BELIEVED_MS)
  return believed ? found : look(env, now)
}

async function look(env: Env, now: number): Promise<Known> {
  const rows = (await listSigningKeys(open(env.DB))).filter((row) => row.ends_at > now)
  const fresh = {
    rows,
    set: { keys: rows.map((row) => JSON.parse(row.public_jwk) as JWK) },
    signers: new Map(),
    at: now,
  }
  known.set(env.DB, fresh)
  return fresh
}

/** The key that signs tokens now; the first is made when it is needed. */
export async function signer(env: Env): Promise<Signer> {
  const now = Date.now()
  let keys = await knownKeys(env)
  if (!signerAt(keys.rows, now)) {
    await makeKey(env, now, now)
    keys = await look(env, now)
  }
  const row = signerAt(keys.rows, now)
  assert(row, 'a key signs')
  const found = keys.signers.get(row.kid)
  if (found) return found
  const made = { kid: row.kid, jwk: unsealJson<JWK>(vaultKey(env), row.sealed, placeOf(row.kid)) }
  keys.signers.set(row.kid, made)
  return made
}

/** Makes a successor a while before the last key ends, and forgets keys whose tokens are over. */
export async function rotateSigningKeys(env: Env, now: number): Promise<void> {
  const db = open(env.DB)
  await dropSigningKeys(db, now)
  const rows = await listSigningKeys(db)
  // Where nobody ever asked for a token there is nothing to rotate.
  const last = Math.max(0, ...rows.map((row) => row.signs_until))
  if (last > 0 && last <= now + PUBLISHED_BEFORE_MS) await makeKey(env, now, now + PUBLISHED_BEFORE_MS)
}

async function makeKey(env: Env, now: number, until: number): Promise<void> {
  const { kid, publicJwk, privateJwk } = await newSigningKey()
  const sealed = sealJson(vaultKey(env), privateJwk, placeOf(kid))
  await addSigningKey(open(env.DB), { kid, public_jwk: JSON.stringify(publicJwk), sealed, ...timesFrom(now) }, until)
}

const vaultKey = (env: Env) => deploymentKey(settings(env).ROOT_KEY, 'signing-keys')
const placeOf = (kid: string) => `signing-key/${kid}`
