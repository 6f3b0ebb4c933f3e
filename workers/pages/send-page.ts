import type { Context } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'

/** What a page may load. `none` is the default; each page names what it needs. */
export type Policy = Partial<Record<'script' | 'style' | 'img' | 'connect' | 'font', string>>

type Page = HtmlEscapedString | Promise<HtmlEscapedString>

/** A page, shut in by its headers: nothing of others is loaded, nobody frames it. */
export async function sendPage(c: Context, page: Page, policy: Policy): Promise<Response> {
  shutIn(c, policy, "'none'")
  c.header('cache-control', 'public, max-age=300')
  return c.html(`<!doctype html>${await page}`)
}

/** A page of somebody's own: kept by nobody, and its forms come back to us. `more`: what it needs beyond its style. */
export async function sendOwnPage(
  c: Context,
  page: Page,
  status: 200 | 400 | 403 | 404 | 409 = 200,
  more: Policy = {},
): Promise<Response> {
  shutIn(c, { style: "'self'", img: 'data:', ...more }, "'self'")
  // Without any referrer, browsers send a form's origin as `null`, and we could not tell our own from others'.
  c.header('referrer-policy', 'same-origin')
  c.header('cache-control', 'no-store')
  return c.html(`<!doctype html>${await page}`, status)
}

function shutIn(c: Context, policy: Policy, formsGo: string): void {
  const sources = Object.entries(policy).map(([kind, from]) => `${kind}-src ${from}`)
  const rules = [
    "default-src 'none'",
    ...sources,
    "base-uri 'none'",
    `form-action ${formsGo}`,
    "frame-ancestors 'none'",
  ]
  c.header('content-security-policy', rules.join('; '))
  c.header('x-content-type-options', 'nosniff')
  c.header('referrer-policy', 'no-referrer')
}
