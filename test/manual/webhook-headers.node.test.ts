import { expect, test } from 'vitest'
import { parcels } from '../../shared/delivery/parcel.ts'
import webhook from '../../shared/destinations/webhook.ts'
import { WEBHOOK_HEADERS } from '../../workers/manual/webhook-headers.ts'
import { context, delivery, event, group } from '../delivery/leases.ts'

/** The names of the headers that a webhook is called with. */
async function sent(before: { prevSeq?: number }, skipped: number[]): Promise<string[]> {
  const [parcel] = parcels(group(1, [event(7, before)], { skipped }), 'dst_1', delivery())
  let names: string[] = []
  const fetch = async (_: unknown, init?: RequestInit) => {
    names = [...new Headers(init?.headers).keys()]
    return new Response(null)
  }
  await webhook.send(
    parcel!,
    context(webhook.settings.parse({ url: 'https://receiver.example/hook' }), {}, { fetch: fetch as never }),
  )
  return names.filter((name) => name !== 'content-type' && name !== 'user-agent').sort()
}
const documented = (headers: typeof WEBHOOK_HEADERS) => headers.map(({ name }) => name).sort()

test('the headers in the documentation are those that a webhook gets', async () => {
  expect(await sent({ prevSeq: 5 }, [6])).toEqual(documented(WEBHOOK_HEADERS))
  expect(await sent({}, [])).toEqual(documented(WEBHOOK_HEADERS.filter(({ always }) => always)))
})
