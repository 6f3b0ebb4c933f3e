import { z } from '../base/zod.ts'
import { defineWarmDestination } from '../delivery/define.ts'
import { Host, hostOf, Named, noAuthority, Port, Tls } from '../delivery/sql/address.ts'
import { check, connect, type Target } from '../delivery/sql/mysql/link.ts'
import { LAYOUT_SETTINGS } from '../delivery/sql/place.ts'

const Settings = z.strictObject(
  {
    host: Host.describe('The server, or its proxy'),
    port: Port.default(3306).describe('Its port'),
    database: Named.describe('The database our tables are in; it must be there'),
    user: Named.describe(
      'Who connects. Needs CREATE, ALTER, INDEX, SELECT, INSERT, UPDATE and DELETE on that database, and may come from anywhere',
    ),
    tls: Tls.default('verify-full').describe(
      'verify-full: encrypted, the certificate is verified for this host, by the authorities that browsers know. require: the same, because the runtime never skips it. disable: in the clear, for a private network',
    ),
    ...LAYOUT_SETTINGS,
  },
  { error: noAuthority },
)
const Secrets = z.strictObject({ password: z.string().min(1).max(1_000).describe('Of the user') })

const targetOf = (
  { table_prefix, layout, erase_on_deauth, ...address }: z.infer<typeof Settings>,
  { password }: z.infer<typeof Secrets>,
): Target => ({ login: { ...address, password }, prefix: table_prefix, layout, erase: erase_on_deauth })

/** Exactly once in effect: what is put again changes nothing. */
export default defineWarmDestination({
  type: 'mysql',
  title: 'MySQL',
  about:
    'Records land in tables of your own MySQL (8.0 or newer) or MariaDB (10.6 or newer), one per type, which are made and kept up to date for you: the newest version of each, with its columns, its JSON and its readings.',
  settings: Settings,
  secrets: Secrets,
  hosts: (settings) => [hostOf(settings)],
  connect: (context) => connect(targetOf(context.settings, context.secrets), context),
  check: (context) => check(targetOf(context.settings, context.secrets), context),
})
