import { WINDOW_EVENTS } from '../base/limits.ts'
import { SECOND_MS } from '../base/time.ts'
import { z } from '../base/zod.ts'
import { type AwsDeps, AwsKeys } from '../delivery/aws/client.ts'
import { defineBulkDestination } from '../delivery/define.ts'
import { BucketPlace } from '../delivery/objects/bucket.ts'
import { checkStore } from '../delivery/objects/check.ts'
import { shipBatches, shipEach } from '../delivery/objects/ship.ts'
import { addressOf, hasAddress, NO_ADDRESS, ObjectStore } from '../delivery/objects/store.ts'

const Settings = z
  .strictObject({
    ...BucketPlace.shape,
    prefix: z
      .string()
      .max(300)
      .regex(/^([A-Za-z0-9!_*'()=-][A-Za-z0-9!_.*'()=-]*\/)*$/, 'is not a path that ends in /: health/events/')
      .default('')
      .describe('Put before every key: `health/events/`'),
    layout: z
      .enum(['batches', 'objects'])
      .default('batches')
      .describe(
        'batches: many events in one object, by type and day. objects: one object for each record, {version}/{type}/{user_id}-{start_time}.json, replaced when the record changes; two records of one type, user and start share one. Nothing is ever deleted in either: a deletion is a line with `deleted: true`, or an object of its own',
      ),
    format: z
      .enum(['ndjson', 'parquet'])
      .default('ndjson')
      .describe(
        'Of batches. ndjson: one JSON object a line, gzip. parquet: columns for ids, order, times and what people query of each type, and the record as JSON',
      ),
    partition: z
      .enum(['date', 'received'])
      .default('date')
      .describe(
        'Of batches. date: the local day of the record, for a night the day on which it ends. received: the day on which it came in (UTC), which makes fewer and larger objects',
      ),
    batch_events: z
      .int()
      .min(1)
      .max(WINDOW_EVENTS)
      .default(WINDOW_EVENTS)
      .describe('Of batches: an object is put when so many events wait'),
    batch_seconds: z
      .int()
      .min(0)
      .max(3_600)
      .default(60)
      .describe('Of batches: or when the oldest has waited so long. 0: at once'),
    conditional_put: z
      .boolean()
      .default(true)
      .describe(
        'Of batches: objects are put with `If-None-Match: *`, so that a repetition changes nothing. false for stores that do not know it (Google Cloud Storage): a repetition puts the same events under the same key again',
      ),
    server_side_encryption: z
      .enum(['none', 'AES256', 'aws:kms'])
      .default('none')
      .describe('Asked for with each object. none: what the bucket does by itself'),
    kms_key_id: z.string().max(2_048).optional().describe('With aws:kms: the key. Absent: the account’s own'),
  })
  .refine(({ kms_key_id, server_side_encryption }) => !kms_key_id || server_side_encryption === 'aws:kms', {
    path: ['kms_key_id'],
    error: 'is used with server_side_encryption aws:kms only',
  })
  .refine(hasAddress, NO_ADDRESS)

const Secrets = AwsKeys.extend({
  access_key_id: AwsKeys.shape.access_key_id.describe(
    'Of a user that may s3:PutObject under the prefix (and s3:DeleteObject, to take away what a test puts)',
  ),
})

interface Context extends AwsDeps {
  settings: z.infer<typeof Settings>
  secrets: z.infer<typeof Secrets>
}
const storeOf = ({ settings, secrets, fetch, signal, now }: Context) =>
  new ObjectStore(settings, secrets, { fetch, signal, now })

/** Key of one object: the bounds of its window, which are written down before it is put; or the ids of its events. */
export default defineBulkDestination({
  type: 's3',
  title: 'Amazon S3',
  about:
    'Events are kept as objects in a bucket, also of R2, Google Cloud Storage, MinIO and others that speak S3: many in one (NDJSON or Parquet, by type and day), or one for each record. Nothing is ever deleted there: what a user’s erasure asks for is yours to delete, and each line and key says whose it is.',
  settings: Settings,
  secrets: Secrets,
  hosts: (settings) => [new URL(addressOf(settings, '')).host],
  timeoutMs: 30 * SECOND_MS,
  written: true,
  gather: ({ layout, batch_events, batch_seconds }) =>
    layout === 'batches' ? { events: batch_events, ms: batch_seconds * SECOND_MS } : { events: 1, ms: 0 },
  check: (context) => {
    const { layout, prefix, conditional_put } = context.settings
    return checkStore(
      storeOf(context),
      `${prefix}_fascia-check/${context.destination_id}-${context.now()}`,
      layout === 'batches' && conditional_put,
    )
  },
  ship: (shipment, context) => {
    const { layout, prefix, conditional_put } = context.settings
    return layout === 'batches'
      ? shipBatches(storeOf(context), shipment, context.settings, conditional_put)
      : shipEach(storeOf(context), shipment, { prefix, version: context.delivery.api_version })
  },
})
