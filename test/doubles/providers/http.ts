import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a double reads it, its prefix taken off. */
export interface Call {
  method: string
  /** Path at the provider's own host. */
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
  form: URLSearchParams
  /** From `Authorization: Bearer`. */
  token: string | undefined
}
export interface Reply {
  status: number
  body?: unknown
  headers?: Record<string, string>
}
export const reply = (status: number, body?: unknown, headers?: Record<string, string>): Reply => ({
  status,
  body,
  headers,
})
export const redirect = (to: string): Reply => reply(302, undefined, { location: to })

export async function readCall(request: IncomingMessage, path: string, query: URLSearchParams): Promise<Call> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return callOf(request.method ?? 'GET', path, query, request.headers, Buffer.concat(chunks).toString('utf8'))
}
export function callOf(
  method: string,
  path: string,
  query: URLSearchParams,
  headers: IncomingMessage['headers'],
  body: string,
): Call {
  return {
    method,
    path,
    query,
    headers,
    body,
    form: new URLSearchParams(body),
    token: /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1],
  }
}

export function answer(response: ServerResponse, { status, body, headers }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(bodyOf(body))
}
/** Text and bytes as they are, anything else as JSON. */
export const bodyOf = (body: unknown): string | Uint8Array =>
  body === undefined ? '' : typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)

/** Serves on loopback at a free port (or the one asked for). */
export async function serve(port: number, handle: (request: IncomingMessage) => Promise<Reply>) {
  const server = createServer((request, response) => {
    handle(request).then(
      (found) => answer(response, found),
      (error: Error) => answer(response, reply(500, { error: error.message })),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
