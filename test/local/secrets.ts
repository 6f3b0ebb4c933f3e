import { randomBytes } from 'node:crypto'
import type { ProviderApp } from '../../shared/base/settings.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { readPrivate, writePrivate } from '../../shared/cli/home.ts'

export interface Secrets {
  root_key: string
  operator_token: string
  apps: Record<string, ProviderApp>
}

/** Makes what is missing and keeps it: what was sealed under the root key must open at the next start. */
export function keepSecrets(dir: string, providers: string[]): Secrets {
  const kept = readPrivate<Secrets>('secrets.json', dir)
  const secrets: Secrets = {
    root_key: kept.root_key ?? randomBytes(32).toString('base64'),
    operator_token: kept.operator_token ?? `opr_${randomBytes(32).toString('base64url')}`,
    apps: Object.fromEntries(providers.map((slug) => [slug, withNeeds(kept.apps?.[slug] ?? makeApp(slug), slug)])),
  }
  writePrivate('secrets.json', secrets, dir)
  return secrets
}

const makeApp = (slug: string): ProviderApp => ({
  client_id: `fascia-sandbox-${slug}`,
  client_secret: randomBytes(32).toString('base64url'),
  ingest_secret: randomBytes(24).toString('base64url'),
})

/** What a provider needs beside is made up too. */
const withNeeds = (app: ProviderApp, slug: string): ProviderApp => {
  const names = Object.keys(PROVIDERS[slug]?.needs ?? {})
  if (names.length === 0) return app
  const made = names.map((name) => [name, app.more?.[name] ?? randomBytes(24).toString('base64url')])
  return { ...app, more: { ...app.more, ...Object.fromEntries(made) } }
}

/** Secrets go to the Worker in a file: on a command line every user of the machine could read them. */
export function writeEnvFile(dir: string, values: Record<string, string>): string {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quote(name, value)}`)
  return writePrivate('worker.env', `${lines.join('\n')}\n`, dir)
}

/** The file's reader takes a quoted value as it is, but would fill in `$NAME`. */
function quote(name: string, value: string): string {
  const sign = ["'", '`', '"'].find((one) => !value.includes(one))
  if (!sign) throw new Error(`setting ${name} holds every kind of quotation mark`)
  return sign + value.replaceAll('$', '\\$') + sign
}
