import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { Webhook } from 'standardwebhooks'
import { verifyTerraWebhookSignature } from 'terra-api'
import { type Arrival, ArrivalBook, readArrival, type Summary, type Verdict } from './arrivals.ts'

export interface ReceiverOptions {
  /** 0: any free port. */
  port?: number
  /** Verify both signature families; the benchmark switches it off. */
  verify?: boolean
  /** Answers this late, ms. */
  answerAfterMs?: number
  /** Keeps every arrival in memory; without, only the figures. */
  keep?: boolean
  onArrival?: (arrival: Arrival, first: boolean) => void
}
export interface Receiver {
  /** Base address; any path below it is a webhook. */
  url: string
  arrivals: Arrival[]
  /** Calls on this path (`/hook`) are verified with this secret from now on; earlier ones are verified now. */
  secret(hook: string, secret: string): Promise<void>
  summary(): Summary
  close(): Promise<void>
}

/** The customer's side: takes webhooks as a careful customer would, and writes down what came. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const { port = 0, verify = true, answerAfterMs = 0, keep = true, onArrival } = options
  const secrets = new Map<string, string>()
  const early = new Map<string, { arrival: Arrival; raw: string; headers: IncomingMessage['headers'] }[]>()
  const book = new ArrivalBook()
  const arrivals: Arrival[] = []

  function note(arrival: Arrival): void {
    const first = book.add(arrival)
    if (keep) arrivals.push(arrival)
    onArrival?.(arrival, first)
  }
  async function take(request: IncomingMessage, response: ServerResponse, hook: string): Promise<void> {
    const raw = await readBody(request)
    const arrival = readArrival(hook, Date.now(), request.headers, raw, JSON.parse(raw))
    arrival.status = 200
    const secret = secrets.get(hook)
    if (!verify) note(arrival)
    else if (secret === undefined) {
      // A destination may be tested before its creator has read the secret: judged as soon as it is known.
      early.set(hook, [...(early.get(hook) ?? []), { arrival, raw, headers: request.headers }])
    } else {
      await judge(arrival, raw, request.headers, secret)
      if (arrival.terra === 'invalid' || arrival.standard === 'invalid') arrival.status = 401
      note(arrival)
    }
    if (answerAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, answerAfterMs))
    response.writeHead(arrival.status, { 'content-type': 'application/json' }).end('{"received":true}')
  }
  async function setSecret(hook: string, secret: string): Promise<void> {
    secrets.set(hook, secret)
    const waiting = early.get(hook) ?? []
    early.delete(hook)
    for (const { arrival, raw, headers } of waiting) {
      await judge(arrival, raw, headers, secret)
      note(arrival)
    }
  }
  async function control(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const json = (value: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
    if (path === '/control/summary') return void json(book.summary())
    if (path === '/control/arrivals') return void json(arrivals)
    if (path === '/control/secret' && request.method === 'PUT') {
      const { hook, secret } = JSON.parse(await readBody(request)) as { hook: string; secret: string }
      await setSecret(hook, secret)
      return void json({ hook })
    }
    response.writeHead(404).end()
  }

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://receiver').pathname
    const done = path.startsWith('/control/')
      ? control(request, response, path)
      : request.method === 'POST'
        ? take(request, response, path)
        : page(response, path)
    done.catch((error: unknown) => response.writeHead(400).end(String(error)))
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    secret: setSecret,
    summary: () => book.summary(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Where a browser ends after consent. */
async function page(response: ServerResponse, path: string): Promise<void> {
  response.setHeader('content-type', 'text/plain').end(path === '/connected' ? 'connected' : 'receiver')
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** The verifiers are the ones that customers use, unmodified. */
async function judge(arrival: Arrival, raw: string, headers: IncomingMessage['headers'], secret: string) {
  const value = (name: string) => String(headers[name] ?? '')
  const both = value('terra-signature') === value('x-terra-signature')
  const verdict = (ok: boolean): Verdict => (ok ? 'valid' : 'invalid')
  arrival.terra = verdict(
    both && (await holds(() => verifyTerraWebhookSignature(raw, value('terra-signature'), secret))),
  )
  arrival.standard = verdict(
    await holds(async () =>
      new Webhook(secret).verify(raw, {
        'webhook-id': value('webhook-id'),
        'webhook-timestamp': value('webhook-timestamp'),
        'webhook-signature': value('webhook-signature'),
      }),
    ),
  )
}
/** A verifier says no by throwing. */
const holds = (check: () => Promise<unknown>): Promise<boolean> => check().then(Boolean, () => false)

/** As a process of its own: prints its address as one JSON line; `/control/*` asks it for what came. */
if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'no-verify': { type: 'boolean' },
      'answer-after': { type: 'string' },
      'no-keep': { type: 'boolean' },
    },
  })
  const receiver = await startReceiver({
    port: Number(values.port ?? 0),
    verify: !values['no-verify'],
    answerAfterMs: Number(values['answer-after'] ?? 0),
    keep: !values['no-keep'],
  })
  console.log(JSON.stringify({ url: receiver.url }))
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => receiver.close().then(() => process.exit(0)))
}
