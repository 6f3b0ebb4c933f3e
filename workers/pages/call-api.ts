/** The Worker's own API: a page may do what who is signed in may do, by the same doors, and nothing else. */
export type Api = (request: Request) => Promise<Response>

export type Answer<T> = { ok: true; body: T } | { ok: false; status: number; detail: string }

interface Call {
  url: URL
  method: string
  headers: Record<string, string>
  body?: BodyInit | undefined
}

/** Asks the API, and answers with its own words where it refuses. */
export async function callApi<T>(api: Api, { url, method, headers, body }: Call): Promise<Answer<T>> {
  const response = await api(new Request(url, { method, headers, ...(body !== undefined && { body }) }))
  const text = await response.text()
  const answer = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  if (response.ok) return { ok: true, body: answer as T }
  // OAuth's own errors have their words in a member of their own.
  const detail = answer.detail ?? answer.error_description ?? `the answer was ${response.status}`
  return { ok: false, status: response.status, detail: String(detail) }
}
