import { sameText } from '../base/bytes.ts'
import type { ProviderApp } from '../base/settings.ts'
import { lacksSecret, notAuthentic, secretOf } from './authentic.ts'
import { parseJson } from './big-numbers.ts'
import type { CallingProvider, Handshake, Shape } from './define.ts'
import { jsonErrorAt, parseForm, position } from './malformed.ts'
import { goTo, type Item, pointer } from './reader.ts'
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
  const handshakes = [webhook.handshake].flat()
  const answer = firstAnswer(handshakes, call, app)
  if (answer) return answer
  if (call.method !== 'POST') return refused(405, `${call.method} is not expected here`)
  const verify = [webhook.verify].flat()
  const forged = notAuthentic(verify, call, app, now)
  const messages = handshakes.filter((one) => one.kind === 'message')
  if (forged && messages.every(({ verified }) => verified)) return refused(401, forged)
  const read = readBody(webhook, call)
  if (read.kind === 'refused') return forged ? refused(401, forged) : read
  const { page, text } = read
  const message = messages.find(({ path, is, verified }) => goTo(path)(page) === is && !(verified && forged))
  if (message) return said(message.ok)
  const wrong = forged ?? lacksSecret(verify, page, app)
  if (wrong) return refused(401, wrong)
  const received = cut(provider, page, text)
  return webhook.unrepeated && received.kind === 'slices' ? eachNews(received, now) : received
}
/** What has the same words as before is news all the same. */
const eachNews = (received: Extract<Received, { kind: 'slices' }>, now: number): Received => ({
  ...received,
  slices: received.slices.map((one) => ({ ...one, eventId: `${now}\n${one.eventId ?? one.body}` })),
})

type Read = { kind: 'page'; page: Item; text: string | undefined } | Extract<Received, { kind: 'refused' }>
/** `text`: what the slices may be cut from as it came. */
function readBody(webhook: CallingProvider['webhook'], { body, headers }: RawCall): Read {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body)
  } catch {
    return refused(400, `not UTF-8 from byte ${validBytes(body)}`)
  }
  const asForm = headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true
  if (webhook.body === 'form' || (webhook.body === 'either' && asForm)) {
    const parsed = parseForm(text)
    return 'form' in parsed
      ? { kind: 'page', page: parsed.form, text: undefined }
      : refused(400, `malformed form at byte ${parsed.errorAt}`)
  }
  try {
    return { kind: 'page', page: parseJson(text), text }
  } catch {
    return refused(400, `malformed JSON at ${position(text, jsonErrorAt(text))}`)
  }
}

const refused = (status: 400 | 401 | 405, reason: string): Extract<Received, { kind: 'refused' }> => ({
  kind: 'refused',
  status,
  reason,
})
const said = (status: number, body = '', contentType = 'text/plain'): Received => ({
  kind: 'answer',
  status,
  body,
  contentType,
})

/** The answer to a call that only asks about the URL. */
function firstAnswer(handshakes: Handshake[], call: RawCall, app: ProviderApp): Received | undefined {
  if (call.method === 'HEAD') return said(200)
  for (const style of handshakes) {
    if (style.kind === 'head' && call.method === 'POST' && call.body.length === 0) return said(200)
    if (call.method !== 'GET') continue
    if (style.kind === 'verify') {
      const code = call.query.get(style.param)
      const wanted = secretOf(app, style.secret)
      if (code !== null) return said(wanted !== undefined && sameText(code, wanted) ? style.right : style.wrong)
    }
    if (style.kind === 'challenge') {
      const [challenge, token] = [call.query.get(style.challenge), call.query.get(style.token)]
      if (challenge === null || token === null || !sameText(token, app.ingest_secret))
        return refused(401, 'wrong verification token')
      return said(200, JSON.stringify({ [style.answer]: challenge }), 'application/json')
    }
  }
  return undefined
}

/** How many bytes from the start are UTF-8. */
function validBytes(bytes: Uint8Array): number {
  const lossy = new TextDecoder().decode(bytes)
  return new TextEncoder().encode(lossy.slice(0, lossy.indexOf('\ufffd'))).length
}

