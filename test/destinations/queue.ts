import { shipmentOf } from '../../shared/delivery/ship.ts'
import type { Shipment, Shipped } from '../../shared/delivery/shipment.ts'
import type { LeasedEvent } from '../../shared/delivery/types.ts'
import sqs from '../../shared/destinations/sqs.ts'
import { context, event, group, lease } from '../delivery/leases.ts'
import { SqsDouble, type SqsOptions } from '../doubles/sqs.ts'

export const ACCOUNT = {
  region: 'eu-central-1',
  accessKeyId: 'AKIDOFTHETESTS000000',
  secretAccessKey: 'secret-of-the-tests',
}
export const KEYS = { access_key_id: ACCOUNT.accessKeyId, secret_access_key: ACCOUNT.secretAccessKey }

/** Amazon SQS with two queues, on loopback. */
export async function serveQueues(options: Partial<SqsOptions> = {}): Promise<SqsDouble> {
  const double = new SqsDouble({ queues: [{ name: 'health' }, { name: 'health.fifo' }], ...ACCOUNT, ...options })
  await double.start()
  return double
}

/** A window: of each user so many events. */
export const windowOf = (
  counts: number[],
  more: (user: number, i: number) => Partial<LeasedEvent> = () => ({}),
): Shipment =>
  shipmentOf(
    'global/dev/1',
    lease(
      counts.map((count, user) =>
        group(
          user + 1,
          Array.from({ length: count }, (_, i) =>
            event(100 * (i + 1) + user, { ...(i > 0 && { prevSeq: 100 * i + user }), ...more(user, i) }),
          ),
        ),
      ),
    ),
  )

type Context = Parameters<typeof sqs.ship>[1]
export interface Sending {
  queue?: string
  settings?: Record<string, unknown>
  secrets?: Partial<Context['secrets']>
  more?: Partial<Context>
}
export function contextFor(
  double: SqsDouble,
  { queue = 'health.fifo', settings, secrets, more }: Sending = {},
): Context {
  const given = sqs.settings.parse({ queue_url: double.urlOf(queue), region: ACCOUNT.region, ...settings })
  return context(given, { ...KEYS, ...secrets }, more)
}
export const ship = (double: SqsDouble, shipment: Shipment, sending?: Sending): Promise<Shipped> =>
  sqs.ship(shipment, contextFor(double, sending))
export const check = async (double: SqsDouble, sending?: Sending): Promise<void> =>
  sqs.check!(contextFor(double, sending))

/** How many events of each group are in. */
export const counts = (shipped: Shipped): number[] => {
  if (shipped.kind !== 'done') throw new Error(`failed: ${shipped.sent.reason}`)
  return shipped.groups.map(({ delivered }) => delivered)
}
