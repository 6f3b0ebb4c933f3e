/** How far a person gets who says yes or no on the server's own pages. */
export type Answer = 'consents' | 'denies'

const MOST_STEPS = 12

/** A browser with cookies, and a person in front of it: goes on until it is sent to `home`, and says where to. */
export async function browse(start: string, home: string, answer: Answer): Promise<URL> {
  const cookies = new Map<string, string>()
  let next: { url: string; form?: URLSearchParams } = { url: start }
  for (let step = 0; step < MOST_STEPS; step++) {
    const response: Response = await fetch(next.url, {
      method: next.form ? 'POST' : 'GET',
      body: next.form,
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
    })
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0]!.split('=') as [string, string]
      cookies.set(name, value)
    }
    const page = await response.text()
    const location = response.headers.get('location')
    if (location?.startsWith(home)) return new URL(location)
    next = location ? { url: new URL(location, next.url).href } : answered(page, next.url, answer, response.status)
  }
  throw new Error(`the pages did not end within ${MOST_STEPS} steps`)
}

/** Says no where the page lets one say no; else fills in its form. */
function answered(page: string, url: string, answer: Answer, status: number) {
  const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1]
  const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1]
  const abort = /href="([^"]+\/abort)"/.exec(page)?.[1]
  if (!prompt || !action || !abort) throw new Error(`no page to answer: ${status} ${page.slice(0, 300)}`)
  if (answer === 'denies' && prompt === 'consent') return { url: new URL(abort, url).href }
  return {
    url: new URL(action, url).href,
    form: new URLSearchParams({ prompt, ...(prompt === 'login' ? { login: 'ada', password: 'of ada' } : {}) }),
  }
}
