import { createHmac } from 'node:crypto'
import { sameText } from '../base/bytes.ts'
import type { ProviderApp } from '../base/settings.ts'
import type { CallingProvider, Hmac } from './define.ts'
import { jsonErrorAt, parseForm, position } from './malformed.ts'
import { goTo, type Item } from './reader.ts'
import type { LifecycleNotice } from './record.ts'

/** A provider's call, as a door hands it over: nothing of it is believed yet. */
export interface RawCall {
  method: string
  /** The part of our URL that only the provider knows. */
  secret: string
  query: URLSearchParams
  headers: Headers
  body: Uint8Array
}
export type Received =
  /** An answer for the handshake; nothing to keep. */
  | { kind: 'answer'; status: number; body: string; contentType: string }
  /** 401: forged, stale or unsigned; 400: malformed, with its position; 405: not a way to call. */
  | { kind: 'refused'; status: 400 | 401 | 405; reason: string }
  /** `ownerless`: items that name nobody, and so cannot be kept for anybody. */
  | { kind: 'slices'; slices: Slice[]; ownerless: number; ok: number }

/** What one call holds of one owner and one resource. */
export interface Slice {
  /** The user's id at the provider. */
  ownerId: string
  resource: string
  kind: 'push' | 'notice'
  /** JSON text. */
  body: string
  /** Makes a repeated notification the same payload; without it the body does. */
  eventId?: string
  notices: LifecycleNotice[]
}

/** Verifies on the raw bytes, parses once, and cuts by owner and resource. */
export function receive(provider: CallingProvider, call: RawCall, app: ProviderApp, now: number): Received {
  const { webhook } = provider
  if (!sameText(call.secret, app.ingest_secret)) return refused(401, 'unknown address')
  const answer = handshake(provider, call, app)
  if (answer) return answer
  if (call.method !== 'POST') return refused(405, `${call.method} is not expected here`)
  const forged =
    webhook.verify.kind === 'hmac'
      ? unsigned(webhook.verify, call, app, now)
      : missing(webhook.verify.headers, call.headers)
  if (forged) return refused(401, forged)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(call.body)
  } catch {
    return refused(400, `not UTF-8 from byte ${validBytes(call.body)}`)
  }
  if (webhook.body === 'form') {
    const parsed = parseForm(text)
    return 'form' in parsed
      ? cut(provider, parsed.form, undefined)
      : refused(400, `malformed form at byte ${parsed.errorAt}`)
  }
  let page: unknown
  try {
    page = JSON.parse(text)
  } catch {
    return refused(400, `malformed JSON at ${position(text, jsonErrorAt(text))}`)
  }
  return cut(provider, page, text)
}

const refused = (status: 400 | 401 | 405, reason: string): Received => ({ kind: 'refused', status, reason })

function handshake({ webhook }: CallingProvider, call: RawCall, app: ProviderApp): Received | undefined {
  const { handshake: style } = webhook
  const fine: Received = { kind: 'answer', status: 200, body: '', contentType: 'text/plain' }
  if (call.method === 'HEAD') return fine
  if (style.kind === 'head' && call.method === 'POST' && call.body.length === 0) return fine
  if (style.kind !== 'challenge' || call.method !== 'GET') return undefined
  const challenge = call.query.get(style.challenge)
  const token = call.query.get(style.token)
  if (challenge === null || token === null || !sameText(token, app.ingest_secret))
    return refused(401, 'wrong verification token')
  return {
    kind: 'answer',
    status: 200,
    body: JSON.stringify({ [style.answer]: challenge }),
    contentType: 'application/json',
  }
}

function missing(names: string[], headers: Headers): string | undefined {
  const name = names.find((name) => !headers.get(name))
  return name && `the header ${name} is missing`
}

