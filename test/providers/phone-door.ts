import type { ProviderDefinition } from '../../shared/source/define.ts'
import { normalizePayload } from '../../shared/source/normalize.ts'
import { accountOf, omittedOf, pathsRead, rootsOf } from '../../shared/source/reckoning.ts'
import type { Door } from './genuine.ts'
import { NOTHING, outcome } from './meet.ts'

/**
 * The door of a store on the phone: a batch holds several lists, each a payload of its own resource. `resourcesOf` names
 * the resources that a batch is read by.
 */
export const phoneDoor =
  (provider: ProviderDefinition, resourcesOf: (page: Record<string, unknown>, name: string) => string[]): Door =>
  async ({ name, bytes }, meeting) => {
    if (meeting.as === 'other') return { ...NOTHING, result: 'accepted', reason: meeting.what }
    const body = new TextDecoder().decode(bytes)
    const page = JSON.parse(body) as Record<string, unknown>
    const resources = resourcesOf(page, name)
    const all = resources.map((resource) => normalizePayload(provider, { resource, kind: 'push', body, user_id: 'u' }))
    const read = resources.flatMap((resource) => pathsRead(provider, resource, page, 'push'))
    return outcome(
      {
        records: all.flatMap(({ records }) => records),
        quarantined: all.flatMap(({ quarantined }) => quarantined),
      },
      [
        accountOf(
          page,
          read,
          resources.flatMap((resource) => omittedOf(provider.omits, resource, rootsOf(provider.maps[resource], page))),
        ),
      ],
      meeting as { empty?: string },
    )
  }
