import { Hono } from 'hono'
import { PROVIDERS } from '../../shared/catalog/units.ts'
import { hueOf, initials } from './pages/mark.tsx'

/** A source's mark as a picture: drawn from its name, since we show nobody's trademark. */
export const icons = new Hono()
icons.get('/icons/:file', (c) => {
  const provider = PROVIDERS[c.req.param('file').replace(/\.svg$/, '')]
  if (!provider) return c.notFound()
  const hue = hueOf(provider.name) * 36
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" role="img" aria-label="${provider.name}"><rect width="96" height="96" rx="22" fill="hsl(${hue} 55% 34%)"/><text x="48" y="49" fill="#fff" font-family="system-ui,sans-serif" font-size="40" font-weight="600" text-anchor="middle" dominant-baseline="central">${initials(provider.name)}</text></svg>`
  return c.body(svg, 200, { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=86400' })
})