/** Why a call is not believed; undefined where it is signed and fresh. */
function unsigned(verify: Hmac, call: RawCall, app: ProviderApp, now: number): string | undefined {
  const given = call.headers.get(verify.header)
  if (!given) return `the header ${verify.header} is missing`
  const { timestamp } = verify
  if (timestamp) {
    const text = call.headers.get(timestamp.header)
    const sentAt = text && /^\d+(\.\d+)?$/.test(text) ? Number(text) * (timestamp.unit === 's' ? 1000 : 1) : undefined
    if (sentAt === undefined) return `the header ${timestamp.header} is missing`
    if (Math.abs(now - sentAt) > timestamp.toleranceMs) return 'the signature is stale'
  }
  const hmac = createHmac(verify.algorithm, app[verify.key])
  for (const piece of verify.over) hmac.update(piece === 'body' ? call.body : (call.headers.get(piece.header) ?? ''))
  const digest = hmac.digest(verify.encoding === 'base64' ? 'base64' : 'hex')
  return sameText(verify.encoding === 'HEX' ? digest.toUpperCase() : digest, given)
    ? undefined
    : 'the signature does not match'
}

/** How many bytes from the start are UTF-8. */
function validBytes(bytes: Uint8Array): number {
  const lossy = new TextDecoder().decode(bytes)
  return new TextEncoder().encode(lossy.slice(0, lossy.indexOf('\ufffd'))).length
}

function cut(provider: CallingProvider, page: Item, text: string | undefined): Received {
  const { webhook } = provider
  const { shape, ok } = webhook
  if (typeof page !== 'object' || page === null || Array.isArray(page))
    return refused(400, 'the body should be an object')
  const ownerAt = goTo(shape.owner)
  if (shape.kind === 'one') {
    const resource = goTo(shape.resource)(page)
    if (resource === undefined) return refused(400, `/${shape.resource} is missing`)
    const ownerId = idOf(ownerAt(page))
    if (ownerId === undefined) return { kind: 'slices', slices: [], ownerless: 1, ok }
    const kind = webhook.kind === 'ping' ? 'notice' : 'push'
    return {
      kind: 'slices',
      slices: [slice(provider, ownerId, String(resource), kind, [page], text ?? JSON.stringify(page))],
      ownerless: 0,
      ok,
    }
  }
  const groups = new Map<string, { ownerId: string; resource: string; kind: Slice['kind']; items: Item[] }>()
  let ownerless = 0
  for (const [resource, items] of Object.entries(page)) {
    if (!Array.isArray(items)) return refused(400, `/${resource} should be a list`)
    for (const item of items) {
      const ownerId = idOf(ownerAt(item))
      if (ownerId === undefined) {
        ownerless++
        continue
      }
      const kind =
        webhook.kind === 'ping' || (webhook.link !== undefined && item[webhook.link] !== undefined) ? 'notice' : 'push'
      const key = `${kind}\n${resource}\n${ownerId}`
      const group = groups.get(key)
      if (group) group.items.push(item)
      else groups.set(key, { ownerId, resource, kind, items: [item] })
    }
  }
  // One owner, one resource: the text as it came is the slice, and nothing is stringified.
  const whole = groups.size === 1 && ownerless === 0 && Object.keys(page).length === 1 ? text : undefined
  const slices = [...groups.values()].map(({ ownerId, resource, kind, items }) =>
    slice(provider, ownerId, resource, kind, items, whole ?? JSON.stringify({ [resource]: items })),
  )
  return { kind: 'slices', slices, ownerless, ok }
}
const idOf = (value: unknown): string | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined

function slice(
  provider: CallingProvider,
  ownerId: string,
  resource: string,
  kind: Slice['kind'],
  items: Item[],
  body: string,
): Slice {
  const { lifecycle, eventId } = provider.webhook
  const notices = items.map((item) => lifecycle?.[resource]?.(item)).filter((notice) => notice !== undefined)
  const id = eventId?.map((path) => goTo(path)(items[0])).join('\n')
  return { ownerId, resource, kind, body, notices, ...(id === undefined ? {} : { eventId: id }) }
}
