import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { widgetScript } from '../../workers/connect/widget-script.ts'
import { widgetStyle } from '../../workers/connect/widget-style.ts'

export const NONCE = 'nonce-of-the-tests'
const POLICY = `default-src 'none'; style-src 'self' 'nonce-${NONCE}'; script-src 'self'; img-src https: data:; connect-src 'self'; frame-src http:; form-action 'self'; base-uri 'none'`

/** Of a page at the address; null: nothing, and the browser stays where it is. */
export type Render = (url: URL) => unknown

/** What the person sent, as the page's server sees it. */
export interface Sent {
  method: string
  path: string
  body: string
}
/** The pages alone, under the policy that they are served with. Posts are kept and answered with a line of text. */
export async function servePages(pages: Record<string, Render>) {
  const sent: Sent[] = []
  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, 'http://localhost')
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.method === 'POST') {
      sent.push({ method: 'POST', path: url.pathname, body })
      return response.setHeader('content-type', 'text/html').end('<!doctype html><title>sent</title>sent')
    }
    const asset = { '/connect/assets/widget.css': widgetStyle, '/connect/assets/widget.js': widgetScript }[url.pathname]
    if (asset)
      return response
        .setHeader('content-type', url.pathname.endsWith('.css') ? 'text/css' : 'text/javascript')
        .end(asset)
    const render = pages[url.pathname]
    if (!render) return response.writeHead(404).end()
    const page = await render(url)
    if (page === null) return response.writeHead(204).end()
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.setHeader('content-security-policy', POLICY)
    response.end(`<!doctype html>${page}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}
