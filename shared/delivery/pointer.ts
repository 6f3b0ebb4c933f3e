import type { SendContext } from './define.ts'
import { linkMessage } from './link-message.ts'
import type { ShippedEvent } from './shipment.ts'
import type { WireUser } from './types.ts'

/** Stores an event that is too large to be sent, and gives its address. The JSON there is the event itself. */
export async function storeEvent(
  { event_id: id, type, deleted, body: text }: Pick<ShippedEvent, 'event_id' | 'type' | 'deleted' | 'body'>,
  { user_id, reference_id }: Pick<WireUser, 'user_id' | 'reference_id'>,
  cell: string,
  seconds: number,
  { linkTo }: Pick<SendContext<unknown, unknown>, 'linkTo'>,
): Promise<{ url: string; pointer: string }> {
  const { url, payload_id } = await linkTo({ id, type: deleted ? 'deletion' : type, user_id, text, cell }, seconds)
  // With the names of the wire contract's older and of its newer documentation.
  const pointer = linkMessage(url, seconds, { payload_reference: payload_id, user_id, reference_id })
  return { url, pointer }
}
