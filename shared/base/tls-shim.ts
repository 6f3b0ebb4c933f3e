import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls'

export * from 'node:tls'

/**
 * `tls` for packages that ask for it by that name (wrangler.toml, `alias`). Written for Node, they pass options that the
 * runtime refuses outright, because here nothing can turn off what they would turn on: chain and name of the certificate
 * are verified, against the runtime's own authorities, before `secured` is called.
 */
export function connect(options: ConnectionOptions, secured?: () => void): TLSSocket {
  const { checkServerIdentity, rejectUnauthorized, requestCert, secureContext, session, ...kept } = options
  delete (kept as { isServer?: boolean }).isServer
  const socket = tls.connect(kept, secured)
  // Asked by who would verify the certificate once more, by means that the runtime lacks: a session resumed counts as verified.
  socket.isSessionReused = () => true
  return socket
}

export default { ...tls, connect }
