import type { PulledObject as DeskObject, PullView as DeskPull } from '../../durable-objects/pull-api.ts'
import type { PulledFrom as DeskFrom } from '../../durable-objects/supplier-desk-api.ts'
import { unsealJson } from '../../shared/access/vault.ts'
import { PULL } from '../../shared/base/supply-limits.ts'
import { DAY_MS, iso } from '../../shared/base/time.ts'
import { z } from '../../shared/base/zod.ts'
import { AwsKeys } from '../../shared/delivery/aws/client.ts'
import { BucketPlace } from '../../shared/delivery/objects/bucket.ts'
import { hasAddress, NO_ADDRESS } from '../../shared/delivery/objects/store.ts'
import { type ObjectName, pulledContext } from '../../shared/supply/pulled.ts'
import { ABOUT_MODE, ABOUT_ORIGIN, EXAMPLE_BATCH, EXAMPLE_PULL_ID, type PulledFrom } from './batch-views.ts'

const REMEMBERED = `${PULL.rememberedMs / DAY_MS} days`
const contract = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}(@\d{1,4}(\.\d{1,4})?)?$/, 'is no contract; name it as name, name@1 or name@1.2')
  .describe('What the objects come under: `name`, `name@1` or `name@1.2`')
const every = z
  .int()
  .min(PULL.leastMinutes)
  .max(PULL.mostMinutes)
  .describe('How long after a look that saw all the next one is made')
const mode = z.enum(['partial', 'strict']).describe(ABOUT_MODE)
const origin = z.enum(['live', 'backfill']).describe(ABOUT_ORIGIN)
/** Part of a key: half a character is none. */
const part = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed(), 'has half of a surrogate pair')
const suffix = part(100).describe('Only objects whose keys end so: `.ndjson.gz`')

export const PullInput = z
  .strictObject({
    contract,
    ...BucketPlace.shape,
    prefix: part(900).default('').describe('Only objects whose keys begin so: `nights/`. Left out: all'),
    suffix: suffix.default(''),
    every_minutes: every.default(15),
    since: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('Objects that were written before are not taken. Left out: all that is there is'),
    mode: mode.optional(),
    origin: origin.default('live'),
    ...AwsKeys.shape,
    access_key_id: AwsKeys.shape.access_key_id.describe(
      'Of a user that may s3:ListBucket on the bucket and s3:GetObject under the prefix, and no more',
    ),
  })
  .refine(hasAddress, NO_ADDRESS)
export const PullChangeInput = z
  .strictObject({
    state: z.enum(['active', 'paused']).describe('`paused`: nothing is looked at or read until it is active again'),
    contract,
    every_minutes: every,
    suffix: suffix.describe(
      `Only objects whose keys end so. What was written more than ${REMEMBERED} before the last look is found by a look at \`all\` only`,
    ),
    mode: mode.nullable().describe('null: as the contract says'),
    origin,
    access_key_id: AwsKeys.shape.access_key_id,
    secret_access_key: AwsKeys.shape.secret_access_key,
    session_token: AwsKeys.shape.session_token,
  })
  .partial()
  .refine(
    ({ access_key_id, secret_access_key }) => (access_key_id === undefined) === (secret_access_key === undefined),
    {
      error: 'access_key_id and secret_access_key are changed together',
    },
  )
  .refine(({ session_token, access_key_id }) => session_token === undefined || access_key_id !== undefined, {
    path: ['session_token'],
    error: 'belongs to a key: give access_key_id and secret_access_key with it',
  })

export const LookInput = z.strictObject({
  failed: z.boolean().default(false).describe('Objects that failed are tried again, as if they were new'),
  all: z
    .boolean()
    .default(false)
    .describe(
      `Also objects that were written more than ${REMEMBERED} ago (not before \`since\`): they are remembered no longer, so those that were taken are taken again, and their records count as duplicates`,
    ),
})

export const PullView = z
  .object({
    pull_id: z.string(),
    state: z.enum(['active', 'paused']),
    contract: z.string(),
    bucket: z.string(),
    region: z.string(),
    endpoint: z.string().nullable(),
    path_style: z.boolean().nullable(),
    prefix: z.string(),
    suffix: z.string(),
    every_minutes: z.int(),
    since: z.string().nullable(),
    mode: z.enum(['partial', 'strict']).nullable().describe('null: as the contract says'),
    origin: z.enum(['live', 'backfill']),
    access_key_id: z.string(),
    created_at: z.string(),
    looked_at: z.string().nullable().describe('When all of the prefix was seen last'),
    next_look_at: z.string().nullable(),
    problem: z
      .object({ message: z.string(), since: z.string(), times: z.int().describe('In a row') })
      .nullable()
      .describe('What keeps the objects away, as the store said it; it is tried again by itself'),
    objects: z
      .object({ waiting: z.int(), taken: z.int(), failed: z.int() })
      .describe(`Of those that were written in the last ${REMEMBERED}, or wait`),
  })
  .openapi('Pull')
