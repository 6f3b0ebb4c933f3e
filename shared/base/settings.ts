import { CELL_BYTES, CELL_FULL_BYTES, HEALTH_EVERY_MS, HOT_WINDOW_DAYS, SEGMENT_BYTES } from './limits.ts'
import { SECOND_MS } from './time.ts'
import { z } from './zod.ts'

const UNIT_MS = { ms: 1, s: SECOND_MS, m: 60 * SECOND_MS, h: 3600 * SECOND_MS } as const

/** "5s,30s,2m" → milliseconds; a bare number is seconds. */
const durations = z.string().transform((text, ctx) =>
  text.split(',').map((part) => {
    const found = /^\s*(\d+(?:\.\d+)?)(ms|s|m|h)?\s*$/.exec(part)
    if (!found) {
      ctx.addIssue({ code: 'custom', message: `"${part}" is not a duration such as 500ms, 5s, 2m or 1h` })
      return 0
    }
    return Number(found[1]) * UNIT_MS[(found[2] ?? 's') as keyof typeof UNIT_MS]
  }),
)
const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, ctx) => {
      try {
        return JSON.parse(text)
      } catch {
        ctx.addIssue({ code: 'custom', message: 'is not JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)

/** What a deployment holds for one provider's app. Secret: set as `PROVIDER_APPS`. */
export const ProviderApp = z.strictObject({
  client_id: z.string(),
  client_secret: z.string(),
  /** The unguessable part of the ingest URL of providers that sign nothing, and the handshake's token. */
  ingest_secret: z.string().min(16),
  /** What else the provider gave or wants: a subscription key, a notification secret, a corrected fact. By name. */
  more: z.record(z.string().regex(/^\w+$/), z.string()).optional(),
})
export type ProviderApp = z.infer<typeof ProviderApp>

/**
 * Every setting of the Worker, with its default. A setting is a variable of the Worker:
 * `npm start -- --var NAME=value`, `[vars]` in wrangler.toml, or a secret.
 */
export const Settings = z.object({
  ENVIRONMENT: z.string().default('local'),
  /** Public address of this deployment, used in links that leave it. Derived from the request where it is empty. */
  BASE_URL: z.string().default(''),
  /** Waits between attempts at one destination, ±20 %; an event that failed after the last of them is parked. 3 days. */
  RETRY_SCHEDULE: durations.prefault('5s,30s,2m,10m,30m,1h,2h,4h,8h,8h,8h,8h,8h,8h,8h,8h'),
  DELIVERY_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(8_000),
  /** Raw payloads are archived when a cell holds this many bytes of them. */
  SEGMENT_BYTES: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(64 * 1024 * 1024)
    .default(SEGMENT_BYTES),
  /** Records are kept in their cell for so many days and, where it is a month or more, to the end of a month; then in object storage. */
  HOT_WINDOW_DAYS: z.coerce.number().min(0).max(3650).default(HOT_WINDOW_DAYS),
  /** A cell that holds so many bytes takes no new connections and puts large bodies into object storage; at the second, records leave sooner. */
  CELL_SHED_BYTES: z.coerce.number().int().min(0).default(CELL_BYTES),
  CELL_FULL_BYTES: z.coerce.number().int().min(1).default(CELL_FULL_BYTES),
  IDENTIFY_TIMEOUT_MS: z.coerce.number().int().min(100).default(15_000),
  /** At most so long that who is live is told again before STREAM.leaseMs is over. */
  HEARTBEAT_INTERVAL_MS: z.coerce.number().int().min(100).max(100_000).default(40_000),
  /** Consumers of live streams that a developer may have at once. */
  STREAM_CONSUMERS: z.coerce.number().int().min(1).max(1_000).default(10),
  /** Frames can be replayed for so long, and so many bytes of them: the oldest go first. */
  STREAM_RETENTION_HOURS: z.coerce.number().min(0.001).max(24).default(24),
  STREAM_RETENTION_BYTES: z.coerce
    .number()
    .int()
    .min(10_000)
    .default(2 * 1024 ** 3),
  /** Frames wait at most so many ms for others, to be stored and sent on together; one alone goes at once. */
  STREAM_WINDOW_MS: z.coerce.number().int().min(0).max(25).default(25),
  /** Objects that share the sockets of one place, and that gather a developer's producers before the hub; 1: none gather. */
  STREAM_SESSIONS: z.coerce.number().int().min(1).max(1_000).default(8),
  STREAM_SHARDS: z.coerce.number().int().min(1).max(64).default(1),
  /** Webhooks to private and loopback addresses. Off: local development switches it on. */
  ALLOW_PRIVATE_DESTINATIONS: flag.prefault('false'),
  /** What an isolate saw of the providers is told together, this often; 0: at once. */
  HEALTH_EVERY_MS: z.coerce.number().int().min(0).max(20_000).default(HEALTH_EVERY_MS),
  /** Of the payloads of an endpoint the structure of one in so many is looked at: that costs as much as to normalize it. */
  DRIFT_SAMPLED_EACH: z.coerce.number().int().min(1).default(100),
  /** Calls of the API in a minute, by one key and by all of a developer's; 0: not counted. A key may have its own. */
  API_KEY_PER_MINUTE: z.coerce.number().int().min(0).default(6_000),
  API_DEVELOPER_PER_MINUTE: z.coerce.number().int().min(0).default(30_000),
  /** Origins of providers replaced by others, for sandboxes: {"https://api.ouraring.com":"http://127.0.0.1:9000/oura"}. */
  PROVIDER_ORIGINS: json(z.record(z.url(), z.url())).prefault('{}'),
  /** Hosts by which the data of one region come in and are streamed: {"eu":"eu.api.example.com"}. That of BASE_URL takes all. */
  REGION_HOSTS: json(z.record(z.string(), z.string())).prefault('{}'),
  /** Synthetic people may be connected. Unset: everywhere but where ENVIRONMENT is production. */
  SYNTHETIC_PEOPLE: flag.optional(),
  /** Secret: the apps registered at the providers, by slug. */
  PROVIDER_APPS: json(z.record(z.string(), ProviderApp)).prefault('{}'),
  /** Secret: 32 bytes, base64. Root of all data keys and sealed secrets. */
  ROOT_KEY: z.string().min(43),
  /** Secret: opens the operator's routes. */
  OPERATOR_TOKEN: z.string().min(24),
  /** Test builds: where crash points report to. */
  CRASH_CONTROL_URL: z.string().default(''),
})
export type Settings = z.infer<typeof Settings>

const parsed = new WeakMap<object, Settings>()

/** Parses the Worker's variables once for each `env` that the runtime hands out. Throws a ZodError that names the setting. */
export function settings(env: object): Settings {
  let found = parsed.get(env)
  if (!found) {
    found = Settings.parse(env)
    parsed.set(env, found)
  }
  return found
}
