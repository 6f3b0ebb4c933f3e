/** One HTTP request to a provider. Texts in braces are filled in by the caller (see `fill`). */
export interface RequestTemplate {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  url: string
  query?: Record<string, string>
  /** Sent as application/x-www-form-urlencoded. */
  form?: Record<string, string>
  /** Sent as JSON; texts are filled at every depth. */
  json?: JsonTemplate
  headers?: Record<string, string>
  /** Whose credentials go with it: the user's, as `auth` says they are carried, or none but what the template itself holds. */
  as: 'user' | 'app'
}
export type JsonTemplate = { [name: string]: string | number | boolean | JsonTemplate | JsonTemplate[] | string[] }

export const ACCEPT = 'application/json'
export interface BuiltRequest {
  url: string
  init: RequestInit & { headers: Headers }
}

/**
 * Fills a template: values are encoded for the place where they stand. `extra` (the window, the page) goes where the
 * template's own parameters are: the form, the JSON body, or the query.
 */
export function buildRequest(
  template: RequestTemplate,
  values: Record<string, string>,
  options: { carry?: (request: BuiltRequest) => BuiltRequest; extra?: Record<string, string> } = {},
): BuiltRequest {
  const plain = (text: string) => fill(text, values, (value) => value)
  const url = new URL(fill(template.url, values, encodeURIComponent))
  const headers = new Headers(
    Object.entries(template.headers ?? {}).map(([name, value]): [string, string] => [name, plain(value)]),
  )
  if (!headers.has('accept')) headers.set('accept', ACCEPT)
  const { form, json } = template
  const inQuery = form === undefined && json === undefined
  for (const [name, value] of Object.entries({ ...template.query, ...(inQuery ? options.extra : {}) }))
    url.searchParams.set(name, plain(value))
  const init: BuiltRequest['init'] = { method: template.method, headers }
  if (form) {
    const fields = Object.entries({ ...form, ...options.extra })
    init.body = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, plain(value)])).toString()
    headers.set('content-type', 'application/x-www-form-urlencoded')
  } else if (json) {
    init.body = JSON.stringify(filled({ ...json, ...options.extra }, plain))
    headers.set('content-type', 'application/json')
  }
  const built = { url: url.href, init }
  return template.as === 'user' && options.carry ? options.carry(built) : built
}

function filled(part: unknown, plain: (text: string) => string): unknown {
  if (typeof part === 'string') return plain(part)
  if (Array.isArray(part)) return part.map((one) => filled(one, plain))
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, filled(inner, plain)]))
}

/** `{name}`: the value, encoded for its place. `{+name}`: as it is, for addresses (RFC 6570 section 3.2.3). */
export function fill(text: string, values: Record<string, string>, encode: (value: string) => string): string {
  return text.replace(/\{(\+?)(\w+)\}/g, (_, plus: string, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`a request needs the value ${name}`)
    return plus === '+' ? value : encode(value)
  })
}