function cut(provider: CallingProvider, page: Item, text: string | undefined): Received {
  const { webhook } = provider
  const { shape } = webhook
  if (shape.kind === 'list') {
    const found = shape.items === '' ? page : goTo(shape.items)(page)
    const items: unknown = Array.isArray(found) || found === undefined ? found : [found]
    if (!Array.isArray(items)) return refused(400, `/${pointer(shape.items)} should be a list`)
    return cutList(provider, shape, items, text)
  }
  if (typeof page !== 'object' || page === null || Array.isArray(page))
    return refused(400, 'the body should be an object')
  if (shape.kind === 'one') return cutList(provider, shape, [page], text)
  return cutBatch(provider, shape.owner, page, text)
}

/** A list of notifications, or the one that the body is: each slice holds those of one owner and one resource. */
function cutList(
  provider: CallingProvider,
  shape: Extract<Shape, { kind: 'one' | 'list' }>,
  items: Item[],
  text: string | undefined,
): Received {
  const groups = new Groups(provider)
  const ownerAt = goTo(shape.owner)
  for (const [i, item] of items.entries()) {
    if (typeof item !== 'object' || item === null) return refused(400, `item ${i} should be an object`)
    const word = typeof shape.resource === 'string' ? goTo(shape.resource)(item) : shape.resource.fixed
    if (word === undefined) return refused(400, `/${pointer(String(shape.resource))} is missing`)
    groups.add(idOf(ownerAt(item)), String(word), item)
  }
  // Of one owner and one resource the text as it came is the slice, where the body is what the slice holds.
  const whole = shape.kind === 'one' || shape.items === ''
  return groups.slices(whole ? text : undefined, (_, of) => (shape.kind === 'one' ? of[0] : of))
}

function cutBatch(provider: CallingProvider, owner: string, page: Item, text: string | undefined): Received {
  const groups = new Groups(provider)
  const ownerAt = goTo(owner)
  for (const [resource, items] of Object.entries(page)) {
    if (!Array.isArray(items)) return refused(400, `/${resource} should be a list`)
    for (const item of items) groups.add(idOf(ownerAt(item)), resource, item)
  }
  return groups.slices(Object.keys(page).length === 1 ? text : undefined, (resource, items) => ({ [resource]: items }))
}

interface Group {
  ownerId: string
  resource: string
  kind: Slice['kind']
  items: Item[]
}
/** Items by owner, resource and kind. */
class Groups {
  private readonly provider: CallingProvider
  private readonly byKey = new Map<string, Group>()
  private ownerless = 0

  constructor(provider: CallingProvider) {
    this.provider = provider
  }
  add(ownerId: string | undefined, word: string, item: Item): void {
    if (ownerId === undefined) {
      this.ownerless++
      return
    }
    const { link, kind: usual, words } = this.provider.webhook
    const kind = usual === 'ping' || (link !== undefined && goTo(link)(item) !== undefined) ? 'notice' : 'push'
    const resource = words?.[word] ?? word
    const key = `${kind}\n${resource}\n${ownerId}`
    const group = this.byKey.get(key)
    if (group) group.items.push(item)
    else this.byKey.set(key, { ownerId, resource, kind, items: [item] })
  }
  /** `text`: stands for the slice where there is only one: nothing is stringified. */
  slices(text: string | undefined, pageOf: (resource: string, items: Item[]) => unknown): Received {
    const { ownerless, provider } = this
    const whole = this.byKey.size === 1 && ownerless === 0 ? text : undefined
    const slices = [...this.byKey.values()].map((group) =>
      slice(provider, group, whole ?? JSON.stringify(pageOf(group.resource, group.items))),
    )
    return { kind: 'slices', slices, ownerless, ok: provider.webhook.ok }
  }
}
const idOf = (value: unknown): string | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined

function slice(provider: CallingProvider, { ownerId, resource, kind, items }: Group, body: string): Slice {
  const { lifecycle, eventId } = provider.webhook
  const notices = items.map((item) => lifecycle?.[resource]?.(item)).filter((notice) => notice !== undefined)
  // Several notifications in one slice: none of their ids is the slice's.
  const id = items.length === 1 ? eventId?.map((path) => goTo(path)(items[0])).join('\n') : undefined
  return { ownerId, resource, kind, body, notices, ...(id === undefined ? {} : { eventId: id }) }
}
