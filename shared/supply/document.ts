import { z } from '../base/zod.ts'
import { DATA_TYPES } from '../schema/data-types.ts'

/**
 * A contract as both sides see it: what a supplier's records look like, what they become, whose they are, and what is promised
 * of them. Paths are those of the provider kit (`heart.avg`, `list.0`, `a|b`). Which paths, targets and units exist is checked
 * where it is compiled; here is its shape.
 */

const path = z.string().min(1).max(200)
const share = z.number().min(0).max(1)

/** A moment: where it is, how it is told, and the field that tells its offset or zone where it does not itself. */
export const ContractTime = z.strictObject({
  path,
  style: z.enum(['iso', 'local-iso', 's', 'ms']).default('iso'),
  zone: path.optional().describe('Field with an IANA zone or an offset, for times that tell none'),
})
export type ContractTime = z.infer<typeof ContractTime>

const Scalar = z.union([z.string().max(200), z.number(), z.boolean()])
/** Holds of a record whose field has one of these values, or is there at all. */
export const Condition = z.union([
  z.strictObject({ path, is: z.array(Scalar).min(1).max(50) }),
  z.strictObject({ path, exists: z.boolean() }),
])
export type Condition = z.infer<typeof Condition>

/** What a value is read from. */
const LEAVES = [
  z.strictObject({ constant: Scalar }),
  z.strictObject({
    path,
    unit: z.string().max(20).optional().describe('The unit it comes in; ours is the target’s'),
  }),
  z.strictObject({ path, words: z.record(z.string().max(100), Scalar), otherwise: Scalar.optional() }),
  z.strictObject({ time: ContractTime }),
] as const
const ContractLeaf = z.union(LEAVES)
/** What one field of our schema is read from; a list of samples, each from an element of a list. */
export const ContractField = z
  .union([...LEAVES, z.strictObject({ list: path, each: z.record(path, ContractLeaf) })])
  .openapi('ContractField')
export type ContractField = z.infer<typeof ContractField>

/** When a record is, and under which natural key: the same key again is the same record. */
export const ContractPlace = z.union([
  z.strictObject({
    session: z.strictObject({
      id: path.optional().describe('Your own id of it'),
      keys: z.array(path).min(1).max(5).optional().describe('Fields that only together name it'),
      start: ContractTime,
      end: ContractTime.optional(),
      seconds: path.optional().describe('Its length, where it has no end'),
    }),
  }),
  z.strictObject({
    day: z.strictObject({ date: path.optional(), moment: ContractTime.optional(), zone: path.optional() }),
  }),
  z.strictObject({ profile: z.literal(true) }),
])
export type ContractPlace = z.infer<typeof ContractPlace>

/** What a record becomes: one of our types, its place, and its fields by their paths in our schema. */
export const MappingRule = z.strictObject({
  type: z.enum(DATA_TYPES),
  when: Condition.optional().describe('Only such records'),
  gone: Condition.optional().describe('Such records say that theirs is deleted'),
  each: path.optional().describe('A list in the record, each element a record of its own'),
  place: ContractPlace,
  fields: z.record(path, ContractField),
})
export type MappingRule = z.infer<typeof MappingRule>

/** `native`: records are `{type, data}` in our schema as it is. */
export const Mapping = z.union([
  z.strictObject({ native: z.literal(true) }),
  z.strictObject({ rules: z.array(MappingRule).min(1).max(20) }),
])
export type Mapping = z.infer<typeof Mapping>

export const Identity = z.strictObject({
  subject: path.describe('Your name of the person: a pseudonym is best'),
  reference_id: path.optional().describe('What the developer calls the person; left out, it is the subject'),
  consent: path.optional().describe('Where a record names the consent that it is given under'),
  connect: z
    .enum(['registered', 'first_record'])
    .default('registered')
    .describe(
      '`registered`: only subjects that were told before; `first_record`: one with a consent is connected at once',
    ),
})
export type Identity = z.infer<typeof Identity>

export const Updates = z.strictObject({
  rule: z
    .enum(['merge', 'newest', 'refuse'])
    .default('merge')
    .describe(
      'Of a second record with one key: `merge`: what comes later; `newest`: by `version`; `refuse`: the first stays',
    ),
  version: ContractTime.optional(),
})
export type Updates = z.infer<typeof Updates>

export const ON_BREACH = ['alert', 'quarantine', 'suspend'] as const
export const Slas = z.strictObject({
  window_days: z.int().min(1).max(30).default(7),
  freshness_p95_seconds: z.int().min(1).optional().describe('From the end of the data to their arrival'),
  completeness: z
    .strictObject({ share, types: z.array(z.enum(DATA_TYPES)).min(1) })
    .optional()
    .describe('Share of subject-days that have each of these types'),
  validity_share: share.optional().describe('Of records that were not rejected'),
  duplicate_share: share.optional().describe('At most so many are repetitions'),
  volume: z
    .strictObject({ least: z.int().min(0).optional(), most: z.int().min(1).optional() })
    .optional()
    .describe('Records a day'),
  on_breach: z.enum(ON_BREACH).default('alert').describe('What happens by itself; reversible'),
})
export type Slas = z.infer<typeof Slas>

export const ContractDocument = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,62}$/)
    .describe('Part of URLs: lower case letters, digits and hyphens'),
  version: z
    .string()
    .regex(/^(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})$/)
    .describe('major.minor: what breaks somebody is a new major'),
  title: z.string().max(200).optional(),
  description: z.string().max(2_000).optional(),
  schema: z.record(z.string(), z.unknown()).describe('JSON Schema 2020-12 of one record'),
  mapping: Mapping,
  identity: Identity,
  updates: Updates.prefault({}),
  time: z
    .strictObject({
      offsets: z
        .enum(['required', 'assumed', 'local'])
        .default('local')
        .describe('Of times that tell none: refused; in `zone`; or local times as they are'),
      zone: z.string().max(64).optional().describe('IANA zone'),
    })
    .prefault({}),
  implausible: z.enum(['accept', 'quarantine']).default('accept').describe('Values that no living person has'),
  mode: z.enum(['partial', 'strict']).default('partial'),
  live: z
    .strictObject({ types: z.array(z.string().min(1).max(64)).min(1).max(20) })
    .optional()
    .describe('Samples that may come by the live socket, by their types'),
  slas: Slas.prefault({}),
  retention: z
    .strictObject({
      quarantine_days: z.int().min(1).max(90).default(30),
      report_days: z.int().min(1).max(365).default(90),
    })
    .prefault({}),
})
export type ContractDocument = z.infer<typeof ContractDocument>

export const CONTRACT_STATES = ['draft', 'review', 'active', 'deprecated', 'retired'] as const
export type ContractState = (typeof CONTRACT_STATES)[number]
export const ENVIRONMENTS = ['sandbox', 'production'] as const
export type Environment = (typeof ENVIRONMENTS)[number]
