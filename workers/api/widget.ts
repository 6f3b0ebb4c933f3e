import { Fault } from '../../shared/base/fault.ts'
import { z } from '../../shared/base/zod.ts'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { saveWidgetLook } from '../../shared/db/developers.ts'
import { open } from '../../shared/db/open.ts'
import { forgetDeveloper } from '../access.ts'
import { WidgetSettings, widgetSettingsOf } from '../connect/look.ts'
import { inputOf } from '../read-input.ts'
import { type Api, route } from './route.ts'

const known = () => new Set(Object.values(PROVIDERS).map((provider) => provider.resource))
const EXAMPLE = {
  name: 'Example Health',
  logo_url: 'https://app.example.com/logo.png',
  color: '#2f6fed',
  providers: ['OURA', 'GARMIN'],
  allowed_origins: ['https://app.example.com'],
  language: 'en',
}
const Change = z.strictObject({
  name: WidgetSettings.shape.name.removeDefault().optional(),
  logo_url: WidgetSettings.shape.logo_url.removeDefault().optional(),
  color: WidgetSettings.shape.color.removeDefault().optional(),
  providers: WidgetSettings.shape.providers.removeDefault().optional(),
  allowed_origins: WidgetSettings.shape.allowed_origins.removeDefault().optional(),
  language: WidgetSettings.shape.language.removeDefault().optional(),
})

/** How the hosted page looks, what it offers and where it may be embedded. */
export function addWidget(api: Api): void {
  route(
    api,
    {
      id: 'getWidgetSettings',
      method: 'get',
      path: '/widget',
      scope: 'users:read',
      tag: 'Authentication',
      summary: 'Look and offer of the hosted page',
      description: 'Name, logo and colour; which sources in which order; where it may be embedded.',
      answer: WidgetSettings,
      example: EXAMPLE,
    },
    (c) => c.json(widgetSettingsOf(c.get('developer'))),
  )
  route(
    api,
    {
      id: 'changeWidgetSettings',
      method: 'patch',
      path: '/widget',
      scope: 'users:write',
      tag: 'Authentication',
      summary: 'Changes look and offer of the hosted page',
      description: 'What is not named stays as it is.',
      body: Change,
      bodyExample: { color: '#2f6fed' },
      answer: WidgetSettings,
      example: EXAMPLE,
    },
    async (c) => {
      const developer = c.get('developer')
      const change = await inputOf(c, Change)
      const stranger = change.providers?.find((name) => !known().has(name.toUpperCase()))
      if (stranger !== undefined)
        throw new Fault('bad_request', `providers: ${stranger} is not known; GET /integrations lists them`)
      const settings = { ...widgetSettingsOf(developer), ...change }
      await saveWidgetLook(open(c.env.DB), developer.developer_id, JSON.stringify(settings))
      forgetDeveloper(developer.developer_id)
      return c.json(settings)
    },
  )
}
