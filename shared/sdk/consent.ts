/** A sign-in passes a handful of pages; more is a loop. */
const MAX_HOPS = 10

/**
 * Goes through a provider's sign-in as a browser would, where the provider asks nothing (sandboxes): follows the redirects from
 * `auth_url` to the page after consent. → that page's address.
 */
export async function giveConsent(authUrl: string, send: typeof fetch = fetch): Promise<URL> {
  let url = new URL(authUrl)
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const response = await send(url, { redirect: 'manual', signal: AbortSignal.timeout(30_000) })
    const location = response.headers.get('location')
    const text = await response.text()
    if (response.status >= 400)
      throw new Error(`sign-in stopped at ${url.origin}${url.pathname}: ${response.status} ${text.slice(0, 200)}`)
    if (!location) return url
    url = new URL(location, url)
  }
  throw new Error(`sign-in did not end after ${MAX_HOPS} redirects`)
}
