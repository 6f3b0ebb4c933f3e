import { z } from '../base/zod.ts'
import { defineWarmDestination } from '../delivery/define.ts'
import { Host, hostOf, Named, noAuthority, Port, Tls } from '../delivery/sql/address.ts'
import { check, connect, type Target } from '../delivery/sql/postgresql/link.ts'
import { PLACE_SETTINGS } from '../delivery/sql/postgresql/settings.ts'

const Settings = z.strictObject(
  {
    host: Host.describe('The server, or its pooler'),
    port: Port.default(5432).describe('Its port'),
    database: Named.describe('The database'),
    user: Named.describe('Who connects: an owner of the schema, or one who may make it'),
    tls: Tls.default('verify-full').describe(
      'verify-full: encrypted, the certificate is verified for this host, by the authorities that browsers know. require: the same, because the runtime never skips it. disable: in the clear, for a private network',
    ),
    ...PLACE_SETTINGS,
  },
  { error: noAuthority },
)
const Secrets = z.strictObject({ password: z.string().min(1).max(1_000).describe('Of the user') })

const targetOf = (
  { schema, table_prefix, layout, erase_on_deauth, ...address }: z.infer<typeof Settings>,
  { password }: z.infer<typeof Secrets>,
): Target => ({
  login: { ...address, password },
  role: address.user,
  place: { schema, prefix: table_prefix },
  layout,
  erase: erase_on_deauth,
})

/** Exactly once in effect: what is put again changes nothing. */
export default defineWarmDestination({
  type: 'postgres',
  title: 'PostgreSQL',
  about:
    'Records land in tables of your own database, one per type, which are made and kept up to date for you: the newest version of each, with its columns, its JSON and its readings.',
  settings: Settings,
  secrets: Secrets,
  hosts: (settings) => [hostOf(settings)],
  connect: (context) => connect(targetOf(context.settings, context.secrets), context),
  check: (context) => check(targetOf(context.settings, context.secrets), context),
})
