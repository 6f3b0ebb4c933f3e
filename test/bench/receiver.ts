import { createServer } from 'node:http'
import { FIRST_ID, MARKER } from './payloads.ts'
import { clock } from './statistics.ts'

/**
 * The developer's webhook in a process of its own: answers at once (or after a while), notes when which item landed.
 * It verifies nothing: what it costs would be taken from the product's processor.
 */
export interface Arrival {
  id: number
  at: number
  /** As the product says in its headers: when the source's request came in, when the event was appended. */
  receivedAt: number
  appendedAt: number
}
export type ReceiverCommand = { kind: 'delay'; ms: number } | { kind: 'count' } | { kind: 'take' }
export type ReceiverAnswer =
  | { kind: 'listening'; url: string }
  | { kind: 'count'; landed: number; requests: number }
  | { kind: 'taken'; arrivals: Arrival[]; requests: number; others: number; bytes: number }

let delayMs = 0
let arrivals: Arrival[] = []
let requests = 0
let others = 0
let bytes = 0

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const at = clock()
    const body = Buffer.concat(chunks).toString('latin1')
    const before = arrivals.length
    const receivedAt = Number(request.headers['fascia-received-at'] ?? Number.NaN)
    const appendedAt = Number(request.headers['x-terra-ordering-timestamp'] ?? Number.NaN)
    for (const [, id] of body.matchAll(MARKER)) arrivals.push({ id: Number(id) - FIRST_ID, at, receivedAt, appendedAt })
    requests++
    bytes += body.length
    if (arrivals.length === before) others++
    const answer = () => response.writeHead(200, { 'content-length': 0 }).end()
    if (delayMs === 0) answer()
    else setTimeout(answer, delayMs)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') say({ kind: 'listening', url: `http://127.0.0.1:${address.port}/hook` })
})
const say = (answer: ReceiverAnswer) => process.send?.(answer)

process.on('message', (command: ReceiverCommand) => {
  if (command.kind === 'delay') delayMs = command.ms
  if (command.kind === 'count') say({ kind: 'count', landed: arrivals.length, requests })
  if (command.kind === 'take') {
    say({ kind: 'taken', arrivals, requests, others, bytes })
    arrivals = []
    requests = others = bytes = 0
  }
})
process.on('disconnect', () => process.exit(0))
