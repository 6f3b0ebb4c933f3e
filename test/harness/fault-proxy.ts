import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What the network does to one request and its answer. `reset after`: the request arrives, its answer does not. */
export type Trouble =
  | { kind: 'none' }
  | { kind: 'delay'; ms: number }
  | { kind: 'reset before' }
  | { kind: 'reset after' }

/** A network that errs as it is told, between whoever calls `url` and the server at `target()`. */
export async function startFaultProxy(target: () => string) {
  let decide: () => Trouble = () => ({ kind: 'none' })
  const counts: Record<Trouble['kind'], number> = { none: 0, delay: 0, 'reset before': 0, 'reset after': 0 }
  const sockets = new Set<Socket>()

  const server = createServer((client) => {
    const { hostname, port } = new URL(target())
    const upstream = connect(Number(port), hostname)
    const both = [client, upstream]
    const end = () => {
      for (const socket of both) socket.destroy()
    }
    for (const socket of both) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    /** Of the request that is under way; undefined between requests of a kept connection. */
    let trouble: Trouble | undefined
    client.on('data', (chunk) => {
      if (trouble === undefined) {
        trouble = decide()
        counts[trouble.kind]++
      }
      if (trouble.kind === 'reset before') {
        client.resetAndDestroy()
        upstream.destroy()
      } else upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      const now = trouble
      trouble = undefined
      if (now?.kind === 'reset after') {
        client.resetAndDestroy()
        upstream.destroy()
      } else if (now?.kind === 'delay') {
        upstream.pause()
        setTimeout(() => {
          client.write(chunk)
          upstream.resume()
        }, now.ms)
      } else client.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    behaves: (how: () => Trouble) => {
      decide = how
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
export type FaultProxy = Awaited<ReturnType<typeof startFaultProxy>>
