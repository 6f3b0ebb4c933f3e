import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { developerKey, sealJson, unsealJson } from '../shared/access/vault.ts'
import { base64, fromBase64 } from '../shared/base/bytes.ts'
import { Fault } from '../shared/base/fault.ts'
import { sha256 } from '../shared/base/hash.ts'
import { CLAIM_MS, IDEMPOTENT_ANSWER_BYTES, IDEMPOTENT_BODY_BYTES, IDEMPOTENT_MS } from '../shared/base/limits.ts'
import { logLine } from '../shared/base/log-line.ts'
import { settings } from '../shared/base/settings.ts'
import { claimAnswer, findAnswer, keepAnswer, releaseClaim } from '../shared/db/idempotent-answers.ts'
import { open } from '../shared/db/open.ts'
import type { ApiEnv } from './access.ts'
import { readBody } from './ingest/read-body.ts'

interface KeptAnswer {
  status: number
  content_type: string | null
  reference: string
  body: string
}
const PRINTABLE = /^[\x20-\x7e]{1,255}$/

/** A POST with an `Idempotency-Key` is done once: asked again, it is answered as the first time. Without one, nothing is kept. */
export const idempotent = createMiddleware<ApiEnv>(async (c, next) => {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return next()
  if (!PRINTABLE.test(key))
    throw new Fault('bad_request', 'idempotency-key is 1 to 255 printable ASCII characters, such as a UUID')
  const db = open(c.env.DB)
  const now = Date.now()
  const about = {
    developer_id: c.get('developer').developer_id,
    key_hash: sha256(ownerOf(c) + key),
    fingerprint: await fingerprintOf(c),
    claim: c.get('reference'),
  }
  if (!(await claimAnswer(db, { ...about, expires_at: now + CLAIM_MS }, now))) {
    const found = await findAnswer(db, about.developer_id, about.key_hash)
    if (found && found.fingerprint !== about.fingerprint)
      throw new Fault(
        'unprocessable',
        'this idempotency-key was used for another request; a new request needs a new key',
      )
    if (found?.sealed == null)
      throw new Fault('conflict', 'the first request with this idempotency-key is still running', {
        'retry-after': '1',
      })
    return replayed(c, unsealJson<KeptAnswer>(vaultKey(c), found.sealed, placeOf(about)))
  }
  await next()
  await settle(c, about)
})

/** A supplier’s keys are told from the developer’s, and from those of another supplier. */
const ownerOf = (c: Context<ApiEnv>): string => {
  const { supplier } = c.var as { supplier?: { supplier: { supplier_id: string }; environment: string } }
  return supplier ? `${supplier.supplier.supplier_id}/${supplier.environment}/` : ''
}

/** Method, path, query and body; the body is read here and given on. */
async function fingerprintOf(c: Context<ApiEnv>): Promise<string> {
  const { method, url, headers } = c.req.raw
  const { pathname, search } = new URL(url)
  const body = await readBody(c.req.raw, IDEMPOTENT_BODY_BYTES)
  c.req.raw = new Request(url, { method, headers, body: body.length > 0 ? body : undefined })
  return sha256(`${method} ${pathname}${search}\n${sha256(body)}`)
}

const vaultKey = (c: Context<ApiEnv>) => developerKey(settings(c.env).ROOT_KEY, c.get('developer').developer_id)
const placeOf = (about: { key_hash: string }) => `idempotent/${about.key_hash}`

/** Keeps the answer; one that says "again later" is not kept, so that it can be tried again. */
async function settle(c: Context<ApiEnv>, claim: { developer_id: string; key_hash: string; claim: string }) {
  const { status, headers } = c.res
  const db = open(c.env.DB)
  try {
    const body = new Uint8Array(await c.res.clone().arrayBuffer())
    if (status >= 500 || status === 408 || status === 429 || body.length > IDEMPOTENT_ANSWER_BYTES)
      return await releaseClaim(db, claim)
    const answer: KeptAnswer = {
      status,
      content_type: headers.get('content-type'),
      reference: c.get('reference'),
      body: base64(body),
    }
    await keepAnswer(db, claim, sealJson(vaultKey(c), answer, placeOf(claim)), Date.now() + IDEMPOTENT_MS)
  } catch (error) {
    // It is done, so it is answered; a repetition is refused until the claim ends.
    logLine('answer not kept', { reference: c.get('reference'), error: (error as Error).name })
  }
}

function replayed(c: Context<ApiEnv>, { status, content_type, reference, body }: KeptAnswer): Response {
  c.set('reference', reference)
  const headers = { ...(content_type !== null && { 'content-type': content_type }), 'idempotent-replayed': 'true' }
  return new Response(status === 204 ? null : fromBase64(body), { status, headers })
}
