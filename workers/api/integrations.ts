import { settings } from '../../shared/base/settings.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { typesOf } from '../../shared/source/coverage.ts'
import { type Api, route } from './route.ts'

const Types = z.object({
  activity: z.boolean(),
  athlete: z.boolean(),
  body: z.boolean(),
  daily: z.boolean(),
  menstruation: z.boolean(),
  nutrition: z.boolean(),
  sleep: z.boolean(),
})

/** The catalogue is public; what each provider gives is read off its table. */
export function addIntegrations(api: Api): void {
  route(
    api,
    {
      method: 'get',
      path: '/integrations',
      tag: 'Integrations',
      open: true,
      summary: 'The providers',
      answer: z.object({
        status: z.literal('success'),
        providers: z.array(z.string()),
        sdk_providers: z.array(z.string()),
        sdk_resource: z.array(z.string()),
      }),
    },
    (c) => {
      const providers = Object.values(PROVIDERS).map((provider) => provider.resource)
      return c.json({ status: 'success', providers, sdk_providers: [], sdk_resource: [] })
    },
  )
  route(
    api,
    {
      method: 'get',
      path: '/integrations/detailed',
      tag: 'Integrations',
      open: true,
      summary: 'The providers with what they give',
      answer: z.object({
        status: z.literal('success'),
        providers: z.array(
          z.object({
            provider: z.string(),
            name: z.string(),
            icon: z.url().nullable(),
            setup: z.string(),
            enabled: z.boolean(),
            types: Types,
          }),
        ),
      }),
    },
    (c) => {
      const { PROVIDER_APPS } = settings(c.env)
      const scoped = c.req.header('dev-id') !== undefined
      const providers = Object.values(PROVIDERS).map((provider) => {
        const given = typesOf(provider)
        const types = Object.fromEntries(Object.keys(Types.shape).map((type) => [type, given.includes(type as never)]))
        const enabled = !scoped || PROVIDER_APPS[provider.slug] !== undefined
        return {
          provider: provider.resource,
          name: provider.name,
          icon: null,
          setup: 'API_KEYS_MANAGED',
          enabled,
          types,
        }
      })
      return c.json({ status: 'success', providers: providers.filter((one) => one.enabled) })
    },
  )
}
