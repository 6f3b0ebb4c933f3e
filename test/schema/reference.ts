import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { z } from '../../shared/base/zod.ts'
import * as activity from '../../shared/schema/activity.ts'
import * as athlete from '../../shared/schema/athlete.ts'
import * as body from '../../shared/schema/body.ts'
import * as common from '../../shared/schema/common.ts'
import * as daily from '../../shared/schema/daily.ts'
import { DATA_TYPES, SCHEMAS } from '../../shared/schema/data-types.ts'
import * as enums from '../../shared/schema/enums.ts'
import * as event from '../../shared/schema/event.ts'
import * as menstruation from '../../shared/schema/menstruation.ts'
import * as nutrition from '../../shared/schema/nutrition.ts'
import * as operational from '../../shared/schema/operational-event.ts'
import * as sleep from '../../shared/schema/sleep.ts'
import * as user from '../../shared/schema/user.ts'
import { API_VERSION } from '../../shared/schema/version.ts'

/** A type as both sides can tell it: its fields (`kind`, `!` required, `?` may be null), or its codes. */
export type Shape = Record<string, string>
export type Shapes = Record<string, Shape>

type Yaml = {
  $ref?: string
  type?: string
  const?: unknown
  anyOf?: Yaml[]
  oneOf?: Yaml[]
  enum?: unknown[]
  items?: Yaml
  prefixItems?: Yaml[]
  properties?: Record<string, Yaml>
  required?: string[]
}

/** Published, and no part of the product yet or not a type of its own. */
export const NOT_OURS: Record<string, string> = {
  PlannedWorkoutEvent: 'an add-on; planned workouts are not served',
  HormoneEvent: 'not one of the seven data types',
  HealthObservationEvent: 'not one of the seven data types',
  LabReportCompletedEvent: 'an add-on; lab reports are not served',
  LabReportFailedEvent: 'an add-on; lab reports are not served',
  EventType: 'an older list of names, replaced by the events themselves',
  WebhookEventType: 'the union of the events, each of which is compared',
}

/** Where we differ on purpose: what we have, and what is published there (nothing: we have it in addition). */
export const EXCEPTIONS: { at: string; ours: string; published?: string; why: string }[] = [
  { at: 'AuthSuccessEvent.reference_id', ours: 'string?', why: 'the official client reads it there' },
  ...[
    ...['DeauthEvent', 'UserReauthEvent', 'AccessRevokedEvent', 'ConnectionErrorEvent', 'PermissionChangeEvent'],
    ...['LargeRequestProcessingEvent', 'LargeRequestSendingEvent'],
  ].map((event) => ({
    at: `${event}.reference_id`,
    ours: 'string?',
    why: 'receivers that look for it at the top of `auth` find it there in every event of the connection',
  })),
  { at: 'AuthSuccessEvent.version', ours: 'string!', why: 'data events carry it, and older clients read it here too' },
  { at: 'ActivityLevelSample.level', ours: 'ActivityLevel?', why: 'the official client still reads the older name' },
  { at: 'Athlete.joined_provider', ours: 'string?', why: 'the official client still reads the older name' },
  {
    at: 'PositionSample.coords_lat_lng_deg',
    ours: '[number?]?',
    published: '[number]?',
    why: 'published in words only: each of the two may be null',
  },
  ...['power_less_than', 'power_greater_than'].map((code) => ({
    at: `CompletionConditionType.${code}`,
    ours: 'code',
    why: 'documented after the list was published',
  })),
  ...['power_percentage', 'speed_percentage', 'rpe', 'heart_rate_zone', 'power_zone'].map((code) => ({
    at: `WorkoutStepTargetType.${code}`,
    ours: 'code',
    why: 'documented after the list was published',
  })),
]
/** Types of ours that are not published, or no more. */
export const ONLY_OURS: Record<string, string> = {
  HealthcheckEvent: 'an event of the older generation that clients still handle',
  ProviderDrift: 'a part of an event of ours',
  SupplierErrorBudget: 'a part of an event of ours',
  ...Object.fromEntries(
    Object.keys(operational)
      .filter((name) => name.endsWith('Event'))
      .map((name) => [name, 'about the developer’s destinations and providers: sent only to those that name it']),
  ),
}

/** The published data types, events and codes, and all that they refer to. */
export function publishedShapes(directory: string): Shapes {
  const files = readdirSync(directory).filter((file) => file.endsWith('.yaml'))
  const all = new Map(
    files.map((file) => [file.slice(0, -5), parse(readFileSync(join(directory, file), 'utf8')) as Yaml]),
  )
  const shapes: Shapes = {}
  const visit = (name: string) => {
    if (shapes[name] || name in NOT_OURS) return
    const schema = all.get(name)!
    const codes = codesOf(schema)
    if (codes) {
      shapes[name] = Object.fromEntries(codes.map((code) => [String(code), 'code']))
      return
    }
    shapes[name] = {}
    // An event repeats what it takes from the base of all events, but for a status that it does not have.
    for (const [field, property] of Object.entries(schema.properties ?? {})) {
      const { kind, refers } = yamlKind(property)
      shapes[name][field] = marked(kind, schema.required?.includes(field) ?? false, nullable(property))
      for (const referred of refers) visit(referred)
    }
  }
  for (const [name, schema] of all) if (codesOf(schema)) visit(name)
  for (const one of all.get('WebhookEventType')!.oneOf!) visit(one.$ref!.slice(0, -5))
  for (const type of DATA_TYPES) visit(type[0]!.toUpperCase() + type.slice(1))
  return shapes
}

