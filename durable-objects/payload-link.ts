import {
  linkToPayload,
  type PayloadPlace,
  payloadHash,
  payloadId,
  payloadName,
  userFolder,
  WEEK_MS,
  weekOf,
} from '../shared/access/payload-links.ts'
import { developerKey, openDataKey } from '../shared/access/vault.ts'
import { text, utf8 } from '../shared/base/bytes.ts'
import { Fault } from '../shared/base/fault.ts'
import { PAYLOADS_KEPT_MS } from '../shared/base/limits.ts'
import { seal, unseal } from '../shared/base/seal.ts'
import { settings } from '../shared/base/settings.ts'
import { SECOND_MS } from '../shared/base/time.ts'
import type { StoredBody } from '../shared/delivery/define.ts'
import type { CellDestination } from '../shared/delivery/types.ts'
import type { Env } from './env.ts'
import { codeOf, outlivesConnection } from './event-log/types.ts'

type Body = Omit<StoredBody, 'cell'> & { cell: string | undefined }

/**
 * Stores a body, sealed with its connection's key, and gives a link to it. Key: destination, id and week; what is there is
 * not written again. Events that outlive their connection hold no health data, and are sealed with the developer's key.
 */
export async function payloadLink(
  env: Env,
  { destination_id, developer_id, base_url }: Pick<CellDestination, 'destination_id' | 'developer_id' | 'base_url'>,
  { id, type, user_id, text, cell }: Body,
  seconds: number,
  now: number,
): Promise<{ url: string; payload_id: string }> {
  const { BASE_URL, ROOT_KEY } = settings(env)
  const base = BASE_URL || base_url
  if (!base)
    throw new Fault('unavailable', 'a link needs the address of this deployment: set BASE_URL, or save the destination')
  const place: PayloadPlace = {
    developer_id,
    user_id: user_id === '' || outlives(type) ? undefined : user_id,
    week: weekOf(now),
    hash: payloadHash(destination_id, id),
  }
  const key = await keyOf(env, place, cell)
  if (!key) throw new Fault('gone', 'the connection was erased, and what is left of it cannot be sent')
  const name = payloadName(place)
  await env.RAW.put(name, seal(key, utf8(text), name), {
    onlyIf: { etagDoesNotMatch: '*' },
    customMetadata: { cell: cell ?? '' },
  })
  const payload_id = payloadId(place)
  return { url: linkToPayload(ROOT_KEY, base, payload_id, now + seconds * SECOND_MS), payload_id }
}

const outlives = (type: Body['type']): boolean =>
  type !== 'batch' && type !== 'deletion' && outlivesConnection(codeOf(type))

const keyOf = (env: Env, { developer_id, user_id }: PayloadPlace, cell: string | undefined) => {
  const wrapping = developerKey(settings(env).ROOT_KEY, developer_id)
  return user_id === undefined ? wrapping : openDataKey(env.KEYS, wrapping, cell ?? '', user_id)
}

/** undefined: it is no longer there. */
export async function openPayload(env: Env, place: PayloadPlace): Promise<string | undefined> {
  const name = payloadName(place)
  const stored = await env.RAW.get(name)
  if (!stored) return undefined
  const key = await keyOf(env, place, stored.customMetadata?.cell)
  if (key) return text(unseal(key, new Uint8Array(await stored.arrayBuffer()), name))
  await stored.body.cancel()
  return undefined
}

export async function isPayloadThere(env: Env, place: PayloadPlace): Promise<boolean> {
  const stored = await env.RAW.head(payloadName(place))
  return stored !== null && (await keyOf(env, place, stored.customMetadata?.cell)) !== undefined
}

/** With a connection's key its payloads became unreadable; they need not lie there until their week ends. */
export async function erasePayloads(env: Env, developer_id: string, user_id: string, now: number): Promise<void> {
  for (let week = weekOf(now - PAYLOADS_KEPT_MS - WEEK_MS); week <= weekOf(now); week++)
    await emptyFolder(env, userFolder({ developer_id, user_id, week }), Number.POSITIVE_INFINITY)
}

/** Deletes what is in a folder, as far as so many pages go. → whether it is empty. */
export async function emptyFolder(env: Env, prefix: string, pages: number): Promise<boolean> {
  for (let page = 0; page < pages; page++) {
    const { objects, truncated } = await env.RAW.list({ prefix })
    if (objects.length > 0) await env.RAW.delete(objects.map(({ key }) => key))
    if (!truncated) return true
  }
  return false
}
