import type { ProviderApp } from '../../shared/base/settings.ts'
import type { ProviderDefinition } from '../../shared/source/define.ts'

/** The deployment's app at a provider, as the tests register it. */
export const testApp = ({ slug, needs = {} }: Pick<ProviderDefinition, 'slug' | 'needs'>): ProviderApp => ({
  client_id: `app-${slug}`,
  client_secret: `secret-${slug}`,
  ingest_secret: `ingest-secret-of-${slug}`,
  more: Object.fromEntries(Object.keys(needs).map((name) => [name, `${name}-of-${slug}`])),
})