/** Codes stand as an `enum`, or as constants one by one. */
function codesOf(schema: Yaml): unknown[] | undefined {
  const ones = schema.oneOf ?? schema.anyOf
  return schema.enum ?? (ones?.every((one) => one.const !== undefined) ? ones.map((one) => one.const) : undefined)
}
function yamlKind(schema: Yaml): { kind: string; refers: string[] } {
  const inner = schema.anyOf?.find((one) => one.type !== 'null') ?? schema
  if (inner.const !== undefined) return { kind: `"${inner.const}"`, refers: [] }
  if (inner.$ref?.startsWith('#')) return { kind: 'map', refers: [] }
  if (inner.$ref) return { kind: inner.$ref.slice(0, -5), refers: [inner.$ref.slice(0, -5)] }
  if (inner.type !== 'array') return { kind: inner.type!, refers: [] }
  const item = yamlKind((inner.items ?? inner.prefixItems?.[0])!)
  return { kind: `[${item.kind}]`, refers: item.refers }
}
const nullable = (schema: Yaml): boolean => schema.anyOf?.some((one) => one.type === 'null') ?? false
const marked = (kind: string, required: boolean, mayBeNull: boolean): string =>
  `${kind}${required ? '!' : ''}${mayBeNull ? '?' : ''}`

/** Our schemas, read off zod. */
export function ourShapes(): Shapes {
  const shapes: Shapes = {}
  const visit = (schema: z.ZodType): string => {
    const inner = unwrap(schema)
    const def = inner.def as unknown as Def
    if (def.type === 'array') return `[${marked(visit(def.element!), false, def.element!.safeParse(null).success)}]`
    if (def.type === 'record') return 'map'
    if (def.type === 'number') return def.format === 'safeint' ? 'integer' : 'number'
    // The version is published as any text; ours is the one that there is.
    if (def.values?.[0] === API_VERSION) return 'string'
    const name = nameOf(inner)
    if (def.type === 'enum' || def.type === 'literal') {
      const codes = def.values ?? Object.values(def.entries!)
      if (!name) return `"${codes.join('|')}"`
      shapes[name] ??= Object.fromEntries(codes.map((code) => [String(code), 'code']))
      return name
    }
    if (def.type !== 'object') return def.type
    if (!name) throw new Error(`an object without a name: ${Object.keys(def.shape!).join()}`)
    if (!shapes[name]) {
      shapes[name] = {}
      for (const [field, value] of Object.entries(def.shape!))
        shapes[name][field] = marked(visit(value), !value.safeParse(undefined).success, value.safeParse(null).success)
    }
    return name
  }
  for (const type of DATA_TYPES) visit(SCHEMAS[type])
  for (const one of event.WebhookEvent.options) visit(one)
  for (const one of Object.values(enums)) if (isSchema(one)) visit(one)
  return shapes
}
type Def = {
  type: string
  entries?: Record<string, string>
  values?: unknown[]
  element?: z.ZodType
  shape?: Record<string, z.ZodType>
  format?: string
}

const isSchema = (value: unknown): value is z.ZodType => typeof value === 'object' && value !== null && 'def' in value

/** Schemas by the name that they are exported under; a description makes another schema of the same definition. */
const NAMES = new Map<unknown, string>(
  [activity, athlete, body, common, daily, enums, event, menstruation, nutrition, operational, sleep, user].flatMap(
    (file) =>
      Object.entries(file)
        .filter(([, schema]) => isSchema(schema))
        .map(([name, schema]) => [(schema as z.ZodType).def, name] as const),
  ),
)
const nameOf = (schema: z.ZodType): string | undefined => NAMES.get(schema.def)
function unwrap(schema: z.ZodType): z.ZodType {
  const { type } = schema.def as { type: string }
  return type === 'optional' || type === 'nullable'
    ? unwrap((schema as unknown as { unwrap(): z.ZodType }).unwrap())
    : schema
}

/** Our shapes with every exception taken back: what they should be, had we no reasons of our own. */
export function asPublished(ours: Shapes): Shapes {
  const shapes = structuredClone(ours)
  for (const name of Object.keys(ONLY_OURS)) delete shapes[name]
  for (const { at, published } of EXCEPTIONS) {
    const [name, field] = at.split('.') as [string, string]
    if (published) shapes[name]![field] = published
    else delete shapes[name]![field]
  }
  return shapes
}

/** Name → hash of its shape: tells that something differs, and carries nothing over. */
export const digest = (shapes: Shapes): Record<string, string> =>
  Object.fromEntries(
    Object.entries(shapes)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, shape]) => [
        name,
        createHash('sha256')
          .update(JSON.stringify(Object.entries(shape).sort()))
          .digest('hex')
          .slice(0, 16),
      ]),
  )

/** Names of the types that are not what a digest says, on either side. */
export function differing(shapes: Shapes, known: Record<string, string>): string[] {
  const seen = digest(shapes)
  return [...new Set([...Object.keys(seen), ...Object.keys(known)])].filter((name) => seen[name] !== known[name]).sort()
}
