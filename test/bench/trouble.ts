import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Client } from '../../shared/sdk/client.ts'

/** A destination beside a healthy one, in one kind of trouble. */
export interface Trouble {
  name: string
  url: string
  close(): Promise<void>
}

/** Nobody listens: every connection is refused. */
export async function dead(): Promise<Trouble> {
  const closed = await listening('dead', () => undefined)
  await closed.close()
  return { ...closed, close: async () => undefined }
}
/** Takes every request and answers after 30 seconds. */
export const slow = (): Promise<Trouble> =>
  listening('answers after 30 s', (answer) => {
    const timer = setTimeout(() => answer(200), 30_000)
    timer.unref()
  })
/** Asks for patience each time. */
export const limited = (): Promise<Trouble> => listening('answers 429', (answer) => answer(429, { 'retry-after': '1' }))
/** No trouble at all. */
export const answering = (): Promise<Trouble> => listening('well', (answer) => answer(200))
/** Ten good answers, ten bad ones, and again. */
export function flapping(): Promise<Trouble> {
  let n = 0
  return listening('flapping', (answer) => answer(Math.floor(n++ / 10) % 2 === 0 ? 200 : 503))
}

async function listening(
  name: string,
  act: (answer: (status: number, headers?: Record<string, string>) => void) => void,
): Promise<Trouble> {
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => act((status, headers = {}) => response.writeHead(status, headers).end()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Any call of the API in a developer's name. */
export async function callApi<T>(client: Client, method: string, path: string, body?: unknown): Promise<T> {
  const { baseUrl, devId, apiKey } = client.options
  const response = await fetch(`${baseUrl}/v2${path}`, {
    method,
    headers: { 'dev-id': devId!, 'x-api-key': apiKey!, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`)
  return JSON.parse(text) as T
}
export const setState = (client: Client, id: string, state: 'active' | 'paused') =>
  callApi(client, 'PATCH', `/destinations/${id}`, { state })
