import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut, as a train goes into a tunnel. */
export async function weakLink(
  to: string,
): Promise<{ url: string; cut(): void; mend(): void; stop(): Promise<unknown> }> {
  const { hostname, port } = new URL(to)
  const sockets = new Set<Socket>()
  let open = true
  const server = createServer((near) => {
    if (!open) {
      near.destroy()
      return
    }
    const far = connect(Number(port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      // A cut end is an error at the other: it is what is asked for here.
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      open = false
      drop()
    },
    mend() {
      open = true
    },
    stop() {
      drop()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
