import type { Context } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'

/** What a page may load. `none` is the default; each page names what it needs. */
export type Policy = Partial<Record<'script' | 'style' | 'img' | 'connect' | 'font', string>>

/** A page, shut in by its headers: nothing of others is loaded, nobody frames it. */
export async function sendPage(
  c: Context,
  page: HtmlEscapedString | Promise<HtmlEscapedString>,
  policy: Policy,
): Promise<Response> {
  const sources = Object.entries(policy).map(([kind, from]) => `${kind}-src ${from}`)
  const rules = ["default-src 'none'", ...sources, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]
  c.header('content-security-policy', rules.join('; '))
  c.header('x-content-type-options', 'nosniff')
  c.header('referrer-policy', 'no-referrer')
  c.header('cache-control', 'public, max-age=300')
  return c.html(`<!doctype html>${await page}`)
}
