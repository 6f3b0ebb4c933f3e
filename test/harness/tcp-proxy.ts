import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What becomes of one piece of a conversation. `cut`: the connection is reset, and the piece is lost. */
export type Passage = 'pass' | 'cut' | 'pass and cut' | { delayMs: number } | 'swallow'

export interface Rules {
  /** From the client: what it says, as it came off the wire. */
  said?: (piece: Buffer, connection: number) => Passage
  /** From the server. `asked`: what the client said since the answer before. */
  answered?: (piece: Buffer, asked: Buffer, connection: number) => Passage
}

/** A network for one TCP server, for whatever protocol: passes everything, until its rules say otherwise. */
export async function startTcpProxy(target: () => { host: string; port: number }) {
  let rules: Rules = {}
  let refusing = false
  const sockets = new Set<Socket>()
  const counts = { connections: 0, cut: 0, delayed: 0, swallowed: 0 }

  const server = createServer((client) => {
    if (refusing) return void client.resetAndDestroy()
    const connection = ++counts.connections
    const { host, port } = target()
    const upstream = connect(port, host)
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    const reset = () => {
      client.resetAndDestroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    const take = (passage: Passage, piece: Buffer, from: Socket, to: Socket) => {
      if (passage === 'pass') to.write(piece)
      else if (passage === 'swallow') counts.swallowed++
      else if (passage === 'cut') {
        counts.cut++
        reset()
      } else if (passage === 'pass and cut') {
        counts.cut++
        // The other side has it before anybody is cut off.
        to.write(piece, reset)
      } else {
        counts.delayed++
        from.pause()
        setTimeout(() => {
          to.write(piece)
          from.resume()
        }, passage.delayMs)
      }
    }
    let asked: Buffer[] = []
    let answering = false
    client.on('data', (piece) => {
      if (answering) asked = []
      answering = false
      asked.push(piece)
      take(rules.said?.(piece, connection) ?? 'pass', piece, client, upstream)
    })
    upstream.on('data', (piece) => {
      answering = true
      take(rules.answered?.(piece, Buffer.concat(asked), connection) ?? 'pass', piece, upstream, client)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    counts,
    rule: (now: Rules) => {
      rules = now
    },
    /** Resets whatever is open. */
    cutAll: () => {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    /** Nobody gets in, and whoever is in is cut off. */
    refuse: (on: boolean) => {
      refusing = on
      if (on) for (const socket of sockets) socket.resetAndDestroy()
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
export type TcpProxy = Awaited<ReturnType<typeof startTcpProxy>>

/**
 * Whether this is what ends a transaction: a COMMIT of its own, or rows and all in one message, which is its own transaction.
 * As text of the protocols of PostgreSQL and MySQL; works where the connection is not encrypted.
 */
export const commits = (asked: Buffer): boolean => {
  const text = asked.toString('latin1')
  return /\bcommit\b/i.test(text) || (/\binsert into\b/i.test(text) && text.includes(';'))
}

/** Cuts the connection when the server has answered a COMMIT, before the client hears of it, as long as `again` says so. */
export const cutAfterCommit = (again: () => boolean): Rules => ({
  answered: (_, asked) => (commits(asked) && again() ? 'cut' : 'pass'),
})
