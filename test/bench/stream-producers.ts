import { clock, type Spread, spread } from './statistics.ts'
import { OP, StreamSocket, streamToken } from './stream-socket.ts'

/** Of one developer, whose headers get them a token. */
export interface Person {
  id: string
  headers: Record<string, string>
}
/**
 * The watches and phones, in a process of their own. Open loop: every producer has a phase of its own in its period, and a
 * frame goes when it is due, whatever came of those before.
 */
export type ProducersCommand =
  | {
      kind: 'open'
      /** Of the relay there are no tokens: its token is the user's id. */
      door: 'product' | 'relay'
      url: string
      /** One socket for each; the same person may be there more than once. */
      people: Person[]
      /** Each begins at a random moment of these ms; 0: some at once, as fast as they go. */
      overMs: number
      /** Those who were first leave where there are more at once. */
      most?: number
    }
  /** Tokens for those who are opened next: what the door itself costs is not part of what follows. */
  | { kind: 'mint'; url: string; people: Person[] }
  | { kind: 'send'; first: number; hz: number; seconds: number }
  /** Asks every socket for a sign of life. */
  | { kind: 'beat' }
  | { kind: 'close' }
export type ProducersAnswer =
  | { kind: 'opened'; opened: number; failures: Record<string, number>; ms: Spread | undefined }
  | {
      kind: 'sent'
      /** By frame from `first`: when it went, and which of the people it is of. */
      at: Float64Array
      person: Int32Array
      /** How long after it was due a frame went: the generator's own part. */
      late: Spread | undefined
      /** Sockets that ended by themselves since they were opened. */
      ended: number
    }
  | { kind: 'beaten'; alive: number }
  | { kind: 'minted' }
  | { kind: 'closed' }

const AT_ONCE = 32
const BEAT_MS = 20_000
/** A moment before the first frame, so that it is not late. */
const LEAD_MS = 50

let producers: StreamSocket[] = []
let ended = 0
let minted: string[] = []
/** By number, those that have answered the last question. */
const alive = new Set<number>()

async function open(command: Extract<ProducersCommand, { kind: 'open' }>): Promise<ProducersAnswer> {
  const { door, url, people, overMs, most = people.length } = command
  ended = 0
  const ms: number[] = []
  const failures: Record<string, number> = {}
  const made = new Map<number, StreamSocket>()
  const ready = minted
  minted = []
  const one = async ({ id, headers }: Person, i: number) => {
    const began = clock()
    try {
      const token = ready[i] ?? (door === 'relay' ? id : await streamToken(url, headers, id))
      const socket = new StreamSocket({
        url,
        token,
        role: 'producer',
        onText: (text) => text.includes(ACK) && alive.add(i),
      })
      await socket.ready
      ms.push(clock() - began)
      made.set(i, socket)
      void socket.ended.then(() => {
        if (made.delete(i)) ended++
      })
      const [first] = made
      if (made.size > most && made.delete(first![0])) await first![1].close()
    } catch (error) {
      const { message, cause } = error as Error
      const why = cause instanceof Error ? `${message}: ${cause.message}` : message
      failures[why] = (failures[why] ?? 0) + 1
    }
  }
  if (overMs > 0)
    await Promise.all(
      people.map(
        (person, i) =>
          new Promise<void>((resolve) => setTimeout(() => void one(person, i).then(resolve), Math.random() * overMs)),
      ),
    )
  else await some(people, one)
  producers = [...made].sort(([a], [b]) => a - b).map(([, socket]) => socket)
  return { kind: 'opened', opened: ms.length, failures, ms: spread(ms) }
}

/** All of them, some at once. */
async function some(people: Person[], one: (person: Person, i: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < people.length) {
      const i = next++
      await one(people[i]!, i)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

async function mint({ url, people }: Extract<ProducersCommand, { kind: 'mint' }>): Promise<ProducersAnswer> {
  const tokens: string[] = []
  await some(people, async ({ id, headers }, i) => {
    tokens[i] = await streamToken(url, headers, id)
  })
  minted = tokens
  return { kind: 'minted' }
}

const ACK = `"op":${OP.heartbeatAck}`

async function send(command: Extract<ProducersCommand, { kind: 'send' }>): Promise<ProducersAnswer> {
  const { first, hz, seconds } = command
  const count = producers.length
  const total = count * hz * seconds
  const periodMs = 1000 / hz
  const at = new Float64Array(total)
  const person = new Int32Array(total)
  const late: number[] = []
  const turns = producers.map((_, i) => ({ i, phase: Math.random() * periodMs })).sort((a, b) => a.phase - b.phase)
  const begin = clock() + LEAD_MS
  const dueAt = (n: number) => begin + Math.floor(n / count) * periodMs + turns[n % count]!.phase
  for (let n = 0; n < total; ) {
    for (let due = dueAt(n); n < total && due <= clock(); due = dueAt(n)) {
      const { i } = turns[n % count]!
      person[n] = i
      const now = clock()
      at[n] = now
      late.push(now - due)
      producers[i]!.socket.send(frameOf(first + n, now))
      if (++n === total) break
    }
    if (n < total) await new Promise((resolve) => setTimeout(resolve, Math.max(1, dueAt(n) - clock())))
  }
  return { kind: 'sent', at, person, late: spread(late), ended }
}

/** A sample as the mobile SDKs send it; `n` is how it is found again. */
const frameOf = (n: number, at: number): string =>
  `{"op":${OP.submit},"t":"HEART_RATE","d":{"ts":"${new Date(at).toISOString()}","val":${60 + (n % 90)},"n":${n}}}`

async function beat(): Promise<ProducersAnswer> {
  alive.clear()
  for (const producer of producers) producer.send({ op: OP.heartbeat })
  const until = Date.now() + BEAT_MS
  while (alive.size < producers.length && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
  return { kind: 'beaten', alive: alive.size }
}

async function close(): Promise<ProducersAnswer> {
  await Promise.all(producers.map((producer) => producer.close()))
  producers = []
  return { kind: 'closed' }
}

const answer = (command: ProducersCommand): Promise<ProducersAnswer> => {
  if (command.kind === 'open') return open(command)
  if (command.kind === 'send') return send(command)
  if (command.kind === 'mint') return mint(command)
  return command.kind === 'beat' ? beat() : close()
}
process.on('message', async (command: ProducersCommand) => process.send?.(await answer(command)))
process.on('disconnect', () => process.exit(0))
