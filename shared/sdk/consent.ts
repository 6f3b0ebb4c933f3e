/** A sign-in passes a handful of pages; more is a loop. */
const MAX_HOPS = 10

interface Options {
  send?: typeof fetch
  /** Who signs in at the provider, where it takes the standard hint. */
  account?: string
}

/**
 * Goes through a provider's sign-in as a browser would, where the provider asks nothing (sandboxes): follows the redirects
 * from `auth_url` to the page after consent, cookies kept per origin. → that page's address.
 */
export async function giveConsent(authUrl: string, { send = fetch, account }: Options = {}): Promise<URL> {
  const cookies = new Map<string, Map<string, string>>()
  let url = new URL(authUrl)
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    if (account !== undefined && url.searchParams.has('redirect_uri')) url.searchParams.set('login_hint', account)
    const jar = cookies.get(url.origin) ?? new Map<string, string>()
    cookies.set(url.origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await send(url, {
      redirect: 'manual',
      headers: cookie === '' ? {} : { cookie },
      signal: AbortSignal.timeout(30_000),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined && value !== undefined) jar.set(name, value)
    }
    const location = response.headers.get('location')
    const text = await response.text()
    if (response.status >= 400)
      throw new Error(`sign-in stopped at ${url.origin}${url.pathname}: ${response.status} ${text.slice(0, 200)}`)
    if (!location) return url
    url = new URL(location, url)
  }
  throw new Error(`sign-in did not end after ${MAX_HOPS} redirects`)
}
