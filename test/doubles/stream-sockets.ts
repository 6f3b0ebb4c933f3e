import type { Server } from 'node:http'
import { WebSocketServer } from 'ws'
import type { StreamServer } from './stream-server.ts'

/** The double of the streaming server at `/connect` of an HTTP server, over real sockets. */
export function streamSockets(http: Server, server: StreamServer) {
  const sockets = new WebSocketServer({ server: http, path: '/connect' })
  sockets.on('connection', (socket) => {
    const far = server.accept({
      send: (text) => socket.send(text),
      close: (code, reason) => socket.close(code, reason),
    })
    socket.on('message', (data) => far.received(String(data)))
    socket.on('close', () => far.ended())
  })
  return {
    /** As a cut cable: no close frame. */
    cut: () => {
      for (const socket of sockets.clients) socket.terminate()
    },
    stop: () => {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}
