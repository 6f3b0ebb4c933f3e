import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { verifyTerraWebhookSignature } from 'terra-api'

export interface CaughtEvent {
  type: string
  body: Record<string, unknown>
  raw: string
  headers: Record<string, string | string[] | undefined>
}
export interface EventCatcher {
  url: string
  events: CaughtEvent[]
  ofType(type: string): CaughtEvent[]
  /** Judges what came with the official client's verifier. → how many it refuses. */
  refused(secret: string): Promise<number>
  close(): Promise<void>
}

/** A customer's endpoint that keeps every event as it came. */
export async function catchEvents(): Promise<EventCatcher> {
  const events: CaughtEvent[] = []
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const raw = Buffer.concat(chunks).toString()
    const body = JSON.parse(raw) as Record<string, unknown>
    events.push({ type: String(body.type), body, raw, headers: request.headers })
    response.end()
  }
  // A sender that gave up in the middle sends again.
  const server = createServer((request, response) => void take(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    events,
    ofType: (type) => events.filter((event) => event.type === type),
    refused: async (secret) => {
      const good = events.map(({ raw, headers }) =>
        verifyTerraWebhookSignature(raw, String(headers['terra-signature']), secret).then(Boolean, () => false),
      )
      return (await Promise.all(good)).filter((ok) => !ok).length
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
