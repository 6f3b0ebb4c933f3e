import { z } from '../../shared/base/zod.ts'
import type { Developer } from '../../shared/db/developers.ts'

/** How a developer's hosted pages look, what they offer and where they may be embedded. */
export const WidgetSettings = z
  .strictObject({
    name: z.string().min(1).max(80).nullable().default(null).describe('Shown above the list of sources'),
    logo_url: z
      .url({ protocol: /^https$/ })
      .max(500)
      .nullable()
      .default(null)
      .describe('An image, at least 96 px high'),
    color: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, 'is a colour such as #2f6fed')
      .nullable()
      .default(null)
      .describe('Of buttons and marks; text on it is made readable'),
    providers: z
      .array(z.string().max(40))
      .max(600)
      .default([])
      .describe('The enabled sources in this order; none named = all'),
    allowed_origins: z
      .array(
        z
          .url({ protocol: /^https?$/ })
          .refine((url) => new URL(url).origin === url, 'is an origin: https://app.example.com'),
      )
      .max(20)
      .default([])
      .describe('Pages that may embed the widget; none named = none may'),
    language: z
      .string()
      .max(35)
      .nullable()
      .default(null)
      .describe('Where neither the session nor the browser names one'),
  })
  .openapi('WidgetSettings')
export type WidgetSettings = z.infer<typeof WidgetSettings>

export const widgetSettingsOf = (developer: Pick<Developer, 'widget'>): WidgetSettings =>
  WidgetSettings.parse(JSON.parse(developer.widget))