export type PullView = z.infer<typeof PullView>
/** What its developer sees of it: not how the bucket is opened, and no part of a key, which may name a person. */
export const PullOfSupplier = PullView.pick({
  pull_id: true,
  state: true,
  contract: true,
  bucket: true,
  every_minutes: true,
  since: true,
  mode: true,
  origin: true,
  created_at: true,
  looked_at: true,
  next_look_at: true,
  problem: true,
  objects: true,
}).openapi('PullOfSupplier')
export type PullOfSupplier = z.infer<typeof PullOfSupplier>
export const pullOfSupplier = (pull: PullView): PullOfSupplier => PullOfSupplier.parse(pull)
export const PulledObjectView = z
  .object({
    key: z.string(),
    etag: z.string(),
    bytes: z.int(),
    modified_at: z.string(),
    state: z.enum(['waiting', 'taken', 'failed']).describe('`taken`: it is a batch'),
    batch_id: z.string().nullable(),
    reason: z
      .string()
      .nullable()
      .describe(
        'Why it failed. Put again it is another object, and taken anew; as it is, a look with `failed` tries it again',
      ),
  })
  .openapi('PulledObject')
export type PulledObjectView = z.infer<typeof PulledObjectView>

export const EXAMPLE_PULL: PullView = {
  ...{ pull_id: EXAMPLE_PULL_ID, state: 'active', contract: 'sleep@1', bucket: 'sleeplab-exports' },
  ...{ region: 'eu-central-1', endpoint: null, path_style: null, prefix: 'nights/', suffix: '.ndjson.gz' },
  ...{ every_minutes: 15, since: null, mode: null, origin: 'live', access_key_id: 'AKIAIOSFODNN7EXAMPLE' },
  created_at: '2026-07-01T09:30:00.000Z',
  looked_at: '2026-07-05T09:15:02.000Z',
  next_look_at: '2026-07-05T09:30:02.000Z',
  problem: null,
  objects: { waiting: 0, taken: 4, failed: 0 },
}
export const EXAMPLE_PULL_INPUT = {
  ...{ contract: 'sleep@1', bucket: 'sleeplab-exports', region: 'eu-central-1', prefix: 'nights/' },
  ...{ suffix: '.ndjson.gz', every_minutes: 15, access_key_id: 'AKIAIOSFODNN7EXAMPLE' },
  secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
export const EXAMPLE_OBJECT: PulledObjectView = {
  key: 'nights/2026-07-04.ndjson.gz',
  etag: '"9b2cf535f27731c974343645a3985328"',
  bytes: EXAMPLE_BATCH.bytes,
  modified_at: '2026-07-05T02:00:11.000Z',
  state: 'taken',
  batch_id: EXAMPLE_BATCH.batch_id,
  reason: null,
}
export const PullId = z.object({ pull_id: z.string().openapi({ description: 'A pull', example: EXAMPLE_PULL_ID }) })

export function pullView({ pull_id, state, settings, objects, problem, ...pull }: DeskPull): PullView {
  const { place, contract, access_key_id, prefix, suffix, every_minutes, since, mode, origin } = settings
  const { bucket, region, endpoint = null, path_style = null } = place
  return {
    ...{ pull_id, state, contract, bucket, region, endpoint, path_style, prefix, suffix, every_minutes },
    ...{ since: iso(since), mode: mode ?? null, origin, access_key_id },
    created_at: iso(pull.created_at),
    looked_at: iso(pull.looked_at),
    next_look_at: iso(pull.next_look_at),
    problem: problem && { message: problem.message, since: iso(problem.since), times: problem.times },
    objects,
  }
}
export function objectView(key: Uint8Array, pullId: string, object: DeskObject): PulledObjectView {
  const { object_hash, sealed, modified_at, state, batch_id, reason } = object
  const name = unsealJson<ObjectName>(key, sealed, pulledContext(pullId, object_hash))
  return { ...name, modified_at: iso(modified_at), state, batch_id, reason }
}
/** The object that a batch was; without a key of the supplier's what it is called stays sealed. */
export function pulledFrom(from: DeskFrom | null, key: Uint8Array | undefined): PulledFrom | null {
  if (!from) return null
  const { pull_id, object_hash, modified_at, sealed } = from
  const name = key && unsealJson<ObjectName>(key, sealed, pulledContext(pull_id, object_hash))
  return { pull_id, ...(name && { key: name.key, etag: name.etag }), modified_at: iso(modified_at) }
}
