import type { SendContext } from './define.ts'
import type { ShippedEvent } from './shipment.ts'
import type { WireUser } from './types.ts'

/** Stores an event that is too large to be sent, and gives its address. The JSON there is the event itself. */
export async function storeEvent(
  event: Pick<ShippedEvent, 'event_id' | 'body'>,
  { user_id, reference_id }: Pick<WireUser, 'user_id' | 'reference_id'>,
  cell: string,
  seconds: number,
  { linkTo }: Pick<SendContext<unknown, unknown>, 'linkTo'>,
): Promise<{ url: string; pointer: string }> {
  const { url, payload_id } = await linkTo({ id: event.event_id, user_id, text: event.body, cell }, seconds)
  // The wire contract's message in place of a payload, with the names of its older and of its newer documentation.
  const pointer = JSON.stringify({
    status: 'success',
    type: 's3_payload',
    url,
    expires_in: seconds,
    payload_reference: payload_id,
    user_id,
    reference_id,
  })
  return { url, pointer }
}
