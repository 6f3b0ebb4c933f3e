/** What a user sees who came without an app to go back to. No script, works at phone width, light and dark. */
export function resultPage(ok: boolean, params: Record<string, string>): string {
  const title = ok ? 'Connected' : 'Not connected'
  const text = ok
    ? `${escaped(params.resource ?? '')} is connected. You can close this page.`
    : `${escaped(params.resource ?? '')} was not connected (${escaped(params.reason ?? '')}). Go back to your app and try again.`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} · Fascia</title><style>:root{color-scheme:light dark}body{font:17px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:100vh;margin:0}
main{max-width:22rem;padding:2rem;text-align:center}h1{font-size:1.6rem;margin:.5rem 0}.mark{font-size:2.5rem;color:${ok ? '#1a8f5a' : '#c2452d'}}</style>
<main><div class="mark" aria-hidden="true">${ok ? '✓' : '✕'}</div><h1>${title}</h1><p>${text}</p></main></html>`
}
const escaped = (text: string) => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
