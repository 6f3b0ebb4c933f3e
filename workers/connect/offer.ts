import type { Env } from '../../durable-objects/env.ts'
import { settings } from '../../shared/base/settings.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { isStream, isSupplied, type ProviderDefinition } from '../../shared/source/define.ts'
import { widgetSettingsOf } from './look.ts'
import { isHere, needsApp } from './start.ts'

/** The sources that a developer's users can connect here, in the developer's order; `only`: as the session asks. */
export function offered(env: Env, developer: Pick<Developer, 'widget'>, only: string[] = []): ProviderDefinition[] {
  const { PROVIDER_APPS } = settings(env)
  const ready = Object.values(PROVIDERS).filter(
    (one) =>
      one.closed === undefined &&
      isHere(env, one) &&
      !isStream(one) &&
      !isSupplied(one) &&
      (!needsApp(one) || PROVIDER_APPS[one.slug] !== undefined),
  )
  const wanted = only.length > 0 ? only : widgetSettingsOf(developer).providers
  if (wanted.length === 0) return ready.toSorted((a, b) => a.name.localeCompare(b.name))
  return wanted.flatMap((resource) => ready.filter((one) => one.resource === resource.toUpperCase()))
}
