import type { ProviderDefinition } from './define.ts'
import type { Normalized, Payload } from './normalize.ts'
import { goTo, type Item, pointer } from './reader.ts'
import type { NormalizedRecord } from './record.ts'
import { mint } from './record-id.ts'
import { parseIso } from './wall-clock.ts'

/** The items that a notification names; one that we made ourselves is the one item, whatever shape the provider's have. */
export function itemsOfNotice({ webhook }: ProviderDefinition, resource: string, page: Item): Item[] {
  const listed = webhook?.shape.kind === 'batch' ? (page?.[resource] ?? page) : page
  return Array.isArray(listed) ? listed : [listed]
}
/** Whether an item says that something is gone: nothing of it can be fetched. */
export function saysGone({ webhook }: ProviderDefinition, item: Item): boolean {
  const deletion = webhook?.deletion
  return deletion !== undefined && [deletion.is].flat().includes(String(goTo(deletion.path)(item)))
}

/** A notification holds no data: what it says of the connection, and what is gone. */
export function fromNotice(provider: ProviderDefinition, payload: Payload, page: Item): Normalized {
  const out: Normalized = { records: [], quarantined: [], notices: [] }
  const { lifecycle, deletion } = provider.webhook ?? {}
  for (const item of itemsOfNotice(provider, payload.resource, page)) {
    const notice = lifecycle?.[payload.resource]?.(item)
    if (notice) out.notices.push(notice)
    if (!deletion || !saysGone(provider, item)) continue
    const at = deletion.at === undefined ? undefined : goTo(deletion.at)(item)
    const id = goTo(deletion.id)(item)
    if (id === undefined) {
      out.quarantined.push({
        path: `/${pointer(deletion.id)}`,
        reason: 'the notification says that something is gone, but not what',
      })
      continue
    }
    const of = { user_id: payload.user_id, resource: deletion.of ?? payload.resource }
    out.records.push(...tombstones(provider, of, String(id), at))
  }
  return out
}
function tombstones(
  provider: ProviderDefinition,
  { resource, user_id }: Pick<Payload, 'resource' | 'user_id'>,
  id: string,
  at: unknown,
): NormalizedRecord[] {
  const deletedAt = typeof at === 'number' ? at * 1000 : ((typeof at === 'string' ? parseIso(at)?.at : undefined) ?? 0)
  return (provider.maps[resource]?.records ?? [])
    .filter(({ place }) => place.byId)
    .map(({ type, options }) => ({
      type,
      summary_id: mint(provider.slug, user_id, type, id),
      part: options.part ?? resource,
      data: undefined,
      startAt: deletedAt,
      endAt: deletedAt,
    }))
}
