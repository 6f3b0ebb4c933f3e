import { gunzipSync } from 'node:zlib'
import type { z } from 'zod'
import { shipmentOf } from '../../shared/delivery/ship.ts'
import type { Shipment, Shipped } from '../../shared/delivery/shipment.ts'
import type { LeasedGroup } from '../../shared/delivery/types.ts'
import s3 from '../../shared/destinations/s3.ts'
import { context, event, group, lease } from '../delivery/leases.ts'
import { S3Double, type S3Options } from '../doubles/s3.ts'

/** A bucket on loopback, and the destination that puts there. */
export const KEYS = {
  access_key_id: 'AKIAIOSFODNN7EXAMPLE',
  secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
export async function bucket(
  given: Partial<z.input<typeof s3.settings>> = {},
  options: Partial<S3Options> = {},
  secrets: object = KEYS,
) {
  const double = new S3Double({
    bucket: 'records',
    region: 'eu-central-1',
    accessKeyId: KEYS.access_key_id,
    secretAccessKey: KEYS.secret_access_key,
    ...options,
  })
  const endpoint = await double.start()
  const settings = s3.settings.parse({ bucket: 'records', region: 'eu-central-1', endpoint, ...given })
  const made = (more: { signal?: AbortSignal; now?: () => number } = {}) =>
    context(settings, s3.secrets.parse(secrets), more)
  return {
    double,
    endpoint,
    settings,
    ship: (shipment: Shipment, more = {}): Promise<Shipped> => s3.ship(shipment, made(more)),
    check: (more = {}) => s3.check!(made(more)),
  }
}
export type OpenBucket = Awaited<ReturnType<typeof bucket>>

const DAY_MS = 86_400_000
/** A night that ends on the day, and began the day before. */
export const night = (seq: number, day: string, more: Parameters<typeof event>[1] = {}) => {
  const evening = new Date(Date.parse(day) - DAY_MS).toISOString().slice(0, 10)
  const metadata = { start_time: `${evening}T23:10:00.000000+02:00`, end_time: `${day}T07:00:00.000000+02:00` }
  return event(seq, {
    type: 'sleep',
    summary_id: `night-${seq}`,
    receivedAt: Date.parse('2026-07-05T08:00:00Z'),
    body: `{"metadata":${JSON.stringify(metadata)},"sleep_durations_data":{"sleep_efficiency":0.5},"n":${seq}.0}`,
    ...more,
  })
}
/** A shipment of a cell's window, as the worker makes it of a lease. */
export const shipment = (groups: LeasedGroup[], window?: { from: number; to: number }): Shipment =>
  shipmentOf('eu/dev/3', lease(groups, window ? { window } : {}))
export const window1 = () =>
  shipment(
    [group(1, [night(7, '2026-07-01', { prevSeq: 5 }), night(9, '2026-07-02')]), group(2, [night(8, '2026-07-01')])],
    {
      from: 6,
      to: 9,
    },
  )

export const keys = ({ double }: Pick<OpenBucket, 'double'>) => [...double.objects.keys()].sort()
export const linesAt = ({ double }: Pick<OpenBucket, 'double'>, key: string) =>
  gunzipSync(double.objects.get(key)!.body)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
