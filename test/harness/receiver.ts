import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Ledger } from './ledger.ts'

/** How a receiver errs. `take`: whether it has processed the event all the same. */
export type Answer =
  | { kind: 'ok'; afterMs?: number }
  | { kind: 'status'; status: number; headers?: Record<string, string>; take?: boolean }
  | { kind: 'hang' }
  | { kind: 'reset'; take: boolean }
  | { kind: 'slow body' }

interface Event {
  type: string
  user?: { user_id: string; reference_id: string | null }
  data?: {
    metadata: { name?: string }
    distance_data?: { steps?: number; distance_meters?: number; summary?: { steps?: number; distance_meters?: number } }
  }[]
}

/** A webhook that writes down what it takes before it answers, and errs as it is told. */
export async function startReceiver(ledger: Ledger) {
  let secret = ''
  let decide: (user: string) => Answer = () => ({ kind: 'ok' })
  let open = 0
  let calls = 0
  const perUser = new Map<string, number>()
  /** Users that had two requests open at once. */
  let overlapping = 0

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const event = JSON.parse(body) as Event
    const user = event.user?.user_id ?? ''
    calls++
    if ((perUser.get(user) ?? 0) > 0) overlapping++
    perUser.set(user, (perUser.get(user) ?? 0) + 1)
    response.once('close', () => perUser.set(user, perUser.get(user)! - 1))
    const answer = decide(event.user?.reference_id ?? '')
    const take =
      answer.kind === 'ok' ||
      answer.kind === 'slow body' ||
      ((answer.kind === 'reset' || answer.kind === 'status') && answer.take === true)
    if (take && answer.kind === 'ok' && answer.afterMs)
      await new Promise((resolve) => setTimeout(resolve, answer.afterMs))
    if (take) record(request, body, event, user)
    respond(answer, response)
  }
  function record(request: IncomingMessage, body: string, event: Event, user: string): void {
    const seq = Number(request.headers['fascia-event-seq'])
    const trace = String(request.headers['x-terra-trace-id'])
    const good = signed(String(request.headers['terra-signature']), body)
    for (const data of event.data ?? []) {
      const figures = data.distance_data?.summary ?? data.distance_data
      const marker = figures?.steps ?? 0
      const intact = good && figures?.distance_meters === marker * 2 + 1
      ledger.arrived({ marker, seq, user, trace, good: intact, at: Date.now() })
    }
  }
  function signed(header: string, body: string): boolean {
    const found = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header)
    return found !== null && createHmac('sha256', secret).update(`${found[1]}.${body}`).digest('hex') === found[2]
  }

  const server = createServer((request, response) => {
    open++
    response.once('close', () => open--)
    handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    knows: (signingSecret: string) => {
      secret = signingSecret
    },
    behaves: (how: (user: string) => Answer) => {
      decide = how
    },
    get open() {
      return open
    },
    get calls() {
      return calls
    },
    get overlapping() {
      return overlapping
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>

function respond(answer: Answer, response: ServerResponse): void {
  if (answer.kind === 'ok') response.writeHead(200).end()
  else if (answer.kind === 'status') response.writeHead(answer.status, answer.headers).end('commanded')
  else if (answer.kind === 'reset') response.destroy()
  else if (answer.kind === 'slow body') {
    response.writeHead(200)
    response.write('…')
  }
}
