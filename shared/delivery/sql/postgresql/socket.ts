import { Buffer } from 'node:buffer'
import net from 'node:net'
import tls from 'node:tls'
import { Refused } from '../../define.ts'

/** disable: in the clear. Everything else is encrypted, and the certificate verified: chain and name, always. */
export interface Address {
  host: string
  port: number
  tls: 'disable' | 'require' | 'verify-full'
}

/** `SSLRequest` of the protocol: answered by one byte. https://www.postgresql.org/docs/current/protocol-message-formats.html */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
/** `S` */
const YES = 0x53

/**
 * A connected socket, encrypted where asked. The client's own way loses why a handshake failed, and goes on waiting; this one
 * says it. Every way out but the first leaves no socket behind.
 */
export async function openSocket(
  { host, port, tls: mode }: Address,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<net.Socket> {
  const socket = net.connect({ host, port })
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => undefined)
  const fail = (error: Error) => broken.reject(error)
  const abort = () => fail(new Refused(`${host}:${port} did not answer in time`, 'host'))
  const timer = setTimeout(abort, timeoutMs)
  signal.addEventListener('abort', abort, { once: true })
  let open = socket
  try {
    socket.once('error', (error) => fail(unreachable(host, port, error)))
    socket.once('close', () => fail(new Refused(`${host}:${port} closed the connection`, 'host')))
    if (signal.aborted) abort()
    await Promise.race([new Promise<void>((resolve) => socket.once('connect', () => resolve())), broken.promise])
    if (mode !== 'disable') open = await Promise.race([encrypted(socket, host, fail), broken.promise])
    open.removeAllListeners()
    return open
  } catch (error) {
    // It may still have something to say; nobody listens any more.
    open.on('error', () => undefined)
    open.destroy()
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

/** The socket is handed over in the very moment of the answer: one that reads on by itself cannot be. */
function encrypted(socket: net.Socket, host: string, fail: (error: Error) => void): Promise<net.Socket> {
  const options = net.isIP(host) ? { socket } : { socket, servername: host }
  return new Promise((resolve) => {
    socket.once('data', (answer: Buffer) => {
      if (answer[0] !== YES)
        return fail(
          new Refused('the server offers no TLS; set it up there, or say "disable" to send in the clear', 'tls'),
        )
      // From here on the encrypted socket tells what happens; the plain one is its own.
      socket.removeAllListeners('error').removeAllListeners('close')
      const secured = tls.connect(options, () => resolve(secured))
      secured.once('error', (error) => fail(notTrusted(error)))
      secured.once('close', () => fail(notTrusted(undefined)))
    })
    socket.write(SSL_REQUEST)
  })
}

/** The runtime says `internal error` of a certificate that it does not take, and why only to its operator. */
const notTrusted = (error: Error | undefined): Refused =>
  new Refused(
    `the TLS handshake failed${error && !/internal error/.test(error.message) ? `: ${error.message}` : ''}. The certificate must be for this host, and from an authority that the runtime trusts: one that browsers know, or one that the operator of this deployment added`,
    'tls',
  )
const unreachable = (host: string, port: number, error: Error): Refused =>
  new Refused(`${host}:${port} cannot be reached: ${error.message || 'the connection failed'}`, 'host')
