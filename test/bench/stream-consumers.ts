import { clock } from './statistics.ts'
import { StreamSocket, streamToken } from './stream-socket.ts'

/** The developers' backends, in a process of their own: each notes when which frame came, and whether in order. */
export type ConsumersCommand =
  | {
      kind: 'open'
      door: 'product' | 'relay'
      url: string
      /** One socket for each: the headers of the developer whose stream it reads. */
      developers: Record<string, string>[]
    }
  | { kind: 'count' }
  | { kind: 'take' }
  | { kind: 'close' }
export interface Heard {
  /** By arrival. */
  n: Float64Array
  at: Float64Array
  /** Frames whose `seq` was not above the one before. */
  fallen: number
}
export type ConsumersAnswer =
  | { kind: 'opened' }
  | { kind: 'count'; heard: number }
  | { kind: 'taken'; consumers: Heard[]; ended: number }
  | { kind: 'closed' }

class Listener {
  n: number[] = []
  at: number[] = []
  fallen = 0
  private seq = 0
  /** Any other frame is not a sample and is passed over. */
  hear(text: string): void {
    const now = clock()
    const found = SAMPLE.exec(text)
    if (!found) return
    const seq = Number(found[1])
    if (seq <= this.seq) this.fallen++
    this.seq = seq
    this.n.push(Number(found[2]))
    this.at.push(now)
  }
  take(): Heard {
    const { n, at, fallen } = this
    this.n = []
    this.at = []
    this.fallen = 0
    return { n: Float64Array.from(n), at: Float64Array.from(at), fallen }
  }
}
const SAMPLE = /"seq":(\d+),.*"n":(\d+)/

let listeners: Listener[] = []
let sockets: StreamSocket[] = []
let ended = 0

async function answer(command: ConsumersCommand): Promise<ConsumersAnswer> {
  if (command.kind === 'open') {
    const { door, url, developers } = command
    ended = 0
    listeners = developers.map(() => new Listener())
    sockets = []
    for (const [i, headers] of developers.entries()) {
      const token = door === 'relay' ? 'consumer' : await streamToken(url, headers)
      const socket = new StreamSocket({ url, token, role: 'consumer', onText: (text) => listeners[i]!.hear(text) })
      await socket.ready
      void socket.ended.then(() => ended++)
      sockets.push(socket)
    }
    return { kind: 'opened' }
  }
  if (command.kind === 'count') return { kind: 'count', heard: listeners.reduce((sum, one) => sum + one.n.length, 0) }
  if (command.kind === 'take') return { kind: 'taken', consumers: listeners.map((one) => one.take()), ended }
  await Promise.all(sockets.map((socket) => socket.close()))
  return { kind: 'closed' }
}
process.on('message', async (command: ConsumersCommand) => process.send?.(await answer(command)))
process.on('disconnect', () => process.exit(0))
