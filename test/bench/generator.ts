import { Agent, request } from 'node:http'
import { type Push, push } from './payloads.ts'
import { clock } from './statistics.ts'

/**
 * The sources, in a process of their own. Open loop: every request has a time at which it should go, and is measured from
 * then, whether or not a socket was free, so that a stall shows in everything that it delayed.
 */
export interface Load {
  url: string
  headers: Record<string, string>
  connections: string[]
  /** Number of the first item. */
  first: number
  requestsPerSecond: number
  seconds: number
  itemsPerRequest: number
  /** All items of a request belong to one person. */
  together: boolean
  /** Closed loop with this many requests under way, as fast as they are answered, until `seconds` or `items` are over. */
  closed?: { lanes: number; items: number }
}
export interface Sent {
  /** By item, in order from `first`: when it should have gone, when its request was answered 2xx (NaN: it was not). */
  intended: number[]
  answered: number[]
  statuses: Record<string, number>
  requests: number
  bytes: number
  medianItemBytes: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 96 })

async function run(load: Load): Promise<Sent> {
  const sent: Sent = { intended: [], answered: [], statuses: {}, requests: 0, bytes: 0, medianItemBytes: 0 }
  await (load.closed ? closedLoop(load, load.closed, sent) : openLoop(load, sent))
  sent.medianItemBytes = Math.round(sent.bytes / Math.max(1, sent.intended.length))
  return sent
}

async function openLoop(load: Load, sent: Sent) {
  const total = Math.round(load.requestsPerSecond * load.seconds)
  const gap = 1000 / load.requestsPerSecond
  const begin = clock() + 50
  const under: Promise<void>[] = []
  for (let i = 0; i < total; ) {
    const due = Math.min(total, Math.floor((clock() - begin) / gap) + 1)
    for (; i < due; i++) under.push(one(load, sent, load.first + i * load.itemsPerRequest, begin + i * gap))
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, begin + i * gap - clock())))
  }
  await Promise.all(under)
}

async function closedLoop(load: Load, { lanes, items }: { lanes: number; items: number }, sent: Sent) {
  const until = clock() + load.seconds * 1000
  let next = load.first
  const lane = async () => {
    while (clock() < until && next < load.first + items) {
      const first = next
      next += load.itemsPerRequest
      await one(load, sent, first, clock())
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** A source repeats what was refused for the moment, as providers do. */
async function one(load: Load, sent: Sent, first: number, intended: number) {
  const made = push(first, load.itemsPerRequest, load.connections, load.together)
  sent.requests++
  sent.bytes += made.body.length
  for (let attempt = 0; attempt < 20; attempt++) {
    const status = await post(load, made)
    sent.statuses[status] = (sent.statuses[status] ?? 0) + 1
    const ok = status.startsWith('2')
    if (ok || attempt === 19) {
      const at = ok ? clock() : Number.NaN
      for (const id of made.items) {
        sent.intended[id - load.first] = intended
        sent.answered[id - load.first] = at
      }
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 100 * (attempt + 1)))
  }
}

const post = (load: Load, made: Push) =>
  new Promise<string>((resolve) => {
    const headers = {
      ...load.headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(made.body),
    }
    const outgoing = request(load.url, { method: 'POST', agent, headers, timeout: 60_000 }, (response) => {
      response.resume()
      response.on('end', () => resolve(String(response.statusCode)))
      response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    outgoing.on('timeout', () => outgoing.destroy())
    outgoing.end(made.body)
  })

process.on('message', async (load: Load) => {
  process.send?.(await run(load))
})
process.on('disconnect', () => process.exit(0))
