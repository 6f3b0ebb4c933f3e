import { z } from '../base/zod.ts'
import { defineWarmDestination } from '../delivery/define.ts'
import { Host, hostOf, Named, noAuthority, Port, Tls } from '../delivery/sql/address.ts'
import { check, connect, type Target } from '../delivery/sql/postgresql/link.ts'
import { PLACE_SETTINGS } from '../delivery/sql/postgresql/settings.ts'

/** As the project's page "Connect" shows them for the transaction pooler. */
const Settings = z.strictObject(
  {
    project: z
      .string()
      .regex(/^[a-z0-9]{8,40}$/, 'must be the reference of a project, such as abcdefghijklmnopqrst')
      .describe('The reference of your project: in its address, and after "postgres." in the name of the user'),
    host: Host.describe('Of the transaction pooler, such as aws-0-eu-central-1.pooler.supabase.com'),
    port: Port.default(6543).describe('Of the transaction pooler'),
    database: Named.default('postgres').describe('The database'),
    role: Named.default('postgres').describe('Who connects. One of its own, which may do no more than this, is better'),
    tls: Tls.default('verify-full').describe(
      'verify-full, require: encrypted, and the certificate verified. The pooler’s is of the authority "Supabase Root 2021 CA", which browsers do not know: the operator of this deployment must have added it. disable: in the clear, which the pooler takes unless the project enforces SSL',
    ),
    ...PLACE_SETTINGS,
  },
  { error: noAuthority },
)
const Secrets = z.strictObject({ password: z.string().min(1).max(1_000).describe('Of the database') })

/** The pooler finds the project by the name of the user. */
const targetOf = (
  { project, role, schema, table_prefix, layout, erase_on_deauth, ...address }: z.infer<typeof Settings>,
  { password }: z.infer<typeof Secrets>,
): Target => ({
  login: { ...address, user: `${role}.${project}`, password },
  role,
  place: { schema, prefix: table_prefix },
  layout,
  erase: erase_on_deauth,
})

/** Postgres behind its pooler: each transaction may meet another connection. */
export default defineWarmDestination({
  type: 'supabase',
  title: 'Supabase',
  about:
    'Records land in tables of your project, through its transaction pooler. They are in a schema of their own, which the project’s public API does not show.',
  settings: Settings,
  secrets: Secrets,
  hosts: (settings) => [hostOf(settings)],
  connect: (context) => connect(targetOf(context.settings, context.secrets), context),
  check: (context) => check(targetOf(context.settings, context.secrets), context),
})
