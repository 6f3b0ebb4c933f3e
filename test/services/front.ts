import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../local/spawned.ts'
import type { SignedRequest } from './signature.ts'

/** What goes wrong with one request. `after`: the server has done it all the same. */
export type FrontTrouble =
  | { kind: 'none' }
  | { kind: 'answer'; status: number; body?: string; headers?: Record<string, string>; after: boolean }
  | { kind: 'reset'; after: boolean }
  /** It is done at once; the answer comes late. */
  | { kind: 'late'; ms: number }
  /** The network brings it twice; the second answer is told. */
  | { kind: 'twice' }

interface Answer {
  status: number
  headers: Record<string, string | string[]>
  body: Buffer
}
const NONE: FrontTrouble = { kind: 'none' }

/** Stands before an HTTP server on this machine: may refuse, and errs as it is told. */
export async function startFront(
  serverPort: number,
  refuse: (request: SignedRequest) => Promise<Answer | undefined> = async () => undefined,
) {
  const port = await freePort()
  let decide: (request: SignedRequest) => FrontTrouble = () => NONE
  let observe: (request: SignedRequest, status: number) => void = () => undefined
  let requests = 0

  async function forward(come: SignedRequest): Promise<Answer> {
    const answer = await pass(come)
    observe(come, answer.status)
    return answer
  }
  const pass = (come: SignedRequest): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method, target, headers, body } = come
      // The host is part of what was signed, and the length is known.
      const { 'transfer-encoding': _, connection: __, expect: ___, ...kept } = headers
      const options = { port: serverPort, host: '127.0.0.1', method, path: target, agent: false }
      const sent = request({ ...options, headers: { ...kept, 'content-length': body.length } }, (response) => {
        bytes(response).then((body) => {
          const { connection: _, 'transfer-encoding': __, ...headers } = response.headers as Answer['headers']
          resolve({ status: response.statusCode!, headers, body })
        }, reject)
      })
      sent.on('error', reject)
      sent.end(body)
    })

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytes(incoming)
    const headers = incoming.headers as Record<string, string>
    const come: SignedRequest = { method: incoming.method!, target: incoming.url!, headers, body }
    requests++
    const no = await refuse(come)
    if (no) return answer(response, no)
    const trouble = decide(come)
    if (trouble.kind === 'reset' || trouble.kind === 'answer') {
      if (trouble.after) await forward(come)
      if (trouble.kind === 'reset') return void incoming.socket.resetAndDestroy()
      const { status, body = '', headers = {} } = trouble
      return answer(response, { status, headers, body: Buffer.from(body) })
    }
    if (trouble.kind === 'twice') await forward(come)
    const came = await forward(come)
    if (trouble.kind === 'late') await sleep(trouble.ms)
    answer(response, came)
  }
  const server = createServer((incoming, response) => {
    // The server is down: nothing stands for it.
    handle(incoming, response).catch(() => incoming.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests
    },
    behaves: (how: (request: SignedRequest) => FrontTrouble) => {
      decide = how
    },
    /** Hears of every answer of the server, in the order in which it gave them. */
    observes: (how: (request: SignedRequest, status: number) => void) => {
      observe = how
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
export type Front = Awaited<ReturnType<typeof startFront>>

function answer(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, ...(status !== 204 && status !== 304 && lengthOf(headers, body)) })
  response.end(body)
}
/** The answer to a HEAD tells a length without having it. */
const lengthOf = (headers: Answer['headers'], body: Buffer) =>
  body.length === 0 && headers['content-length'] !== undefined ? {} : { 'content-length': body.length }

async function bytes(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
