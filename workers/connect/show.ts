import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { base64 } from '../../shared/base/bytes.ts'
import type { Developer } from '../../shared/db/developers.ts'
import { widgetSettingsOf } from './look.ts'
import type { PageContext } from './pages/context.ts'
import { wordsOf } from './words.ts'

interface About {
  /** None: nobody knows whose sign-in it was. */
  developer?: Developer
  language?: string
  status?: number
}
type Page = HtmlEscapedString | Promise<HtmlEscapedString>

/** A hosted page in the person's language and the developer's look, shut in by its headers. */
export async function show(c: Context, about: About, page: (context: PageContext) => Page): Promise<Response> {
  const widget = about.developer && widgetSettingsOf(about.developer)
  const nonce = base64(new Uint8Array(randomBytes(16)))
  const embedded = c.req.header('sec-fetch-dest') === 'iframe'
  const context: PageContext = {
    ...wordsOf(about.language ?? widget?.language ?? null, c.req.header('accept-language')),
    look: { name: widget?.name ?? null, logo: widget?.logo_url ?? null, color: widget?.color ?? null },
    nonce,
    embedded,
  }
  const origins = widget?.allowed_origins ?? []
  const logo = widget?.logo_url ? ` ${new URL(widget.logo_url).origin}` : ''
  const policy = [
    "default-src 'none'",
    `style-src 'self' 'nonce-${nonce}'`,
    "script-src 'self'",
    `img-src 'self' data:${logo}`,
    // The page that waits looks whether the sign-in is done.
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${origins.length > 0 ? origins.join(' ') : "'none'"}`,
  ]
  c.header('content-security-policy', policy.join('; '))
  if (origins.length === 0) c.header('x-frame-options', 'DENY')
  c.header('referrer-policy', 'no-referrer')
  c.header('x-content-type-options', 'nosniff')
  c.header('cache-control', 'no-store')
  c.header('content-language', context.language)
  return c.html(`<!doctype html>${await page(context)}`, (about.status ?? 200) as 200)
}
