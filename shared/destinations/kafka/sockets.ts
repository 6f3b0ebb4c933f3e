import net from 'node:net'
import tls from 'node:tls'
import type { ISocketFactory } from 'kafkajs'
import { insideAddress } from '../../delivery/address.ts'

const KEEP_ALIVE_MS = 60_000

/**
 * The sockets of one client. Once closed there are no others: what the library still meant to try again would arrive after
 * newer events. An end before a connection stands is an error, or the library would wait for ever.
 */
export class Sockets {
  private readonly open = new Set<net.Socket>()
  private closed = false
  private readonly insideAllowed: boolean

  constructor(insideAllowed: boolean) {
    this.insideAllowed = insideAllowed
  }

  readonly factory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    if (this.closed) throw new Error('the client is closed')
    // A cluster names its brokers itself: those that it names are as little to be trusted as a redirect.
    const inside = this.insideAllowed ? undefined : insideAddress(`http://${host.includes(':') ? `[${host}]` : host}/`)
    if (inside) throw new Error(`the cluster has a broker at ${host}: ${inside}`)
    let connected = false
    let ended = false
    const told = () => {
      connected = true
      onConnect()
    }
    const socket: net.Socket = ssl
      ? tls.connect({ host, port, ...(net.isIP(host) === 0 && { servername: host }) }, told)
      : net.connect({ host, port }, told)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    this.open.add(socket)
    socket.once('error', () => (ended = true))
    socket.once('end', () => {
      ended = true
      if (!connected) socket.destroy(new Error('closed by the broker before the connection stood'))
    })
    socket.once('close', () => {
      this.open.delete(socket)
      if (ended) return
      if (connected) socket.emit('end')
      else socket.emit('error', new Error('the connection was closed'))
    })
    return socket
  }

  close(): void {
    this.closed = true
    for (const socket of this.open) socket.destroy()
  }
}
