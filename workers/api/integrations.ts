import { settings } from '../../shared/base/settings.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
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

const NO_TYPES = {
  activity: false,
  athlete: false,
  body: false,
  daily: false,
  menstruation: false,
  nutrition: false,
  sleep: false,
}

/** The catalogue is public; what each provider gives is read off its table. */
export function addIntegrations(api: Api): void {
  route(
    api,
    {
      id: 'listIntegrations',
      method: 'get',
      path: '/integrations',
      tag: 'Integrations',
      open: true,
      summary: 'The providers',
      description: 'Their wire names, as `resource` takes them. Needs no key.',
      answer: z.object({
        status: z.literal('success'),
        providers: z.array(z.string()),
        sdk_providers: z.array(z.string()),
        sdk_resource: z.array(z.string()),
      }),
      example: { status: 'success', providers: [EXAMPLE_USER.provider], sdk_providers: [], sdk_resource: [] },
    },
    (c) => {
      const providers = Object.values(PROVIDERS).map((provider) => provider.resource)
      return c.json({ status: 'success', providers, sdk_providers: [], sdk_resource: [] })
    },
  )
  route(
    api,
    {
      id: 'listIntegrationsDetailed',
      method: 'get',
      path: '/integrations/detailed',
      tag: 'Integrations',
      open: true,
      summary: 'The providers with what they give',
      description: 'With a `dev-id` header: only those that are set up in this deployment. Needs no key.',
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
      example: {
        status: 'success',
        providers: [
          {
            provider: EXAMPLE_USER.provider,
            name: 'Example Ring',
            icon: null,
            setup: 'API_KEYS_MANAGED',
            enabled: true,
            types: { ...NO_TYPES, activity: true, daily: true, sleep: true },
          },
        ],
      },
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
