import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { landed } from './queue.ts'
import type { Landed } from './sink.ts'

/** A webhook that keeps what it takes. */
export async function startWebhook() {
  const all: Landed[] = []
  const take = async (request: IncomingMessage) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const event = JSON.parse(Buffer.concat(chunks).toString())
    // A test of the destination is about nobody.
    if (event.user) all.push(landed(event, Number(request.headers['fascia-event-seq'])))
  }
  const server = createServer((request, response) => {
    take(request).then(
      () => response.end(),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    landed: all,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
export type Webhook = Awaited<ReturnType<typeof startWebhook>>
