import type { Context } from 'hono'
import { z } from '../../shared/base/zod.ts'
import { FILES, PROVIDERS } from '../../shared/catalog/units.ts'
import { findDeveloper } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { EXAMPLE_USER } from '../../shared/schema/examples/user.ts'
import { typesOf } from '../../shared/source/coverage.ts'
import { isSupplied, type ProviderDefinition } from '../../shared/source/define.ts'
import type { ApiEnv } from '../access.ts'
import { baseUrlOf } from '../base-url.ts'
import { offered } from '../connect/offer.ts'
import { isHere } from '../connect/start.ts'
import { type Api, queryFlag, queryOf, route } from './route.ts'

const TYPES = ['activity', 'body', 'daily', 'menstruation', 'nutrition', 'sleep'] as const
const Types = z.object({
  activity: z.boolean(),
  body: z.boolean(),
  daily: z.boolean(),
  menstruation: z.boolean(),
  nutrition: z.boolean(),
  sleep: z.boolean(),
})
const DetailedQuery = z.object({
  sdk: queryFlag(false).openapi({
    type: 'boolean',
    default: false,
    description: 'With the sources that a phone app connects',
    example: true,
  }),
  beta: queryFlag(false).openapi({
    type: 'boolean',
    default: false,
    description: 'Tells of each what rests on facts that nobody could verify',
    example: true,
  }),
})
/** How a source is set up. */
const SETUP = {
  oauth2: 'API_KEYS_MANAGED',
  oauth1: 'API_KEYS_MANAGED',
  credentials: 'USER_CREDENTIALS',
  device: 'MOBILE_SDK',
  file: 'FILE_UPLOAD',
} as const
const isDevice = (provider: ProviderDefinition) => provider.auth.kind === 'device'

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
      example: {
        status: 'success',
        providers: [EXAMPLE_USER.provider],
        sdk_providers: ['APPLE'],
        sdk_resource: ['APPLE'],
      },
    },
    (c) => {
      const all = Object.values(PROVIDERS).filter((one) => isHere(c.env, one) && !isSupplied(one))
      const providers = all.filter((one) => !isDevice(one)).map((one) => one.resource)
      const onPhones = all.filter(isDevice).map((one) => one.resource)
      return c.json({ status: 'success', providers, sdk_providers: onPhones, sdk_resource: onPhones })
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
      description: 'With a `dev-id` header: those that this developer offers, in their order. Needs no key.',
      query: DetailedQuery,
      answer: z.object({
        status: z.literal('success'),
        providers: z.array(
          z.object({
            provider: z.string(),
            name: z.string(),
            icon: z.url(),
            setup: z.string(),
            enabled: z.boolean().describe('Whether new users can connect'),
            beta: z.string().optional().describe('What of it rests on facts that nobody could verify'),
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
            icon: 'https://fascia.example.com/connect/icons/example.svg',
            setup: 'API_KEYS_MANAGED',
            enabled: true,
            types: { activity: true, body: false, daily: true, menstruation: false, nutrition: false, sleep: true },
          },
        ],
      },
    },
    async (c) => {
      const { sdk, beta } = queryOf(c, DetailedQuery)
      const ours = await scopedTo(c)
      const shown = (ours ?? Object.values(PROVIDERS)).filter((one) => !isSupplied(one) && (sdk || !isDevice(one)))
      return c.json({ status: 'success', providers: shown.map((one) => detailed(one, baseUrlOf(c), beta)) })
    },
  )
}

/** What the named developer offers; undefined: nobody known is named, and the list is whole. */
async function scopedTo(c: Context<ApiEnv>): Promise<ProviderDefinition[] | undefined> {
  const devId = c.req.header('dev-id')
  const developer = devId === undefined ? undefined : await findDeveloper(open(c.env.DB), devId)
  return developer && offered(c.env, developer)
}

function detailed(provider: ProviderDefinition, baseUrl: string, withBeta: boolean) {
  // One that takes files of every format gives what they give.
  const anyFile = provider.auth.kind === 'file' && provider.auth.any
  const given = anyFile ? Object.values(FILES).flatMap((format) => typesOf(format)) : typesOf(provider)
  return {
    provider: provider.resource,
    name: provider.name,
    icon: `${baseUrl}/connect/icons/${provider.slug}.svg`,
    setup: SETUP[provider.auth.kind],
    enabled: provider.closed === undefined,
    ...(withBeta && provider.beta !== undefined ? { beta: provider.beta } : {}),
    types: Object.fromEntries(TYPES.map((type) => [type, given.includes(type)])) as z.infer<typeof Types>,
  }
}
