import type { RequestTemplate } from './define.ts'

export interface BuiltRequest {
  url: string
  init: RequestInit & { headers: Headers }
}

/** Fills a template: values are encoded for the place where they stand. `extra` goes to the query (GET) or the form (POST). */
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
  headers.set('accept', 'application/json')
  const inForm = template.form !== undefined
  for (const [name, value] of Object.entries({ ...template.query, ...(inForm ? {} : options.extra) }))
    url.searchParams.set(name, plain(value))
  const init: BuiltRequest['init'] = { method: template.method, headers }
  if (inForm) {
    const form = Object.entries({ ...template.form, ...options.extra }).map(([name, value]): [string, string] => [
      name,
      plain(value),
    ])
    init.body = new URLSearchParams(form).toString()
    headers.set('content-type', 'application/x-www-form-urlencoded')
  } else if (template.json) {
    init.body = JSON.stringify(
      Object.fromEntries(Object.entries(template.json).map(([name, value]) => [name, plain(value)])),
    )
    headers.set('content-type', 'application/json')
  }
  const built = { url: url.href, init }
  return template.as === 'user' && options.carry ? options.carry(built) : built
}

export function fill(text: string, values: Record<string, string>, encode: (value: string) => string): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`a request needs the value ${name}`)
    return encode(value)
  })
}
