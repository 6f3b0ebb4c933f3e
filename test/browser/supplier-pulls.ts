import {
  EXAMPLE_OBJECT,
  EXAMPLE_PULL,
  type PulledObjectView,
  type PullView,
} from '../../workers/suppliers/pull-views.ts'
import { BATCHES, daysAgo, id } from './supplier-views.ts'

/** Pulls of a lab: one that does its work, one that cannot, one that rests. */
export const PULLS: PullView[] = [
  {
    ...EXAMPLE_PULL,
    pull_id: id('pul', '1'),
    contract: 'nights@1',
    objects: { waiting: 0, taken: 1_204, failed: 2 },
    created_at: daysAgo(40),
    looked_at: daysAgo(0.005),
    next_look_at: daysAgo(-0.005),
  },
  {
    ...EXAMPLE_PULL,
    pull_id: id('pul', '2'),
    contract: 'nights@1.2',
    bucket: 'a-lab-in-uppsala-whose-buckets-have-rather-long-names',
    prefix: 'exports/of-the-sleep-laboratory/nights/',
    suffix: '',
    endpoint: 'https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com',
    region: 'auto',
    mode: 'strict',
    origin: 'backfill',
    since: daysAgo(60),
    objects: { waiting: 31, taken: 412, failed: 0 },
    created_at: daysAgo(40),
    looked_at: daysAgo(1.2),
    next_look_at: daysAgo(-0.02),
    problem: {
      message:
        'AccessDenied: Access Denied; allow s3:ListBucket on the bucket and s3:GetObject under the prefix to this access key (and to use the KMS key)',
      since: daysAgo(1.1),
      times: 28,
    },
  },
  {
    ...EXAMPLE_PULL,
    pull_id: id('pul', '3'),
    contract: 'nights@1.2',
    state: 'paused',
    prefix: 'archive/2019/',
    origin: 'backfill',
    objects: { waiting: 0, taken: 0, failed: 0 },
    created_at: daysAgo(2),
    looked_at: null,
    next_look_at: null,
  },
]
export const OBJECTS: PulledObjectView[] = [
  { key: 'nights/2026-11-27.ndjson.gz', bytes: 1_240_000, modified_at: daysAgo(0.01), state: 'waiting' },
  {
    ...{ key: 'nights/2026-11-26 of the second ward, sent again.ndjson.gz', bytes: 843_000, modified_at: daysAgo(1) },
    ...{ state: 'failed', batch_id: BATCHES[4]!.batch_id, reason: BATCHES[4]!.reason },
  },
  { key: 'nights/2026-11-26.ndjson.gz', bytes: 1_190_000, modified_at: daysAgo(1.1), state: 'taken' },
  { key: 'nights/2026-11-25.ndjson.gz', bytes: 7_200_000_000, modified_at: daysAgo(2.1), state: 'failed' },
].map(
  (one): PulledObjectView => ({
    etag: EXAMPLE_OBJECT.etag,
    batch_id: one.state === 'taken' ? BATCHES[2]!.batch_id : null,
    reason: one.state === 'failed' ? 'an object has at most 5 GB; cut it into several' : null,
    ...one,
    state: one.state as PulledObjectView['state'],
  }),
)
/** Of a batch that was fetched, as each side sees it. */
export const fetchedFor = (side: 'supplier' | 'developer') => ({
  pull_id: PULLS[1]!.pull_id,
  ...(side === 'supplier' && {
    key: `${PULLS[1]!.prefix}${'of-the-second-ward/'.repeat(8)}1.ndjson`,
    etag: EXAMPLE_OBJECT.etag,
  }),
  modified_at: daysAgo(2.1),
})
/** What the API says to keys that do not open the bucket. */
export const NOT_OPENED =
  'bucket: NoSuchBucket: The specified bucket does not exist; create the bucket, or correct its name'
