import { WebSocket } from 'ws'

export interface Frame {
  op: number
  uid: string
  seq: number
  t: string
  d: Record<string, unknown>
  synthetic?: true
}
/** A client's end of a live socket in Node. */
export interface Client {
  received: Frame[]
  /** The frames as they came. */
  texts: string[]
  closed: { code: number; reason: string } | undefined
  ws: WebSocket
  dispatched(): Frame[]
  send(...frames: unknown[]): void
  sendRaw(data: string | Buffer): void
  /** Fulfilled when it holds, looked at whenever something comes. Rejected where the socket closes first. */
  until(holds: () => boolean, what: string): Promise<void>
  /** How it was closed. */
  end(): Promise<{ code: number; reason: string }>
}

/** Open: HELLO has come. */
export async function openClient(base: string, query = ''): Promise<Client> {
  const ws = new WebSocket(`${base.replace(/^http/, 'ws')}/connect${query}`)
  const looks = new Set<() => void>()
  const client: Client = {
    received: [],
    texts: [],
    closed: undefined,
    ws,
    dispatched: () => client.received.filter(({ op }) => op === 5),
    send: (...frames) => {
      for (const frame of frames) ws.send(JSON.stringify(frame))
    },
    sendRaw: (data) => ws.send(data),
    until: (holds, what) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (holds()) resolve()
          else if (client.closed)
            reject(new Error(`${what}: closed with ${client.closed.code} ${client.closed.reason}`))
          else return
          looks.delete(look)
        }
        looks.add(look)
        look()
      }),
    end: async () => {
      await client.until(() => client.closed !== undefined, 'the end')
      return client.closed!
    },
  }
  const seen = () => {
    for (const look of [...looks]) look()
  }
  ws.on('message', (data: Buffer, binary: boolean) => {
    if (binary) throw new Error('a binary frame came')
    client.texts.push(data.toString())
    client.received.push(JSON.parse(data.toString()) as Frame)
    seen()
  })
  ws.on('close', (code, reason) => {
    client.closed = { code, reason: reason.toString() }
    seen()
  })
  ws.on('error', (error) => {
    client.closed ??= { code: 1006, reason: error.message }
    seen()
  })
  await client.until(() => client.received.length > 0, 'HELLO')
  return client
}
