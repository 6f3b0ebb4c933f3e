/** A supplier as tests need it: invited by a developer, in the sandbox, with a credential and a token. By the doors alone. */

export type Asker = (path: string, init?: RequestInit) => Promise<Response>
export interface Developer {
  headers: Record<string, string>
}
export interface Supplier {
  supplier_id: string
  client_id: string
  client_secret: string
  token: string
  /** `authorization`, for calls of the supplier. */
  headers: { authorization: string }
  /** Calls as the supplier; a body that is no text or bytes goes as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
}

/** `ask`: `call` of `test/house.ts` in workerd, `askerOf(url)` over HTTP. */
export async function newSupplier(
  ask: Asker,
  developer: Developer,
  more: { name?: string; domain?: string } = {},
): Promise<Supplier> {
  const { supplier_id, invitation } = await invite(ask, developer, more)
  invited.set(supplier_id, developer)
  return join(ask, invitation.token)
}
const invited = new Map<string, Developer>()
/** Who invited a supplier. */
export const developerOf = (supplierId: string): Developer => invited.get(supplierId)!

export async function invite(ask: Asker, developer: Developer, more: { name?: string; domain?: string } = {}) {
  return answered<{ supplier_id: string; invitation: { token: string; url: string } }>(
    await ask('/v2/suppliers', post({ name: 'Test lab', ...more }, developer.headers)),
  )
}

export async function join(ask: Asker, token: string): Promise<Supplier> {
  const { supplier, credential } = await answered<{
    supplier: { supplier_id: string }
    credential: { client_id: string; client_secret: string }
  }>(await ask('/v2/supplier-invitations/accept', post({ token })))
  return { supplier_id: supplier.supplier_id, ...(await signedIn(ask, credential)) }
}

/** With another credential of the same supplier. */
export async function signedIn(ask: Asker, { client_id, client_secret }: { client_id: string; client_secret: string }) {
  const token = await tokenOf(ask, { client_id, client_secret })
  const headers = { authorization: `Bearer ${token}` }
  return {
    client_id,
    client_secret,
    token,
    headers,
    ask(method: string, path: string, body?: unknown, extra: Record<string, string> = {}) {
      const plain = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream
      return ask(path, {
        method,
        headers: { ...headers, ...(body !== undefined && !plain && { 'content-type': 'application/json' }), ...extra },
        ...(body !== undefined && { body: plain ? (body as BodyInit) : JSON.stringify(body) }),
      })
    },
  }
}

export async function tokenOf(
  ask: Asker,
  client: { client_id: string; client_secret: string },
  more: Record<string, string> = {},
): Promise<string> {
  const { access_token } = await answered<{ access_token: string }>(await askToken(ask, { ...client, ...more }))
  return access_token
}
export const askToken = (ask: Asker, form: Record<string, string>, headers: Record<string, string> = {}) =>
  ask('/oauth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...form }).toString(),
  })

/** Over HTTP, at a server that was started. */
export const askerOf =
  (url: string): Asker =>
  (path, init) =>
    fetch(url + path, init)

export const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

export async function answered<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Status, and what is wrong for programs: `code` of a problem, `error` of OAuth. */
export async function refusal(response: Response): Promise<[number, string | undefined]> {
  const body = (await response.json()) as { code?: string; error?: string }
  return [response.status, body.code ?? body.error]
}
